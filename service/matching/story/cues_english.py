"""What people say in English when something makes it hard for them to go: everyday words, and no diagnosis. Pure.

Entries are set apart by semicolons and expanded by `service.matching.story.cues`: ``(a|b|)`` is a choice, ``{NAME}`` a
list of `LISTS`. In front of an entry: ``-`` these words mean something else, ``!`` whoever says it needs it, ``~`` it
holds although somebody else is the subject, ``=`` as written, without stemming. Written from how people speak, by hand.
"""

from typing import Final

LISTS: Final = {
    "CANT": "cant|cannot|can not|can no longer|couldnt|unable to|not able to|struggle to|find it hard to|hard to"
    "|difficult to|cant really|hard for me to|find it difficult to",
    "DONT": "dont|do not|never|no longer|cant|cannot|can not|can no longer|not able to|unable to|never could",
    "LACK": "no|havent got|have not got|dont have|do not have|havent|have not|without|not got|dont own|no longer have"
    "|never had|dont really have|aint got",
    "BAD": "bad|poor|going|failing|terrible|awful|not good|not great|isnt good|isnt great|not so good|not very good"
    "|is not what it was|isnt what it was|not what it was|has gone|is getting worse|getting worse|worse|is a problem",
    "HARD": "hard|difficult|a problem|a struggle|too much|tricky|beyond me|impossible|an issue|murder",
    "KIN": "mum|mam|mom|mother|dad|father|husband|wife|partner|son|daughter|sister|brother|nan|gran|grandma|grandad"
    "|parents|aunt|uncle|grandson|granddaughter|grandchildren|grandkids|mother in law|father in law",
    "LITTLE": "kids|children|child|baby|toddler|little one|little ones|bairns|grandchildren|grandkids|twins",
    "WHO": "nobody|no one|noone|no body|dont have anyone|dont have anybody|havent got anyone|havent anyone"
    "|not got anyone|no friend|no friends",
    "SOMEONE": "someone|somebody|a friend|company|anyone|a buddy",
    "CREW": "people|groups|strangers|crowds|a group|a room|new people|big groups|rooms full",
}

BARRIERS: Final = {
    "transport": """
{DONT} drive; never (learnt|learned) to drive; (gave|given|giving|had to give) up driving; stopped driving; (lost|
handed in|surrendered|took away|taken away|gave up) (driving|) (licence|license); no (driving|) (licence|license);
{LACK} (car|transport|vehicle); sold car; car (has|) (died|packed up|broke down|was too dear); too old to drive; no
way (of getting|to get) (there|about|around|anywhere|to places|out|home); no means of transport; {CANT} get (there|
anywhere|to places|to things|into town|to town|across town|home afterwards|home after); (two|2|three|3|several)
(buses|bus rides); change buses; no (bus|buses|bus service|public transport|train|trains); bus (is|service is) (too
far|unreliable|hopeless|rubbish|awful|terrible|useless|hourly); buses (stop|dont run|never come); bus stop is (far|
too far|miles away); middle of nowhere; in the sticks; miles from anywhere; out in the country; (rely|relying|
depend|dependent) on (lifts|bus|buses|public transport|taxis|others for lifts|others to drive|being driven); (need|
want|would need|could do with) lift; lift there; give me lift; get me there; someone to (drive|fetch|take) me;
{SOMEONE} to pick me up; (would|will) have to (pick me up|drive me|fetch me); {SOMEONE} (could|can|would) (pick me
up|drive me|fetch me|take me|collect me); {WHO} to (drive|take) me; taxis (are|cost) (too dear|too expensive|
expensive|dear|fortune); cant afford (taxis|taxi|bus fare|petrol|to run car); ~{KIN} (did|used to do|always did)
(all|) driving; ~(he|she|{KIN}) always drove; ~(he|she|{KIN}) was driver; close to home; near home; near to home;
close by; on doorstep; round corner; around corner; walking distance; {CANT} (go|travel) (far|very far|too far|long
way|long distances); dont (go|travel|want to go|want to travel|like going) far; not too far; nothing too far; not
far (away|from home|from me|from here|from house); too far (away|for me|to go|to travel); within reach; travelling
is {HARD}; travel is {HARD}; getting (there|to places) is {HARD}; housebound; -no car parking; -no car boot; -dont
drive me; -never drive me; -not far off; -not too far off; -house bound up""",
    "cost": """
=skint; =(im|am|always|flat|totally|so|pretty|completely|stony|bit|practically|being|been) broke; penniless; hard
up; on (benefits|benefit|dole|universal credit|uc|pip|esa|jsa|income support|jobseekers|job seekers|pension credit|
low income); universal credit; pension credit; (state|small|basic|tiny|just|only|only have) pension; live on
pension; on pension; (low|small|fixed|little|limited|no) income; (tight|low|small) budget; on budget; minimum wage;
zero hours; money (is|s|has been|gets|a bit|is so|is always|is bit|is really) (tight|short|scarce|worry|problem|
low); money worries; (no|little|not much|not lot of|havent much|dont have much|dont have lot of|havent got much|
short of|low on|tight for) (money|cash); no spare (money|cash); short of cash; strapped for cash; (watch|watching|
count|counting|scraping|scrape) (every|) (penny|pennies); {CANT} afford; {CANT} pay; cost of living; in debt;
=debts; food bank; foodbank; pay what i can; pennies to spare; !(must|has to|needs to|have to|need to) be (free|
cheap|low cost|cheap or free|free or cheap|affordable); (something|anything|somewhere|things|groups|activities|
group|class|classes|stuff) (free|cheap|low cost|affordable|inexpensive); (free|cheap) (things|groups|activities|
stuff|classes|events|sessions|group|activity|club); =cheap; low cost; inexpensive; =affordable; free or cheap; cheap
or free; free of charge; for free; without spending; (cost|costs|costing) nothing; no cost; (doesnt|does not|dont|
wont) cost (much|lot|anything|fortune|earth|a thing); too (expensive|dear|pricey|costly); cost is {HARD}; cost puts
me off; prices put me off; make ends meet; lost job; laid off; -cant afford to (miss|lose|fall|wait); -(help|
helping|volunteer|volunteering|volunteered|work) at (food bank|foodbank); -(happy|able|willing) to pay; -money is
(no|not) (object|problem|issue); -cheap laugh; -cheap and cheerful people; -cost is not (a problem|an issue); -dont
mind if not cheap""",
    "social_anxiety": """
=shy; shyness; anxious; anxiety; social phobia; socially awkward; =awkward; nervous; nerves; panic; panicky; timid;
(scared|frightened|terrified|afraid|dread|fear|scares me) (of|to|) (meeting|people|groups|talking|walking in|new
people|strangers); (scared|frightened|terrified|dread|dreading) (of|) (joining|going in|going anywhere new|first
time|speaking|rejection); (hate|dread|cant bear) (walking into|walking in|small talk|being new|introductions|being
stared at|being looked at); introvert; introverted; not (good|great|comfortable|easy|at ease) (with|around|in|at)
(people|groups|crowds|new people|strangers); {CANT} face (people|room|group|groups|strangers|walking in|new people|
going in); room full of (strangers|people); {CANT} (talk|speak|chat) to (people|strangers|new people); {CANT} (meet|
mix with|open up to) (people|strangers|new people); (hard|difficult|scary|daunting) (meeting|talking to|to meet|
mixing with) (people|strangers|new people); hard to mix; hard to join in; (lack|lacking|no|lost|little|low|not much|
without|lost all) (confidence|self confidence); confidence (has gone|is low|is shot|gone|took a knock); not
(confident|very confident|so confident|feeling confident|a confident person); tongue tied; (freeze|clam) up;
overthink; self conscious; put on spot; dont like (big groups|large groups|groups|being centre|attention|speaking
up|strangers|being watched); dont (do|cope in|do well in) (big groups|large groups|groups); (big groups|large
groups|groups|new people|strangers) (scare|frighten|overwhelm|terrify|worry|put me off|make me); agoraphobia;
agoraphobic; too shy; wallflower; daunting; intimidated; intimidating; (find|finding) people hard; find groups hard;
{CANT} (leave|go out of|get out of) house (because|without|for) (panic|fear|panicking|worry|nerves); -panic buying;
-nervous system; -nervous breakdown; -anxious to (meet|start|get|join|learn|help|try|make); -nerves of steel""",
    "alone": """
{WHO} to (go|come|do things|do it|do anything|share|walk|join|sit) (with|along|with me|); {WHO} who would come;
(dont|do not|didnt|hardly|barely|dont really) know (anyone|anybody|soul|single person|many people|people|hardly
anyone|lot of people); (know|knowing|i know) (nobody|no one|noone); {LACK} (any|many|) (friends|family near|family
nearby|mates); no family (near|nearby|here|left|close by); not (many|any) friends; friends (have|are|all|have all)
(died|moved away|gone|passed away|dead|drifted away|moved); lost touch with (friends|everyone); {SOMEONE} to (go|
come) (with|along|with me|along with|along with me); {SOMEONE} (could|would|to) come with me; need company to go;
(go|come|going|coming) with someone; (dont like|hate|dont want to|scared of|nervous about|cant|wont|never) (go|
going|walk in|walking in|turn up|turning up|eat|join) (out|to places|places|anywhere|to things|) (alone|on own|by
myself); (going|turning up|walking in|arriving) (in|there|places|out|to places|to things|anywhere|) (alone|on own|by
myself); -(happy|fine|like|love|mind|enjoy) going (alone|on own|by myself); (live|living|lives) (alone|on own|by
myself|all alone); all alone; (completely|totally|so) alone; on own (now|all day|all the time|since|most of); -live
on own terms; -leave me alone; -let alone; -home alone film""",
    "mobility": """
{CANT} walk (far|very far|much|well|any distance|); {CANT} stand (for|up|long|about|around|in queues|for long);
{CANT} (get about|get around|bend|kneel|get up and down|get down); {CANT} (do|climb|use|manage|get up|go up|cope
with|face) (many|too many|lots of|) (stairs|steps|hills); (stairs|steps|hills|standing|walking) (are|is|can be|is
getting|gets) (hard|difficult|problem|struggle|too much|tricky|beyond me|impossible|issue|murder|painful); struggle
with (stairs|steps|hills|walking|standing|mobility); (trouble|difficulty|problems|bother) (walking|with stairs|with
walking|with steps|with walking far|standing); no (stairs|steps|hills); without (stairs|steps|climbing stairs); step
free; avoid (stairs|steps|hills); level access; not (many|too many|lots of) (stairs|steps); (bad|new|dodgy|gammy|
sore|broken|painful|stiff|arthritic|replaced|fractured|bust|wobbly|weak|poorly|aching|swollen) (hip|hips|knee|knees|
leg|legs|ankle|ankles|joints|foot|feet|pelvis); (bad|dodgy|sore|painful|stiff|broken) back; back (pain|problem|
problems|trouble|hurts|is bad|gives me|plays up|is playing up|injury|goes); (hip|hips|knee|knees|legs|leg|joints|
feet|ankle|ankles) (is|are) (bad|sore|painful|weak|stiff|gone|going|not good|not great|dodgy|swollen|failing|wobbly|
terrible|awful|shot|hurting|playing up|killing me); (hip|hips|knee|knees|legs|leg|joints|feet|ankle|ankles) (gives|
give|hurt|hurts|plays|play|aches|ache|gone|went|problem|problems|trouble|replacement|replaced|operation|op|pain|
done|wont|dont); broke (hip|leg|ankle|pelvis|foot|knee|both legs); waiting (for|on) (hip|knee|new hip|new knee);
=hip; =hips; arthritis; arthritic; walking (frame|stick|aid|sticks|aids); zimmer; zimmer frame; rollator; =crutches;
=(use|with|on|need|have|got|using) (stick|sticks); =(use|uses|using|with|need|needs|on|behind|push|pushing) walker;
=(wheeled|rollator) walker; (unsteady|wobbly|not steady|not so steady|slow|shaky) (on|) (feet|legs|pins); unsteady;
balance (is|problems|isnt|not|trouble|has gone|
goes|issues|gone); (afraid|scared|frightened|fear|worried|terrified) (of|about) (falling|falls|fall|tripping); had
(fall|falls|few falls|bad fall|couple of falls); prone to falls; keep falling; have falls; (get|out of|short of|bit|
so) (breathless|breath|puffed|puffed out); breathless; need to (sit|sit down|rest|stop and rest|take breaks|sit
often); have to (sit|sit down|rest|stop often|keep stopping|keep sitting); (somewhere|places|chance|able|plenty of
places) to sit; (slow|slowly) walker; walk (slow|slowly); only walk; go at own pace; not (mobile|so mobile|that
mobile|very mobile); (limited|poor|reduced|bad) mobility; mobility (is|problems|issues|difficulties|isnt|not|aid|
trouble); blue badge; disabled parking; (need|near|close to|nearby|there is) (toilet|loo|toilets|loos); (weak|bad|
dodgy) bladder; bladder; incontinence; incontinent; -hip hop; -hip (place|crowd|flask|young|bar|cafe); -arthritis in
(hands|fingers|wrists|thumbs|hand); -first hip; -only walk dog; -balance is (fine|good); -work life balance is;
-stairs are (fine|ok)""",
    "wheelchair": """
!use wheelchair; !in wheelchair; !wheelchair user; !wheelchair bound; !on wheels now; wheelchair; wheel chair;
!power chair; !powerchair; !electric wheelchair; mobility scooter; wheelchair access; wheelchair accessible; !need
ramp; !needs ramp; =ramp; =ramps; wheelchair friendly; (accessible|disabled|adapted) (toilet|toilets|loo|loos);
changing places toilet; =hoist; -wheelchair (basketball|rugby|tennis|racing|race|services|sport|sports|dancing|
dance); -(push|pushing) wheelchairs; -off ramp; -skate ramp""",
    "hearing": """
=deaf; !profoundly deaf; deafness; hard of hearing; hearing (aid|aids|loss|loop|impaired|impairment|problem|
problems|difficulties|trouble|dog); hearing (is|) {BAD}; (bad|poor|failing|losing|lost) hearing; {CANT} hear (well|
much|people|properly|in|when|what|everyone|conversations|very well|so well|in groups|in noise|); (dont|do not|didnt)
hear (well|so well|very well|properly|much|too well); lip read; lipread; lipreading; (need|use|with) (subtitles|
captions); !=bsl; !(use|need) sign language; sign language; cochlear implant; tinnitus; miss (what people say|most
of what|half of what|what is said); ears (are|) (bad|going|not what|rubbish); loop system; !need hearing loop; !need
captions; -tone deaf; -deaf ears; -(learn|learning|teach|teaching) (bsl|sign language); -sign language (class|
classes|course|lessons); -bsl (class|classes|course|lessons|level); -(hearing|hear) (from|about) you; -cant hear
myself; -hard to hear (about|from|of)""",
    "vision": """
=blind; !registered blind; !totally blind; partially sighted; sight impaired; visually impaired; visual impairment;
(sight|eyesight|vision) (is|) {BAD}; sight (loss|problems|impairment); (poor|bad|failing|low|losing|lost|little|no)
(sight|eyesight|vision); {CANT} see (well|very well|properly|to read|small print|board|in dark|faces|people|where|so
well|far|print|much anymore|much any more|much now); (dont|do not) see (well|so well|very well|too well|much now|
properly|much any more); macular; macular degeneration; cataract; cataracts; glaucoma; !white cane; !guide dog;
!=braille; large print; big print; magnifier; magnifying glass; {CANT} read (small print|small|print|small writing|
screen|ordinary print); audio description; eyes (are|have|) (bad|poor|failing|not good|weak|not what|gone|dim);
-blind (date|dates|faith|bend|panic|drunk|tasting); -blind eye; -guide dog (puppy|puppies|charity|training|shop);
-cant see (people) as; -cant see where i fit; -cant see well enough alone; -colour blind""",
    "sensory": """
too (loud|noisy|crowded|bright|busy|much noise|many people at once|many people); noise (bothers|upsets|gets|
overwhelms|hurts|is|levels|sensitive|sensitivity); sensitive to (noise|sound|sounds|light|lights|smells|touch);
(noisy|loud|busy|crowded) (place|places|room|rooms|pub|pubs|hall|halls|group|groups|noise|noises|music|environment|
environments|cafe|cafes); background noise; (hate|dread|avoid|avoiding|cant stand|cannot stand|cant bear|cant
handle|cant cope with|cant deal with|cant take|cant do|dont like|dont cope with|dont do|dont do well in|dont do well
with|struggle with|struggle in|not good in|not good with|not keen on) (noise|crowds|noisy places|busy places|bright
lights|loud noises|loud music|loud places|loud|lots of people); crowds (are|overwhelm|stress|scare|make|freak|get|
upset|bother|panic|frighten|exhaust|drain); (easily|get|gets|getting|feel|feeling|become) (overwhelmed|
overstimulated|overloaded); overwhelming; sensory; autistic; autism; =asd; aspergers; neurodivergent; neurodiverse;
on spectrum; (somewhere|something|place|anywhere|room|space|bit|nice and) (quiet|calm|quieter|calmer|peaceful);
(quiet|calm|quieter|calmer|peaceful) (place|space|room|group|environment|corner|atmosphere|setting|activity|hobby|
somewhere); peace and quiet; not (too|) (noisy|loud|busy|crowded); (bright|strip|fluorescent|flashing) (light|
lights|lighting); know what to expect; (need|like|want|prefer) routine; (same|strict|fixed) routine; predictable;
(hate|dont like|cant cope with|dont cope with) (surprises|change|changes); step out (for|if|when); ear defenders;
noise cancelling; -too busy (at|with|working|to); -(keep|keeping|kept|stay|staying) too busy; -im too busy; -peace
and quiet is overrated; -too quiet; -sensory garden; -not too quiet""",
    "language": """
english (is|isnt|not|still|was|) (not|) (good|great|poor|bad|weak|limited|basic|perfect|slow|so so|broken|very bad|
very good|so good|so well|enough|strong|fluent) (enough|); english (not|is not|isnt) first language; english (is|)
second language; english (is|) (bit|still) (shaky|rusty|poor|weak|limited); (bad|poor|little|not much|no|broken|
basic|limited|not good|not enough|weak|only little|small|simple|only basic|few) english; (dont|do not|not|cant|
cannot|can not|hardly|barely|only) (speak|understand|know|have|talk|follow|read) (much|good|enough|lot of|any|
little|fluent|well|) english; not fluent; (learn|learning|improve|improving|practise|practice|practising|practicing|
better|studying) english; =esol; (need|need an|with) interpreter; interpreter; translator; need translation; speak
(slowly|slow|slower|more slowly) (to me|); (speak|speaks|talk|talks|speaking) (own|same|first) language; language
(barrier|is barrier|is problem|is difficult); dont understand (language|what people say|everything people say|when
people talk fast); new to english; first language (is|isnt) (not|) english; mother tongue; not native speaker;
-english is (good|great|perfect|fluent|very good|so good|strong|enough); -english was (good|great|very good|strong);
-(good|love|teach|teaching|taught) english; -english (good|great) teacher; -(worked|job|work|working|trained) as
(interpreter|translator); -no english (lit|literature|breakfast); -not good english teacher; -first language is
english""",
    "culture": """
(women|womens|ladies|female|men|mens|girls) only; only (women|ladies|men); just (women|ladies) (please|there|group);
all female; all women; single sex; no men; without men; away from men; (gay|lgbt|lgbtq|lgbtqia|queer|trans|lgbtqi)
(friendly|affirming|inclusive|safe|welcoming); =halal; =kosher; prayer (room|space|times|time|facilities);
(somewhere|place|space|time) to pray; (no|without|alcohol free|away from|not round|not around) (alcohol|booze|
drinking|drink); alcohol free; not in pub; dont drink; not drink; sober (space|friendly|social|people); (respect|
respects|respecting|understand|understands|fits|welcome|welcomes|suits) (faith|religion|culture|beliefs|own culture|
customs|traditions); (same|own) (culture|faith|background|religion|community|beliefs|traditions); people from
(culture|community|background|country|own country|faith|home country|same country); (accepted|accept me|accepts me|
welcome|welcomed|respected|judged) for who i am; just as i am; be myself; modest dress; dress modestly; (eat|only
eat) (vegetarian|halal|kosher); -dont drink (coffee|tea|milk|enough|much water|water); -no men s; -not drink
(enough|tea|coffee); -no drink driving; -women only want; -men only want""",
    "caring": """
~(look|looking|looks) after {KIN}; ~(look|looking) after (him|them|{LITTLE}|someone|disabled son|disabled daughter|
elderly mother|elderly father|elderly parents); ~(care|caring) for (him|{KIN}|someone|elderly mother|elderly
parents|disabled son|disabled daughter|{LITTLE}); ~carer for {KIN}; (full time|unpaid|family|main|sole|young|parent)
carer; (im|am) carer; carers allowance; (bring|bringing|take|taking) ({LITTLE}|{KIN}|him); ({LITTLE}|him|{KIN})
(with me|in tow|along too|come too); with ({LITTLE}) in tow; (no|cant get|cant afford|cant find|without|need|trouble
finding|struggle with|hard to find) (childcare|babysitter|sitter|child care|respite|sitting service); =creche;
(cant|cannot|can not|couldnt|hard to) leave ({KIN}|{LITTLE}); (cant|cannot|can not|couldnt|hard to) leave (him|them)
(alone|on own|for long|at home|by himself|by herself); (single|lone) (mum|dad|parent|mom|mother|father); (young|
small|little) (kids|children|family|baby); ({LITTLE}) (at home|to look after|are small|are young|at school|at
nursery); school run; (pick|picking) (up|) (kids|children|grandchildren|grandkids) (up|from school|); pick up from
school; (mind|minding|babysit|babysitting) (grandchildren|grandkids|grandson|granddaughter); breastfeeding; =pram;
pushchair; =buggy; (child|family|baby|kid|kids) friendly; children welcome; have (toddler|baby|newborn|small baby|
little boy|little girl|two kids|three kids|four kids|small kids|small children|two small|two toddlers|twins);
respite; ~{KIN} (has|got|with) (dementia|alzheimers|parkinsons|a stroke|disability|special needs|autism); -(kids|
children) (have left|left home|left|are grown|grown up|have grown|moved out|have moved|are adults|live abroad|live
away|flew|have flown); -look after (myself|yourself|dog|cat|garden|health); -(help|volunteer|work|working|worked|
like working) with (children|kids|young children|small children)""",
    "work_hours": """
=after work; =after my work; =(work|working) (full time|fulltime|full-time|long hours|long days|shifts|nights|all
day|9 to 5|9-5|nine to five|late|weekdays|during the day|in the day|in the daytime|during the week|in the week|
monday to friday|mon to fri|six days|two jobs|days|every day|most days|odd hours|irregular hours); =(full time|
fulltime|full-time|9 to 5|nine to five|office|day|9-5) job; night shift; night shifts; shift work; shift worker;
shift pattern; shift patterns; =(on|do|doing|work|working) shifts; =on nights; =at work (all day|in the day|during
the day|till|until|all week|in the week|monday); =(work|working) (till|until|til) (late|3|4|5|6|7|8|three|four|five|
six|seven|eight|half|gone); =(finish|get home from|home from|get in from|leave) work (at|late|until|around|after|
about|); =cant (do|make|come|manage|come in|come during) (daytime|daytimes|weekdays|during the day|in the day|office
hours|working hours|the daytime); =not free (in the day|during the day|weekdays|in the week|in the daytime); =busy
(during the day|in the day|all day|in the week|weekdays|at work|with work|working); =only (free|available|off) (in
the evening|in the evenings|evenings|at weekends|weekends|at the weekend|after work|after 5|after 6|after 7); =only
(evenings|weekends); =(evenings|weekends) only; =evenings (or|and) weekends; =weekends (or|and) evenings; =evening
or weekend; outside (work|office|working) hours; round work; around work; unsocial hours; two jobs; zero hours
contract; job is full time; busy job; self employed and busy; -=after work experience; -=volunteer at work""",
    "digital": """
{LACK} (smartphone|smart phone|internet|wifi|broadband|computer|laptop|email|e mail|tablet|online access|data|ipad);
(dont|do not|never|cant|cannot|hardly|unable to|struggle to) (use|do|work|get on with|understand|like) (internet|
computer|computers|email|online|apps|smartphone|technology|tech|websites|online forms|smart phone); =(im|am) not
online; not on (internet|line|facebook|email|whatsapp); not (good|great|clever|confident|brilliant|any good|much
good|so good) (with|at|on) (computer|computers|technology|tech|internet|online|phones|gadgets|apps|it stuff|modern
technology|online things); not (tech|computer|technically) (savvy|literate|minded); not technical; (hopeless|
rubbish|useless|terrible|bad|no good|struggle) (with|at|on) (computer|computers|technology|tech|internet|online|
phones|apps|smartphones|online things|all things online); landline; (old|basic|brick|button|ancient) phone; (hate|
dislike|struggle with|scared of|frightened of) (computers|technology|online forms|apps|booking online|internet|
smartphones|signing up online); (technology|computers|internet|online) (is|are|) (beyond me|baffles|baffle|confuses|
confuse|scares|scare|frightens|frighten|defeats me|not my thing|isnt my thing|arent my thing); technophobe; {CANT}
(book|sign up|register|join|apply) online; cant get online; no data left; no phone credit; without going online;
=(book|sign up|join|register) by (phone|telephone|post); (someone|somewhere) i can ring; =(no|havent got|dont have|
not got|without) (mobile|mobile phone); -no internet dating; -dont like internet dating; -=no mobile (signal|
number); -not on line dancing; -no data protection; -dont do online dating; -never do online dating""",
    "stigma": """
(ashamed|embarrassed|embarrassing|embarrassment|ashamed to|embarrassed to); =shame; dont want (people|anyone|
neighbours|family|others|everyone|anybody|friends|whole town|my boss|work|them) (to know|knowing|finding out|to find
out|to see me|gossiping|to talk); dont want to be (seen|judged|labelled|pitied|recognised|a charity case|known|a
case|treated like); (what|worry what|worried what|scared what) (people|others|neighbours|they|everyone) (will|would|
might|) (think|say); ~judge me; ~judging me; judged; judging; =judgement; judgemental; charity case; =labels;
labelled; (somewhere|something|anything|just|people) (normal|ordinary); (normal|ordinary) (group|people|place|club|
thing|things|life); stigma; =pity; pitied; nobody asks; no questions asked; no questions; dont want (questions|to
explain|to explain myself|to talk about it|to be asked|fuss|to tell everyone|to tell anyone|a diagnosis|to say why);
(not|dont want|no) (a|) (support group|therapy|therapy group|day centre|mental health group|special group|group for
lonely people|something for lonely people|clinic); not for (lonely people|ill people|sick people|patients|sad
people|old people|losers); discreet; discreetly; confidential; confidentially; keep it (private|quiet|to myself);
anonymous; anonymously; everyone knows (everyone|me|my business|my face|everybody); too proud; (dont|dont like|hate|
hard|ashamed|embarrassed|find it hard) (to|) (asking|ask) for help; feel like (failure|burden|loser); no (referral|
diagnosis|labels); -alcoholics anonymous; -narcotics anonymous; -dog judge; -judged (cakes|competition|shows|dogs);
-what a shame; -it is shame; -its shame; -shame (i|that|about|we|it); -no label on; -normal weight""",
    "low_mood": """
depressed; depression; =depressing; =(feel|feeling|felt|am|im|been|so|get|getting|bit|often|always|and) low; low
mood; low (in|) (spirits|self); =(feel|feeling|felt|been|get|getting|bit|so|im) down; down in dumps; (feel|feeling|
felt|been) (flat|rubbish|hopeless|empty|blue|numb|sad|awful|useless|rough|fed up|lost); fed up; (no|little|low|not
much|lack of|zero|havent|lost|without|not enough|low on|hardly any) (energy|motivation|get up and go|oomph|
enthusiasm|drive to do); tired all (the|) time; (always|so|constantly|permanently|often|too|just|im|am|usually)
(tired|exhausted|knackered|shattered|worn out|weary|drained); exhausted; exhaustion; fatigue; burnt out; burned out;
=burnout; burn out; tire (easily|quickly); get tired; tires me (out|); worn out; hard to get (up|out of bed|going|
started|motivated|out of door|out door|out of house|out house|myself out|moving|out); {CANT} (get up|get out of bed|
get going|motivate myself|concentrate|get started|get motivated|commit|promise|be bothered|face day|face getting up|
leave house|leave the bed|leave flat); no commitment; not commit; cant promise; (good|bad) days; (struggle|
struggling|hard|difficult) (to get out|getting out|to leave house|leaving house|with motivation|to get going|getting
up|to get up|getting going|to do anything); no spark; everything is (an|) effort; (dont|do not) (feel like|want to
do|enjoy|look forward to) anything; nothing (interests|cheers) me; (lost|lose) interest; mental health (problems|
issues|is|has|isnt|struggles|not); my mental health; breakdown; nervous breakdown; stay in bed; tearful; crying;
(cry|weep) (a lot|lot|all|every|most); let people down; (may|might|sometimes) have to cancel; cancel last minute;
(short|shorter) (session|sessions|visit|activity); something short; hour (at most|is enough|at a time|or so|max|or
less); just (an hour|hour); not too long; not (too|) early; mornings are (hard|bad|worst|difficult|terrible); start
(later|late); on (antidepressants|anti depressants); come and go as i please; drop in and out; sleep badly; not
sleeping; -get tired of; -(so|very|too|just|im|am|always|often) tired of; -low (impact|cost|key|fat|intensity|light|
income|vision|pay|budget); -(so|really|quite|am|im|bit|always) low (cost|key|impact|on money|income|on cash); -down
to earth; -(get|getting|been|bit|so) down (to|the|on|with|from|at); -run down area; -breakdown (recovery|cover|
service|truck); -hard to get up (stairs|steps|hills|the stairs); -cant get up (stairs|steps|hills|the stairs); -hard
to get out of (chair|car|bath); -not too early to; -feeling down the; -good days out; -crying out; -crying shame;
-car breakdown""",
    "dementia": """
dementia; alzheimer; alzheimers; =forgetful; forgetting (things|names|words|where|what|days|appointments); forget
(things|names|words|where|what|days|day|easily|appointments|quickly|people|faces|lot|a lot); memory (is|isnt|)
{BAD}; memory (problems|loss|issues|trouble|lapses|slips|plays|clinic|difficulties|goes|fails|like sieve|is like
sieve|is slipping|slipping); (bad|poor|failing|losing|lost|short term|dodgy|terrible) memory; (get|getting|got|
become|becoming|bit|gets|feel) (muddled|confused|mixed up|lost easily|disorientated); muddled; lose (track|way|
thread); confusion; {CANT} remember (things|names|where|what|much|days|faces|words|appointments|anything); brain
fog; (need|needs) (reminding|reminder|reminders); remind me; mind (is going|isnt what|is not what|wanders|goes
blank); cognitive impairment; same place (and|each|every) (time|week); -cant remember (last|when|what its like|what
it is like|what its like to); -(never|wont|dont|not) forget; -forget (troubles|worries|everything|about|myself);
-memory lane; -dementia friends champion; -(help|volunteer|work|worked|working) with (people with|) dementia; -hard
to remember (last|when|what its like)""",
    "safety": """
=(feel|feeling|felt|be|am|im|somewhere|place|keep|stay|keeps me|somewhere i feel|somewhere that feels|where i feel|
where i am) safe; =safe (place|space|environment|people|group|somewhere|spaces|places|and); (dont|do not|not|didnt|
never) (feel|feeling) safe; =unsafe; not safe; safety; scared (of ex|of men|at night|to go out|to go out at night|in
dark|of being followed|going out|out at night); frightened (of ex|of men|at night|to go out|out at night|going out|
after dark); (ex|ex partner|ex husband|ex boyfriend|ex wife|ex girlfriend|he|she|they) (found me|finds me|find me|
follows me|following me|stalks|stalked|knows where|know where|harassed|harasses); stalked; stalker; stalking;
domestic (abuse|violence); (abusive|violent|controlling) (relationship|ex|partner|husband|wife|marriage|boyfriend|
father|family|home); abused; assaulted; assault; (been|was|got|were|being) (attacked|mugged|followed|harassed|
scammed|conned|robbed|burgled|bullied); bullied; bullying; (dont|do not|cant|cannot|hard to|difficult to|find it
hard to|struggle to|hardly|no longer|never) trust (people|strangers|anyone|anybody|men|others|easily|many people|);
trust issues; (dbs|crb|police|background|properly) (check|checked|checks|vetted); =vetted; dont want (him|ex|them|ex
husband|ex partner|ex wife) (to find|to know|knowing|finding|turning up); hate crime; harassment; nobody (can|
should|must) (know|find) where; keep address (private|secret); (dont|do not|wont|cant|not|hate|never|scared|dont
like) (like|) (going out|go out|being out|walking|walk|going|out|go|walking home|to go out) (in dark|after dark|at
night|late at night|late); (not|nervous|scared) (after dark|in dark); -safe to say; -better safe than; -play it
safe; -safe and sound; -health and safety; -safe as houses; -(play|playing) it safe; -safe distance; -dont trust
(technology|computers|buses|trains|the bus|the buses|internet)""",
}
