"""Words of messages about a date, how it went, and how it goes. None names a person, a group or an illness. Pure."""

from collections.abc import Mapping
from datetime import timedelta

from service.notifications.wording import Words

WORDS: Mapping[tuple[str, str], Words] = {
    ("appointment", "en"): Words(
        subject="A reminder",
        body=(
            "Hello,\n\n"
            "this is a reminder of what you planned for {at}.\n\n"
            "This page tells you more, and lets you say that you cannot come. Then there is nothing to explain:\n\n"
            "{link}\n\n"
            "The link is for you only: please do not pass it on.\n\n"
            "Kith\n"
        ),
        lives=timedelta(days=3),
    ),
    ("check_in", "en"): Words(
        subject="How are things?",
        body=(
            "Hello,\n\n"
            "how is it going? This page has a few buttons; one press is enough:\n\n"
            "{link}\n\n"
            "Opening the page tells nobody anything, and you need not answer. The link works for {days} days and is "
            "for you only: please do not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("still_waiting", "en"): Words(
        subject="You are not forgotten",
        body=(
            "Hello,\n\n"
            "something you would like to do has no free place yet. Do you still want to wait? One press is enough:\n\n"
            "{link}\n\n"
            "Opening the page tells nobody anything. The link works for {days} days and is for you only: please do "
            "not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("group_answer_again", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "a few days ago we asked whether somebody may come along. They still wait to hear. If you answered in the "
            "meantime, thank you; if not, this page asks again:\n\n"
            "{link}\n\n"
            "Opening the page tells nobody anything; you decide there. The link works for {days} days and is for you "
            "only: please do not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("outcome_wanted", "en"): Words(
        subject="A question from Kith for your group",
        body=(
            "Hello,\n\n"
            "somebody meant to come along for the first time. Did they? This page has three buttons; one press is "
            "enough:\n\n"
            "{link}\n\n"
            "Opening the page tells nobody anything. You need no account. The link works for {days} days and is for "
            "you only: please do not pass it on.\n\n"
            "Kith\n"
        ),
    ),
    ("news", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "there is news of somebody you told us about. Sign in to read it. It is written so that you can copy it "
            "into your record:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
    ("something_waits", "en"): Words(
        subject="A note from Kith",
        body="Hello,\n\nsomething waits for you in Kith. Sign in to see it:\n\n{link}\n\nKith\n",
    ),
}
