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
    ("service/accounts/second_factor.py", "a weak sum"),  # the one that every app speaks (RFC 6238), inside an HMAC
    ("service/cli/measuring.py", "a program is started"),  # our own benchmark, by an operator
    ("service/db/migrations/versions/0006_audit_rows_stay.py", "a statement is made of text"),  # names of our own
    ("service/db/scrubbing.py", "a statement is made of text"),  # names of our tables, quoted
    ("service/web/account/second_factor.py", "text is called safe"),  # a drawing; the library escapes its title
    ("service/web/self_service/leaflet.py", "text is called safe"),  # likewise
    ("service/web/own_words.py", "text is called safe"),  # a sentence of ours, into which texts are escaped
    ("service/web/outside.py", "imports xml"),  # to write, not to read
}
KEPT = {("leave.js", "sessionStorage")}  # that one tab was left: one letter, and gone when somebody comes anew
SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\(\s*[\"'`]|srcdoc|"
    r"__proto__|localStorage|sessionStorage|indexedDB|postMessage|\.cookie\b"
)


@cache
def trees() -> dict[str, ast.Module]:
    return {
        path.as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(Path("service").rglob("*.py"))
    }


def dangers(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            yield from ((node.lineno, told) for told, pattern in CALLS.items() if re.fullmatch(pattern, name))
            if name.rsplit(".", 1)[-1] == "text" and node.args and not isinstance(node.args[0], ast.Constant):
                yield node.lineno, "a statement is made of text"
            if name.rsplit(".", 1)[-1] in ("execute", "exec_driver_sql") and isinstance(
                node.args[0] if node.args else None, ast.JoinedStr | ast.BinOp
            ):
                yield node.lineno, "a statement is made of text"
            if name.endswith(("Markup", "mark_safe")) and node.args and not isinstance(node.args[0], ast.Constant):
                yield node.lineno, "text is called safe"
        for name in _imported(node):
            if name.split(".")[0] in IMPORTS:
                yield getattr(node, "lineno", 0), f"imports {name.split('.')[0]}"


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


@pytest.mark.asvs(
    "V1.2.4", "V1.2.5", "V1.3.2", "V1.3.7", "V1.5.2", "V11.2.1", "V11.3.1", "V11.4.1", "V11.5.1", "V6.5.3"
)
def test_nothing_dangerous_stands_in_the_code() -> None:
    found = {(path, told) for path, tree in trees().items() for _, told in dangers(tree)}
    assert found == MAY


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
