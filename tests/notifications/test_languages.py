"""A message comes in the language of whoever gets it, says no less than in English, and names nobody in its subject."""

import pytest

from service.config import LANGUAGES
from service.notifications.channels import ENGLISH, WORDS, words

OTHERS = [language for language in LANGUAGES if language != "en"]
UNSAID = ("link_wanted",)  # carried to nobody


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_has_words_in_every_language(language: str) -> None:
    wanted = {template for template, _ in ENGLISH} - set(UNSAID)
    assert {template for template, told in WORDS if told == language} == wanted


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("template", sorted({template for template, _ in ENGLISH} - set(UNSAID)))
def test_it_holds_the_same_link_and_figures_and_ends_as_ours_do(template: str, language: str) -> None:
    here, english = words(template, language), words(template, "en")
    assert here.needs == english.needs
    assert here.lives == english.lives
    assert here.body.count("\n\n{link}\n\n") == english.body.count("\n\n{link}\n\n")
    assert here.body.endswith("\n\nKith\n")
    assert not here.body.startswith("\n")
    assert here.subject.strip() == here.subject
    assert "\n" not in here.subject
    assert (here.subject, here.body) != (english.subject, english.body)
