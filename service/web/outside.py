"""Addresses without a language: the short one of a group, pictures, and what search engines ask for. It reads only."""

from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Flask, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog import addresses, old_addresses, short_codes
from service.catalog.pictures import picture_file
from service.db import db
from service.errors import NotFound
from service.web import languages
from service.web.access import allow
from service.web.errors import render_page
from service.web.headers import YEAR
from service.web.rendering import services
from service.web.versions import base_address

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ON_ONE_MAP = 10_000  # addresses; the standard allows 50,000
MOST_MAPS = 10_000
PAGES = ("", "how-we-choose", "privacy", "sources")
# Personal pages, and those that only ask or act: nothing there is worth finding, and some addresses are somebody's own.
NOT_FOR_PROGRAMS = (
    *("find", "steps", "check", "admin", "referrals", "answer", "sign-in", "list", "sheet/", "ring-me"),
    *("groups/*/reach", "groups/*/wrong"),
)
HOUR = "public, max-age=3600, must-revalidate"


def register(app: Flask) -> None:
    """Add the addresses."""
    app.add_url_rule("/g/<code>", "short", short)
    app.add_url_rule("/pictures/<uuid:picture_id>", "picture", picture)
    app.add_url_rule("/robots.txt", "robots", robots)
    app.add_url_rule("/sitemap.xml", "sitemap", sitemap)
    app.add_url_rule(f"/sitemap-<int(min=1, max={MOST_MAPS}):number>.xml", "sitemap_part", sitemap_part)


@allow(Permission.PUBLIC)
def short(code: str) -> ResponseReturnValue:
    """Lead to a group's page in the language the browser asks for, however the code was typed."""
    read = short_codes.read(code)
    found = addresses.by_code(db.session(), read) if read else None
    if found is None:
        raise NotFound("group")
    answer = redirect(f"/{languages.best(request.accept_languages)}/groups/{found.slug}", 302)
    answer.vary.add("Accept-Language")
    return answer


def _is_free() -> bool:
    """Tell whether no rule of ours takes this address: none at all, or only that of a language there is not."""
    rule = request.url_rule
    return rule is None or (rule.rule.startswith("/<lang>") and languages.of_path(request.path) is None)


def moved(status: int) -> Response | None:
    """Answer an address of an old directory, where no page of ours stands; None for one nobody knows."""
    if status != 404 or request.method not in ("GET", "HEAD") or not _is_free():
        return None
    known = old_addresses.leads_to(db.session(), request.path, request.query_string.decode("utf-8", "replace"))
    if known is None:
        return None
    if known.status == "archived":
        return render_page(410, "listing_gone")
    answer = make_response(redirect(f"/{languages.best(request.accept_languages)}/groups/{known.slug}", 301))
    answer.vary.add("Accept-Language")
    return answer


@allow(Permission.PUBLIC)
def picture(picture_id: UUID) -> ResponseReturnValue:
    """Send a picture; one that is changed gets another address, so that this one may be kept."""
    kind, data = picture_file(db.session(), picture_id)
    answer = make_response(data)
    answer.mimetype = kind
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


@allow(Permission.PUBLIC)
def robots() -> Response:
    """Tell programs that collect pages what is not for them."""
    refused = [f"Disallow: /*/{path}" for path in NOT_FOR_PROGRAMS]
    home = base_address(services().settings)
    lines = ["User-agent: *", *refused, "Disallow: /api/", "", f"Sitemap: {home}/sitemap.xml", ""]
    return _kept("\n".join(lines), "text/plain")


@allow(Permission.PUBLIC)
def sitemap() -> Response:
    """Name the maps there are."""
    home, number = base_address(services().settings), 1
    index = Element("sitemapindex", xmlns=NAMESPACE)
    while number == 1 or addresses.listed_addresses(db.session(), limit=1, offset=(number - 1) * ON_ONE_MAP):
        _add(index, "sitemap", f"{home}/sitemap-{number}.xml")
        number += 1
    return _kept(_written(index), "application/xml")


@allow(Permission.PUBLIC)
def sitemap_part(number: int) -> Response:
    """List public pages: of the house on the first map, of groups on each. Their other languages stand on the pages."""
    home = f"{base_address(services().settings)}/{languages.DEFAULT}"
    found = addresses.listed_addresses(db.session(), limit=ON_ONE_MAP, offset=(number - 1) * ON_ONE_MAP)
    if number > 1 and not found:
        raise NotFound("page")
    pages = Element("urlset", xmlns=NAMESPACE)
    for path in PAGES if number == 1 else ():
        _add(pages, "url", f"{home}/{path}")
    for one in found:
        _add(pages, "url", f"{home}/groups/{one.slug}", one.changed_at.date().isoformat())
    return _kept(_written(pages), "application/xml")


def _add(into: Element, name: str, address: str, changed: str = "") -> None:
    entry = SubElement(into, name)
    SubElement(entry, "loc").text = address
    if changed:
        SubElement(entry, "lastmod").text = changed


def _written(found: Element) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(found, encoding="unicode")}\n'


def _kept(text: str, kind: str) -> Response:
    answer = make_response(text)
    answer.mimetype = kind
    answer.headers["Cache-Control"] = HOUR
    return answer
