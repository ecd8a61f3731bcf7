"""Violations of the import contracts, of the linter's rules and of the types."""

from tests.house.plants import Plant

LADDER = "Imports go one way: faces, timers, translators, domains, ground"
INSIDE = "Inside a domain: operations over queries over models"
FLASK = "Only the faces, the ground and the root speak Flask"
TABLES = "Faces reach tables through queries and operations"
CIRCLES = "No circles anywhere"
ROOMS = "The web's rooms do not lean on one another"
SAYS = '"""Planted."""\n\n'

CONTRACTS = (
    Plant(
        name="a domain imports one above it",
        checker=LADDER,
        says="service.catalog.planted -> service.matching.profile",
        new={"service/catalog/planted.py": f"{SAYS}from service.matching import profile\n"},
    ),
    Plant(
        name="it does so inside a function",
        checker=LADDER,
        says="service.accounts.planted -> service.referrals.queries",
        new={"service/accounts/planted.py": f"{SAYS}def late():\n    from service.referrals import queries\n"},
    ),
    Plant(
        name="a face imports another face",
        checker=LADDER,
        says="service.web.planted -> service.api.words",
        new={"service/web/planted.py": f"{SAYS}from service.api import words\n"},
    ),
    Plant(
        name="the ground imports a domain",
        checker=LADDER,
        says="service.clock -> service.accounts.permissions",
        changed={"service/clock.py": ("", "from service.accounts import permissions\n")},
    ),
    Plant(
        name="a stray module utils.py",
        checker=LADDER,
        says="utils",
        new={"service/utils.py": SAYS},
    ),
    Plant(
        name="a stray folder helpers/",
        checker=LADDER,
        says="helpers",
        new={"service/helpers/__init__.py": SAYS},
    ),
    Plant(
        name="queries call operations",
        checker=INSIDE,
        says="service.referrals.queries -> service.referrals.operations",
        changed={"service/referrals/queries.py": ("", "from service.referrals import operations\n")},
    ),
    Plant(
        name="tables call queries",
        checker=INSIDE,
        says="service.accounts.models -> service.accounts.queries",
        changed={"service/accounts/models.py": ("", "from service.accounts import queries\n")},
    ),
    Plant(
        name="a domain speaks Flask",
        checker=FLASK,
        says="service.referrals.planted -> flask",
        new={"service/referrals/planted.py": f"{SAYS}from flask import g\n"},
    ),
    Plant(
        name="the outbox speaks Flask",
        checker=FLASK,
        says="service.notifications.outbox -> flask_babel",
        changed={"service/notifications/outbox.py": ("", "from flask_babel import gettext\n")},
    ),
    Plant(
        name="a view imports a table",
        checker=TABLES,
        says="service.web.admin.listing.groups -> service.catalog.models",
        changed={"service/web/admin/listing/groups.py": ("", "from service.catalog.models import Group\n")},
    ),
    Plant(
        name="the API imports a table of people",
        checker=TABLES,
        says="service.api.planted -> service.referrals.models",
        new={"service/api/planted.py": f"{SAYS}from service.referrals import models\n"},
    ),
    Plant(
        name="two modules need each other",
        checker=CIRCLES,
        says="No cycles are allowed in service.catalog",
        new={
            "service/catalog/planted_hen.py": f"{SAYS}from service.catalog import planted_egg\n",
            "service/catalog/planted_egg.py": f"{SAYS}from service.catalog import planted_hen\n",
        },
    ),
    Plant(
        name="one room of the web leans on another",
        checker=ROOMS,
        says="service.web.professional.words -> service.web.admin.words",
        changed={"service/web/professional/words.py": ("", "from service.web.admin import words\n")},
    ),
)

TOOLS = (
    Plant(
        name="a function without types",
        checker="mypy",
        says="Function is missing a type annotation",
        changed={"service/clock.py": ("", "\n\ndef planted(x):\n    return x\n")},
    ),
    Plant(
        name="a question whose answer is always yes",
        checker="mypy",
        says="[redundant-expr]",
        changed={
            "service/clock.py": ("", "\n\ndef planted(x: int) -> int:\n    return x if isinstance(x, int) else 0\n")
        },
    ),
    Plant(
        name="a statement made of text",
        checker="ruff",
        says="S608",
        changed={
            "service/clock.py": (
                "",
                '\n\ndef planted(x: str) -> str:\n    return f"SELECT * FROM person WHERE id = {x}"\n',
            )
        },
    ),
    Plant(
        name="a time without its zone",
        checker="ruff",
        says="DTZ005",
        changed={"service/clock.py": ("", "\n\ndef planted() -> datetime:\n    return datetime.now()\n")},
    ),
    Plant(
        name="nine ways through one function",
        checker="ruff",
        says="C901",
        changed={
            "service/clock.py": (
                "",
                "\n\ndef planted(x: int) -> int:\n"
                + "".join(f"    if x == {n}:\n        x += {n}\n" for n in range(9))
                + "    return x\n",
            )
        },
    ),
    Plant(
        name="a print in the service",
        checker="ruff",
        says="T201",
        changed={"service/clock.py": ("", '\n\ndef planted() -> None:\n    print("here")\n')},
    ),
)
