"""What stands on the buttons by which people answer our messages, and so what they said by pressing one."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SAID: dict[str, LazyString] = {
    "going_well": _l("It is going well"),
    "not_for_me": _l("It is not for me"),
    "call_me": _l("I would like a call"),
    "very_low": _l("I feel very low"),
    "coming": _l("I am coming"),
    "cannot_come": _l("I cannot come"),
    "still": _l("Yes, I want to wait"),
    "no_more": _l("No, not any more"),
}
