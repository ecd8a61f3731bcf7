"""The pages of interests: what each template is given. Saves nothing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask_babel import format_datetime

from service.catalog.terms import queries
from service.catalog.terms.operations import Wanted
from service.catalog.terms.queries import Carrier
from service.catalog.words.known import found, known
from service.catalog.words.overlay import ENGLISH, GIVES_WAY, KINDS, LANGUAGES, MOVABLE, Change, Overlaid
from service.catalog.words.taxonomy import Taxonomy, Term
from service.db import db
from service.matching.counting import Unmet
from service.web.admin import rooms
from service.web.admin import words as editing
from service.web.admin.desk.unmet import DAYS
from service.web.admin.listing import pages
from service.web.admin.terms import words
from service.web.rendering import country_pack, services
from service.web.term_words import called

NAMED = 20  # listings named before they go along
Way = dict[str, object]


def tree(taxonomy: Taxonomy, query: str, *, left_out: int) -> Response:
    """Show all of it, or what a search finds."""
    counts = queries.counts(db.session())
    chosen = found(taxonomy.terms, query) if query else ()
    tops = [term for term in taxonomy.terms if term.broader is None]
    return rooms.page(
        "terms.html",
        ".admin_terms",
        search_action=url_for(".admin_terms"),
        query=query,
        found=[_way(one, counts) | {"path": _path(taxonomy, one)} for one in chosen],
        families=[_way(top, counts) | {"below": list(_below(taxonomy, top, counts, 1))} for top in tops],
        left_out=left_out,
    )


def one(
    taxonomy: Taxonomy, term: Term, *, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> Response:
    """Show one of them."""
    counts = queries.counts(db.session())
    movable = term.facet == MOVABLE and term.broader is not None
    return rooms.page(
        "term.html",
        "",
        term=term,
        label=called(term),
        path=_path(taxonomy, term),
        count=counts.get(term.code, 0),
        narrower=[_way(below, counts) for below in taxonomy.children(term.code)],
        languages=_languages(term),
        spoken=[(code, pages.figures().language(code)) for code in LANGUAGES],
        kinds=[("word_add", words.KINDS["words"]), ("word_refuse", words.KINDS["not_words"])],
        matches=list(words.MATCHES.items()),
        choices=[("", "–"), *_choices(taxonomy, term)] if movable else [],
        can_add=term.facet == MOVABLE,
        unmet=_unmet(taxonomy, term),
        days=DAYS,
        acts=_acts(taxonomy, term),
        version=queries.version(db.session(), term.code),
        form_action=url_for(".admin_term_check", code=term.code),
        back_href=url_for(".admin_terms"),
        saved=request.args.get("saved") == "1",
        values={"label_language": ENGLISH, "word_language": ENGLISH, "act": "word_add", **typed},
        errors=dict(errors or {}),
    )


def check(taxonomy: Taxonomy, change: Change, after: Overlaid, *, wanted: Wanted, version: int) -> Response:
    """Show what an act would do, before it is done."""
    session, shown = db.session(), pages.figures()
    gives_way = change.act in GIVES_WAY
    about = taxonomy.term(wanted.code)
    below = {wanted.code} if gives_way else {wanted.code, *(term.code for term in taxonomy.narrower(wanted.code))}
    reached = sorted(below) if gives_way or change.act == "word_add" else []
    return rooms.page(
        "term_check.html",
        "",
        label=called(about),
        deed=words.deed(change, taxonomy, shown),
        others=_others(taxonomy, change) if change.act in ("word_add", "word_refuse", "add", "label") else [],
        gives_way=gives_way,
        reached=queries.count_carriers(session, reached) if reached else 0,
        named=[_listing(each) for each in queries.carriers(session, reached, limit=NAMED)] if reached else [],
        asked=sum(each.asked for each in _asked({wanted.code})) if change.act == "word_add" else 0,
        days=DAYS,
        form_action=url_for(".admin_term_save", code=wanted.code),
        back_href=url_for(".admin_term", code=wanted.code),
        hidden=[
            ("act", wanted.act),
            ("value", wanted.value),
            ("language", wanted.language),
            ("under", wanted.under),
            ("version", str(version)),
        ],
    )


def _others(taxonomy: Taxonomy, change: Change) -> list[Way]:
    """Return where the word stands already."""
    said = known(taxonomy.terms, change.value, taxonomy.stem)
    return [
        {
            "label": called(taxonomy.term(one.code)),
            "href": url_for(".admin_term", code=one.code),
            "how": str(words.KINDS[one.kind]),
            "language": pages.figures().language(one.language),
        }
        for one in said
        if one.code != change.code
    ]


def _way(term: Term, counts: Mapping[str, int]) -> Way:
    return {
        "label": called(term),
        "href": url_for(".admin_term", code=term.code),
        "count": counts.get(term.code, 0),
    }


def _below(taxonomy: Taxonomy, term: Term, counts: Mapping[str, int], depth: int) -> Iterator[Way]:
    """Yield what is narrower, each followed by its own."""
    for child in taxonomy.children(term.code):
        yield _way(child, counts) | {"deep": depth > 1}
        yield from _below(taxonomy, child, counts, depth + 1)


def _path(taxonomy: Taxonomy, term: Term) -> list[Way]:
    """Return what is broader, from the top."""
    above, way = taxonomy.broader(term.code), list[Way]()
    while above is not None:
        way.insert(0, {"label": called(above), "href": url_for(".admin_term", code=above.code)})
        above = taxonomy.broader(above.code)
    return way


def _languages(term: Term) -> list[Way]:
    shown = pages.figures()
    english = shown.language(ENGLISH)
    lists: list[Way] = [
        {"language": ENGLISH, "name": english, "kind": str(words.KINDS[kind]), "words": _plain(term, kind)}
        for kind in KINDS
    ]
    for code in LANGUAGES[1:]:
        own = term.synonyms.get(code, ())
        lists.append({"language": code, "name": shown.language(code), "kind": term.labels.get(code, ""), "words": own})
    return [one for one in lists if one["words"] or one["language"] != ENGLISH]


def _plain(term: Term, kind: str) -> list[str]:
    return [entry.removeprefix("=") for entry in getattr(term, kind)]


def _choices(taxonomy: Taxonomy, own: Term) -> Iterable[tuple[str, str]]:
    for family in taxonomy.families():
        for term in (family, *taxonomy.narrower(family.code)):
            if term.code != own.code:
                way = " › ".join([*(str(one["label"]) for one in _path(taxonomy, term)), called(term)])
                yield term.code, way


def _unmet(taxonomy: Taxonomy, term: Term) -> list[Way]:
    """Return what was asked for near a term and not found, as often as may be told."""
    family = term.broader or term.code
    near = {term.code, family, *(one.code for one in (*taxonomy.children(family), *taxonomy.narrower(term.code)))}
    found_rows = []
    for each in _asked(near):
        label = words.name(taxonomy, each.term)
        near_by = taxonomy.get(each.term)
        word = near_by.label if near_by and near_by.code != term.code else ""
        href = f"{url_for('.admin_term', code=term.code, word=word)}#word" if word else ""
        found_rows.append({"area": each.area, "term": label, "asked": each.asked, "href": href})
    return found_rows


def _asked(codes: set[str]) -> list[Unmet]:
    since = pages.around().today - timedelta(days=DAYS)
    return [one for one in services().counts.unmet(since=since) if one.term in codes]


def _acts(taxonomy: Taxonomy, term: Term) -> list[Way]:
    shown = pages.figures()
    return [
        {
            "deed": words.deed(each.change, taxonomy, shown),
            "when": _moment(each.at),
            "who": str(editing.ROLES.get(each.actor_role, each.actor_role)),
            "note": each.reason or "",
            "undone": each.undone_at is not None,
            "undo_action": url_for(".admin_term_undo", code=term.code, number=each.change.number),
        }
        for each in queries.acts(db.session(), term.code)
    ]


def _listing(one: Carrier) -> Way:
    return {
        "name": pages.EXAMPLE.sub("", one.name),
        "is_example": one.is_example,
        "href": url_for(".admin_group", group_id=one.id),
    }


def _moment(at: datetime) -> str:
    return str(format_datetime(at.astimezone(ZoneInfo(country_pack().time_zone)), "d MMMM y, HH:mm", rebase=False))
