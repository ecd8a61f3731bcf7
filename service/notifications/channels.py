"""What carries a message, and the words of each one. Subjects are neutral and no text names a person."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TextIO
from uuid import UUID

from service.errors import Invalid, Unavailable
from service.notifications import in_languages, words_following, words_people
from service.notifications.wording import KITH, Words, filled, signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, opened, on its way out. Its address and parameters stay out of its `repr`."""

    id: UUID
    message_id: str
    channel: str
    template: str
    language: str
    to: str = field(repr=False)
    params: Mapping[str, object] = field(repr=False)
    attempts: int
    key: str = field(default="", repr=False)  # of its cause


ENGLISH: Mapping[tuple[str, str], Words] = {
    **words_following.WORDS,
    **words_people.WORDS,
    ("address_wanted", "en"): Words(
        subject="A note about your account",
        body=(
            "Hello,\n\n"
            "somebody who is signed in to your account in Kith asked to sign in with another e-mail address from now "
            "on.\n\n"
            "If that was you, there is nothing you need to do here. If it was not, sign in, choose a new password and "
            "end the other sessions. Then the change is stopped:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
    ("claim_link", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "somebody told us that they run your group, and would like to keep its page in Kith right. We write to the "
            "address that stands there, to see whether that is so. This page has one button:\n\n"
            "{link}\n\n"
            "Opening the page does nothing. The link works once, for {days} days. If you do not know what this is "
            "about, leave it: then nothing happens.\n\n"
            "Kith\n"
        ),
    ),
    ("fact_asked", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "somebody who thinks of coming to your group asks about one thing that your page does not tell yet. This "
            "page asks it, with three buttons:\n\n"
            "{link}\n\n"
            "Opening the page changes nothing. You need no account. The link works once, for {days} days. Everybody "
            "sees the answer, so nobody asks twice.\n\n"
            "Kith\n"
        ),
    ),
    ("group_answer_link", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "somebody would like to come along. This page tells you what would help, and asks whether it suits:\n\n"
            "{link}\n\n"
            "Opening the page tells nobody anything; you decide there. The link works for {days} days and is for you "
            "only: please do not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("group_not_open", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "one of the groups you introduced somebody to is not open now. Sign in to see which, and look for another "
            "way together:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
    ("invitation", "en"): Words(
        subject="An invitation from Kith",
        body=(
            "Hello,\n\n"
            "{organisation} would like you to work with them in Kith. This page tells you as what, and has a button to "
            "say yes:\n\n"
            "{link}\n\n"
            "Opening the page does nothing. The link works for {days} days, once, and is for you only: please do not "
            "pass it on. If you do not know what this is about, there is nothing you need to do.\n\n"
            "Kith\n"
        ),
    ),
    # Carried to nobody: service/accounts/signing_in/asking.py reads it, and writes one of the links below.
    ("link_wanted", "en"): Words(
        subject="A link is asked for", body="{purpose} {browser}", lives=timedelta(minutes=10)
    ),
    ("listing_check", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "is what we tell people about your group still right? This page shows it, with three buttons: still right, "
            "something changed, it has closed.\n\n"
            "{link}\n\n"
            "Opening the page changes nothing. You need no account. The link works once, for {days} days.\n\n"
            "Kith\n"
        ),
    ),
    ("listing_off", "en"): Words(
        subject="Your group’s next dates",
        body=(
            "Hello,\n\n"
            "if your group does not meet one time, tell everybody here with two presses, or say when it meets "
            "instead:\n\n"
            "{link}\n\n"
            "Opening the page changes nothing. You need no account. The link works for {days} days, as often as you "
            "like, and is for you only: please do not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("meeting_off", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "what you planned for {at} does not take place this time. There is nothing you need to do: whoever helps "
            "you tells you the next date.\n\n"
            "Kith\n"
        ),
    ),
    ("new_address", "en"): Words(
        subject="Your link for Kith",
        body=(
            "Hello,\n\n"
            "somebody wants to sign in to Kith with this e-mail address. If that was you, this link opens a page with "
            "one button:\n\n"
            "{link}\n\n"
            "Open it where you are signed in. It works once, in the next {minutes} minutes. If you did not ask for "
            "it, there is nothing you need to do.\n\n"
            "Kith\n"
        ),
        lives=timedelta(minutes=10),
    ),
    ("second_factor_ends", "en"): Words(
        subject="A note about your account",
        body=(
            "Hello,\n\n"
            "whoever runs your Kith was told that you lost your phone. In {hours} hours your second step and your "
            "passkeys are taken off, and you set up new ones when you sign in.\n\n"
            "If you did not ask for this, stop it. Sign in and open this page:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
    ("set_password_link", "en"): Words(
        subject="Your link for Kith",
        body=(
            "Hello,\n\n"
            "this link opens a page on which you choose a new password:\n\n"
            "{link}\n\n"
            "Open it where you asked for it. It works once, in the next {minutes} minutes. If you did not ask for it, "
            "there is nothing you need to do.\n\n"
            "Kith\n"
        ),
        lives=timedelta(minutes=10),
    ),
    ("sign_in_changed", "en"): Words(
        subject="A note about your account",
        body=(
            "Hello,\n\n"
            "the way you sign in to Kith was changed just now.\n\n"
            "If that was you, there is nothing you need to do. If it was not, sign in, choose a new password and end "
            "the other sessions, and tell whoever runs your Kith:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
    ("sign_in_link", "en"): Words(
        subject="Your link for Kith",
        body=(
            "Hello,\n\n"
            "this link opens a page with one button, which signs you in:\n\n"
            "{link}\n\n"
            "Open it where you asked for it. It works once, in the next {minutes} minutes. If you did not ask for it, "
            "there is nothing you need to do.\n\n"
            "Kith\n"
        ),
        lives=timedelta(minutes=10),
    ),
    ("suggestion_taken", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "you told us something about a group. An editor looked at it and took it over. Thank you.\n\n"
            "We have now erased this address. There is nothing you need to do.\n\n"
            "Kith\n"
        ),
    ),
    ("suggestion_partly", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "you told us something about a group. An editor looked at it and took over a part of it. Thank you.\n\n"
            "We have now erased this address. There is nothing you need to do.\n\n"
            "Kith\n"
        ),
    ),
    ("suggestion_not_taken", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "you told us something about a group. An editor looked at it and did not take it over: {why}. Thank you "
            "for telling us all the same.\n\n"
            "We have now erased this address. There is nothing you need to do.\n\n"
            "Kith\n"
        ),
    ),
    ("trial", "en"): Words(
        subject="A trial message from Kith",
        body="Hello,\n\nthis message shows that Kith can send mail to you. There is nothing you need to do.\n\nKith\n",
        lives=timedelta(hours=1),
    ),
}

WORDS = in_languages.read(ENGLISH)


def words(template: str, language: str) -> Words:
    """Give the words of a template in a language, in English where that language has none yet.

    Raises
    ------
    Invalid
        `message_template`: there is no such template.
    """
    found = WORDS.get((template, language)) or WORDS.get((template, "en"))
    if found is None:
        raise Invalid("message_template", template=template)
    return found


def check(template: str, params: Mapping[str, object]) -> None:
    """Refuse a message that could not be worded later: unknown template, or parameters missing.

    Raises
    ------
    Invalid
        `message_template` or `message_params`.
    """
    missing = words(template, "en").needs - set(params)
    if missing:
        raise Invalid("message_params", template=template, missing=sorted(missing))


class NotSent(Unavailable):
    """A message did not go. Its code says why: never what somebody wrote or what a server answered."""


class Away(NotSent):
    """The channel itself cannot be used just now: whatever waits for it waits a little."""


class Later(NotSent):
    """One message was not taken just now."""


class Never(NotSent):
    """One message will never be taken."""


class Channel(Protocol):
    """One way to reach people."""

    def send(self, message: Message) -> None:
        """Carry one message, or raise NotSent."""


class Off:
    """A way that this installation does not have: what was to go by it is given up, and somebody has a task."""

    def send(self, message: Message) -> None:  # noqa: ARG002, RUF100
        """Refuse the message."""
        raise Never("no_gateway")


@dataclass(frozen=True, slots=True)
class Console:
    """Keeps messages in a file, for demonstrations and small beginnings; a demonstration prints them as well.

    The file is readable by its owner only: it holds links that work. For the same reason nothing is printed in
    production, where what is printed ends up in a log.
    """

    log: Path
    printed: bool = True
    name: str = KITH  # of the service
    out: TextIO | None = None  # None: standard output, as it is at the moment of printing

    def send(self, message: Message) -> None:
        """Add one message to the file and show it."""
        try:
            self._keep(message)
        except OSError as error:
            raise Later("file") from error

    def _keep(self, message: Message) -> None:
        say = signed(words(message.template, message.language), self.name)
        text = (
            f"--- {message.message_id}\nTo: {message.to}\nSubject: {say.subject}\n\n"
            f"{filled(say.body, message.params, message.language)}---\n"
        )
        self.log.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(text)
        if self.printed:
            out = self.out or sys.stdout
            out.write(text)
            out.flush()
