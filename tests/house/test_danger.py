"""What must not stand in the code, whoever writes it: other tongues made of text, weak sums, guessable chance."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

CALLS = {
    "a program is started": r"subprocess\..*|os\.(system|popen|exec\w*|spawn\w*)|pty\..*|commands\..*",
    "text is run": r"eval|exec|compile|__import__|(?:\w+\.)*render_template_string|Template|Environment\.from_string",
    "bytes become things": r"(?:c?[Pp]ickle|marshal|shelve|dill|joblib|yaml)\.(load|loads|unsafe_load|open|Unpickler)",
    "a weak sum": r"hashlib\.(md5|sha1|new)|(?:\w+\.)*(MD5|SHA1|RC4|ARC4|Blowfish|TripleDES|PKCS1v15)",
    "a weak mode": r"modes\.(ECB|CBC|OFB|CFB\w*|CTR)",
    "chance that can be guessed": r"random\.\w+|uuid\.?uuid1|uuid1",
    "a file for all": r"tempfile\.(mktemp|mkstemp)|open_new|webbrowser\..*",
    "the database is left open": r"(?:\w+\.)*executescript",
}
MADE, FOREIGN = "a statement is made of text", "words are put together from text that is not ours"
IMPORTS = {
    "pickle",
    "marshal",
    "shelve",
    "xml",
    "lxml",
    "yaml",
    "jwt",
    "Crypto",
    "crypt",
    "telnetlib",
    "xmlrpc",
    "cffi",
}
# Each was looked at: what goes in is ours, never what somebody sends.
MAY = {
    (
        "service/accounts/signing_in/second_factor.py",
        "a weak sum",
    ),  # the one that every app speaks (RFC 6238), inside an HMAC
    ("service/cli/measuring.py", "a program is started"),  # our own benchmark, by an operator
    ("service/db/migrations/versions/0006_audit_rows_stay.py", MADE),  # names of our own
    ("service/db/safe.py", MADE),  # names of settings of our own
    ("service/db/engine.py", MADE),  # likewise
    ("service/db/looking.py", MADE),  # likewise
    ("service/db/copying/tables.py", MADE),  # names that the database itself told, quoted
    ("service/db/copying/tables.py", FOREIGN),  # ways of reading a column, of our own
    ("service/db/copying/filling.py", MADE),  # names that the database itself told, quoted
    ("service/backups/targets.py", MADE),  # likewise
    ("service/running/__init__.py", MADE),  # one of two questions of our own
    ("service/db/scrubbing.py", MADE),  # names of our tables, quoted
    ("service/web/account/second_factor.py", "text is called safe"),  # a drawing; the library escapes its title
    ("service/web/self_service/leaflet.py", "text is called safe"),  # likewise
    ("service/web/professional/refer/slips.py", "text is called safe"),  # likewise
    ("service/web/own_words.py", "text is called safe"),  # a sentence of ours, into which texts are escaped
    ("service/web/outside.py", "imports xml"),  # to write, not to read
    # Sentences of our own files, into which figures and names are put.
    ("service/cli/importing.py", FOREIGN),
    ("service/catalog/where/place_index.py", FOREIGN),
    ("service/catalog/words/spelt_out.py", FOREIGN),
    ("service/cli/audit.py", FOREIGN),
    ("service/cli/base.py", FOREIGN),
    ("service/api/words.py", FOREIGN),
    ("service/notifications/wording.py", FOREIGN),
    ("service/web/own_words.py", FOREIGN),
}
# Libraries that hold ciphers, hashes, signatures or chance; of these the chosen ones, and where those of the first lie.
SECRETS = {
    "cryptography",
    "argon2",
    "hashlib",
    "hmac",
    "secrets",
    "joserfc",
    "webauthn",
    "itsdangerous",
    "ssl",
    "random",
}
SECRETS |= {
    "authlib",
    "bcrypt",
    "passlib",
    "nacl",
    "Crypto",
    "Cryptodome",
    "jose",
    "jwcrypto",
    "ecdsa",
    "rsa",
    "OpenSSL",
}
SECRETS |= {"pyotp", "scrypt", "crcmod", "gnupg", "crypt", "cbor2"}
CHOSEN = {"cryptography", "argon2", "hashlib", "hmac", "secrets", "joserfc", "authlib", "webauthn", "ssl"}
PLACES = {
    "authlib": {"service/accounts/signing_in/openid.py"},
    "cryptography": {
        "service/db/sealing.py",
        "service/db/keyring.py",
        "service/db/copying/envelope.py",
        "service/accounts/signing_in/second_factor.py",
    },
    "argon2": {"service/accounts/credentials.py"},
    "joserfc": {"service/accounts/programs/assertions.py", "service/accounts/signing_in/openid.py"},
    "webauthn": {"service/accounts/signing_in/passkeys.py"},
    "ssl": {"service/notifications/smtp.py", "service/outgoing.py"},
}
KEPT = {("leave.js", "sessionStorage")}  # that one tab was left: one letter, and gone when somebody comes anew
SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\(\s*[\"'`]|srcdoc|"
    r"__proto__|Object\.assign|\.\.\.JSON|localStorage|sessionStorage|indexedDB|postMessage|\.cookie\b"
)


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(Path("service").rglob("*.py"))
    }


def dangers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, told) for told in _of_call(node))
        for name in _imported(node):
            if name.split(".")[0] in IMPORTS:
                yield getattr(node, "lineno", 0), f"imports {name.split('.')[0]}"


def _of_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    last = name.rsplit(".", 1)[-1]
    given = node.args[0] if node.args else None
    yield from (told for told, pattern in CALLS.items() if re.fullmatch(pattern, name))
    if last == "text" and given is not None and not isinstance(given, ast.Constant):
        yield MADE
    if last in ("execute", "exec_driver_sql") and isinstance(given, ast.JoinedStr | ast.BinOp):
        yield MADE
    if last in ("FileHandler", "basicConfig", "SysLogHandler", "HTTPHandler"):
        yield "a log of its own"
    if isinstance(node.func, ast.Attribute) and last in ("format", "format_map") and _not_ours(node.func.value):
        yield FOREIGN
    if last in ("Markup", "mark_safe") and given is not None and not isinstance(given, ast.Constant):
        yield "text is called safe"


def _not_ours(template: ast.expr) -> bool:
    """Say whether a template is neither written right here nor a constant of its module."""
    return not isinstance(template, ast.Constant) and not (isinstance(template, ast.Name) and template.id.isupper())


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


@pytest.mark.asvs(
    "V1.2.4",
    "V1.2.5",
    "V1.3.2",
    "V1.3.7",
    "V1.5.2",
    "V11.3.1",
    "V11.4.1",
    "V11.5.1",
    "V6.5.3",
    "V1.3.10",
    "V16.2.3",
)
def test_nothing_dangerous_stands_in_the_code() -> None:
    found = {(path, told) for path, tree in trees().items() for _, told in dangers(tree)}
    assert found == MAY


@pytest.mark.asvs("V11.2.1")
def test_nothing_is_sealed_hashed_or_signed_but_by_the_libraries_that_were_chosen() -> None:
    """What is made for secrets is one of these; their places are few, and a new one is looked at."""
    found: dict[str, set[str]] = {}
    for path, tree in trees().items():
        for node in ast.walk(tree):
            for name in _imported(node):
                if (root := name.split(".")[0]) in SECRETS:
                    found.setdefault(root, set()).add(path)
    assert set(found) == CHOSEN
    assert {name: places for name, places in found.items() if name in PLACES} == PLACES


def test_planted_dangers_are_found() -> None:
    planted = """
import pickle
subprocess.run(x); eval(x); pickle.loads(x); hashlib.md5(x); modes.ECB(); random.choice(x)
session.execute(text(f"select {x}")); connection.exec_driver_sql("select " + x); Markup(f"<b>{x}")
"""
    assert len({told for _, told in dangers(ast.parse(planted))}) == 9


@pytest.mark.asvs("V3.2.2", "V3.7.1", "V14.3.3", "V15.3.6")
def test_our_scripts_write_no_markup_and_keep_nothing() -> None:
    scripts = sorted(Path("service/web/static/kith").rglob("*.js"))
    found = {
        (path.name, word)
        for path in scripts
        for word in SCRIPTS.findall(re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.S))
    }
    assert found <= KEPT
    assert len(scripts) >= 3
