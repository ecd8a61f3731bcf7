"""Words of messages about what somebody agreed to. None names a person, a group or an illness. Pure."""

from collections.abc import Mapping

from service.notifications.wording import Words

WORDS: Mapping[tuple[str, str], Words] = {
    ("own_link", "en"): Words(
        subject="Your own page",
        body=(
            "Hello,\n\n"
            "this page is yours. It shows what you agreed to, and you can change your mind there with one press:\n\n"
            "{link}\n\n"
            "Opening the page changes nothing, and you need no account. The link works for {days} days and is for you "
            "only: please do not pass it on. If you do not know what this is about, leave it: then nothing happens.\n\n"
            "Kith\n"
        ),
    ),
    ("please_erase", "en"): Words(
        subject="Please erase something",
        body=(
            "Hello,\n\n"
            "on {day} somebody agreed that you may know a few things about them. They have changed their mind, as "
            "anybody may.\n\n"
            "Please erase what you noted then: name, number, and what helps them. If they want to come all the same, "
            "they tell you themselves. You need not answer.\n\n"
            "Kith\n"
        ),
    ),
    ("ring_to_erase", "en"): Words(
        subject="Please ring a group",
        body=(
            "Hello,\n\n"
            "somebody has changed their mind, as anybody may: a group may know nothing about them any more. This group "
            "has no e-mail, so the message must come from you. Sign in to see who it is about:\n\n"
            "{link}\n\n"
            "If the group was told anything on the telephone, please ring it today and ask it to erase what it noted: "
            "name, number, and what helps them.\n\n"
            "Kith\n"
        ),
    ),
    ("person_said", "en"): Words(
        subject="A note from Kith",
        body=(
            "Hello,\n\n"
            "somebody used their own page: there is something for you to see. Sign in to read it:\n\n"
            "{link}\n\n"
            "Kith\n"
        ),
    ),
}
