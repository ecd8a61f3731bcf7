"""The catalogue as the tables of HSDS, a tabular data package: tables, columns, the rows of a service. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.catalog.importing.files.formulas import marked
from service.interop.hsds.shape import Thing

Row = tuple[str, Thing]  # table, row
TYPES = {
    **dict.fromkeys(
        ("latitude", "longitude", "minimum_age", "maximum_age", "amount", "available", "maximum"), "number"
    ),
    **dict.fromkeys(("interval", "count", "extension"), "number"),
    **dict.fromkeys(("dtstart", "until", "valid_from", "valid_to", "assured_date"), "date"),
    **dict.fromkeys(("opens_at", "closes_at"), "time"),
    **dict.fromkeys(("last_modified", "updated"), "datetime"),
}
# Each table's columns; those with a mark must be there in every row.
COLUMNS = {
    "organizations": "id! name! alternate_name description! email website logo legal_status parent_organization_id uri",
    "programs": "id! organization_id! name! alternate_name description!",
    "services": (
        "id! organization_id! program_id name! alternate_name description url email status! interpretation_services "
        "application_process fees_description fees wait_time accreditations eligibility_description minimum_age "
        "maximum_age assured_date assurer_email licenses alert last_modified"
    ),
    "attributes": "id! link_id! taxonomy_term_id! link_entity! link_type value label",
    "service_at_location": "id! service_id! location_id! description",
    "locations": (
        "id! location_type! url organization_id name alternate_name description transportation latitude longitude "
        "external_identifier external_identifier_type"
    ),
    "phones": (
        "id! location_id service_id organization_id contact_id service_at_location_id number! extension type "
        "description"
    ),
    "contacts": "id! organization_id service_id service_at_location_id location_id name title department email",
    "addresses": (
        "id! location_id attention address_1! address_2 city! region state_province! postal_code! country! "
        "address_type!"
    ),
    "schedules": (
        "id! service_id location_id service_at_location_id valid_from valid_to dtstart timezone until count wkst freq "
        "interval byday byweekno bymonthday byyearday description opens_at closes_at schedule_link attending_type notes"
    ),
    "funding": "id! organization_id service_id source",
    "service_areas": "id! service_id service_at_location_id name description extent extent_type uri",
    "required_documents": "id! service_id document uri",
    "languages": "id! service_id location_id phone_id name code note",
    "accessibility": "id! location_id description details url",
    "taxonomy_terms": "id! code name! description! parent_id taxonomy language taxonomy_id term_uri",
    "metadata": (
        "id! resource_id! resource_type! last_action_date! last_action_type! field_name! previous_value! "
        "replacement_value! updated_by!"
    ),
    "meta_table_descriptions": "id! name language character_set",
    "cost_options": "id! service_id! valid_from valid_to option currency amount amount_description",
    "organization_identifiers": "id! organization_id! identifier_scheme identifier_type! identifier!",
    "taxonomies": "id! name! description! uri version",
    "service_capacity": "id! service_id! unit_id! available! maximum description updated!",
    "units": "id! name! scheme identifier uri",
    "url": "id! label url! organization_id service_id",
}
KEYS = {
    "organization_id": "organizations",
    "program_id": "programs",
    "service_id": "services",
    "location_id": "locations",
    "service_at_location_id": "service_at_location",
    "taxonomy_term_id": "taxonomy_terms",
    "taxonomy_id": "taxonomies",
    "unit_id": "units",
    "phone_id": "phones",
    "contact_id": "contacts",
}
# Where the parts of a service are kept, and which column of a part names what it belongs to.
OF_SERVICE = {
    "phones": "phones",
    "schedules": "schedules",
    "service_areas": "service_areas",
    "languages": "languages",
    "cost_options": "cost_options",
    "capacities": "service_capacity",
    "funding": "funding",
    "required_documents": "required_documents",
    "attributes": "attributes",
}


@dataclass(slots=True)
class Tables:
    """Takes services one after another and gives each row once, however often it is met."""

    seen: set[tuple[str, str]] = field(default_factory=set)

    def of_words(self, lists: Mapping[Any, Thing], terms: Mapping[Any, Thing]) -> Iterator[Row]:
        """Give the rows of our lists and terms."""
        for name, found in (("taxonomies", lists), ("taxonomy_terms", terms)):
            for thing in found.values():
                yield from self._once(name, thing)

    def of_service(self, service: Thing) -> Iterator[Row]:
        """Give the rows of a service, with those of its organisation and its places before it."""
        owner = service["organization"]
        yield from self._once("organizations", owner)
        for one in owner.get("organization_identifiers", ()):
            yield from self._once("organization_identifiers", one)
        yield from self._once("services", service)
        for there in service.get("service_at_locations", ()):
            yield from self._place(there["location"])
            yield from self._once("service_at_location", there)
            yield from self._parts(there, ("schedules",))
        yield from self._parts(service, OF_SERVICE)

    def _place(self, place: Thing) -> Iterator[Row]:
        yield from self._once("locations", place)
        for name in ("addresses", "accessibility", "attributes"):
            for one in place.get(name, ()):
                yield from self._once(name, one)

    def _parts(self, thing: Thing, names: Any) -> Iterator[Row]:
        for name in names:
            for one in thing.get(name, ()):
                if "unit" in one:
                    yield from self._once("units", one["unit"])
                yield from self._once(OF_SERVICE[name], one)
                for more in one.get("attributes", ()):
                    yield from self._once("attributes", more)

    def _once(self, table: str, thing: Thing) -> Iterator[Row]:
        key = (table, thing["id"])
        if key not in self.seen:
            self.seen.add(key)
            yield table, thing


def columns(table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [name.removesuffix("!") for name in COLUMNS[table].split()]


def cells(table: str, thing: Thing, *, spreadsheet: bool = False) -> list[str]:
    """Return a row as text. For a spreadsheet, what it would take for a formula is marked as text."""
    found = [_cell(name, thing.get(name)) for name in columns(table)]
    return [marked(cell) for cell in found] if spreadsheet else found


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if TYPES.get(name) == "time":
        return f"{value}:00"
    if TYPES.get(name) == "datetime":
        return f"{str(value)[:19]}Z"
    return str(value)


def package(*, home: str, created: str) -> Thing:
    """Return the description of all tables: `datapackage.json`."""
    return {
        "profile": "tabular-data-package",
        "name": "human_services_data",
        "title": "Local groups, as HSDS",
        "homepage": home,
        "created": created,
        "resources": [_resource(table) for table in COLUMNS],
    }


def _resource(table: str) -> Thing:
    fields = [
        {
            "name": name.removesuffix("!"),
            "type": TYPES.get(name.removesuffix("!"), "string"),
            **(
                {"constraints": {"required": True} | ({"unique": True} if name == "id!" else {})} if "!" in name else {}
            ),
        }
        for name in COLUMNS[table].split()
    ]
    keys = [
        {"fields": name, "reference": {"resource": KEYS[name], "fields": "id"}}
        for name in columns(table)
        if name in KEYS
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": fields, "primaryKey": "id", **({"foreignKeys": keys} if keys else {})},
    }
