"""What is told in passing is no wish, and what is refused is never a match; what stands beside it stays a wish."""

from pathlib import Path

import pytest

from service.catalog.words.passing import CONDITION, MENTION
from service.catalog.words.spotting import SITUATION, STRONG
from service.catalog.words.vocabulary import load_taxonomy

TAXONOMY = load_taxonomy(Path(__file__).resolve().parents[2] / "seeds" / "taxonomy")

# People who are mentioned, and people something is wished for with.
MENTIONS = """
the kids have all moved away and I like chess | activity.families
my daughter rings on Sundays | activity.families
I've three children and six grandchildren in Leeds | activity.families
my mum lives round the corner | activity.families.parents_and_babies
the mums went quiet when I walked in | activity.families.parents_and_babies
dad of two, electrician, likes darts | activity.families.dads
my parents came from Jamaica in the fifties | activity.families
my son is in Australia with his family and kids | activity.families
the grandchildren are too busy for me | activity.families
now the teenagers are out all day I've time to paint | activity.families
I live with my daughter and her kids | activity.families
I was a mum and a wife and now I'm neither | activity.families.parents_and_babies
my wife's parents need the car on Mondays | activity.families
two kids, one dog and a mortgage, and nobody to play squash with | activity.families
my dad was a miner | activity.families.dads
other people have families, I have a cat | activity.families
"""
FAMILY_WISHES = """
somewhere to go with my toddler | activity.families.toddlers
I'd like to meet other mums | activity.families.parents_and_babies
something for the kids in the holidays | activity.families.holiday_clubs
things to do with the kids that don't cost much | activity.families
a group for dads | activity.families.dads
is there anything for young families | activity.families
I want to get to know other dads | activity.families.dads
I've just had a baby and know nobody | activity.families.parents_and_babies
activities for my grandchildren when they stay | activity.families
mums' group in the morning | activity.families.parents_and_babies
where can I take the kids on a wet Saturday | activity.families.family_fun
I'd love to find some mums to walk with | activity.families.parents_and_babies
"""
# Jobs, buildings and what belonged to somebody; and what somebody used to do, which is a wish.
PASSING = """
my sister owns a cafe in Spain | activity.food.coffee_morning
I used to work in a library | activity.reading.library
the bus stops outside the gym | activity.movement.gym
our local pub was demolished | activity.games.pub_games
I was a baker for thirty years and now I want to learn the guitar | activity.food.baking
we signed the lease on the café the week before lockdown | activity.food.coffee_morning
I sold the shop and retired | activity.making.shed
I worked at the church hall as a caretaker | activity.faith.church
the pub shut and there's nowhere left | activity.games.pub_games
I cleaned at the swimming baths | activity.movement.swimming
she crossed the road by the stadium | activity.sport.watching
I was a librarian all my life | activity.reading.library
retired PE teacher who would like company | activity.learning.tutoring
I was a school cook until my knees went | activity.food.cooking
I live opposite the mosque | activity.faith.mosque
the flat is above the library | activity.reading.library
I drove the bus past the theatre every day | activity.stage.drama
they closed the cinema in March | activity.stage.cinema
I used to own a café | activity.food.coffee_morning
I work in a gym on reception | activity.movement.gym
I was a gardener for the council | activity.nature.gardening
my husband was a photographer | activity.art.photography
turn left at the church | activity.faith.church
I'm a chef so I never get a Saturday off | activity.food.cooking
we met outside the museum in 1962 | activity.art.galleries
the library closed down years ago | activity.reading.library
I worked as a carpenter | activity.making.woodwork
I ran a florist's in town | activity.making.flowers
behind the football ground there's a path | activity.sport.football
"""
USED_TO = """
I used to sing | activity.music.singing
I used to dance every Saturday | activity.movement.dance
I used to play tennis before the children came | activity.sport.tennis
we used to row at school | activity.sport.paddle_sports
I was a keen gardener | activity.nature.gardening
I was in a choir for twenty years | activity.music.singing
I played the piano as a girl | activity.music.instruments
I used to go to the gym | activity.movement.gym
I miss the church choir | activity.music.singing
I'd like to find a church | activity.faith.church
I used to go to the library a lot and I'd like to again | activity.reading.library
I was a baker and I still love baking | activity.food.baking
looking for a pub quiz near the station | activity.games.quiz
I used to swim before work | activity.movement.swimming
I was always knitting something | activity.making.knitting
"""
# What others want is neither a wish nor a refusal; what a doctor advises may be why somebody asks.
OTHERS_WANT = """
everyone keeps telling me to join a choir | activity.music.singing
my daughter says I should try bingo | activity.games.bingo
people always suggest yoga | activity.movement.yoga
they keep offering me a befriender | activity.support.befriending
"""
ADVISED = """
the doctor told me to join a gym | activity.movement.gym
my GP said I should try swimming | activity.movement.swimming
"""
# A condition beside a wish; and one for which support is asked, or that is all that is told.
CONDITIONS = """
since the stroke I can't drive, I'd love some music | activity.support.stroke
I've hearing aids in both ears and I like chess | activity.support.hearing_loss
I was diagnosed with diabetes and I want to swim | activity.support.long_term_condition
I'm partially sighted and I want to join a choir | activity.support.sight_loss
I have arthritis in my hands but I love painting | activity.support.long_term_condition
my COPD means I go slowly, a short walk with others would do | activity.support.long_term_condition
I'm autistic and mad about trains and board games | activity.support.autism
I've had cancer twice and now I just want to sing | activity.support.cancer
I use a wheelchair and want to play cards | activity.support.physical_disability
with my depression mornings are hard but I like gardening | activity.support.mental_health
"""
SUPPORT_ASKED = """
since the stroke I'd like to meet others who have had one | activity.support.stroke
a support group for people with diabetes | activity.support.long_term_condition
I'm losing my sight and want help to cope, and I like chess | activity.support.sight_loss
I have cancer and want to talk to people going through the same | activity.support.cancer
is there a stroke club, I also like cards | activity.support.stroke
other autistic people, and board games | activity.support.autism
I had a stroke last year | activity.support.stroke
"""
ONE_WORD = """
choir | activity.music.singing
knitting | activity.making.knitting
football? | activity.sport.football
Church | activity.faith.church
library | activity.reading.library
gym! | activity.movement.gym
cafe | activity.food.coffee_morning
baking | activity.food.baking
kids | activity.families
stroke | activity.support.stroke
chess please | activity.games.chess
dancing | activity.movement.dance
mums | activity.families.parents_and_babies
swimming baths | activity.movement.swimming
"""
# What is said | what is refused | what stays a wish, if anything.
REFUSED = """
I'm fed up of being offered crafts | activity.making.crafts | -
sick of people suggesting yoga | activity.movement.yoga | -
anything except bingo | activity.games.bingo | -
I'd rather not do church things | activity.faith.church | -
I'm not after counselling | activity.support.counselling | -
the last thing I want is a choir | activity.music.singing | -
football is not for me | activity.sport.football | -
yoga isn't me | activity.movement.yoga | -
no more coffee mornings | activity.food.coffee_morning | -
company without any religion | activity.faith | -
not religious, but I like to sing | activity.faith | activity.music.singing
I don't fancy bingo; chess would be nice | activity.games.bingo | activity.games.chess
the last thing I need is counselling, I want to play snooker | activity.support.counselling | activity.games.pub_games
I love gardening but knitting isn't for me | activity.making.knitting | activity.nature.gardening
anything but knitting, I'd like woodwork | activity.making.knitting | activity.making.woodwork
don't put me down for bingo | activity.games.bingo | -
please don't send me to a lunch club | activity.food.lunch_club | -
bingo? no chance | activity.games.bingo | -
I'd run a mile from karaoke | activity.music.singing | -
count me out of yoga | activity.movement.yoga | -
you won't catch me dancing, I'd sooner play cards | activity.movement.dance | activity.games.cards
I can't think of anything worse than bingo | activity.games.bingo | -
there must be more to life than bingo | activity.games.bingo | -
tired of being told to try yoga | activity.movement.yoga | -
I'm not looking for a choir, I'd like a book club | activity.music.singing | activity.reading.book_club
not looking for counselling | activity.support.counselling | -
I don't need befriending, I want to volunteer | activity.support.befriending | activity.helping.volunteering
as long as it's not bingo | activity.games.bingo | -
so long as there's no singing | activity.music.singing | -
preferably not football | activity.sport.football | -
crafts aren't for me | activity.making.crafts | -
gym? not for me, but swimming yes | activity.movement.gym | activity.movement.swimming
I've never seen the point of golf | activity.sport.golf | -
choirs aren't my thing but I'd do drama | activity.music.singing | activity.stage.drama
I couldn't care less about football | activity.sport.football | -
I've no time for bingo | activity.games.bingo | -
can we skip the yoga | activity.movement.yoga | -
forget bingo | activity.games.bingo | -
enough with the crafts | activity.making.crafts | -
bingo bores me stiff, I like a debate | activity.games.bingo | activity.talk.debate
I'm not the yoga type | activity.movement.yoga | -
I'm not a bingo person | activity.games.bingo | -
never again bingo | activity.games.bingo | -
I'm no knitter | activity.making.knitting | -
nobody preaches at me there, just a game of cards | activity.faith | activity.games.cards
I don't want to sit talking about feelings, I'd fix bikes | activity.support.counselling | activity.making.engines
don't suggest a choir again | activity.music.singing | -
I've done with church | activity.faith.church | -
I'm over yoga, give me a rowing boat | activity.movement.yoga | activity.sport.paddle_sports
bingo makes me want to scream | activity.games.bingo | -
rather a walk than a gym | activity.movement.gym | activity.movement.walking
walking rather than running | activity.movement.running | activity.movement.walking
cards instead of bingo | activity.games.bingo | activity.games.cards
what I don't want is another lunch club | activity.food.lunch_club | -
I can't see myself doing yoga | activity.movement.yoga | -
I wouldn't thank you for a game of golf | activity.sport.golf | -
less bingo, more chess | activity.games.bingo | activity.games.chess
I'm not here for bingo | activity.games.bingo | -
don't you dare send me to a knitting circle | activity.making.knitting | -
I have zero interest in golf | activity.sport.golf | -
no way am I doing karaoke | activity.music.singing | -
I've tried yoga and hated it | activity.movement.yoga | -
I never want to see another jigsaw | activity.games.puzzles | -
I can't imagine anything worse than line dancing | activity.movement.line_dancing | -
please no choirs | activity.music.singing | -
swimming is out because of my ear | activity.movement.swimming | -
sport was never my thing, books are | activity.sport | -
"""
NOT_REFUSED = """
I'm fed up of sitting indoors, I'd like to walk | activity.movement.walking
the last thing I knitted was a scarf and I want to start again | activity.making.knitting
I can't think of anything better than a day's fishing | activity.nature.fishing
there's nothing I like more than a dance | activity.movement.dance
never again will I miss choir practice | activity.music.singing
no experience of chess but I'd love to learn | activity.games.chess
my wife is not well, so I'd like a carers group | activity.support.carers
not only football but cricket as well | activity.sport.cricket
I've not been to a choir for years | activity.music.singing
I don't mind bingo | activity.games.bingo
yoga without any pressure | activity.movement.yoga
gardening with no heavy digging | activity.nature.gardening
the doctor said no running, so swimming it is | activity.movement.swimming
I'm not a good swimmer but I want to swim | activity.movement.swimming
I'd never say no to a game of cards | activity.games.cards
not having anyone to play chess with is hard | activity.games.chess
no garden but I love gardening | activity.nature.gardening
I'd rather not go to the cinema on my own | activity.stage.cinema
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines()]


def weight(text: str, code: str, *, refused: bool = False) -> float:
    """Return how surely a text speaks of a term; 0 where it does not."""
    return max((one.weight for one in TAXONOMY.spot(text) if (one.code, one.negated) == (code, refused)), default=0)


@pytest.mark.parametrize(("text", "code"), rows(MENTIONS + PASSING.lstrip() + OTHERS_WANT.lstrip()))
def test_what_is_only_mentioned_weighs_less_than_a_hint(text: str, code: str) -> None:
    assert weight(text, code) <= MENTION


@pytest.mark.parametrize(
    ("text", "code"), rows(FAMILY_WISHES + USED_TO.lstrip() + ADVISED.lstrip() + ONE_WORD.lstrip())
)
def test_what_is_wished_for_weighs_in_full(text: str, code: str) -> None:
    assert weight(text, code) >= SITUATION
    assert weight(text, code, refused=True) == 0


@pytest.mark.parametrize(("text", "code"), rows(CONDITIONS))
def test_a_condition_told_beside_a_wish_weighs_less_than_the_wish(text: str, code: str) -> None:
    assert 0 < weight(text, code) <= CONDITION
    assert max(one.weight for one in TAXONOMY.spot(text)) == STRONG


@pytest.mark.parametrize(("text", "code"), rows(SUPPORT_ASKED))
def test_support_that_is_asked_for_weighs_in_full(text: str, code: str) -> None:
    assert weight(text, code) >= SITUATION


@pytest.mark.parametrize(("text", "refused", "wished"), rows(REFUSED))
def test_what_is_refused_is_no_match_and_what_stands_beside_it_is_one(text: str, refused: str, wished: str) -> None:
    assert weight(text, refused, refused=True) > 0
    assert weight(text, refused) == 0
    assert wished == "-" or weight(text, wished) >= SITUATION


@pytest.mark.parametrize(("text", "code"), rows(NOT_REFUSED))
def test_what_looks_like_a_refusal_and_is_none_stays_a_wish(text: str, code: str) -> None:
    assert weight(text, code) >= SITUATION
