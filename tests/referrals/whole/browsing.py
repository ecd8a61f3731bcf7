"""Somebody with a browser: opens pages, follows links, fills in the forms that are there and presses their buttons."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib

SECONDS = 60.0  # for one answer of a machine that does other work as well
TICKED = ("checkbox", "radio")
PUBLIC = "https://kith.example.org"
Fields = list[tuple[str, str]]


def said(element: Element) -> str:
    """Return the words of a part of a page, in one line."""
    return " ".join("".join(element.itertext()).split())


@dataclass(frozen=True)
class Page:
    """An answer, and where it came from."""

    status: int
    path: str
    text: str = field(repr=False)

    @property
    def tree(self) -> Element:
        """The page as it is built."""
        found: Element = html5lib.parse(self.text, namespaceHTMLElements=False)
        return found

    @property
    def words(self) -> str:
        """What stands in the middle of the page."""
        return said(next(self.tree.iter("main")))

    @property
    def title(self) -> str:
        """The heading."""
        return said(next(self.tree.iter("h1")))

    def of_class(self, name: str) -> list[Element]:
        """Return the parts of the page with this class."""
        return [one for one in self.tree.iter() if name in (one.get("class") or "").split()]

    def link(self, words: str) -> str:
        """Return where the link with these words leads."""
        return next(one.get("href") or "" for one in self.tree.iter("a") if words in said(one))

    def offered(self, name: str, words: str) -> str:
        """Return the value of the choice with these words."""
        named = {one.get("for"): said(one) for one in self.tree.iter("label")}
        fields = [one for one in self.tree.iter("input") if one.get("name") == name]
        return next(one.get("value") or "" for one in fields if words in named.get(one.get("id"), ""))

    def buttons(self, words: str) -> list[str]:
        """Return what stands on the buttons with these words."""
        return [said(button) for _form, button in self._pressable() if words in said(button)]

    def pressed(self, words: str, typed: dict[str, str | list[str]]) -> tuple[str, Fields]:
        """Return where the button with these words sends its form, and what, with what was typed."""
        found = [one for one in self._pressable() if words in said(one[1])]
        assert found, f"no button {words!r} at {self.path}: {self.words}"
        form, button = found[0]
        sent: Fields = []
        there = set()
        for one in form.iter():
            name = one.get("name")
            if not name or one.tag == "button" or one.get("type") == "submit":
                continue
            there.add(name)
            sent += [(name, value) for value in _values(one, typed.get(name))]
        assert set(typed) <= there, f"no field {set(typed) - there} at {self.path}"
        if button.get("name"):
            sent.append((button.get("name") or "", button.get("value") or ""))
        return urljoin(self.path, form.get("action") or self.path), sent

    def _pressable(self) -> Iterator[tuple[Element, Element]]:
        for form in self.tree.iter("form"):
            for button in form.iter("button"):
                if button.get("hidden") is None and button.get("aria-hidden") is None:
                    yield form, button


def _values(one: Element, typed: str | list[str] | None) -> list[str]:
    """Return what one field sends: what it has, or what was typed or chosen there."""
    wanted = [typed] if isinstance(typed, str) else typed
    if one.get("type") in TICKED:
        value = one.get("value", "on")
        return [value] if (value in wanted if wanted is not None else one.get("checked") is not None) else []
    if one.tag == "select":
        offered = [option.get("value") or "" for option in one.iter("option")]
        chosen = [option.get("value") or "" for option in one.iter("option") if option.get("selected") is not None]
        assert wanted is None or set(wanted) <= set(offered), f"{one.get('name')} offers {offered}"
        return wanted or chosen or offered[:1]
    if wanted is not None and one.get("type") != "hidden":
        return wanted
    return [one.get("value") or (one.text or "" if one.tag == "textarea" else "")]


@dataclass
class Browser:
    """One browser: its cookies, the page it shows. `port` is where the server listens; the proxy in front is played."""

    port: int
    page: Page = field(default_factory=lambda: Page(0, "/", ""))
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, address: str, status: int = 200) -> Page:
        """Open a page of ours, by its path or by the whole address that stands in a mail."""
        return self._shown("GET", _path(address), None, status)

    def follow(self, words: str) -> Page:
        """Press a link."""
        return self.open(urljoin(self.page.path, self.page.link(words)))

    def press(self, words: str, /, status: int = 200, **typed: str | list[str]) -> Page:
        """Fill in the form of a button and press it."""
        where, fields = self.page.pressed(words, typed)
        return self._shown("POST", _path(where), urlencode(fields).encode(), status)

    def _shown(self, method: str, path: str, body: bytes | None, status: int) -> Page:
        for _ in range(5):
            answer, there, text = self._asked(method, path, body)
            if answer not in (302, 303):
                self.page = Page(answer, path, text)
                assert answer == status, f"{method} {path} gave {answer}: {self.page.words if text else ''}"
                return self.page
            method, path, body = "GET", _path(urljoin(path, there)), None
        raise AssertionError(f"{path} leads in a circle")

    def _asked(self, method: str, path: str, body: bytes | None) -> tuple[int, str, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **PROXIED}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            for one in answer.headers.get_all("Set-Cookie") or ():
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(one).items()}
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            line.close()


PROXIED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "kith.example.org"}


def _path(address: str) -> str:
    parts = urlsplit(address)
    assert not parts.netloc or address.startswith(f"{PUBLIC}/"), f"{address} leads elsewhere"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
