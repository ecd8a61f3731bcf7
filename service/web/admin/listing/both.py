"""The page of two people who changed one thing: what it was, what is saved now, what I typed, chosen part by part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Response

from service.catalog.history import RevisionView
from service.web.admin import rooms, words
from service.web.admin.listing import pages, three_way
from service.web.admin.listing.forms import Typed
from service.web.admin.listing.three_way import CHOICE, MINE, THEIRS, Part

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The form as I sent it, as it stood when I opened it, and as it is saved now."""

    mine: Typed
    base: Typed
    theirs: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What it is about, who saved it, and where the page leads."""

    name: str
    is_example: bool
    last: RevisionView | None
    action: str
    edit_href: str
    names: Names = field(default_factory=dict)
    label: Callable[[str], str] = lambda _: ""  # the name of a field; "" for one of a listing


def page(forms: Forms, about: About) -> Response:
    """Show every part that either changed; of what both did, one is chosen."""
    found = [(part, _told(part, forms, about)) for part in three_way.parts(forms.mine, forms.base, forms.theirs)]
    last = about.last
    shown = rooms.page(
        "conflict.html",
        "",
        group={"name": about.name, "is_example": about.is_example},
        by=str(words.ROLES.get(last.actor_role, last.actor_role)) if last else "",
        at=pages.moment(last.at) if last else "",
        differences=[told for part, told in found if part.who == "both"],
        by_them=[told for part, told in found if part.who == THEIRS],
        by_me=[told for part, told in found if part.who == MINE],
        form_action=about.action,
        hidden=pages.sent_on(forms.mine),
        edit_href=about.edit_href,
    )
    shown.status_code = 409
    return shown


def _told(part: Part, forms: Forms, about: About) -> dict[str, str]:
    labels = [about.label(one) or words.form_label(one, about.names) for one in part.fields]
    heads = list(dict.fromkeys(label.partition(": ")[0] for label in labels))
    sides = {"was": forms.base, "theirs": forms.theirs, "yours": {**forms.base, **forms.mine}}
    told = {side: _lines(part, labels, form, about.names) for side, form in sides.items()}
    return {"name": f"{CHOICE}{part.name}", "what": labels[0] if len(labels) == 1 else ", ".join(heads), **told}


def _lines(part: Part, labels: Sequence[str], form: Typed, names: Names) -> str:
    """Say what stands in the fields of a part; where these are several of one thing, each with its own name."""
    values = [words.form_value(one, form.get(one, ""), names) for one in part.fields]
    own = [label.partition(": ")[2] for label in labels] if len(labels) > 1 else [""]
    return "\n".join(f"{name}: {text}" if name else text for name, text in zip(own, values, strict=True) if text)
