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
