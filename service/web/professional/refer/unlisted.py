"""A group that somebody speaks of and that is not listed: a short form, taken for the editors. It asks for nobody."""

from collections.abc import Mapping
from uuid import NAMESPACE_OID, UUID, uuid5

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from service.catalog.proposals import hearing, saying, taking
from service.clock import now
from service.errors import Invalid
from service.web.access import current_actor, origin
from service.web.own_words import joined
from service.web.professional.refer.typed import TOLD, shown
from service.web.rendering import services

PREFIX = "new_"  # of fields: it stands in a form with others
# Field -> label, hint, rows (0: one line).
LABELS: Mapping[str, tuple[LazyString, LazyString | str, int]] = {
    "name": (_l("What the group is called"), "", 0),
    "description": (_l("What happens there"), "", 2),
    "when": (_l("The day or the time"), _l("Like “Every Tuesday, 10 to 12”"), 0),
    "place": (_l("The place"), _l("A name, a street, a town or a postcode"), 0),
    "reach": (_l("How to reach whoever runs it"), _l("Only the editors see this."), 0),
}
STATES: Mapping[str, LazyString] = {
    "open": _l("Not checked yet. An editor looks at it first."),
    "accepted": _l("Not checked yet. An editor writes its page."),
    "partly": _l("Not checked yet. An editor writes its page."),
    "rejected": _l("The editors did not list it."),
}


def is_typed(typed: Mapping[str, str]) -> bool:
    """Tell whether anything of a group stands in the form."""
    return any(typed.get(name, "").strip() for name in TOLD)


def hear(unit: Session, typed: Mapping[str, str], nonce: str) -> UUID:
    """Keep the group for the editors, once for a form, and return its number.

    Raises
    ------
    Invalid
        By the fields of this form: `needed`, `too_long`, `unreadable`.
    """
    plain = {name: shown(typed.get(f"{PREFIX}{name}", "")) for name in saying.FIELDS["heard"]}
    try:
        said = saying.said("heard", plain)
    except Invalid as refused:
        problems = {name: problem for name, problem in refused.fields.items() if name != "main"}
        raise Invalid("invalid", fields={f"{PREFIX}{name}": one for name, one in problems.items()}) from refused
    actor = current_actor()
    proposal_id = uuid5(NAMESPACE_OID, "\n".join((f"heard:{actor.user_id}:{nonce}", *said.values.values())))
    sealer = services().sealer(taking.PURPOSE)
    hearing.hear(unit, sealer=sealer, proposal_id=proposal_id, said=said, actor=actor, now=now(), origin=origin())
    return proposal_id


def on_plan(typed: Mapping[str, str]) -> str:
    """Say a group as the line of a plan: what it is called, when and where."""
    parts = (shown(typed.get(f"{PREFIX}{name}", "")).strip() for name in ("name", "when", "place"))
    return joined(", ", (part for part in parts if part))


def fields(typed: Mapping[str, str], errors: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the fields of the form as they were typed, each with what is wrong with it."""
    return [
        {
            "name": f"{PREFIX}{name}",
            "label": label,
            "hint": hint,
            "rows": rows,
            "value": shown(typed.get(f"{PREFIX}{name}", "")),
            "error": errors.get(f"{PREFIX}{name}", ""),
        }
        for name, (label, hint, rows) in LABELS.items()
    ]
