"""What roles are called on pages, and what is wrong with what somebody wrote of an account. It decides nothing."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Role
from service.errors import Problem

ROLES: Mapping[Role, LazyString] = {
    Role.PERSON: _l("No role"),
    Role.GROUP_LEADER: _l("Group leader"),
    Role.REFERRER: _l("Referrer"),
    Role.LINK_WORKER: _l("Link worker"),
    Role.ORG_MANAGER: _l("Manager"),
    Role.EDITOR: _l("Editor"),
    Role.INSIGHT: _l("Reader of figures"),
    Role.ADMIN: _l("Administrator"),
}
MAY: Mapping[Role, LazyString] = {
    Role.GROUP_LEADER: _l("Answers for a group"),
    Role.REFERRER: _l("Refers people, and sees those they referred"),
    Role.LINK_WORKER: _l("Refers people, and sees all who were referred"),
    Role.ORG_MANAGER: _l("Invites members, and sees nobody’s referral"),
    Role.EDITOR: _l("Edits listings, and rings people back"),
    Role.INSIGHT: _l("Reads figures, and sees nobody"),
    Role.ADMIN: _l("Runs all of it, and sees nobody’s referral"),
}
SENTENCES: Mapping[str, LazyString] = {
    "needed": _l("This is needed"),
    "too_long": _l("This is too long: at most %(limit)s characters"),
    "too_many": _l("That is too many: at most %(limit)s"),
    "unknown_district": _l("We do not know this district: %(which)s"),
    "unknown_organisation": _l("We do not know this organisation"),
    "not_a_choice": _l("Choose one of the list"),
    "role": _l("Choose one of the list"),
    "email": _l("Write an e-mail address. It looks like hello@example.org"),
    "email_taken": _l("This address has an account already"),
    "name_taken": _l("There is one with this name"),
    "password_too_short": _l("Use at least %(least)s letters or signs"),
    "password_too_long": _l("Use at most %(most)s letters or signs"),
    "password_common": _l("This is easy to guess. Use a few words that do not belong together"),
    "set_up_code": _l("This is not the code"),
    "last_administrator": _l("This is the last person who runs Kith. Invite one more first"),
    "last_manager": _l("This is the last manager here. Invite one more first"),
    "idempotency_key": _l("This form cannot be sent as it is. Load the page again"),
    "idempotency_reused": _l("This form was sent before with other words. Please look it over and send it again"),
}


def sentences(fields: Mapping[str, Problem]) -> dict[str, str]:
    """Say what is wrong, field by field."""
    return {name: sentence(problem.code, problem.params) for name, problem in fields.items()}


def sentence(code: str, params: Mapping[str, object] | None = None) -> str:
    """Say one thing that is wrong."""
    words = SENTENCES.get(code)
    return str(words) % dict(params or {}) if words else str(gettext("We could not read this"))
