"""Rows of the record in plain words: what was done, by whom and what for. It decides nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Role
from service.accounts.record.activity import Deed
from service.accounts.record.audit import Purpose
from service.web.account_words import ROLES
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack

OTHER_ROLES: Mapping[Role, LazyString] = {Role.VISITOR: _l("Visitor"), Role.API_CLIENT: _l("Program")}
ON_SERVER = _l("At the server")
LISTING, MEMBERS, PROGRAMS = _l("Change a listing"), _l("Change who works here"), _l("Change a program")
HELP, LOOK = _l("Work with people who are helped"), _l("Read about somebody who is helped")
WHO, YES, OWN = _l("Write down who is helped"), _l("Write down a yes, or take it back"), _l("Look at one’s own page")
ANSWER, WAYS = _l("Answer for a group"), _l("Change how somebody signs in")
WRONG, RIGHT = _l("Read what is wrong"), _l("Put right what was wrong")
FEEL, STOP = _l("Ask how somebody feels"), _l("Stop or allow messages")
KEPT = _l("Look up what is kept of somebody")
SAFE = _l("Look after somebody’s safety")
SECOND, PASSWORD, OUT = _l("Change the second step"), _l("Change a password"), _l("Sign out")
ADDRESS = _l("Change an e-mail address")
ACTIONS: Mapping[str, LazyString] = {
    "refer": _l("Refer somebody"),
    "refer_unvetted": _l("Refer somebody to a group nobody checked"),
    "read_referrals": _l("Read referrals"),
    "see_person": _l("Read who asks to come"),
    "work_cases": HELP,
    **dict.fromkeys(("read_case", "read_caseload", "explain_case", "read_person", "look_for_same"), LOOK),
    **dict.fromkeys(("read_plan", "read_plans", "read_measures"), LOOK),
    **dict.fromkeys(
        ("write_note", "write_letter", "write_task", "write_story", "log_call", "settle_need", "change_plan", "plan"),
        HELP,
    ),
    **dict.fromkeys(("move_case", "take_case", "hand_over", "cover_desk", "close", "stop", "check_in", "book"), HELP),
    **dict.fromkeys(("mark_attended", "mark_no_show", "mark_session_cancelled", "mark_stopped"), HELP),
    **dict.fromkeys(("add_person", "change_person", "merge_people"), WHO),
    **dict.fromkeys(("take_consent", "withdraw_consent", "withdraw"), YES),
    **dict.fromkeys(("see_own", "send_own_link", "ask_back", "ask_copy", "ask_erasure"), OWN),
    **dict.fromkeys(("measure", "measures_link"), FEEL),
    "licence": _l("Enter a licence"),
    **dict.fromkeys(("mail_stop", "mail_allow", "mail_given_up"), STOP),
    "mail_again": _l("Try mail again"),
    "run_job": _l("Run a job"),
    **dict.fromkeys(("add_passkey", "rename_passkey", "remove_passkey", "passkey_copied", "passkey_refused"), WAYS),
    **dict.fromkeys(("make_login", "change_login", "link"), WAYS),
    "read_proposal": WRONG,
    "tell_proposal": _l("Tell of a group"),
    "close_proposal": RIGHT,
    "prove_claim": LISTING,
    "answer_group": _l("Answer a question of a group"),
    **dict.fromkeys(("confirm", "waitlist", "answer"), ANSWER),
    **dict.fromkeys(("met_copy", "met_erasure", "privacy"), KEPT),
    "figures": _l("Read figures"),
    "safety": SAFE,
    "tell_incident": _l("Tell of a worry about safety"),
    "read_incident": SAFE,
    "read_incidents": SAFE,
    "close_incident": SAFE,
    "lead_team": MEMBERS,
    "read_team": _l("Read how much each has to do"),
    "name_lead": MEMBERS,
    "end_lead": MEMBERS,
    "accept": _l("Say yes for a group"),
    "decline": _l("Say no for a group"),
    "ring_back": _l("Read whom to ring"),
    "rang.done": _l("Ring somebody"),
    "rang.no_answer": _l("Ring somebody"),
    "read_report": WRONG,
    "close_report": RIGHT,
    "edit_catalog": LISTING,
    "change_many": LISTING,
    "undo_many": LISTING,
    "set_rule": LISTING,
    "set_scope": MEMBERS,
    "sign_in": _l("Sign in"),
    "sign_out": OUT,
    "sign_out_elsewhere": OUT,
    "end_sessions": OUT,
    "make_link": _l("Ask for a link to sign in"),
    "change_password": PASSWORD,
    "set_password": PASSWORD,
    "ask_email": ADDRESS,
    "change_email": ADDRESS,
    "second_factor": _l("Show the second step"),
    "set_up_second_factor": SECOND,
    "turn_off_second_factor": SECOND,
    "reset_second_factor": SECOND,
    "announce_reset": SECOND,
    "stop_reset": SECOND,
    "forged_form": _l("Send a form that is not ours"),
    "make_recovery_codes": SECOND,
    "account": _l("Look at an account"),
    "read_members": _l("Read who works here"),
    "read_people": _l("Read who has an account"),
    "manage_members": MEMBERS,
    "give_role": MEMBERS,
    "take_role": MEMBERS,
    "change_role": MEMBERS,
    "invite": MEMBERS,
    "revoke": MEMBERS,
    "disable": MEMBERS,
    "enable": MEMBERS,
    "manage_keys": PROGRAMS,
    "make_key": _l("Make a key for a program"),
    "replace_key": PROGRAMS,
    "revoke_key": PROGRAMS,
    "add_webhook": PROGRAMS,
    "stop_webhook": PROGRAMS,
    "make_token": _l("Sign a program in"),
    "manage": _l("Run Kith"),
    "set_up_name": _l("Change the name of the service"),
    "set_up_operator": _l("Change who runs it"),
    "set_up_country": _l("Change the country"),
    "set_up_area": _l("Change the area"),
    "set_up_languages": _l("Change the languages of the pages"),
    "set_up_colour": _l("Change the main colour"),
    "set_up_logo": _l("Change the logo"),
    "make_organisation": _l("Change an organisation"),
    "change_organisation": _l("Change an organisation"),
    "export": _l("Give somebody what is kept"),
    "erase": _l("Erase what is kept of somebody"),
    "read_audit": _l("Read this record"),
    "limit": _l("Try too often"),
}
OTHER = _l("Something else")
PURPOSES: Mapping[Purpose, LazyString] = {
    Purpose.REFER: _l("To bring somebody to a group"),
    Purpose.FOLLOW_UP: _l("To see what became of it"),
    Purpose.ANSWER: _l("To say whether they may come"),
    Purpose.RING_BACK: _l("To ring them, as they asked"),
    Purpose.CORRECT: _l("To put a listing right"),
    Purpose.SUBJECT_REQUEST: _l("They asked for it"),
    Purpose.RETENTION: _l("Its time was over"),
    Purpose.ACCOUNT: _l("To keep an account"),
    Purpose.SECURITY: _l("To keep everybody safe"),
}
FAMILIES: Mapping[str, LazyString] = {
    "people": _l("People who are helped"),
    "signing_in": _l("Signing in"),
    "members": _l("Who works here"),
    "programs": _l("Programs"),
    "set_up": _l("Set up Kith"),
    "listings": _l("Listings"),
    "privacy": _l("What is kept"),
}
OUTCOMES: Mapping[str, LazyString] = {"done": _l("Done"), "denied": _l("Refused"), "failed": _l("Did not work")}


def rows(deeds: Sequence[Deed]) -> list[dict[str, object]]:
    """Return the rows for the macro `deeds`."""
    return [_row(one) for one in deeds]


def _row(deed: Deed) -> dict[str, object]:
    known = ON_SERVER if deed.on_server else {**ROLES, **OTHER_ROLES}.get(Role(deed.role), deed.role)
    role = str(known)
    why = str(PURPOSES[Purpose(deed.purpose)]) if deed.purpose in set(Purpose) else ""
    several = ngettext("%(num)s at once", "%(num)s at once", deed.things) if deed.things > 1 else ""
    return {
        "at": deed.at.isoformat(timespec="seconds"),
        "when": _moment(deed.at),
        "what": str(ACTIONS.get(deed.action, OTHER)),
        "who": deed.name or role,
        "more": ". ".join(filter(None, (role if deed.name else "", why, several))),
        "outcome": "" if deed.outcome == "done" else str(OUTCOMES[deed.outcome]),
        "about": deed.subject_id,
    }


def _moment(at: datetime) -> str:
    pack = country_pack()
    here = at.astimezone(ZoneInfo(pack.time_zone)).replace(tzinfo=None)
    locale = locale_of(current_language(), pack.code)
    day, clock = format_date(here, "medium", locale=locale), format_time(here, "medium", locale=locale)
    return str(_("%(day)s, %(time)s", day=day, time=clock))
