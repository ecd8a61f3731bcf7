"""Ordinary English words a slip or two away from a word of the taxonomy, so never taken for a misspelling. Pure.

The words were picked from SCOWL, Copyright 2000-2011 by Kevin Atkinson; its notice stands in
seeds/taxonomy/SOURCE.md.
"""

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text set apart by blanks."""
    return frozenset(text.split())


def phrase_list(text: str) -> tuple[str, ...]:
    """Return the phrases of a text set apart by semicolons, in their order."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(";") if phrase.strip())


ORDINARY: Final = word_set("""
abdication abortion abortive absenting according acing adaptive addition additions additive adoration agitation ailing
aired allegations alternation ambling amending amphibious ample ancestral angle angled angles antler aping archer
armistice aromatics artistry assailing astrology atoning audition autonomy averse babes babier babiest backer backing
backspace backtracking badgered badgering bailing bakes baling balking balled ballot banker bankrupt bankrupted
bankrupts banner banquets bantered baptise baptism barbed barbeque barbequed barbeques barber barbered bards barer
baring barking barrel barriers barter bartered baser basing basking bathroom batter batteries bawls baying beaker
beakers beaming beaning bearding bearers bearing beaters beating bedding beheaded belie belied belies bells belts
bending bettered bettering bickers bidding bides biding bikini billboards binders binding binds bites biting bitten
bitter bitterer blackjacking bland blend blinded blink blither blond blooding bloodying blundering blunting boding
boilers boils boning bonnets booing bootie bordering borders boring bounding bowels bowing boxed boxes brains braking
brawnier brawniest breading breaths brief brownest browning brunching bucketing budges buffeting bugger buggies bullet
bulls bunching buttered caddy caging caking calve cancel caning canker canniest cannoning canon canter caper capers
capping captioning carding carpeted carping carriers carting cartoonist carts casing castes cater caters cautioning
cavern caverns caves cawing ceding celli cells chaffing chaining chairing chalking chambers champing chancing chapping
charming charring charting chattering chattier cheating checkups cheep chefs chemists chequers chests chews chinking
chinning chlorine choking chores christen ciders circuitry circuses claiming clamber clambers clamming clamping
clanging clanking clicking clicks climaxing climbed clinging clinking clipping clogging clotting clouding clouting
clubbing clucking clued clumping clutched clutches coasting cocking codding codes coking collaring combating comedies
comely communing commuted commuter commuters commutes commuting compacter compacting comparing competed competes
competing compiler compilers compiling complain completer completing complying composer composers composing composting
computerise conceals concedes conceits concepts concerns concerti concerto concertos concession concessions conclusion
concocts concrete concretes condensation condoning cones confession confusion congests conjuring connects consent
consents conservatism consorts consternation content contents contests contexts contorts contouring convene convert
converts convulsion cooing coolly cooping copping copying coral cording coring corking counselled counsels counting
courser covering covers cowering cowers cowing crackers crafting cramping cranking crave craving crayoning creating
creation creature crewing cribbing crofts crooking crooning croons crossest crotches crouched crouches crowing crowns
crude cruise crumbing crummy crunched crunches crush crust culling culturing cunning curbing curdles curdling curing
curios curse curses cursing curve curving dames damming damning damping dandy danger dangling danker dares daring
darling darns darting database dawning dazing deadened debase decreased deeding deepened defenced defendants defended
demented dependants despite destroys diameter diameters dicing dictionary digressed digression dikes diking dilates
dills dingy discard discos discs dishing dives dominates dominions doping doting dotting dousing drafting drafts drags
drains dramatise dramatises dramatist dramatists draping draughty drawling dreading dreamers dreaming dregs driest
drips droughts droves drudging drugging drying duets dummy dunce dunes durability dwarfing dyking earning eights
ejection elapse election elevenths emigrants emission ending endowment enjoyment erection escorts ethnics evangelist
evangelists excising expel expertise exports expulsions eying faceting factions factor faint fainting faking faltering
familiar familiars fastening fathering fating fatter felts fenders fending fertilise festering festivity fettering
fibre fictions fiddler fiddly fills filtering finger fished fisheries fishes fishier fixes flamingo flecks flocks
flogging flogs floodlights fluke flustering foods foothill foothold footnote foraying forbears foregoing foreheads
fores forestry foreswears forging forgoing forsaking forswears fortunate founders fowls foxing freezers freshens
freshest freshness friction fumble fumbling functions funny furious furling futility gales gallon gamble gambler gamed
gamest gangling gapes gaping garbling garbs gardenia gardenias gargling gases gates gating gaunter gayer gazes genders
gilding gills ginger girders gives gladdening glides glimmers gloats gnats goads goals gobbling goggle goldener
goodies graffito grafting grafts grains graphing grasping greening greeting grilling grimy grinding grinning gripe
gripping grips gritting grooving growers grumbling guises gummy gunners gunning guppy guttering guzzles gymnasia
hacked hailing haired hamming handbags handrail hangar hanker hardening harmonic harmonise harmonised harmonises
harries harts hating hatting haves hazarding heading headline heater heaving heeding heights hello herein heroic heron
hewing hides hiding hinds hinging hires hiring histories hiving hoarse hocked homeliest homeward honing honks hoods
hooking hooting hoping horde hordes hording hormones horny horsing hoses hosing hostessing hounding hovels howls
huddles humanest humanise humanised humanises humanism humanity humble humbling humorist humour hurling hurtles
impressions inanimate inceptions indent indicate infections infects inflated inherent initiate injections injects
insertions inserts insignia inspects instigate insulated intenser intent intention intentions interact intercept
interception interject interment intermission internal interne interned internes interpret interred intersect intimacy
intimidate intricate inventors inverses inversions invert invest jailing jambs jangling jests jewelled jeweller
jewellers jiggling jigsawn jingling jogged joker jotting journalist journeying jugging jumbling junes kernel kills
knickers knighting knotting lacerating lamer lames laming lamps lance lancing landslide lapping lather lathering layer
leading leaning lecturing lesions lessens levering libertarian libraries licks lifeless likes liking limber limbers
limbs limitless linger lingers lingo listless literally literals lithe littering liveliness lives loathe lobby locals
logger logging loitering loneliest loping loveliness lovely lowers lowing lucking lying magpies mailing maize
majorities mallet mammas mandating mange mangling mango mangy mania manic mapping markers marts mastering mating
mattered matts maturity meanders mechanise medal mediaeval medicals medication medications melts mentioning meringue
meringues metering methodology mewing microbes microscope microscopes microscopic middle migrates migrating mikes
miking minks minoring missives mitten mixers moats mocks modernity monies monitoring monkeys monotony monsters moody
moons moors moots moping mornings moron motoring motorises moulding moulting mounding mounting mousing moussing
mouthing mouths mowers mowing muffing mugger multiples mumble mumbling mummy muzzles nailing names naming napping
nattier naturalise naturalised naturalises navels navies needing needy nests netts noodle numerals numerate nutritious
nuzzles oaths octopus octopuses offences operated operates operation operative operator oracle orchestral orchestrate
organics organised organiser organises organism organisms otters outlooks oversight oversights owing packer paddles
paddy pained paining painless pains palates paltry pampers panthers panting pants panty paralytic pared parred parring
parroting parting partings partners parts passives passports pastes pasty patenting paths patter pattered patters
patting pavements paving payer pearling peddling pelts penal pending peonies perforating perfuming perilling
permission persuasion philosopher phonies phonograph phonographs photon photons pickaxing picketing pickles pictorial
piddle piddling pikes piking pills pirates pitchfork pitting placating plaguing planing planking planks plans plantain
plantains plantation planters plates plating playmate playmates plaything pleating pledging plodding plopping plotters
plotting ploughing plugging plumbing plumping plunging poets poignancy poignant point pointers pointing poisoned poked
pokes pokey pokier polemics policies poodle porters porting portrays posies postage posters posting pouching pouncing
pouting powers prancing prayed presidential pricking prickles prickling pries prime printings privation probes prods
programmed prophetic props prostrate prostrated prostrates protracts prows psychiatrist psychiatry psychoses
psychotherapies psychotic punching punning pushover putters quailing quake quaked quakes quarters quash quaver queen
quelling questing quieting quintets quipping quirk quirking quite quits quitters quitting quizzed quizzing rabbit
rabble rabies raffling rafts railing rains raking ramming rankling ranting raping rarer rasping rating ratting raving
readying reallocated reaming reaping rearing rebate rebinding rebuilding recession recites reclamation recovers
referees refilling refinement reformat refuges refuse regimen regimens relation relegated reloaded relocation
reminding remodels remotest renders rending renegade renovated repertoire replicated reporter reporters repressed
repression requirement resident residing resign resound reticent retrieves reversion reviling revisits revivals
revulsion rewarding ricing riddle rifting ripping robing rooking roping rotaries rotations rotting roundest roundness
rouse rousing rugged ruining rumble rumbling rumour rumpling runes runny saint salad sames sanctified sapling sapping
satan sauna sawing scabs scalding scalping scampers scans scanty scarfing scarring scars scathing scenes sceptres
schizophrenic schooling scooping scooting scoots scopes scoping scores scorning scours scouting scram scramble
scrambled scrambles scrams scribble scribbled scribbles scripting scroll scrub sculpturing scumming scums scuttles
scything seams seating sectioned seeding seedling seedlings seeing seething selling seminaries seminary sending
sensuality serum serves serviceman setter severity sexing shafting shamming shams sharking sharping sheen sheer
shelling shelters shelving shifting shifts shimmer shimmers shirting shoaling shocking shooing shorting shouldering
shouting shouts shrinking shudders shunting shutting shuttles sideshow sideshows sifts signalling signer silliness
sills silvering simmer simmers singed singes singling sinking sinner sinners sinning sipping skates sketched sketches
sketchier sketching sketchy skewing skidding skimming skimping skinning skins skippering skirt skirting skulking skull
skylight slacking slamming slams slanting slants slapping slashing slating sleepier slewing slicking slicks sliding
slimmest slinging slinking slippers slipping slithers slitter slitting slogging slopping sloshing slotting slumbers
slumming slumping slurring slyness smacking smarting smashing smelling smelting smiling smoothing smouldering smudging
snacking snailing snapping snarling snatching sniff snipping snitches snitching snooping snoozing snort snorting
snouts sobering socially soiling solders soldiering solicited solicitous solicits sorer sowing spanking spanning
sparing sparking sparkling spatting spawning spearing specking speculators speeding spellbind spellbinds spending
spewing spilling spiriting spitting splint splinting splitting spoiling sponging spoofing spooking spooling spooning
spore spotty spout spouting spouts spraining spraying spriest spring springing sprinkling sprouting spurning spurring
spurt spurting squabble squinting squire stabbing stabler stablest stabling stacking staffing staining staking staler
stales staling stalked stalling stammers stamping stanching standing staples stapling starching starker starring
starting stating steadying stealing steeling steep stemming stepping sterling stewing stickers sticking stiffness
stillest stilling stinger stingers stinging stinking stint stinting stirring stitched stitches stocking stoke stomp
stones stoning stooping stopping storming stout strainers strains straying streamers stretchers stretching strides
strike strikers striking stringing stripping strips strode strove strummed stubbing studding stuffing stumbling
stumping stunning stunting suctioned suffers suitability sundials sunning suppler supply surging swamping swapping
swarming swathing sweep swelling swellings swigging swilling swinging swirling switcher switches switching swooning
swooping syllable syllables symphonic synagogs syringing tabled tailing taint tainting taker takers talker tamer tames
taming tamper tampers tangling tangs taping tapping tarts tendering tenders tending tenting terse testicles testing
textures thatching thickens thins thumbing ticketing tickling tills timbering tingeing tinging tinkling titter
tittering toddle toddled toddles toeing toggle tones topology torch toting totters totting towers towing toying
tracking trails traitors traits trampling transaction transcended transition transporting trapping traps trawlers
trays treading treating trebling trembling trending tribes tricking trickster tries trims trios tripe tripos triter
trivial troll trucking trumped trunking tryout tubes tummy tunas tuner tuners tuning turfing turnout tussling tutorial
tweaking twigs twine twines twitched twitches twitters upholster upholstered upholsterer upholsters upwards vending
verge verve vicing victories villa vowing vying wafting wailing waist waiter waiters waiting waking wallet wallop
waning warning warts waterfall wavers waving wearing weavers wedding weeing weeping weighs weighty welding welts
whetting whilst whirling whisk whistling whitening whiter wholly wildfire wills windfall wingers winging wishing
witching wobbles woodies wooly worse wowing wrapping wreathing wresting wrestled wrestles wrier wriest wrinkled
wrinkles wrinkling wrist writes writhing yapping yowls zoning
""")


# What people write all the time: a word as near to one of these as to one of ours is a slip of this one.
COMMON: Final = word_set("""
ability about above absolutely accept accident account across actual actually address admit adult advert afford afraid
after afternoon again against agree ahead alarm alive allow allowed almost alone along already although altogether
always amazing among amount angry animal announce annoy annoyed another answer anxious anybody anyhow anymore anyone
anything anyway anywhere apart apparently appear appetite apply appointment appreciate approach april argue argument
around arrange arrive arrived aside asked asleep attack attempt attend attention august aunty available average avoid
awake aware awful awkward balance barely basic basically beautiful became because become bedroom bedtime before began
begin beginning behave behind being believe belong belonged below beneath benefit beside besides better between beyond
birthday blame bless board borrow bother bottom bought brain brave break breath breathe brief bright bring brings
broken brother brought build building built business button calling cannot capable careful carry catch cause centre
certain certainly chair chance change character charge cheap check cheer cheese child choice choose chose church circle
circumstances clean clear clearly clever climb close clothes cloud coast coffee collect college colour comfort
comfortable common company compare complain complete completely computer concern confidence confident confuse confused
consider constant contact continue control conversation corner correct could council count country couple courage
course cousin cover crazy create cried cross crowd crowded crying curious current customer daily dance danger dangerous
daughter daytime december decent decide decided decision definite definitely degree delay demand depend describe
deserve desperate despite detail develop difference different difficult difficulty dinner direct direction dirty
disappear disappointed discover discuss distance divide doctor doing double doubt dream dress drink drive driver
driving during eager earlier early earth easier easily effort eight either elderly eldest embarrassed embarrassing
empty encourage energy enjoy enjoyed enough entire environment equal especially estate evening evenings event
eventually every everybody everyday everyone everything everywhere exact exactly example excellent except excited
exciting excuse exhausted exist expect expensive experience explain extra extremely fairly familiar family famous fault
favour favourite february feeling feelings field fifteen fifty fight figure final finally finish finished first floor
follow following foreign forever forget forgot forgotten former forty forward found fourth frame freedom freeze
frequent fresh friday friend friendly friends front frozen frustrated funny further future garage general generally
gentle gently given giving glass going gonna government grand grandson grateful great ground group grown guarantee
guess guilty habit handle happen happened happening happy hardly haven having headache health healthy heard hearing
heart heating heavy height hello helped helpful hidden history hobby holiday honest honestly hopefully horrible
hospital hotel hours house however human hundred hungry hurry husband ideal ignore imagine immediate immediately
important impossible improve include including increase indeed indoors inside instead intend interest interested
interesting introduce invite invited involve involved island isolated issue itself january joined judge jumped kindly
kitchen knees knock knowing known language large lately later laugh laughed laughing laughter learn least leave leaving
letter level light likely limit listen little lived living local lonely longer looked looking loose loses losing lounge
lovely lower luckily lucky lunch lunchtime machine mainly maintain making manage managed manager manner march married
matter maybe meaning means meant measure medical medicine meeting member memory mention mentioned message middle
midnight might million minute minutes mirror missed missing mistake moment monday money month months morning mornings
mostly mother motor mountain mouth moved moving narrow nasty natural nearby nearly necessary needed neighbour
neighbours neither nephew nerve nervous never newspaper niece night nights nobody noise noisy normal normally north
nothing notice noticed november nowadays nowhere number obvious obviously occasion occasionally occurred october offer
offered office often older online opened opinion opportunity opposite option ordinary original other others otherwise
ought ourselves outdoors outgoing outside owner packet painful paper parent particular particularly partner party
passed patient pattern pause pavement peace pension people perfect perfectly perhaps period person personal personally
phone photo picture piece place places plain planned plastic please pleased pleasure plenty pocket point police polite
popular position possible possibly practice practise prefer prepare present pressure pretend pretty prevent previous
previously price prison private probably problem problems proper properly protect proud prove provide public pushed
quality quarter question queue quick quickly quiet quieter quietly quite raise rarely rather reach reached ready
realise realised really reason reasonable reasons receive received recent recently recognise recommend record reduce
refuse regular regularly relationship relative relatives relax relaxed relief remain remember remind remove rented
repeat reply require respect respond result retire retired retirement return right rough round routine rubbish running
rural sadly safely saturday scared scary school search season second secret seeing seemed seems sense sensible separate
separately september serious seriously serve service settle settled seven seventy several shape share sharp shelf shock
shocked shopping short should shoulder shout showed shower shown shyly shyness sight silence silent silly similar
simple simply since single sister situation sixty sleep sleeping sleepy slept slight slightly slowly small smell smile
smoke smooth social society somebody somehow someone something sometime sometimes somewhat somewhere sooner soothe
sorry sound sounds south space spare speak special speech spell spend spent split spoke stand start started state
stayed steady still stomach stood stopped story straight strange stranger strangers street strength stress stressed
strict strong struggle struggled struggling stuck study stuff stupid subject succeed success sudden suddenly suffer
suggest suggested summer sunday support suppose supposed surface surgery surprise surprised survive suspect sweet
switch system table tablets taken taking talked talking taste taught teach tears teenage teeth telephone television
tells terrible terribly terrified thank thankful thanks their theirs themselves there therefore these thing things
think thinking thinks third thirty those though thought thoughts thousand three threw throat through throughout throw
thrown thursday tired tiring together toilet tomorrow tonight total totally touch tough towards track trade traffic
train travel treat treated tricky tried trouble truly trust truth trying tuesday turned twelve twenty twice typical
unable uncle under understand understood unfortunately unhappy unless unlike until unusual unwell upbeat upset upstairs
useful useless using usual usually valley value variety various village visit visited visitor voice waited waiting
waking walked walker walls wander wanna wanted watch watched water weather website wednesday weekday weekend weekends
weeks weight weird welcome whatever whenever where wherever whether which while whole whose widow window winter wishes
within without woman women wonder wondered wonderful worked worker working world worried worries worry worse worst
worth worthless would wouldn write writing written wrong yesterday young younger yours yourself youth
""")

# Turns of speech: nothing in one of them is wished for, refused or gone through by its own words.
IDIOMS: Final = phrase_list("""
up the wall; climbing the walls; climbing up the walls; off the wall; over the moon; once in a blue moon; in the same
boat; all in the same boat; missed the boat; miss the boat; pushed the boat out; rock the boat; dead end; dead end job;
not my cup of tea; isnt my cup of tea; just my cup of tea; right up my street; up my street; finish my sentences;
finish each others sentences; happy as larry; own two feet; on my own two feet; find my feet; found my feet; cold feet;
two left feet; drag my feet; land on my feet; keep me on my toes; drop in the ocean; keep the wolf from the door; bits
and bobs; bits and pieces; in stitches; had us in stitches; all at sea; plenty more fish in the sea; piece of cake;
icing on the cake; takes the biscuit; takes the cake; fish out of water; like a fish out of water; bigger fish to fry;
second fiddle; play second fiddle; fit as a fiddle; rocket science; bitten off more than i can chew; bite off more than
i can chew; running on empty; face the music; music to my ears; blow my own trumpet; struck a chord; strikes a chord;
march to my own drum; ring a bell; rings a bell; ball is in your court; ball is in my court; on the ball; have a ball;
having a ball; drop the ball; goalposts keep moving; move the goalposts; own goal; level playing field; hit for six;
hit me for six; knocked for six; par for the course; long shot; at the end of my rope; end of my tether; on the ropes;
against the ropes; throw in the towel; saved by the bell; below the belt; back to the drawing board; on the drawing
board; draw the line; drawing a blank; draw a blank; luck of the draw; quick on the draw; paint the town red; paint a
picture; no oil painting; picture of health; get the picture; big picture; under the carpet; cock and bull story; same
old story; long story short; cut a long story short; to cut a long story short; sob story; turn over a new leaf; turned
over a new leaf; turning over a new leaf; turn the page; open book; by the book; throw the book; in my bad books; judge
a book by its cover; take a leaf out of; storm in a teacup; barking up the wrong tree; cant see the wood for the trees;
out of the woods; spring chicken; no spring chicken; chicken and egg; headless chicken; like a headless chicken; dont
count your chickens; wild goose chase; dark horse; flogging a dead horse; straight from the horses mouth; hold your
horses; get off my high horse; raining cats and dogs; let the cat out of the bag; cat got my tongue; gone to the dogs;
dogs body; in the dog house; dog tired; sick as a dog; dogs dinner; black sheep; black sheep of the family; elephant in
the room; white elephant; busy as a bee; bee in my bonnet; butterflies in my stomach; ants in my pants; guinea pig;
pigs might fly; lions share; snails pace; at a snails pace; kill two birds with one stone; early bird; free as a bird;
bird brain; night owl; hymn sheet; singing from the same hymn sheet; swan song; all singing all dancing; make a song
and dance; song and dance about it; going for a song; dance attendance; it takes two to tango; tip of the iceberg; bull
in a china shop; like a bull in a china shop; talking shop; shop around; shut up shop; walk on eggshells; walking on
eggshells; walk all over me; walks all over me; run of the mill; in the long run; run ragged; run off my feet; run out
of steam; dry run; hit the ground running; running in circles; run round in circles; running around in circles; running
out of time; sink or swim; swim against the tide; out of my depth; in at the deep end; thrown in at the deep end; deep
end; dip my toe in; toe in the water; test the water; water under the bridge; cross that bridge when; burn my bridges;
bridge too far; plain sailing; sail through; close to the wind; three sheets to the wind; show me the ropes; learn the
ropes; hook line and sinker; off the hook; fishing for compliments; on the cards; play my cards right; house of cards;
put my cards on the table; trump card; play it by ear; fair play; childs play; play up; playing up; pawn in the game;
game changer; mugs game; game of two halves; new ball game; on a roll; roll with the punches; up for grabs; put my foot
in it; hanging by a thread; lost the thread; lose the thread; stitch in time; stitched up; cut from the same cloth;
spin a yarn; pull the wool over; wrapped in cotton wool; in cotton wool; dyed in the wool; tied up in knots; tie myself
in knots; on pins and needles; pins and needles; needle in a haystack; tailor made; hit the nail on the head; nuts and
bolts; screw loose; spanner in the works; axe to grind; old chestnut; put down roots; grass is greener; grass is always
greener; led up the garden path; up the garden path; hedge my bets; beat about the bush; bed of roses; come up smelling
of roses; nip it in the bud; reap what you sow; in a pickle; bread and butter; full of beans; spill the beans; recipe
for disaster; too many cooks; half baked; half baked idea; small potatoes; couch potato; hot potato; sour grapes;
cherry on the top; apple of my eye; bad apple; bring home the bacon; gravy train; butter wouldnt melt; food for
thought; breaks the ice; skating on thin ice; on thin ice; walking on thin ice; under the weather; on cloud nine; every
cloud has a silver lining; head in the clouds; chasing rainbows; storm out; weather the storm; perfect storm; ray of
sunshine; over the hill; make a mountain out of a molehill; uphill struggle; climb the walls; climb the ladder;
climbing the ladder; sat on the fence; on the fence; armed to the teeth; up in arms; shot in the arm; shot in the dark;
bury the hatchet; fight a losing battle; losing battle; uphill battle; act my age; act your age; get my act together;
hard act to follow; class act; drama queen; make a drama; make a drama out of it; steal the show; run the show; show
must go on; behind the scenes; make a scene; preaching to the converted; practise what you preach; holier than thou;
god knows; god forbid; oh my god; thank god; for gods sake; for heavens sake; good heavens; on a wing and a prayer;
hasnt got a prayer; cross to bear; poor as a church mouse; devils advocate; between the devil and the deep blue sea;
patience of a saint; mothers ruin; old wives tale; everyone and their dog; man and his dog; one man and his dog
""")
