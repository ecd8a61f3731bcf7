"""Words of messages in the other languages, one file each; English is what they are translated from.

Read once from the files beside this one. A message without words in a language comes in English.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources

from service.notifications.wording import Words


def read(english: Mapping[tuple[str, str], Words]) -> dict[tuple[str, str], Words]:
    """Return the words of all messages in all languages there are; each is worth sending for as long as in English."""
    found = dict(english)
    for file in sorted(resources.files(__name__).iterdir(), key=lambda one: one.name):
        language, _, ending = file.name.partition(".")
        if ending == "toml":
            for template, said in tomllib.loads(file.read_text("utf-8")).items():
                source = english[template, "en"]
                found[template, language] = replace(source, subject=said["subject"], body=said["body"])
    return found
