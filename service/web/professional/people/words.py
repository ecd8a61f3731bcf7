"""What is read out to somebody before they say yes, and what the fields of a person are called. It holds words only.

The sentences of `ASKED` are kept with each yes by their version: change one, and give it the next version.
"""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ASKED: dict[str, LazyString] = {
    "introduction": _l(
        "May we tell %(name)s what is ticked here, so that they can welcome you? They use it for nothing else."
    ),
    "link_work": _l("May those who help people at %(name)s know what is ticked here, so that they can look with you?"),
    "tell_referrer": _l("May %(name)s hear how it goes: whether you went, and whether you liked it?"),
    "measures": _l("May %(name)s keep your answers about how you feel, to see what changes? No group sees them."),
}
KINDS: dict[str, LazyString] = {
    "introduction": _l("To go there"),
    "link_work": _l("To look together"),
    "tell_referrer": _l("To hear how it goes"),
    "measures": _l("To keep answers"),
}
ALWAYS = _l("You can take it back at any time. A no costs you nothing.")
ITEMS: dict[str, LazyString] = {
    "name": _l("First name"),
    "contact": _l("How to reach them"),
    "needs": _l("What they need"),
    "access_needs": _l("What helps them"),
    "measures": _l("Answers to questions"),
    "outcome": _l("How it went"),
}
METHODS: dict[str, LazyString] = {
    "spoken": _l("They said it"),
    "written": _l("They wrote it"),
}
GIVEN_BY: dict[str, LazyString] = {
    "self": _l("They decided themselves"),
    "representative": _l("Somebody decided for them"),
}
RULES: dict[str, LazyString] = {
    "any": _l("Any way is fine"),
    "phone": _l("By phone"),
    "text": _l("By text message"),
    "email": _l("By e-mail"),
    "letter": _l("By letter"),
    "none": _l("No contact, please"),
}
CARE: dict[str, LazyString] = {"under_18": _l("Under 18"), "safety": _l("At risk: checked groups only")}
LOOKS: dict[str, LazyString] = {
    "both": _l("The same contact"),
    "contact": _l("The same contact"),
    "name": _l("The same name"),
}
PROBLEMS: dict[str, LazyString] = {
    "missing": _l("Tell us what to call them."),
    "contact_needed": _l("Say where, or choose another way."),
    "no_email": _l("Write a whole e-mail address, like name@example.org."),
    "no_text": _l("Write a phone number."),
    "no_phone": _l("Write a phone number."),
    "no_day": _l("This is no day on which somebody alive was born."),
    "unknown_choice": _l("Pick one of the answers that are here."),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
    "consent_needed": _l("Tick this first"),
    "words_changed": _l("The words have changed. Read them out again."),
    "representative_needed": _l("Say who decided, and why; or that they decided themselves."),
}
# What is said of a question that has no answer yet.
MISSING: dict[str, LazyString] = {
    "items": _l("Tick what they said yes to. Without the first name it helps nobody."),
    "method": _l("How did they say it?"),
    "given_by": _l("Who decided?"),
}
