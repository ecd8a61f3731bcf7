"""The OpenAPI document of the open data: each list with what may be asked of it, and the shape of each row."""

from collections.abc import Mapping
from typing import Any

from service.api.hsds.answering import IGNORED, NDJSON
from service.api.hsds.listings import XLSX
from service.api.hsds.parameters import OF_LIST, OF_ONE, PARAMETERS
from service.api.problems import MEDIA_TYPE, ProblemDocument

Thing = dict[str, Any]
TITLES = {
    "services": ("Service", "services"),
    "service_at_locations": ("ServiceAtLocation", "services at each of their places"),
    "organizations": ("Organization", "organizations that run services"),
    "taxonomies": ("Taxonomy", "lists of terms"),
    "taxonomy_terms": ("TaxonomyTerm", "terms"),
}
UUID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "format": "uri"}
DATE_TIME = {"type": "string", "format": "date-time"}
ROWS = {"type": "array", "minItems": 1, "items": {"type": "object"}}
JSON = "application/json"


def _object(required: str, **properties: Any) -> Thing:
    return {"type": "object", "required": required.split(), "properties": properties}


def _ref(name: str) -> Thing:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: Mapping[str, Thing] = {
    "Root": _object(
        "version profile openapi_url",
        version=TEXT,
        profile=URI,
        openapi_url=URI,
        description=TEXT,
        publisher=_object("name website", name=TEXT, website=URI),
    ),
    "Service": _object(
        "id name status",
        id=UUID,
        organization_id=UUID,
        organization=_ref("Organization"),
        name=TEXT,
        alternate_name=TEXT,
        description=TEXT,
        url=URI,
        email=TEXT,
        status={"enum": ["active", "inactive", "defunct", "temporarily closed"]},
        application_process=TEXT,
        eligibility_description=TEXT,
        minimum_age={"type": "integer"},
        maximum_age={"type": "integer"},
        fees=TEXT,
        fees_description=TEXT,
        alert=TEXT,
        assured_date={"type": "string", "format": "date"},
        last_modified=DATE_TIME,
        phones=ROWS,
        schedules=ROWS,
        service_areas=ROWS,
        service_at_locations={"type": "array", "minItems": 1, "items": _ref("ServiceAtLocation")},
        languages=ROWS,
        cost_options=ROWS,
        capacities=ROWS,
        funding=ROWS,
        required_documents=ROWS,
        attributes=ROWS,
    ),
    "ServiceAtLocation": _object(
        "id service_id location_id location",
        id=UUID,
        service_id=UUID,
        location_id=UUID,
        location=_ref("Location"),
        service=_ref("Service"),
        schedules=ROWS,
    ),
    "Location": _object(
        "id location_type",
        id=UUID,
        location_type={"enum": ["physical", "postal", "virtual"]},
        name=TEXT,
        description=TEXT,
        latitude={"type": "number", "minimum": -90, "maximum": 90},
        longitude={"type": "number", "minimum": -180, "maximum": 180},
        addresses=ROWS,
        accessibility=ROWS,
        attributes=ROWS,
    ),
    "Organization": _object(
        "id name description",
        id=UUID,
        name=TEXT,
        description=TEXT,
        email=TEXT,
        website=URI,
        logo=URI,
        legal_status=TEXT,
        organization_identifiers=ROWS,
        services={"type": "array", "minItems": 1, "items": _ref("Service")},
    ),
    "Taxonomy": _object("id name description", id=UUID, name=TEXT, description=TEXT, uri=URI, version=TEXT),
    "TaxonomyTerm": _object(
        "id code name description taxonomy_id term_uri",
        id=UUID,
        code=TEXT,
        name=TEXT,
        description=TEXT,
        parent_id=UUID,
        taxonomy=TEXT,
        taxonomy_id=UUID,
        taxonomy_detail=_ref("Taxonomy"),
        language=TEXT,
        term_uri=URI,
    ),
}


def document(root: str, version: str, base: str, *, posts: bool) -> Thing:
    """Return the document of one root; `posts`: its lists may also be asked for in a body."""
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas: Thing = {**SCHEMAS, **problem.pop("$defs", {}), "ProblemDocument": problem}
    paths: Thing = {
        f"{root}/": {"get": _operation("What this is", [], _ref("Root"), "root", named=False)},
        f"{root}/openapi.json": {"get": _operation("This document", [], {"type": "object"}, "document", named=False)},
    }
    if posts:
        whole = _operation("All of it as CSV tables in one file", [_parameter("for")], {}, "package", named=False)
        whole["responses"]["200"]["content"] = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
        paths[f"{root}/datapackage.zip"] = {"get": whole}
        paths |= {f"{root}/listings.{kind}": {"get": _table(kind)} for kind in ("csv", "xlsx")}
    for name, (shape, words) in TITLES.items():
        schemas[f"{shape}Page"] = _page(shape)
        paths[f"{root}/{name}"] = _list(name, shape, words, posts=posts)
        paths[f"{root}/{name}/{{id}}"] = {"get": _one(name, shape)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Kith as {version if version.startswith('HSDS') else f'HSDS {version}'}",
            "version": version,
            "description": "Read only, without a key. What is not known is left out: nothing is null or empty.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _table(kind: str) -> Thing:
    asked = [_parameter("for")] if kind == "csv" else []
    made = _operation(f"Every listing as a row of one table ({kind})", asked, {}, kind, named=False)
    made["responses"]["200"]["content"] = (
        {"text/csv": {"schema": {"type": "string"}}}
        if kind == "csv"
        else {XLSX: {"schema": {"type": "string", "format": "binary"}}}
    )
    return made


def _page(shape: str) -> Thing:
    whole = {"type": "integer", "minimum": 0}
    return _object(
        "total_items total_pages page_number size first_page last_page empty contents",
        total_items=whole,
        total_pages=whole,
        page_number=whole | {"minimum": 1},
        size=whole,
        first_page={"type": "boolean"},
        last_page={"type": "boolean"},
        empty={"type": "boolean"},
        contents={"type": "array", "items": _ref(shape)},
    )


def _list(name: str, shape: str, words: str, *, posts: bool) -> Thing:
    names = OF_LIST[name]
    asked = [_parameter(one) for one in names]
    got = _operation(f"A list of {words}", asked, _ref(f"{shape}Page"), f"list_{name}", named=False)
    got["responses"]["200"]["content"][NDJSON] = {"schema": {"type": "string"}}
    if not posts:
        return {"get": got}
    sent = _operation(f"A list of {words}, asked for in a body", [], _ref(f"{shape}Page"), f"ask_{name}", named=False)
    sent["responses"].pop("304")
    sent["responses"]["200"]["content"][NDJSON] = {"schema": {"type": "string"}}
    sent["responses"]["413"] = _refusal("The body is larger than 1 MB")
    sent["responses"]["415"] = _refusal("Another content type")
    schema = {"type": "object", "properties": {one: dict(PARAMETERS[one].schema) for one in names}}
    sent["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return {"get": got, "post": sent}


def _one(name: str, shape: str) -> Thing:
    key = {"name": "id", "in": "path", "required": True, "schema": dict(UUID)}
    asked = [key, *(_parameter(one) for one in OF_ONE.get(name, ()))]
    return _operation(f"One of {TITLES[name][1]}, with everything of it", asked, _ref(shape), f"one_{name}", named=True)


def _parameter(name: str) -> Thing:
    found = PARAMETERS[name]
    return {"name": name, "in": "query", "description": found.says, "schema": dict(found.schema)}


def _operation(summary: str, parameters: list[Thing], schema: Thing, key: str, *, named: bool) -> Thing:
    header = {IGNORED: {"description": "Parameters that there are not.", "schema": {"type": "string"}}}
    responses: Thing = {
        "200": {"description": "As asked", "headers": header, "content": {JSON: {"schema": schema}}},
        "304": {"description": "Not changed since the version that If-None-Match or If-Modified-Since names"},
        "400": _refusal("Some parameters cannot be used"),
        **({"404": _refusal("No such row")} if named else {}),
        "429": _refusal("Asked too often"),
        "500": _refusal("Something failed on our side"),
        "503": _refusal("Not ready; safe to try again"),
    }
    return {"summary": summary, "operationId": key, "parameters": parameters, "responses": responses}


def _refusal(words: str) -> Thing:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": _ref("ProblemDocument")}}}
