"""Every page that a person may come to, in every state. `tests/web/test_every_page.py` finds a page that is left out.

An address names what it is about by a word ("strong", "list"); `tests/journeys/ground.py` makes what stands for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.api.hsds import ROOTS, SINGULAR
from service.catalog.site.setting import PARTS

ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
TOO_LONG = "I like singing and company. " * 358  # more than 10,000 characters
RISK = "I want to end my life"
LONELY = {"company": "often", "left_out": "often", "cut_off": "often"}
ALONE = {"partner": "no", "calls": "none", "meetings": "none", "services": "none", "club": "no"}
CONTENT = {"company": "hardly_ever", "left_out": "hardly_ever", "cut_off": "hardly_ever"}
TIED = {"partner": "yes", "calls": "three_or_more", "meetings": "three_or_more", "services": "some", "club": "yes"}
WRONG = {"text": "singing", "place": "Altrinchm", "age": "180", "max_distance": "-3", "cost_max": "cheap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One page as it may be.

    Attributes
    ----------
    rule : str
        Its address as the application writes it.
    name : str
        What is special about it; empty when nothing is.
    status : int
        How it is answered.
    send : mapping, optional
        What is sent to it; without, it is opened.
    query : str
        What stands behind the address.
    about : mapping
        What the address is about, by the names of its parts.
    """

    rule: str
    name: str = ""
    status: int = 200
    send: Mapping[str, str] | None = None
    query: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    def path(self, segment: str, ground: Mapping[str, str]) -> str:
        """Return its address in a language."""
        known = {"lang": segment, **{part: ground.get(word, word) for part, word in self.about.items()}}
        return ARGUMENT.sub(lambda found: known[found[1]], self.rule) + self.query


def at(rule: str, name: str = "", status: int = 200, send: Mapping[str, str] | None = None, **about: str) -> State:
    """Write a state in one line."""
    query = about.pop("query", "")
    return State(rule=rule, name=name, status=status, send=send, query=query, about=about)


FIND, GROUP, STEP = "/<lang>/find/<sealed>", "/<lang>/groups/<slug>", "/<lang>/steps/<sealed>/<code>"
IN_LIST = f"{FIND}/groups/<slug>"
CODES = ("enjoy", "easier", "where", "when", "who", "must")
EXAMPLE, CHARITY, ONLINE = "too-soon", "the-cheshire-wildlife-trust", "needle-drop-listening"
CONFIDENTIAL = "thursday-sewing-for-women"

FIRST = (
    at("/<lang>/"),
    at(FIND, "groups that suit", sealed="strong"),
    at(GROUP, "an example", slug=EXAMPLE),
    at("/<lang>/find", "much to put right", 422, WRONG),
)
FINDING = (
    at("/<lang>/find", "too much written", 422, {"text": TOO_LONG, "place": "ZZ99 9ZZ"}),
    at(FIND, "nothing near to it", sealed="weak"),
    at(FIND, "no place given", sealed="anywhere"),
    at(FIND, "must-haves, nervous, no car", sealed="barriers"),
    at(FIND, "too many musts", sealed="none"),
    at(FIND, "put aside, with the way back", sealed="aside"),
    at(FIND, "more like this", sealed="like"),
    at(FIND, "a small change made", sealed="nearer"),
    at(FIND, "more groups", sealed="longer"),
    at(FIND, "words of danger", sealed="risk"),
    at(FIND, "for someone else", sealed="someone"),
    at(FIND, "one kept", sealed="kept"),
    at(FIND, "ran out", 410, sealed="x"),
    at(f"{FIND}/change", sealed="strong"),
    at(f"{FIND}/check", sealed="strong"),
    at(f"{FIND}/list", sealed="kept"),
    at(f"{FIND}/list", "empty", sealed="strong"),
)
ASKING = (
    *(at(STEP, f"{code}, answered", sealed="steps", code=code) for code in CODES),
    *(at(STEP, f"{code}, for someone else", sealed="someone", code=code) for code in CODES),
    at(STEP, "enjoy, too much written", 422, {"text": TOO_LONG, "go": "next"}, sealed="steps", code="enjoy"),
    at(STEP, "easier, no such answer", 422, {"barrier_hearing": "x", "go": "next"}, sealed="steps", code="easier"),
    at(STEP, "where, not found", 422, {"place": "Altrinchm", "max_distance": "x"}, sealed="steps", code="where"),
    at(STEP, "when, no such time", 422, {"earliest": "25:99", "latest": "x"}, sealed="steps", code="when"),
    at(STEP, "who, no such answer", 422, {"interests": "life.x"}, sealed="steps", code="who"),
    at(STEP, "must, no numbers", 422, {"age": "old", "cost_max": "lots"}, sealed="steps", code="must"),
    at(STEP, "words of danger", sealed="risk", code="enjoy"),
    at("/<lang>/check"),
    at("/<lang>/check", "no such answer", 422, {"company": "x"}),
    at("/<lang>/check", "high", 200, LONELY | ALONE),
    at("/<lang>/check", "low", 200, CONTENT | TIED),
    at("/<lang>/check", "left open", 200, {}),
)
MEETING = (
    at(GROUP, "few facts", slug=CHARITY),
    at(GROUP, "online", slug=ONLINE),
    at(GROUP, "in a place that is kept secret", slug=CONFIDENTIAL),
    at(GROUP, "is no more", 410, slug="gone"),
    at(GROUP, "was never there", 404, slug="no-such-group"),
    at(IN_LIST, "why it was shown", sealed="strong", slug="first"),
    at(IN_LIST, "who can help", sealed="barriers", slug="helped"),
    at(IN_LIST, "is no more", 410, sealed="strong", slug="gone"),
    at(f"{GROUP}/reach/<given>", slug=EXAMPLE, given="reach"),
    at(f"{GROUP}/reach/<given>", "ran out", 410, slug=EXAMPLE, given="x"),
    at(f"{IN_LIST}/reach/<given>", sealed="strong", slug=EXAMPLE, given="reach"),
    at(f"{GROUP}/wrong", slug=EXAMPLE),
    at(f"{IN_LIST}/wrong", sealed="strong", slug=EXAMPLE),
    at(f"{GROUP}/wrong", "nothing chosen", 422, {"words": "x" * 5000}, slug=EXAMPLE),
    at(f"{GROUP}/wrong", "too often", 429, {"wrong": "cost", "words": "It costs more"}, slug=EXAMPLE),
    at(f"{GROUP}/wrong/<given>", slug=EXAMPLE, given="thanks"),
    at(f"{GROUP}/wrong/<given>", "help first", slug=EXAMPLE, given="thanks for danger"),
    at(f"{IN_LIST}/wrong/<given>", sealed="strong", slug=EXAMPLE, given="thanks"),
)
SUGGESTED = "/<lang>/suggested/<given>"
SUGGESTING = (
    at(f"{GROUP}/right", slug=EXAMPLE),
    at(f"{GROUP}/right", "nothing said", 422, {"your_email": "x"}, slug=EXAMPLE),
    at(f"{GROUP}/yours", slug=EXAMPLE),
    at(f"{GROUP}/yours", "much is missing", 422, {"proof": "x"}, slug=EXAMPLE),
    at("/<lang>/add-a-group"),
    at("/<lang>/add-a-group", "much is missing", 422, {"name": "x" * 300}),
    at(SUGGESTED, given="suggested"),
    at(SUGGESTED, "a new group", given="suggested new"),
    at(SUGGESTED, "help first", given="suggested in danger"),
    at(SUGGESTED, "it is mine", given="claimed"),
    at("/<lang>/claims/<token>", "no such link", 404, token="x"),
)
TAKING = (
    at("/<lang>/list/<sealed>", sealed="list"),
    at("/<lang>/list/<sealed>", "empty", sealed="empty list"),
    at("/<lang>/list/<sealed>", "ended", 410, sealed="ended list"),
    at("/<lang>/list/<sealed>/leaflet", sealed="list"),
    at("/<lang>/list/<sealed>/leaflet", "no PDF here", sealed="list", query="?without=no_library"),
    at("/<lang>/list/<sealed>/leaflet-large", sealed="list"),
    at("/<lang>/sheet"),
    at("/<lang>/sheet", "not found", 422, {"place": "Nowhere at all"}),
    at("/<lang>/sheet/<sealed>", sealed="sheet"),
    at("/<lang>/sheet/<sealed>", "nothing on", sealed="empty sheet"),
    at("/<lang>/sheet/<sealed>/change", sealed="sheet"),
    at("/<lang>/ring-me"),
    at("/<lang>/ring-me", "no number", 422, {"number": "soon", "about": "x" * 600}),
    at("/<lang>/ring-me/asked/<sealed>", sealed="asked"),
    at("/<lang>/ring-me/asked/<sealed>", "words of danger", sealed="asked in danger"),
    at("/<lang>/ask-for-help", query="?group=too-soon"),
    at("/<lang>/ask-for-help", "much is missing", 422, {"words": "x" * 2500}),
    at("/<lang>/ask-for-help/sent/<sealed>", sealed="help"),
    at("/<lang>/ask-for-help/sent/<sealed>", "words of danger", sealed="help in danger"),
    at("/<lang>/slip"),
    at("/<lang>/slip", "no such number", 422, {"number": "2222 2222"}),
    at("/<lang>/slip/<token>", "no such link", 404, token="2222-2222"),
)
SIGNING_IN = ("sign-in", "sign-in/link", "sign-in/link/asked")
PLAIN = ("how-we-choose", "privacy", "sources", "accessibility", "style", "api", *SIGNING_IN)
AROUND = (
    *(at(f"/<lang>/{page}") for page in PLAIN),
    at("/<lang>/sign-in/<token>", token="sign in"),
    at("/<lang>/my/<token>", token="own"),
    at("/<lang>/my/<token>", "no such link", 404, token="x"),
    at("/<lang>/answer/<token>", token="answer"),
    at("/<lang>/answer/<token>", "no such link", 404, token="x"),
    at("/<lang>/confirm/<token>", token="confirm"),
    at("/<lang>/confirm/<token>", "no such link", 404, token="x"),
    at("/embed/<lang>/search"),
    at("/embed/<lang>/list", query="?near=Sale&interest=activity.music&show=4"),
    at("/embed/<lang>/list", "no such place", 422, query="?near=Nowhere"),
)
STATES = (*FIRST, *FINDING, *ASKING, *MEETING, *SUGGESTING, *TAKING, *AROUND)

# At work people read English: editors, and those who refer. Their pages are looked at signed in.
EDITING, REFERRING = "/<lang>/admin", "/<lang>/referrals"
OF_GROUP = f"{EDITING}/groups/<uuid:group_id>"
RUNNING = "/<lang>/organisation"
SET_UP = f"{RUNNING}/set-up"
AT_WORK = {
    "Ada": (
        at("/<lang>/account"),
        at("/<lang>/account/data"),
        at("/<lang>/account/password"),
        at("/<lang>/account/email"),
        at("/<lang>/account/second-factor"),
        at("/<lang>/account/passkeys"),
        at("/<lang>/account/activity"),
        at("/<lang>/account/role"),
        *(at(f"{RUNNING}/{one}") for one in ("audit", "keys", "members", "organisations", "people")),
        at(SET_UP),
        at(SET_UP, "mail is off", 422, send={}),
        *(at(f"{SET_UP}/{part}") for part in PARTS),
        at(f"{SET_UP}/operator", "no address", 422, {"version": "0", "operator": "Council", "contact": "0900 1"}),
        at(f"{SET_UP}/country", "nobody rang", 422, {"version": "0", "country": "us"}),
        at(f"{SET_UP}/colour", "too pale", 422, {"version": "0", "colour": "other", "own": "#fd0"}),
        at("/<lang>/sign-in/again"),
        at(EDITING),
        at(EDITING, "looked up", query="?q=choir&status=published&missing=cost"),
        at(f"{EDITING}/coverage"),
        at(f"{EDITING}/rule"),
        at(f"{EDITING}/running"),
        at(f"{OF_GROUP}/life", group_id="group"),
        at(f"{OF_GROUP}/calendar", group_id="group"),
        at(f"{OF_GROUP}/was/<int:version>", group_id="group", version="version"),
        at(f"{EDITING}/together", query="?q=choir"),
        at(f"{EDITING}/together", "one kind of change", query="?q=choir&kind=fact"),
        at(f"{EDITING}/together/done"),
        at(f"{EDITING}/asked-for"),
        at(f"{EDITING}/terms"),
        at(f"{EDITING}/terms", "nothing found", query="?q=zzzz"),
        at(f"{EDITING}/terms/<code>", code="term"),
        at(f"{EDITING}/embed"),
        at(f"{EDITING}/lists"),
        at(OF_GROUP, group_id="group"),
        at(f"{OF_GROUP}/history", group_id="group"),
        at(f"{OF_GROUP}/found", group_id="group"),
        at(f"{OF_GROUP}/preview", group_id="group"),
        at(f"{EDITING}/new"),
        at(f"{EDITING}/organisations"),
        at(f"{EDITING}/organisations/new"),
        at(f"{EDITING}/organisations/<uuid:body_id>", body_id="body"),
        at(f"{EDITING}/places/<uuid:place_id>", place_id="place"),
        at(f"{OF_GROUP}/page", group_id="group"),
        at(f"{OF_GROUP}/saved/<int:version>", group_id="group", version="version"),
        at(f"{EDITING}/reports"),
        at(f"{EDITING}/reports/<uuid:report_id>", report_id="report"),
        at(f"{EDITING}/ring-back"),
        at(f"{EDITING}/organisations/<uuid:body_id>/trust", body_id="body"),
        at(f"{EDITING}/interests"),
        at(f"{EDITING}/interests/sure"),
        at(f"{EDITING}/same"),
        at(f"{EDITING}/same/<uuid:pair_id>", pair_id="pair"),
        at(f"{OF_GROUP}/suggested", group_id="group"),
        at(f"{EDITING}/suggestions"),
        at(f"{EDITING}/suggestions/<uuid:proposal_id>", proposal_id="proposal"),
        at(f"{EDITING}/suggestions/<uuid:proposal_id>", "a new group", proposal_id="proposal new"),
        at(f"{EDITING}/suggestions/<uuid:proposal_id>", "it is mine", proposal_id="claim"),
        at(f"{EDITING}/to-confirm"),
        at(f"{EDITING}/to-confirm/<uuid:group_id>", group_id="to confirm"),
        at(f"{EDITING}/to-confirm/drawn"),
        at(f"{EDITING}/to-confirm/drawn/<uuid:drawn_id>", drawn_id="drawn"),
    ),
    # What is asked to prove oneself anew opens only for a while after signing in: these come first.
    "Ida": (
        at(f"{RUNNING}/keys/<uuid:key_id>", key_id="key"),
        at(f"{RUNNING}/keys/in/<uuid:organisation_id>/new", organisation_id="organisation"),
        at(f"{RUNNING}/told/in/<uuid:organisation_id>/new", organisation_id="organisation"),
        at(f"{RUNNING}/told/<uuid:webhook_id>", webhook_id="told"),
        at(f"{RUNNING}/told/in/<uuid:organisation_id>", organisation_id="organisation"),
        at(f"{RUNNING}/sign-in/<uuid:login_id>", login_id="login"),
        at(f"{RUNNING}/sign-in/in/<uuid:organisation_id>/new", organisation_id="organisation"),
        at(f"{RUNNING}/members/<uuid:member_id>", member_id="member"),
        at(f"{RUNNING}/members/in/<uuid:organisation_id>", organisation_id="organisation"),
        at(f"{RUNNING}/organisations/<uuid:organisation_id>", organisation_id="organisation"),
        at(f"{RUNNING}/people/<uuid:user_id>", user_id="person"),
        at(f"{RUNNING}/keys/in/<uuid:organisation_id>", organisation_id="organisation"),
        at(f"{RUNNING}/sign-in/in/<uuid:organisation_id>", organisation_id="organisation"),
    ),
    "Odo": (
        at(f"{RUNNING}/privacy/<uuid:referral_id>", referral_id="referral"),
        at(f"{RUNNING}/privacy/<uuid:referral_id>/all", referral_id="referral"),
        at(f"{RUNNING}/keys/new"),
        at(f"{RUNNING}/told/new"),
        at(f"{RUNNING}/told"),
        at(f"{RUNNING}/safety"),
        at(f"{RUNNING}/team"),
        at(f"{RUNNING}/sign-in/new"),
        at(f"{RUNNING}/privacy"),
        at(f"{RUNNING}/sign-in"),
        at(f"{RUNNING}/members", "of one organisation"),
        at(f"{RUNNING}/audit", "of one organisation"),
    ),
    "Lin": (
        at("/<lang>/refer/list"),
        at("/<lang>/desk"),
        at("/<lang>/desk", "everyone", query="?view=everyone"),
        at("/<lang>/desk", "narrowed", query="?view=everyone&due=week&waits=me"),
        at("/<lang>/desk", "nobody", query="?view=waiting&page=9"),
        at("/<lang>/desk/resting/<uuid:group_id>", group_id="group"),
        at("/<lang>/people/<uuid:referral_id>", referral_id="case"),
        at("/<lang>/people/<uuid:referral_id>/plan", referral_id="case"),
        at("/<lang>/people/<uuid:referral_id>/letter", referral_id="case"),
        at("/<lang>/people/<uuid:referral_id>/letter", "no number", 422, {"number": "x"}, referral_id="case"),
        at("/<lang>/safety"),
        at("/<lang>/safety/tell"),
        at("/<lang>/safety/tell", "nothing said", 422, {}),
        at("/<lang>/referrals/<uuid:referral_id>/safety", referral_id="case"),
    ),
    "Bo": (
        at(REFERRING),
        at(f"{REFERRING}/<uuid:referral_id>", referral_id="referral"),
        at(f"{REFERRING}/leaflet"),
        at("/<lang>/refer"),
        at("/<lang>/refer/sent/<uuid:referral_id>", referral_id="referral"),
        at("/<lang>/refer/heard/<uuid:referral_id>", referral_id="referral"),
        at("/<lang>/refer/slip"),
        at("/<lang>/people/add"),
        at("/<lang>/people/add", "much is missing", 422, {"contact_rule": "email", "contact": "x"}),
        at("/<lang>/people/<uuid:person_id>/change", person_id="helped"),
        at("/<lang>/people/<uuid:person_id>/consents", person_id="helped"),
        at("/<lang>/people/<uuid:person_id>/consents", "a yes that says too little", 422, {}, person_id="helped"),
    ),
}

# What is opened and is no page: it leads on at once, or it is a file. The JSON face has its own tests.
NO_PAGE = {
    "leads on": (
        "/",
        "/<lang>/find",
        "/<lang>/steps",
        # Pages of signing in that open for whoever is half way: tests/journeys/test_accounts.py looks at them.
        "/<lang>/account/second-factor/app",
        "/<lang>/sign-in/password/<token>",
        "/<lang>/account/email/<token>",
        # Passkeys need an address with a name, and services of organisations a service: tests/journeys/test_passkeys.py
        # and test_organisation_sign_in.py look at these.
        "/<lang>/account/passkeys/new",
        "/<lang>/account/passkeys/<uuid:passkey_id>",
        "/<lang>/sign-in/passkey",
        "/<lang>/sign-in/organisation/<uuid:service_id>",
        "/<lang>/sign-in/back",
        # tests/journeys/test_members.py, test_desk.py, test_dates.py, test_lists.py and test_set_up.py look at these.
        "/<lang>/off/<token>",
        "/<lang>/safety/<uuid:incident_id>",  # tests/web/test_safety.py looks at it
        # tests/web/test_by_link.py and test_news.py look at these.
        f"{REFERRING}/<uuid:referral_id>/news",
        "/<lang>/refer/from/<token>",  # tests/web/test_prefilled.py looks at this one
        "/<lang>/check-in/<token>",
        "/<lang>/came/<token>",
        "/<lang>/asked/<token>",
        "/<lang>/inbox",  # tests/journeys/test_group_answers.py looks at these three
        "/<lang>/inbox/<uuid:introduction_id>",
        f"{EDITING}/lists/<uuid:list_id>",
        f"{EDITING}/lists/from/<source>",
        f"{EDITING}/together/<uuid:edit_id>",
        # tests/journeys/test_measuring.py and test_figures.py look at these.
        "/<lang>/people/<uuid:referral_id>/measures",
        "/<lang>/people/<uuid:referral_id>/measures/<sheet>",
        "/<lang>/people/paper-form",
        "/<lang>/organisation/licences",
        "/<lang>/your-answers/<token>",
        "/<lang>/figures",
        "/<lang>/figures/own",
        "/<lang>/figures/groups/<uuid:group_id>",
        "/<lang>/invitations/<token>",
        "/<lang>/set-up",
        "/<lang>/sign-in/second",
        f"{FIND}/for-you",
        f"{FIND}/more",
        f"{FIND}/without/<wish>",
        "/<lang>/list/<sealed>/more",
        "/g/<code>",
    ),
    "dates for a calendar": (
        f"{GROUP}/dates.ics",
        f"{GROUP}/dates-with-name.ics",
        "/<lang>/list/<sealed>/dates.ics",
        "/<lang>/list/<sealed>/dates-with-names.ics",
    ),
    "paper": (
        "/<lang>/list/<sealed>/leaflet.pdf",
        "/<lang>/list/<sealed>/leaflet-large.pdf",
        "/<lang>/sheet/<sealed>/sheet.pdf",
    ),
    "for programs": (
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/sitemap.xml",
        "/sitemap-<int(min=1, max=10000):number>.xml",
        # The catalogue for other systems: tests/api/test_open_data.py asks these.
        *(f"{root}/" for root in ROOTS),
        *(f"{root}/openapi.json" for root in ROOTS),
        "/hsds/datapackage.zip",
        "/hsds/listings.csv",
        "/<lang>/figures/figures.csv",
        "/hsds/listings.xlsx",
        *(f"{root}/{name}" for root in ROOTS for name in SINGULAR),
        *(f"{root}/{name}/<uuid:{one}_id>" for root in ROOTS for name, one in SINGULAR.items()),
    ),
    "files": (
        "/static/<version>/<path:filename>",
        "/pictures/<uuid:picture_id>",
        *(f"/look/{name}" for name in ("colours.css", "icon.svg", "logo.webp")),
        "/<lang>/account/data/file",
        "/<lang>/organisation/privacy/<uuid:referral_id>/file",
    ),
}
