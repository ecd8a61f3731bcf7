"""Looks at a page as people see it: on the smallest phone, wide in the dark, in the colours of their own system."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from tests.journeys.states import State
from tests.journeys.visitors import PHONE, RUN_AXE, SMALLEST, TAGS, TOO_WIDE, WIDE, Visitor, axe
from tests.pages import check_page

OPEN_ALL = "() => document.querySelectorAll('details:not([open])').forEach((part) => { part.open = true; })"
SEND = """
([path, fields]) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  for (const [name, value] of fields) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  const token = document.querySelector("[name=csrf_token]");
  if (token) form.append(token.cloneNode());
  document.body.append(form);
  form.submit();
}
"""
# What holds text of its own and is narrower than it, or reaches over the edge of the window; not what is only read
# aloud, and not what one can scroll by itself.
CUT_OFF = """
() => {
  const found = [];
  const edge = document.documentElement.clientWidth;
  for (const part of document.querySelectorAll("body *")) {
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const aside = part.closest(".govuk-visually-hidden, .govuk-skip-link, .kith-trap, svg, select");
    if (!own || aside || !part.getClientRects().length || part.closest("[tabindex='0'][role='region']")) continue;
    const box = part.getBoundingClientRect();
    if (box.width <= 2 || box.height <= 2) continue;
    const hides = getComputedStyle(part).overflowX !== "visible";
    if ((hides && part.scrollWidth > part.clientWidth + 1) || box.left < -1 || box.right > edge + 1)
      found.push([part.tagName, part.className, part.textContent.trim().slice(0, 60)]);
  }
  return found;
}
"""
# In forced colours the system's palette replaces ours. What is text must stand out from what is behind it by 4.5 to 1,
# the edge of what is pressed or filled in, and the lines of a picture, by 3 to 1 (WCAG 1.4.3 and 1.4.11).
FADED = """
() => {
  const found = [];
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const clear = (colour) => colour === "none" || numbers(colour)[3] === 0;
  const light = (colour) => {
    const [r, g, b] = numbers(colour).slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (part) => {
    for (let at = part; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!clear(colour)) return colour;
    }
    return canvas;
  };
  const probe = document.createElement("i");
  document.body.append(probe);
  probe.style.setProperty("color", "Canvas");
  const canvas = getComputedStyle(probe).color;
  probe.remove();
  const plate = (text) => {
    const shape = text.parentElement.tagName === "a" && text.parentElement.querySelector("rect, circle, path");
    const filled = shape ? getComputedStyle(shape).fill : "none";
    return clear(filled) ? behind(text.closest("svg")) : filled;
  };
  const tell = (what, part, colour, ground) =>
    found.push([what, part.outerHTML.slice(0, 120), colour, ground, ratio(colour, ground).toFixed(1)]);
  const shown = (part) => part.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && part.getBoundingClientRect().width > 2 && !part.closest(".govuk-visually-hidden, .govuk-skip-link, :disabled");
  for (const part of document.querySelectorAll("body *")) {
    if (!shown(part)) continue;
    const style = getComputedStyle(part);
    const drawn = part.closest("svg");
    const own = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const colour = drawn ? style.fill : style.color;
    const ground = drawn ? plate(part) : behind(part);
    if (own && part.tagName !== "OPTION" && !clear(colour) && ratio(colour, ground) < 4.5)
      tell("text", part, colour, ground);
    if (drawn && part !== drawn && !own && !["g", "title", "defs", "use", "symbol", "a"].includes(part.tagName)
      && !drawn.closest("figure, .kith-map")) {
      const seen = [style.stroke, style.fill].filter((one) => !clear(one) && numbers(one).length);
      const around = behind(drawn);
      if (seen.length && seen.every((one) => ratio(one, around) < 3)) tell("picture", part, seen[0], around);
    }
    if (part.matches("button, .govuk-button, textarea, select, input:not([type=radio], [type=checkbox])")) {
      const edge = style.borderBottomColor, around = behind(part.parentElement);
      const flat = parseFloat(style.borderBottomWidth) < 1 || clear(edge) || ratio(edge, around) < 3;
      const filled = ratio(behind(part), around) >= 3;
      const looksLikeLink = style.textDecorationLine.includes("underline");
      if (flat && !filled && !looksLikeLink) tell("edge", part, edge, around);
    }
  }
  return found;
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How somebody sees a page."""

    name: str
    size: tuple[int, int]
    scheme: Literal["light", "dark"] = "light"
    forced: bool = False


SMALL = View(name="320 px", size=SMALLEST)
DARK = View(name="wide, dark", size=WIDE, scheme="dark")
FORCED = View(name="forced colours", size=PHONE, forced=True)
ZOOMED = View(name="200 % zoom", size=(640, 450))  # a window of 1280 by 900, all of it twice as large
VIEWS = (SMALL, DARK, FORCED)


def look(visitor: Visitor, state: State, segment: str, ground: dict[str, str], views: tuple[View, ...]) -> list[str]:
    """Open a page as it may be, with all that is folded away, and return what is wrong with it in some views."""
    path = state.path(segment, ground)
    said = f"{segment} {state.rule} {state.name}".strip()
    open_page(visitor, path, state)
    if visitor.status() != state.status:
        return [f"{said}: answered {visitor.status()} instead of {state.status}"]
    check_page(visitor.documents[visitor.page].text())
    visitor.page.evaluate(OPEN_ALL)
    visitor.page.evaluate(axe())
    found = [f"{said}, {view.name}: {wrong}" for view in views for wrong in _seen(visitor, view)]
    found += [f"{said}: {trouble}" for trouble in visitor.trouble]
    visitor.trouble.clear()
    return found


def open_page(visitor: Visitor, path: str, state: State) -> None:
    """Open an address, or send something to it as a form does."""
    if state.send is None:
        visitor.page.goto(path)
        return
    with visitor.page.expect_navigation():
        visitor.page.evaluate(SEND, [path, list(state.send.items())])


def _seen(visitor: Visitor, view: View) -> list[str]:
    page = visitor.page
    page.set_viewport_size({"width": view.size[0], "height": view.size[1]})
    page.emulate_media(color_scheme=view.scheme, forced_colors="active" if view.forced else "none")
    found: dict[str, Any] = {"scrolls sideways by": max(0, page.evaluate(TOO_WIDE))}
    if view.forced:
        found["faded"] = page.evaluate(FADED)
    else:
        found["axe"] = page.evaluate(RUN_AXE, list(TAGS))
    if view in (SMALL, ZOOMED):
        found["cut off"] = page.evaluate(CUT_OFF)
    return [f"{what} {json.dumps(wrong)[:900]}" for what, wrong in found.items() if wrong]
