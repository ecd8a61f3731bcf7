"""What the doors of each part of the house ask for, and what may be seen there. A new door is given its line here."""

from service.accounts.permissions import Permission

# What the doors of a part of the house ask for, said a second time: a door that opens too far fails, and so does a new
# part until it has been given a line. The longest beginning counts.
PARTS: dict[str, Permission | dict[str, Permission]] = {
    "/<lang>/admin": Permission.EDIT_CATALOG,
    "/<lang>/admin/ring-back": Permission.RING_BACK,
    "/<lang>/admin/suggestions/<uuid:proposal_id>/invite": Permission.MANAGE,
    "/<lang>/admin/rule": Permission.MANAGE,
    "/<lang>/admin/running": Permission.MANAGE,
    "/<lang>/referrals": Permission.READ_REFERRALS,
    "/<lang>/safety": Permission.SAFETY,
    "/<lang>/organisation/team": Permission.LEAD_TEAM,
    "/<lang>/organisation/safety": Permission.LEAD_TEAM,
    "/<lang>/people/<uuid:referral_id>/measures": Permission.WORK_CASES,
    "/<lang>/figures": Permission.FIGURES,
    "/<lang>/figures/own": Permission.ANSWER,
    "/<lang>/people/paper-form": Permission.WORK_CASES,
    "/<lang>/organisation/licences": Permission.PRIVACY,
    "/<lang>/your-answers/": Permission.LINK,
    "/<lang>/desk": Permission.WORK_CASES,
    "/<lang>/people/": Permission.WORK_CASES,
    "/<lang>/referrals/<uuid:referral_id>/questions/": Permission.REFER,
    "/<lang>/refer": Permission.REFER,
    "/<lang>/refer/list": Permission.WORK_CASES,
    "/<lang>/slip/": Permission.LINK,
    "/<lang>/people/add": Permission.REFER,
    "/<lang>/people/<uuid:person_id>/": Permission.REFER,
    "/<lang>/my/": Permission.LINK,
    "/<lang>/answer/": Permission.LINK,
    "/<lang>/asked/": Permission.LINK,
    "/<lang>/inbox": Permission.ANSWER,
    "/<lang>/claims/": Permission.LINK,
    "/<lang>/came/": Permission.LINK,
    "/<lang>/check-in/": Permission.LINK,
    "/<lang>/confirm/": Permission.LINK,
    "/<lang>/off/": Permission.LINK,
    "/<lang>/sign-in/": Permission.LINK,
    "/<lang>/sign-in/again": Permission.ACCOUNT,
    "/<lang>/sign-in/second": Permission.ACCOUNT,
    "/<lang>/sign-in/link": Permission.PUBLIC,
    "/<lang>/account": Permission.ACCOUNT,
    "/<lang>/list/": Permission.LINK,
    "/<lang>/invitations/": Permission.LINK,
    "/<lang>/account/role": Permission.ACCOUNT,
    "/<lang>/account/passkeys": Permission.ACCOUNT,
    "/<lang>/sign-in/passkey": Permission.PUBLIC,
    "/<lang>/sign-in/organisation/": Permission.PUBLIC,
    "/<lang>/sign-in/back": Permission.PUBLIC,
    "/<lang>/organisation/sign-in": Permission.MANAGE_KEYS,
    "/<lang>/organisation/members": Permission.MANAGE_MEMBERS,
    "/<lang>/organisation/invitations": Permission.MANAGE_MEMBERS,
    "/<lang>/organisation/keys": Permission.MANAGE_KEYS,
    "/<lang>/organisation/audit": Permission.READ_AUDIT,
    "/<lang>/organisation/privacy": Permission.PRIVACY,
    "/<lang>/organisation/organisations": Permission.MANAGE,
    "/<lang>/organisation/people": Permission.MANAGE,
    "/<lang>/organisation/set-up": Permission.MANAGE,
    "/api/v1/events": Permission.READ_REFERRALS,
    "/<lang>/organisation/told": Permission.MANAGE_KEYS,
    "/api/v1/people": {
        "GET": Permission.READ_REFERRALS,
        "POST": Permission.REFER,
        "PATCH": Permission.REFER,
    },
    "/api/v1/prefills": Permission.REFER,
    "/api/v1/people/<uuid:person_id>/assessments": {"GET": Permission.READ_MEASURES, "POST": Permission.MEASURE},
    "/api/v1/people/<uuid:person_id>/plan": {"GET": Permission.READ_PLANS, "PATCH": Permission.PLAN},
    "/api/v1/referrals": {"GET": Permission.READ_REFERRALS, "POST": Permission.REFER},
    **dict.fromkeys(
        (
            *("/", "/leave", "/embed/", "/healthz", "/readyz", "/static/", "/<lang>/", "/<lang>/api", "/<lang>/find"),
            *("/<lang>/groups/", "/<lang>/steps", "/<lang>/check", "/<lang>/add-a-group", "/<lang>/suggested/"),
            *(
                "/<lang>/how-we-choose",
                "/<lang>/privacy",
                "/<lang>/ring-me",
                "/<lang>/ask-for-help",
                "/<lang>/slip",
                "/<lang>/set-up",
                "/<lang>/sheet",
                "/<lang>/sources",
                "/<lang>/accessibility",
                "/<lang>/style",
                "/<lang>/sign-in",
                "/<lang>/sign-out",
            ),
            *("/g/", "/pictures/", "/look/", "/robots.txt", "/sitemap", "/hsds", "/oruk"),
            *(
                "/api/v1/groups/",
                "/api/v1/match",
                "/api/v1/openapi.json",
                "/api/v1/places",
                "/api/v1/terms",
                "/api/v1/token",
            ),
        ),
        Permission.PUBLIC,
    ),
}
# Ids by who may reach what they name: everybody the door opens for, whoever runs that organisation, its owner alone.
OF_ALL = {"group_id", "body_id", "place_id", "ring_id", "report_id", "drawn_id", "proposal_id", "user_id"}
OF_ORGANISATION = {"member_id", "invitation_id", "organisation_id", "key_id", "login_id", "webhook_id"}
OF_ONE = {"session_id", "passkey_id"}
IDS = {"referral_id", "person_id", *OF_ALL, *OF_ORGANISATION, *OF_ONE}
OF_ORGANISATION |= {"introduction_id"}
IDS |= {"introduction_id", "question_id"}
IDS |= {"incident_id"}  # of a safeguarding lead alone, which nobody is by their role
# Whoever asks for one of these where it is not, or not theirs to know of, leaves a row.
RECORDED = {"referral_id", "person_id", "user_id", "incident_id", *OF_ORGANISATION}
UNKNOWN = {"edit_id", "token", "sealed", "wish", "given", "code", "picture_id", "service_id"}  # nobody holds one here
UNKNOWN |= {"list_id", "source", "pair_id"}
UNKNOWN |= {"service_at_location_id", "organization_id", "taxonomy_id", "taxonomy_term_id"}
# A list that has run out is in nobody's way to say that something is wrong, or to ask for a number.
WITHOUT_LIST = {"web.reach_in_results", "web.wrong_in_results", "web.wrong_post_in_results"}
NOT_HERE = {"web.set_up", "web.set_up_post"}  # somebody runs this house
NOT_HERE |= {"look_colours", "look_icon", "look_logo"}  # and has given it no look of its own
# What the referring side may read of the people they referred; of anything else not even their own organisation's.
SHOWN = ("personpreferredname", "introductionnote", "groupquestion")
# What a group may read of somebody it was asked about, or hear on the telephone.
ASKED = ("personpreferredname", "personneeds", "introductionownwords", "groupquestion")
TOLD = ("reportwords", "reportcontact")  # what editors may read of what visitors say is wrong
RUNG = ("ringrequest",)  # what whoever rings people back may read
# What whoever runs an organisation may read of those who work in it, and of what it uses.
STAFF = ("useraccountname", "useraccountemail", "invitationname", "invitationemail", "organisationlogin", "apikeyname")
# What one's own account shows, the file of all that is kept of it included.
OWN = ("useraccountemail", "emailchange", "passkeyname", "signedinsessiondevice", "invitation", "auditentryactingfor")
# What a link worker reads of somebody they help, and on the desk.
HELPED = (
    *("person", "casenote", "casetask", "handover", "caseplan", "plangoal", "introduction"),
    *("referralactingfor", "referralreasons"),
)
ON_DESK = ("personpreferredname", "casetaskwhat")
# All that is kept of somebody who was referred is given to them by whoever runs the organisation that referred them,
# but what somebody at work is worried about (TRUST rule 17): no word of an incident is here.
GIVEN = (
    *("person", "consent", "referral", "introduction", "groupquestion", "followup", "assessment"),
    *("casenote", "casetask", "handover", "caseplan", "plangoal"),
)
SEEN_IN = {
    "/inbox/": ASKED,
    "/refer/heard/": ASKED,
    "/ring-back": RUNG,
    "/admin/reports/": (*TOLD, "reportoutcome"),
    "/admin/suggestions/": ("proposalsaid", "proposalcontact", "proposaloutcome"),
    "/organisation/privacy/": GIVEN,
    "/organisation/": STAFF,
    "/account": OWN,
    "/referrals": SHOWN,
    "/measures": ("personpreferredname", "personstory"),  # whoever helps; what was answered shows only with a yes
    "/<lang>/people/": HELPED,
    "/<lang>/desk": ON_DESK,
    "/refer": SHOWN,
    "/api/v1/people/<uuid:person_id>/plan": ("plangoal",),
}
