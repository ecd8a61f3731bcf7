"""People say what they want in their own words: each sentence here was written before it was known how it is read."""

from pathlib import Path

import pytest

from service.catalog.spotting import SITUATION, STRONG
from service.catalog.taxonomy import SPELT_OUT, Taxonomy, TaxonomyMistake, Term
from service.catalog.vocabulary import load_taxonomy

TAXONOMY = load_taxonomy(Path(__file__).resolve().parents[2] / "seeds" / "taxonomy")

# One line, one sentence: what somebody might say | what it must be understood as.
WISHES = """
I get through three novels a week and have nobody to discuss them with | activity.reading.book_club
I've always got my nose in a book | activity.reading
my eyes are tired now, it would be lovely if somebody read to me | activity.reading.shared_reading
I scribble little poems at night | activity.reading.poetry
I'd love to have a go at writing a short story | activity.writing.creative_writing
I want to get my memories down on paper before I forget them | activity.writing.life_story
I miss making things | activity.making
I like doing fiddly things with beads and paper | activity.making.crafts
my gran taught me to knit | activity.making.knitting
I've a loom, wool and hooks but no one to sit with | activity.making.knitting
I run up my own dresses and would like company doing it | activity.making.sewing
I like tinkering with old radios | activity.making.shed
retired joiner, miss the workshop and the lads | activity.making.shed
I was a chippy all my life and still like working with timber | activity.making.woodwork
I can't bear throwing broken stuff away, I'd rather mend it | activity.making.repair
fancy a go on a potters wheel | activity.making.pottery
my layout is OO gauge and takes up the loft | activity.making.models
messing about with old motorbikes | activity.making.engines
I love a nice flower display | activity.making.flowers
I can't read music but I love a good sing-song | activity.music.singing
used to be in the church choir as a boy and I miss it | activity.music.singing
I belt out Queen in the car | activity.music.singing
I play the cornet | activity.music.bands
I blow the euphonium and my band folded | activity.music.bands
got a keyboard for christmas and no idea where to start | activity.music.instruments
I'd like to pick up the guitar again | activity.music.ukulele
bashing some drums would do me good | activity.music.drumming
going to gigs on your own is no fun | activity.music.listening
I make beats on my laptop | activity.music.making_tracks
always fancied treading the boards | activity.stage.drama
I want to try stand-up | activity.stage.drama
love a good musical | activity.stage.musical_theatre
I'd like to see a film with somebody now and then | activity.stage.cinema
nobody will come to the pictures with me | activity.stage.cinema
I'd love to learn how to make a podcast | activity.stage.film_making
I used to tell the kids bedtime stories and I'm good at it | activity.stage.storytelling
I dabble in watercolours | activity.art.drawing
I love to paint | activity.art.drawing
I carry my camera everywhere | activity.art.photography
wandering round a museum with somebody to talk to | activity.art.galleries
painting calms me down when I feel bad | activity.art.wellbeing
someone to play scrabble with | activity.games.board_games
we used to play crib every Friday | activity.games.cards
anyone for a hand of whist | activity.games.cards
fancy a game of draughts | activity.games.board_games
I'm a decent chess player but only play online | activity.games.chess
I enjoy my bingo | activity.games.bingo
we need a fourth for our quiz team | activity.games.quiz
I do the crossword every day | activity.games.puzzles
I spend all day on the playstation and want mates who game | activity.games.video_games
D and D group for grown ups | activity.games.role_play
fancy a few frames of snooker | activity.games.pub_games
good at arrows, used to play for the pub | activity.games.pub_games
I need to shift this belly and move a bit more | activity.movement
I've got dead unfit | activity.movement
I want to keep fit but nothing too strenuous | activity.movement
I like a wander along the canal | activity.movement.walking
too scared to walk on my own, would join others for a stroll | activity.movement.walking
I love rambling in the peaks | activity.movement.hiking
I want to start running but I'm slow | activity.movement.running
I used to jog | activity.movement.running
I'd like to get back on my bike | activity.movement.cycling
I like a dip in the sea | activity.movement.swimming
never learnt to swim and I'm 60 | activity.movement.swimming
exercise in the baths because of my joints | activity.movement.water_exercise
I can only do exercise sat in a chair | activity.movement.seated
since my fall I'm frightened of going over again | activity.movement.strength_balance
the doctor says my balance is bad | activity.movement.strength_balance
those slow chinese exercises people do in the park | activity.movement.tai_chi
my back is stiff, maybe yoga | activity.movement.yoga
I want to strengthen my core | activity.movement.pilates
I can't sit still when there's music on, I love a bop | activity.movement.dance
we did ballroom when we were courting | activity.movement.ballroom
we used to go to tea dances | activity.movement.ballroom
barn dances were such fun | activity.movement.line_dancing
jumping about to music with a bunch of women | activity.movement.fitness_class
I want to lift weights but the gym scares me | activity.movement.gym
my head never stops, I need to learn to switch off | activity.movement.mindfulness
I like all sorts of sports | activity.sport
I'd love a kickabout | activity.sport.football
used to play in goal on Sundays | activity.sport.football
too old to run but I still want to play footy at walking pace | activity.sport.walking_football
I played prop at school | activity.sport.rugby
I used to bowl for my village and would love to umpire or score | activity.sport.cricket
shoot some hoops | activity.sport.basketball
haven't played netball since school | activity.sport.netball
looking for a tennis partner | activity.sport.tennis
I'd like a knock-up on the tennis court | activity.sport.tennis
fancy learning pickleball | activity.sport.badminton
table tennis with people my level | activity.sport.table_tennis
I like a quiet afternoon on the bowling green | activity.sport.bowls
ten pin bowling with mates | activity.sport.tenpin
need someone for eighteen holes | activity.sport.golf
I used to sprint and do the long jump | activity.sport.athletics
trampolining for my daughter | activity.sport.gymnastics
I'd like to learn to defend myself | activity.sport.martial_arts
hitting a punch bag would help my temper | activity.sport.boxing
used to row at college | activity.sport.paddle_sports
love messing about in boats | activity.sport.sailing
I want to try climbing a wall | activity.sport.climbing
always wanted to shoot with a bow | activity.sport.archery
any sport I can do in my wheelchair | activity.sport.disability_sport
mates to watch the match with | activity.sport.watching
nobody to watch the rugby with | activity.sport.watching
I like being out among trees | activity.nature
I've got green fingers but no garden in the flat | activity.nature.gardening
grew up growing my own spuds | activity.nature.allotment
I want to help plant trees | activity.nature.conservation
I keep a list of every bird I see | activity.nature.birdwatching
interested in bees and hedgehogs | activity.nature.wildlife
I'd love to be round animals | activity.nature.animals
had to give up my dog and I miss her | activity.nature.animals
company when I walk the dog | activity.nature.dog_walking
I grew up on a farm with ponies | activity.nature.horses
sat on a riverbank with a rod | activity.nature.fishing
building dens and lighting fires in the woods | activity.nature.outdoor_skills
I love good food | activity.food
somewhere to have a brew and a natter | activity.food.coffee_morning
a cuppa with friendly folk | activity.food.coffee_morning
nobody to eat with since my wife went | activity.food.lunch_club
I'm sick of microwave meals in front of the telly | activity.food.lunch_club
my wife did all the cooking and I can't boil an egg | activity.food.cooking
I bake too many cakes for one person | activity.food.baking
I hate seeing food go to waste | activity.food.community_fridge
I could do with a good old chat | activity.talk.conversation
someone to talk rubbish with | activity.talk.conversation
I don't really have any friends | activity.talk.making_friends
all my pals have moved away | activity.talk.making_friends
I've just moved here and don't know a soul | activity.talk.making_friends
I want to find a crowd of my own | activity.talk.making_friends
somewhere blokes can talk | activity.talk.mens_group
a bit of banter with the lads | activity.talk.mens_group
I'd feel happier with just women | activity.talk.womens_group
something for us oldies | activity.talk.older_people
I'm seventy eight and want company | activity.talk.older_people
I recently came out and would like to meet others | activity.talk.lgbt
I miss hearing my own language | activity.talk.cultural_group
I'd like to meet other Nigerians | activity.talk.cultural_group
a club with a bar and a turn on Saturdays | activity.talk.social_club
I collect stamps and old coins | activity.talk.social_club
I'd love a trip to the seaside | activity.talk.days_out
I like a proper argument about the state of the world | activity.talk.debate
my brain needs a workout, I want to study something | activity.learning
my English isn't very good | activity.learning.english
I need to practise speaking English | activity.learning.english
I'd like to brush up my Spanish | activity.learning.languages
I want to talk to my deaf nephew with my hands | activity.learning.sign_language
I never learned to read properly | activity.learning.reading_writing
I can't read well and I'm ashamed | activity.learning.reading_writing
numbers frighten me | activity.learning.maths
I like listening to interesting speakers | activity.learning.talks
I'm fascinated by how this town used to be | activity.learning.local_history
doing my family tree | activity.learning.family_history
I'm mad about steam trains | activity.learning.heritage
I look at the stars with my telescope | activity.learning.science
my lad is struggling with his homework | activity.learning.tutoring
I've lost all my confidence | activity.learning.wellbeing_course
I've got time to give and want to be of some use | activity.helping
I want to volunteer | activity.helping.volunteering
I could visit an old person who has nobody | activity.helping.befriending_others
I could teach a youngster what I know | activity.helping.mentoring
happy to rattle a tin for charity | activity.helping.fundraising
I want to fight for a better world | activity.helping.campaigning
I was an accountant and could be a treasurer | activity.helping.trustee
our street is full of litter and I want to do something | activity.helping.neighbourhood
"""
NEEDS = """
nobody to talk to from one day to the next | mechanism.social_contact
kids have left home and the place is so quiet | mechanism.social_contact
stuck indoors all day | mechanism.social_contact
I go whole weekends without hearing a voice | mechanism.social_contact
I'm bored out of my mind | mechanism.social_contact
billy no mates, that's me | mechanism.social_contact
I feel lonley | mechanism.social_contact
I work from home and never see anybody | mechanism.social_contact
I want people who have been there too | mechanism.peer_support
I never fit in anywhere | mechanism.shared_identity
I worry about everything and want to cope better | mechanism.psychological_skills
I need somebody to help me sort out my paperwork | mechanism.practical_help
I sit at a desk all day and need to move | mechanism.movement
I need to get out in the fresh air | mechanism.nature
I want to make something with my own two hands | mechanism.creativity
my brain is turning to mush | mechanism.learning
I feel useless now I don't work | mechanism.contribution
my husband died in March | activity.support.bereavement
I lost my mum and I can't stop crying | activity.support.bereavement
she passed in the spring and I'm lost without her | activity.support.bereavement
we lost our little boy | activity.support.bereavement
I look after my mum day and night and I'm worn out | activity.support.carers
my wife has dementia and doesn't know me any more | activity.support.dementia
dad keeps forgetting things and getting lost | activity.support.dementia
my daughter looks after me and she is only eleven | activity.support.young_carers
I never get a day off from caring for him | activity.support.respite
I can't sleep for worrying | activity.support.mental_health
everything feels grey | activity.support.mental_health
I've been really low since Christmas | activity.support.mental_health
I get panicky in shops | activity.support.mental_health
some days I don't see the point of going on | activity.support.mental_health
I need to talk to somebody professional about my past | activity.support.counselling
we split up and I'm all over the place | activity.support.counselling
I'm drinking too much | activity.support.recovery
I can't stop gambling | activity.support.recovery
trying to stay off the gear | activity.support.recovery
my son is on drugs | activity.support.recovery
I've got a bad chest and get out of breath | activity.support.long_term_condition
in pain every day with my joints | activity.support.long_term_condition
I've just been told I have cancer | activity.support.cancer
I had a stroke and my speech is slow | activity.support.stroke
I want to pack in the fags | activity.support.healthy_living
I need to lose a couple of stone | activity.support.healthy_living
I think I'm on the spectrum | activity.support.autism
my brother has Down's and wants friends | activity.support.learning_disability
I lost my leg and use a chair now | activity.support.physical_disability
I'm losing my sight | activity.support.sight_loss
I'm going a bit deaf | activity.support.hearing_loss
I can't get out any more and would love a visitor | activity.support.befriending
a phone call once a week would mean the world | activity.support.befriending
too nervous to walk in on my own | activity.support.buddy
I'd go if somebody came with me the first time | activity.support.buddy
I can't do my own shopping any more | activity.support.home_help
I need a hand round the house | activity.support.home_help
there's nothing in the cupboards till payday | activity.support.food_help
I can't afford to put the heating on | activity.support.warm_space
I'm in debt up to my eyes | activity.support.money_advice
the bills are piling up | activity.support.money_advice
I don't know what benefits I can claim | activity.support.money_advice
I'm being kicked out by my landlord | activity.support.housing
I've been kipping on a mate's sofa | activity.support.housing
made redundant at 55 and nobody wants me | activity.support.jobs
I've lost my job | activity.support.jobs
I need to know my rights at work | activity.support.legal_advice
moved into an empty flat with no cooker and no bed | activity.support.goods
my partner hits me | activity.support.domestic_abuse
he won't let me see my friends or have my own money | activity.support.domestic_abuse
we fled the war and are waiting for our papers | activity.support.refugees
I was in the army for 22 years | activity.support.veterans
I came out of prison last month | activity.support.reintegration
just been discharged from hospital and can't manage | activity.support.after_hospital
I don't understand the letters I get in English | activity.support.interpreting
I've a new baby and I'm on my own all day | activity.families.parents_and_babies
I've a toddler climbing the walls | activity.families.toddlers
I'm expecting in June | activity.families.pregnancy
I'm a dad and want to meet other fathers | activity.families.dads
I'm bringing up three kids on my own | activity.families.single_parents
my teenager is out of control | activity.families.parenting
my little girl is autistic and never gets invited anywhere | activity.families.disabled_children
I'm raising my grandchildren | activity.families.fostering
I need someone to have the kids after school | activity.families.childcare
something to do with the kids at the weekend | activity.families.family_fun
what can the kids do in the summer holidays | activity.families.holiday_clubs
my fourteen year old needs somewhere to go at night | activity.families.youth_club
my son wants to join the cubs | activity.families.scouts
I'd like to go to mass | activity.faith.church
where can I pray on Fridays | activity.faith.mosque
I want to talk to God quietly | activity.faith.prayer
phones confuse me | activity.digital.phone_help
my grandson gave me an ipad and I can't work it | activity.digital.phone_help
I'm hopeless with computers | activity.digital.computer_help
everything is online these days and I can't do it | activity.digital
I haven't got the internet at home | activity.digital.access
I'd like to learn to build a website | activity.digital.coding
"""
# Written after the words had been widened for the two tables above, to see whether others are understood too.
MORE = """
I'd love to join some sort of reading circle | activity.reading.book_club
I could listen to somebody reading all day | activity.reading.shared_reading
been scribbling a novel for ten years | activity.writing.creative_writing
thought I'd knit some bits for the hospital | activity.making.knitting
got an old singer machine and lots of fabric | activity.making.sewing
men with sheds and spanners | activity.making.shed
clay all over my hands would suit me | activity.making.pottery
I restore old clocks | activity.making.repair
building little railways | activity.making.models
I sing alto | activity.music.singing
I haven't sung since school but fancy it | activity.music.singing
trying to teach myself the mouth organ | activity.music.instruments
played trombone in the works band | activity.music.bands
I'm a bass player without a band | activity.music.bands
fond of brass bands | activity.music.bands
I was in all the school plays | activity.stage.drama
I love old black and white films | activity.stage.cinema
I doodle on every envelope | activity.art.drawing
snapping wildlife with my old nikon | activity.art.photography
my wife and I did the crossword together every morning | activity.games.puzzles
someone to have a game of cards with | activity.games.cards
I'd like to learn bridge | activity.games.cards
mahjong with neighbours | activity.games.board_games
a weekly quiz and a pint | activity.games.quiz
I've let myself go and need to get in shape | activity.movement
doctor told me to walk more | activity.movement.walking
nice flat walks, I'm not fast | activity.movement.walking
a good long hike on Sundays | activity.movement.hiking
want to do a 5k before I'm fifty | activity.movement.running
I cycle to work and want company on Sundays | activity.movement.cycling
cold water swimming looks mad but I'd try it | activity.movement.swimming
something gentle sitting down, my legs are bad | activity.movement.seated
scared I'll fall again | activity.movement.strength_balance
I'd like a bit of bending and stretching | activity.movement.yoga
I used to jive every Saturday | activity.movement.ballroom
zumba or something with loud music | activity.movement.dance
five a side on astro | activity.sport.football
I miss playing cricket on Sundays | activity.sport.cricket
I'd love to play a bit of tennis doubles | activity.sport.tennis
crown green bowls with the lads | activity.sport.bowls
a round of golf midweek | activity.sport.golf
karate for adults beginners | activity.sport.martial_arts
I've a kayak and nobody to paddle with | activity.sport.paddle_sports
I follow City but can't afford a season ticket, somewhere to watch | activity.sport.watching
give me a patch of earth and I'm happy | activity.nature.gardening
I had an allotment until my knees went | activity.nature.allotment
I could listen to birds all day | activity.nature.birdwatching
clearing brambles with a bunch of folk | activity.nature.conservation
I love cats but my landlord won't allow one | activity.nature.animals
I have a spaniel and we walk alone | activity.nature.dog_walking
tea and a slice of cake with somebody | activity.food.coffee_morning
Sunday dinners on my own are grim | activity.food.lunch_club
learn to make a proper curry | activity.food.cooking
I bake a mean lemon drizzle | activity.food.baking
I'd just like a natter | activity.talk.conversation
my mates have all got married and I never see them | activity.talk.making_friends
hard to make friends at my age | activity.talk.making_friends
since I moved in with my daughter I know nobody round here | activity.talk.making_friends
I want to be with other women who understand | activity.talk.womens_group
I'm gay and the village is lonely | activity.talk.lgbt
I'm from Poland and miss our ways | activity.talk.cultural_group
coach trips somewhere pretty | activity.talk.days_out
I like debating politics | activity.talk.debate
I never had much schooling and want to learn | activity.learning
I speak Farsi and only a little English | activity.learning.english
my French has gone rusty | activity.learning.languages
I struggle with spelling and reading | activity.learning.reading_writing
I enjoy hearing experts talk about things | activity.learning.talks
I like old churches, romans, all that history | activity.learning.local_history
who my great grandparents were | activity.learning.family_history
I love steam engines | activity.learning.heritage
I can give a few hours a week | activity.helping.volunteering
happy to sit with somebody lonely | activity.helping.befriending_others
I'm good with figures and could keep a club's accounts | activity.helping.trustee
the park near us is a mess and I'd like to help clear it | activity.helping.neighbourhood
most days I don't talk to a living soul | mechanism.social_contact
the telly is my only company | mechanism.social_contact
I retired and now the days are endless | mechanism.social_contact
I feel like I'm on the scrapheap | mechanism.contribution
I want to feel needed again | mechanism.contribution
I spend all day sat at a computer and ache | mechanism.movement
my brother passed away suddenly | activity.support.bereavement
it is our first Christmas without mum | activity.support.bereavement
my son took his own life | activity.support.bereavement
my husband has parkinson's and I do everything for him | activity.support.carers
caring for my disabled brother leaves me drained | activity.support.carers
my mother thinks I am her sister now | activity.support.dementia
I can't get out of bed in the mornings | activity.support.mental_health
I cry for no reason | activity.support.mental_health
my heart races and I think I'm going to die | activity.support.mental_health
my marriage has broken down | activity.support.counselling
I've started drinking in the mornings | activity.support.recovery
my wages go on the slot machines | activity.support.recovery
I have MS and get tired | activity.support.long_term_condition
finished chemo in May | activity.support.cancer
I smoke forty a day and want to stop | activity.support.healthy_living
the kids have had nothing but toast this week | activity.support.food_help
bailiffs keep knocking | activity.support.money_advice
universal credit won't cover the rent | activity.support.money_advice
sleeping in my car with the dog | activity.support.housing
laid off in January, forty jobs applied for | activity.support.jobs
he controls every penny and reads my messages | activity.support.domestic_abuse
we came from Sudan last year | activity.support.refugees
ten years in the navy and now civvy street feels strange | activity.support.veterans
served three years and just got out | activity.support.reintegration
my legs won't carry me to the shops | activity.support.home_help
nobody ever knocks on my door | activity.support.befriending
I go to pieces walking into a room of strangers | activity.support.buddy
I need someone to run me to hospital | activity.support.transport
my eyes are failing | activity.support.sight_loss
voices blur together and my hearing aid whistles | activity.support.hearing_loss
first baby and I feel so alone | activity.families.parents_and_babies
my three year old needs playmates | activity.families.toddlers
I'm seven months gone and know no other mums | activity.families.pregnancy
single dad of two girls | activity.families.single_parents
my boy has ADHD and gets kicked out of every club | activity.families.disabled_children
my son is thirteen and always in his bedroom | activity.families.youth_club
I'd like to find a church to belong to | activity.faith.church
I'm a Muslim convert and want sisters to learn with | activity.faith.mosque
I can't make head nor tail of my mobile | activity.digital.phone_help
the laptop my son gave me might as well be a brick | activity.digital.computer_help
the bank has closed and says do it online | activity.digital.online_forms
there's a gap in my week since the library group folded | activity.reading.library
I've a drawer full of half finished stories | activity.writing.creative_writing
wish I could crochet like my nan | activity.making.knitting
my hands need a project, anything with wood | activity.making.woodwork
I used to weld and miss it | activity.making.shed
I'm tone deaf but love belting out songs | activity.music.singing
saxophone gathering dust in the attic | activity.music.instruments
would love to hear some live jazz | activity.music.listening
back row of the panto would suit me | activity.stage.drama
pencils and sketchpad are all I need | activity.art.drawing
someone to wander round galleries with | activity.art.galleries
happy playing dominoes with a half of mild | activity.games.pub_games
sudoku keeps me sane | activity.games.puzzles
I could do with losing my bad habits and getting fitter | activity.movement
somebody to walk round the reservoir with | activity.movement.walking
too stiff to touch my toes | activity.movement.yoga
my balance has gone to pot | activity.movement.strength_balance
miss the Saturday night dances at the Locarno | activity.movement.dance
I was a decent goalie once | activity.sport.football
women's rugby looks fun | activity.sport.rugby
used to fence at university | activity.sport.martial_arts
my old skiff is rotting in the garage, I miss rowing | activity.sport.paddle_sports
horses calm me | activity.nature.horses
I'm happiest knee deep in a river with a fly rod | activity.nature.fishing
I've time and a spade | activity.nature.gardening
a nice cup of tea and somebody to share it | activity.food.coffee_morning
cooking for one is soul destroying | activity.food.lunch_club
I'd like to swap recipes with other women | activity.food.cooking
a proper gossip over the fence is what I miss | activity.talk.conversation
everyone here already has their friends | activity.talk.making_friends
blokes of my age to knock about with | activity.talk.mens_group
I'd like a ladies' night out now and again | activity.talk.womens_group
I want to hear Punjabi spoken | activity.talk.cultural_group
I'd like to get an O level I never had | activity.learning
help me speak English for my job | activity.learning.english
I fill in crosses because I cannot write my name | activity.learning.reading_writing
I could drive people to their appointments | activity.helping.volunteering
fed up with fly tipping in our alley | activity.helping.neighbourhood
nobody rings from one week to the next | mechanism.social_contact
my house echoes now they've all gone | mechanism.social_contact
it is a year since Dad died | activity.support.bereavement
my wife can't be left on her own any more | activity.support.carers
mum puts her keys in the fridge and forgets my name | activity.support.dementia
I feel so low I could cry | activity.support.mental_health
my nerves are shot to pieces | activity.support.mental_health
I had my last drink on Tuesday and need help staying off it | activity.support.recovery
arthritis in both hands | activity.support.long_term_condition
getting over breast cancer | activity.support.cancer
can't pay the gas bill | activity.support.money_advice
the landlord has given us two months | activity.support.housing
signing on for the first time in my life | activity.support.jobs
my ex turns up and threatens me | activity.support.domestic_abuse
waiting on my asylum interview | activity.support.refugees
just out of the army and lost | activity.support.veterans
I can't get down the stairs of my flat | activity.support.befriending
somebody to mow the lawn | activity.support.home_help
six weeks old baby and no family near | activity.families.parents_and_babies
something for my teenage daughter to do after school | activity.families.youth_club
my lad's a Beaver and loves it | activity.families.scouts
how do I send a photo from my phone | activity.digital.phone_help
"""
ELSEWHERE = """
I live in Reading and want company | activity.reading
I need new reading glasses | activity.reading
I have to go to court next week | activity.sport.tennis
my council tax bill is wrong | activity.games
my condition is stable now | activity.nature.horses
there are draughts coming through my windows | activity.games.board_games
I live by the bridge | activity.games.cards
we had bowls of soup | activity.sport.bowls
I lost my bank card | activity.games.cards
I worked in aircraft maintenance | activity.making.crafts
sending christmas cards is expensive | activity.games.cards
the guide told us to turn left | activity.families.scouts
I broke my arm | activity.sport.archery
I have a doctor's appointment on Monday | activity.support.counselling
I was in a row with my neighbour | activity.sport.paddle_sports
my son works in football marketing in London? no idea | activity.families.scouts
I fell over the kerb | activity.movement.running
I run a small business | activity.movement.running
I ran out of milk | activity.movement.running
my nose is running | activity.movement.running
I take tablets for my heart | activity.digital.phone_help
I can't act as if nothing happened | activity.stage.drama
I don't want to box clever | activity.sport.boxing
I need to box up my things | activity.sport.boxing
the film on my eye needs an operation | activity.sport.sailing
it is a short walk from the bus stop | activity.movement.walking
my GP gave me an exercise book | activity.movement
the match in the box was damp | activity.sport.watching
I need a lift to the third floor | activity.sport
the branch manager was rude | activity.nature
I cannot climb the stairs | activity.sport.climbing
the light bulbs need changing | activity.nature.gardening
I need to draw my pension | activity.art.drawing
they paint the walls of my flat tomorrow | activity.art.drawing
I slipped a disc | activity.sport.athletics
my hip needs replacing | activity.music.making_tracks
I live on Church Street | activity.faith.church
near the cricket ground | activity.games
I saved a bit in the building society | activity.talk.social_club
I pool my money with my sister | activity.games.pub_games
the sewing machine shop on the corner shut, sadly; I want walking | activity.support.bereavement
I had a bad spell | activity.learning.reading_writing
I'm a swift reader | activity.nature.birdwatching
the bus was late and the driver rude | activity.sport.golf
I was a nurse all my life | activity.families.childcare
I was a teacher | activity.learning.tutoring
I feel blue | activity.art.drawing
I feel sick on the bus | activity.support.long_term_condition
my laptop is in the bag by the wool shop | activity.nature.animals
a pair of boots | format.one_to_one
"""
REFUSED = """
no church | activity.faith.church
not into sport | activity.sport
I hate exercise | activity.movement
anything but bingo | activity.games.bingo
sick of bingo | activity.games.bingo
I don't like running | activity.movement.running
I don't like to run | activity.movement.running
I don't want to sing | activity.music.singing
I don't dance | activity.movement.dance
not a fan of football | activity.sport.football
I can't be doing with yoga | activity.movement.yoga
I'm not one for quizzes | activity.games.quiz
never been one for gardening | activity.nature.gardening
knitting is not really my thing | activity.making.knitting
bingo leaves me cold | activity.games.bingo
nothing religious please | activity.faith
nothing to do with computers | activity.digital.computer_help
please not another coffee morning | activity.food.coffee_morning
I've had enough of coffee mornings | activity.food.coffee_morning
I've gone off golf | activity.sport.golf
done with football | activity.sport.football
I'm not arty | activity.art
I'm not sporty | activity.sport
I wouldn't be seen dead at a bingo hall | activity.games.bingo
keep me away from karaoke | activity.music.singing
I am no good at painting and don't want to do it | activity.art.drawing
bored with chess | activity.games.chess
I never liked swimming | activity.movement.swimming
don't offer me line dancing | activity.movement.line_dancing
I can't abide card games | activity.games.cards
spare me the choir | activity.music.singing
I've no interest in cooking | activity.food.cooking
I don't do yoga | activity.movement.yoga
crafts bore me to tears | activity.making.crafts
not keen on dogs | activity.nature.animals
"""


def rows(table: str) -> list[tuple[str, str]]:
    """Read one of the tables above."""
    return [(text, code) for text, _, code in (line.rpartition(" | ") for line in table.strip().splitlines())]


def said(text: str, *, refused: bool = False) -> set[str]:
    """Return what a person wants, or does not want."""
    return {one.code for one in TAXONOMY.spot(text) if one.negated == refused}


@pytest.mark.parametrize(("text", "code"), rows(WISHES))
def test_a_wish_is_understood_in_everyday_words(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows(NEEDS))
def test_what_somebody_is_going_through_leads_to_what_may_help(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows(MORE))
def test_other_sentences_of_the_same_kinds_are_understood_as_well(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows(ELSEWHERE))
def test_an_ordinary_word_that_means_something_else_is_no_wish(text: str, code: str) -> None:
    assert code not in said(text)


@pytest.mark.parametrize(("text", "code"), rows(REFUSED))
def test_what_somebody_does_not_want_is_heard_as_that(text: str, code: str) -> None:
    assert code in said(text, refused=True)
    assert code not in said(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I'm sick of microwave meals", "activity.food.lunch_club"),
        ("I hate seeing food go to waste", "activity.food.community_fridge"),
        ("fed up with being behind with the rent", "activity.support.money_advice"),
        ("I can't stand being stuck in the flat all day", "activity.support.befriending"),
    ],
)
def test_to_be_sick_of_a_situation_is_to_be_in_it(text: str, code: str) -> None:
    assert code in said(text)


def test_a_wish_spoken_out_weighs_more_than_one_that_follows_from_a_situation() -> None:
    weights = {one.code: one.weight for one in TAXONOMY.spot("the bills are piling up and I miss singing")}
    assert weights["activity.music.singing"] == STRONG
    assert weights["activity.support.money_advice"] == SITUATION < STRONG


def test_a_listing_is_not_read_for_what_only_a_person_says() -> None:
    terms = (
        Term(code="activity.music", facet="activity", label="Music", said=("in a band",), situations=("too quiet",)),
    )
    taxonomy = Taxonomy(terms)
    assert len(taxonomy.spot("I was in a band and it is too quiet")) == 2
    assert taxonomy.spot("in a band; it is too quiet", sides="listing") == ()


def test_two_phrases_that_share_a_word_both_count_for_a_person() -> None:
    assert {"activity.families.dads", "activity.families.single_parents"} <= said("single dad and other dads")
    assert said("I want to learn bridge") >= {"activity.games.cards"}


@pytest.mark.parametrize("name", sorted(SPELT_OUT))
def test_what_stands_for_several_words_is_spelt_out(name: str) -> None:
    term = Term(code="activity.talk", facet="activity", label="Talk", said=(f"x {{{name}}} y",))
    assert all(Taxonomy((term,)).spot(f"x {word} y") for word in SPELT_OUT[name])


def test_a_name_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(TaxonomyMistake):
        Taxonomy((Term(code="activity.talk", facet="activity", label="Talk", said=("{nothing} to do",)),))


def test_every_interest_has_everyday_words_in_six_more_languages() -> None:
    for term in TAXONOMY.terms:
        for language in ("de", "es", "fr", "it", "pl", "pt"):
            assert len(term.synonyms.get(language, ())) >= 3, (term.code, language)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Me gustaría jugar a la petanca", "activity.sport.bowls"),
        ("Tuve un ictus el año pasado", "activity.support.stroke"),
        ("Chciałabym układać krzyżówki z kimś", "activity.games.puzzles"),
        ("Jestem sama, samotna matka", "activity.families.single_parents"),
        ("J'aimerais chercher mes ancêtres", "activity.learning.family_history"),
        ("Je cherche une fanfare", "activity.music.bands"),
        ("Ich möchte wieder segeln", "activity.sport.sailing"),
        ("Wir suchen eine Hausaufgabenhilfe für unseren Sohn", "activity.learning.tutoring"),
        ("Vorrei giocare a bocce", "activity.sport.bowls"),
        ("Ho paura di cadere", "activity.movement.strength_balance"),
        ("Gostava de observar aves", "activity.nature.birdwatching"),
        ("Quero deixar de fumar", "activity.support.healthy_living"),
        ("Hoffwn i wylio adar, dwi'n hoffi gwylio adar", "activity.nature.birdwatching"),
        ("مجھے کرکٹ کھیلنا پسند ہے", "activity.sport.cricket"),
    ],
)
def test_the_same_is_understood_in_other_languages(text: str, code: str) -> None:
    assert code in said(text)


def test_a_dislike_in_another_language_is_heard_for_new_words_too() -> None:
    assert "activity.sport.golf" in said("no me gusta jugar al golf", refused=True)
    assert "activity.sport.climbing" in said("nie lubię wspinaczkę", refused=True)
