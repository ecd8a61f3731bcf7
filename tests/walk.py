"""Every rule of the application with a plausible address: what tests of the whole house walk over."""

from uuid import UUID

from flask import Flask
from werkzeug.routing import Rule

SAMPLES = {"lang": "en", "version": "000000000000", "filename": "kith/kith.css", "sheet": "feeling"}


def rules(app: Flask) -> list[Rule]:
    """Return all rules in a fixed order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def address(app: Flask, rule: Rule, **values: object) -> str:
    """Return an address of a rule; what has no value here gets one that does not exist."""
    given: dict[str, object] = {}
    for name in rule.arguments - set(rule.defaults or ()):
        converter = type(rule._converters[name]).__name__
        unknown: object = UUID(int=7) if converter == "UUIDConverter" else 7 if converter == "IntegerConverter" else "x"
        given[name] = values.get(name, SAMPLES.get(name, unknown))
    adapter = app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, given, method=next(iter(sorted(rule.methods or {"GET"}))))
