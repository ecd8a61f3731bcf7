"""When a group meets or is open, read out of its text. Pure: what is not plain is left to the reader."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from service.catalog.reading.clock import Clock, opens, span, written
from service.catalog.reading.suggestion import LIKELY, SURE, Hours, Suggestion, suggestion
from service.catalog.reading.week_tokens import NUMBERS, WEEK, Token, tokens

FAR_WORDS = 8  # that may stand between "every Tuesday" and "at 7.30pm"
SAME_DAY_WORDS = 3  # that may stand between two spans of hours of one day
LINKS = {"dash", "join", "fill"}
REPEATED = {"every", "each", "weekly", "regular", "a"}
ONE_DAY = {"next", "this", "good", "easter", "easters", "palm", "shrove", "ash", "black", "boxing", "pancake", "coming"}
AGES = {"ages", "aged", "age", "years", "year", "under", "over", "yrs", "group", "hall", "room", "unit", "route", "bus"}
NAME_AFTER = re.compile(r"\s[A-Z][\w']")
FOR_SOME = re.compile(r"\b(?:only|used to|traditional|previous(?:ly)?|formerly)\b[^.!?\n]{0,20}$", re.I)
NOT_HOURS = {"school", "school's", "times", "roast", "lunch", "league", "night"}


@dataclass(slots=True)
class Group:
    """Days, and the hours that were said with them."""

    days: list[str]
    start: int
    end: int
    nths: list[int] = field(default_factory=list)
    fortnight: bool = False
    monthly: bool = False
    repeated: bool = False
    part: str = ""
    dated: bool = False
    dropped: bool = False
    taken_out: bool = False
    spans: list[tuple[Clock, Clock | None, int]] = field(default_factory=list)


def hours(text: str) -> list[Suggestion]:
    """Return when it meets, one suggestion for each piece of the text that says so."""
    words = tokens(text)
    full_day = any(word.clock is not None and word.clock.hour > 12 and word.clock.half == "24" for word in words)
    groups = _Reader(words).groups()
    _lend_dated(groups)
    return [one for group in groups for one in _suggestions(group, text, full_day=full_day)]


def _lend_dated(groups: Sequence[Group]) -> None:
    """Give "Repeats every week every Tuesday" the hours of the first dated meeting after it."""
    waiting: list[Group] = []
    for group in groups:
        if group.dated and group.spans:
            for one in waiting:
                one.spans, one.end = group.spans[:1], max(one.end, group.end)
            waiting = []
        elif not group.dated and not group.spans and (group.nths or group.repeated) and not group.taken_out:
            waiting.append(group)


def _suggestions(group: Group, text: str, *, full_day: bool) -> Iterator[Suggestion]:
    if group.dated or group.dropped or not group.days:
        return
    if group.monthly and not group.nths:
        return  # "monthly on a Tuesday": nobody knows which
    if not group.spans and not _stands_without_hours(group, text):
        return
    days = tuple(day for day in WEEK if day in group.days)
    if set(group.nths) == {1, 2, 3, 4} or not group.nths:
        every = ["2weeks" if group.fortnight else "week"]
    else:
        every = [f"month:{nth}" for nth in dict.fromkeys(group.nths)]
    where = (group.start, group.end)
    for start, end in _times(group, full_day=full_day):
        for often in every:
            value = Hours(days=days, start=written(start), end=written(end), every=often)
            yield suggestion("time", value, text, where, LIKELY if start is None else SURE)


def _stands_without_hours(group: Group, text: str) -> bool:
    """Tell whether a day by itself says when it meets: not in a name ("our Sunday Club Rides"), nor only for some."""
    often = group.repeated or group.nths or group.fortnight
    named = not group.nths and NAME_AFTER.match(text[group.end : group.end + 3]) is not None
    return bool(often) and not group.taken_out and not named and not FOR_SOME.search(text[: group.start][-30:])


def _times(group: Group, *, full_day: bool) -> Iterator[tuple[int | None, int | None]]:
    if not group.spans:
        yield None, None
    for first, last, _ in group.spans:
        if last is None:
            yield opens(first, group.part, full_day=full_day), None
        else:
            yield span(first, last, group.part, full_day=full_day)


class _Reader:
    """Goes once over the words, from left to right."""

    def __init__(self, words: Sequence[Token]) -> None:
        self.words = words
        self.at = 0
        self.found: list[Group] = []
        self.leading: list[tuple[Clock, Clock | None, int]] = []  # hours in front of their day
        self.leading_at = (0, 0)
        self.lead = False  # in this piece hours stand in front
        self.quiet = 0  # other words since the last day or hour
        self.out = False  # after "except"
        self.closing = False  # after "closed on"

    def groups(self) -> list[Group]:
        """Read them all."""
        while self.at < len(self.words):
            self._step()
        return self.found

    def _kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place].kind if place < len(self.words) else ""

    def _step(self) -> None:
        word = self.words[self.at]
        if word.kind in ("days", "nth", "fortnight", "always"):
            self._day_group()
        elif word.kind == "clock":
            self._hours()
        else:
            self._other(word)
            self.at += 1

    def _other(self, word: Token) -> None:
        last = self.found[-1] if self.found and self.quiet == 0 else None
        if word.kind in ("other", "holiday"):
            self.quiet += 1
            self.leading, self.lead, self.out, self.closing = [], False, False, False
        elif word.kind == "except":
            self.out = True
        elif word.kind == "closed":
            self._closed(last)
        elif word.text == "." and self._ends_sentence():
            self._sentence_ends(word)
        elif last is not None:
            self._behind(last, word)

    def _closed(self, last: Group | None) -> None:
        """Read "Monday: closed", and "closed on" in front of a day."""
        of_last = last is not None and not last.spans and not last.dropped
        self.closing = not of_last
        if last is not None and of_last:
            last.dropped = True

    def _behind(self, last: Group, word: Token) -> None:
        if word.kind == "date" and not last.spans:
            last.dated = True
        elif word.kind == "part":
            last.part, last.end, last.repeated = word.text.rstrip("s"), word.end, True
        elif word.kind == "month" and last.nths:
            last.monthly, last.end = True, word.end

    def _sentence_ends(self, word: Token) -> None:
        last = self.found[-1] if self.found else None
        self.lead = False
        self.leading = []
        self.quiet += FAR_WORDS if last and last.end < word.start + 1 else 0

    def _ends_sentence(self) -> bool:
        place = self.at + 1
        return place < len(self.words) and self.words[place].start > self.words[self.at].end

    # ---- days --------------------------------------------------------------------------------------------------------

    def _day_group(self) -> None:
        begin = self.at
        group = Group([], self.words[begin].start, self.words[begin].end)
        before = self._before(begin)
        group.repeated = bool(before & REPEATED)
        group.monthly = self.at > 0 and any(word.kind == "month" for word in self.words[max(0, begin - 3) : begin])
        self._ordinals(group)
        self._days(group, before)
        if not group.days:
            self.quiet += 1
            self.at = max(self.at, begin + 1)
            return
        self._settle(group, before)
        self.found.append(group)
        self.quiet = 0

    def _before(self, begin: int) -> set[str]:
        near = []
        for word in reversed(self.words[max(0, begin - 3) : begin]):
            if word.kind not in ("fill", "other", "month", "holiday"):
                break
            near.append(word.text)
        return {part for text in near for part in text.split()}

    def _ordinals(self, group: Group) -> None:
        while self._kind() in ("nth", "fortnight", "join", "always") or (
            self._kind() in LINKS and (self._kind(1) == "nth" or self.words_text(0) in ("on", "every", ":"))
        ):
            word = self.words[self.at]
            if word.kind == "nth":
                group.nths.append(NUMBERS[word.text])
            elif word.kind == "fortnight":
                group.fortnight = True
            elif word.kind == "always":
                group.days, group.end = list(WEEK), word.end
                group.spans.append((Clock(hour=0, minute=0, half="24"), Clock(hour=24, minute=0, half="24"), word.end))
                self.at += 1
                return
            self.at += 1

    def _days(self, group: Group, before: set[str]) -> None:
        ranged = False
        while self._kind() == "days":
            word = self.words[self.at]
            self._add(group, word.days, ranged=ranged)
            group.end = word.end
            whole = len(word.days) > 1
            group.repeated |= word.text.rstrip(".").endswith("s") and word.text[-2:] not in ("es", "ds", "us", "rs")
            group.repeated |= ranged or (whole and bool(before & {"open", "on", "available", "opens"}))
            self.at += 1
            self._inside(group)
            link = self._link()
            if link is None:
                return
            ranged = link == "dash"

    def _add(self, group: Group, days: Sequence[str], *, ranged: bool) -> None:
        if ranged and group.days and len(days) == 1:
            first, last = WEEK.index(group.days[-1]), WEEK.index(days[0])
            run = WEEK[first + 1 : last + 1] if first < last else (*WEEK[first + 1 :], *WEEK[: last + 1])
            group.days.extend(run)
        else:
            group.days.extend(days)

    def _inside(self, group: Group) -> None:
        """Take "morning", "of the month" and "fortnightly" behind a day."""
        while self._kind() in ("part", "month", "fortnight"):
            word = self.words[self.at]
            if word.kind == "part":
                group.part, group.repeated = word.text.rstrip("s"), True
            elif word.kind == "month":
                group.monthly = True
            else:
                group.fortnight = True
            group.end = word.end
            self.at += 1

    def _link(self) -> str | None:
        """Go over what joins this day to the next one; None where no day follows."""
        ahead, kind = 0, "join"
        if self.words_text(0) in ("until", "till", "til"):
            return None
        while self._kind(ahead) in ("dash", "join") or (ahead > 0 and self.words_text(ahead) in ("on", "every")):
            kind = "dash" if self._kind(ahead) == "dash" else kind
            ahead += 1
        if ahead == 0 or self._kind(ahead) != "days":
            return None
        self.at += ahead
        return kind

    def words_text(self, ahead: int) -> str:
        """Return the word so many ahead."""
        place = self.at + ahead
        return self.words[place].text if place < len(self.words) else ""

    def _settle(self, group: Group, before: set[str]) -> None:
        """Look at what stands around the days: hours in front, "except", "Sunday school", "next Tuesday"."""
        if before & ONE_DAY or "holiday" in before or (before & {"last"} and not group.monthly):
            group.dropped = True
        if group.nths and not (group.monthly or group.repeated) and set(group.nths) == {-1}:
            group.dropped = True
        following = self.words_text(0)
        group.dropped |= following in NOT_HOURS or self.closing
        self.closing = False
        if following in ("service", "services", "worship", "mass"):
            group.repeated, group.end = True, self.words[self.at].end
        if self.out and self.found:
            group.taken_out = True
            self.found[-1].days = [day for day in self.found[-1].days if day not in group.days]
            self.found[-1].end = group.end
        self.out = False
        if self.leading:
            group.spans, self.leading = self.leading, []
            group.start, self.lead = self.leading_at[0], True

    # ---- hours -------------------------------------------------------------------------------------------------------

    def _hours(self) -> None:
        begin = self.at
        first = self.words[self.at]
        self.at += 1
        last: Token | None = None
        if self._kind() in ("dash", "join") and self._kind(1) == "clock" and self._is_range(begin):
            last = self.words[self.at + 1]
            self.at += 2
        near = self.words[begin - 1].text if begin else ""
        if near in AGES or (last is None and not self._plain(begin)):
            self.quiet += 1
            return
        if first.clock is not None:
            self._give((first.clock, last.clock if last else None, (last or first).end), first.start, begin)

    def _is_range(self, begin: int) -> bool:
        if self._kind() == "dash":
            return True
        return self.words[self.at].text == "and" and begin > 0 and self.words[begin - 1].text == "between"

    def _plain(self, begin: int) -> bool:
        """Tell whether one number is surely a time: it has minutes or am, or "at" stands in front."""
        word = self.words[begin]
        marked = word.clock is not None and (word.clock.half in ("am", "pm") or ":" in word.text or "." in word.text)
        near = self.words[begin - 1].text if begin else ""
        return marked or near in ("at", "from") or word.text in ("noon", "midday", "midnight")

    def _give(self, spanned: tuple[Clock, Clock | None, int], start: int, begin: int) -> None:
        last = self.found[-1] if self.found else None
        behind = last is not None and not self.lead and not self._new_lead(last)
        if behind and last is not None and self._near(last, begin):
            last.spans.append(spanned)
            last.end = max(last.end, spanned[2])
            self.quiet = 0
            return
        if not self.leading:
            self.leading_at = (start, spanned[2])
        self.leading.append(spanned)

    def _near(self, last: Group, begin: int) -> bool:
        if self.quiet == 0 or (self.quiet <= SAME_DAY_WORDS and self._marked_range(begin)):
            return True
        cue = self.words[begin - 1].text if begin else ""
        return not last.spans and cue in ("at", "from", "between") and self.quiet <= FAR_WORDS and not last.taken_out

    def _marked_range(self, begin: int) -> bool:
        words = self.words[begin : self.at]
        return len(words) > 1 and any(mark in word.text for word in words for mark in ("am", "pm", ":", ".", "noon"))

    def _new_lead(self, last: Group) -> bool:
        """Tell whether these hours belong to a day that follows, or else to the last: "6-7pm juniors, 7-8pm"
        " seniors".
        """
        if not last.spans or self.quiet == 0:
            return False
        ahead = 0
        while self._kind(ahead) in ("fill", "join") and ahead < 3:
            ahead += 1
        return self.quiet > SAME_DAY_WORDS or self._kind(ahead) in ("days", "nth", "fortnight")
