"""A word alone says little: what stands beside it tells whether it is meant, and a slip of the finger means no more."""

from pathlib import Path

import pytest

from service.catalog.words.slips import Slips
from service.catalog.words.spotting import BLOCK, SITUATION, STRONG, TYPO
from service.catalog.words.taxonomy import Taxonomy, Term
from service.catalog.words.vocabulary import load_taxonomy

TAXONOMY = load_taxonomy(Path(__file__).resolve().parents[2] / "seeds" / "taxonomy")

# Slips in words people write all the time; none of them is a wish.
ORDINARY_SLIPS = """
somthing freind becuase tommorow intrested definately recieve wierd untill allways realy finaly beleive seperate
probly neccessary diferent buisness goverment enviroment occured thier wich peple somone anyhting evrything morining
yesteday contry reccomend garentee apreciate hapened usualy aparrently experiance imediately familar adress
"""
WISHED_SLIPS = """
tennnis | activity.sport.tennis
excersise | activity.movement
exercize | activity.movement
gardning | activity.nature.gardening
gardenning | activity.nature.gardening
kniting | activity.making.knitting
swiming | activity.movement.swimming
footbal | activity.sport.football
photograpy | activity.art.photography
bingoo | activity.games.bingo
crochett | activity.making.knitting
choirr | activity.music.singing
badmington | activity.sport.badminton
volunterring | activity.helping.volunteering
dansing | activity.movement.dance
allottment | activity.nature.allotment
pianno | activity.music.instruments
lonley | mechanism.social_contact
poetrey | activity.reading.poetry
bereavment | activity.support.bereavement
"""
# What is not meant by its words.
IDIOMS = """
he drives me up the wall and I want company | activity.sport.climbing
I'm over the moon to be here | activity.learning.science
we're all in the same boat | activity.sport.sailing
it's a dead end job | activity.support.bereavement
a chat with someone would be right up my street | activity.talk.days_out
he could finish my sentences | activity.writing
happy as Larry on my own sofa | activity.talk.social_club
I want to stand on my own two feet | activity.movement.dance
I'm climbing the walls in here | activity.sport.climbing
it's a drop in the ocean | format.drop_in
anything to keep the wolf from the door | activity.nature.wildlife
bits and bobs round the house | activity.making.sewing
she had us in stitches | activity.making.sewing
I'm all at sea with it | activity.sport.sailing
it's a piece of cake | activity.food.baking
I'm a fish out of water here | activity.nature.fishing
I'd play second fiddle to nobody | activity.music.instruments
it's not rocket science | activity.learning.science
I've bitten off more than I can chew, running on empty | activity.movement.running
let's face the music | activity.music
it's music to my ears | activity.music
the ball is in your court | activity.sport.tennis
I'm back to the drawing board | activity.art.drawing
they swept it under the carpet, what a cock and bull story | activity.stage.storytelling
turned over a new leaf | activity.nature
I don't want to rock the boat | activity.sport.sailing
it was a storm in a teacup | activity.food.coffee_morning
barking up the wrong tree | activity.nature.conservation
he's no spring chicken and neither am I | activity.nature.animals
she's the life and soul and sings from the same hymn sheet | activity.faith
"""
# A small word at the end, or whose it is, may be the whole meaning.
NOT_HER = """
I lost my keys and now I can't get in | activity.support.bereavement
I lost the remote | activity.support.bereavement
we look after the garden together | activity.support.carers
I look after a dog at weekends | activity.support.carers
I lost her number | activity.support.bereavement
I'm stuck in my room and want to talk to someone | activity.families.youth_club
I look after the minutes for the residents | activity.support.carers
I lost some weight | activity.support.bereavement
I lost that bet | activity.support.bereavement
we look after our allotment | activity.support.carers
"""
HER = """
I lost her in March | activity.support.bereavement
I lost her | activity.support.bereavement
I look after her all day | activity.support.carers
she lost her husband | activity.support.bereavement
I lost my husband | activity.support.bereavement
we look after her, and it's hard | activity.support.carers
"""


def rows(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition("|") for line in text.strip().splitlines())
    return [(words.strip(), code.strip()) for words, _, code in pairs]


def weight(text: str, code: str, *, refused: bool = False) -> float:
    """Return how surely a text speaks of a term; 0 where it does not."""
    return max((one.weight for one in TAXONOMY.spot(text) if (one.code, one.negated) == (code, refused)), default=0)


@pytest.mark.parametrize("slip", ORDINARY_SLIPS.split())
def test_a_slip_of_an_ordinary_word_is_no_wish(slip: str) -> None:
    assert TAXONOMY.spot(f"{slip} else") == ()


@pytest.mark.parametrize(("slip", "code"), rows(WISHED_SLIPS))
def test_a_slip_of_a_wish_is_understood(slip: str, code: str) -> None:
    assert weight(f"I like {slip}", code) >= TYPO


def test_a_word_between_two_is_a_slip_of_the_one_people_write_all_the_time() -> None:
    slips = Slips({"soothing"}, {"something"}, {"soothings", "loathing"}, known=frozenset(), stem=str)
    assert slips.correct("somthing") is None
    assert slips.correct("soothng") == "soothing"
    assert slips.correct("loothing") == "soothing", "as near to a rare word: still a slip of the wish"


@pytest.mark.parametrize(("text", "code"), rows(IDIOMS))
def test_a_turn_of_speech_is_no_wish(text: str, code: str) -> None:
    assert weight(text, code) == BLOCK


@pytest.mark.parametrize(("text", "code"), rows(NOT_HER))
def test_a_phrase_about_somebody_is_not_met_in_what_is_said_of_a_thing(text: str, code: str) -> None:
    assert weight(text, code) == BLOCK


@pytest.mark.parametrize(("text", "code"), rows(HER))
def test_who_was_lost_or_is_looked_after_is_heard(text: str, code: str) -> None:
    assert weight(text, code) >= SITUATION


def test_what_is_blocked_as_it_is_written_is_blocked_whatever_its_stems_mean() -> None:
    term = Term(
        code="activity.sport",
        facet="activity",
        label="Sport",
        words=("climb a wall",),
        not_words=("=climbing the walls",),
    )
    taxonomy = Taxonomy((term,))
    assert [one.weight for one in taxonomy.spot("I climb a wall")] == [STRONG]
    assert taxonomy.spot("I'm climbing the walls") == ()
