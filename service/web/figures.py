"""Distances, money, minutes and days as one country's readers write them. It never asks the time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_day_names, get_month_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_symbol
from babel.units import format_unit
from flask_babel import gettext as _
from flask_babel import ngettext

KM_A_MILE = 1.609344  # international mile, 1959
LEAST = 0.1  # nothing is shown as nearer than that: positions are not known so well
NBSP = "\u00a0"
LEFT_TO_RIGHT, END = "\u2066", "\u2069"  # around what keeps its order inside a text that runs the other way
ABROAD = {"pt": "pt_PT"}  # whose manner a language takes where it is not at home; else that of the language alone
PENCE = 100


@lru_cache(maxsize=64)
def locale_of(language: str, country: str) -> Locale:
    """Return the manner of a language in a country; where nobody has written that down, of the language alone."""
    try:
        return Locale.parse(f"{language}_{country.upper()}")
    except UnknownLocaleError:
        return Locale.parse(ABROAD.get(language, language))


@lru_cache(maxsize=4096)
def _number(value: float, locale: Locale) -> str:
    return str(format_decimal(value, locale=locale))


@lru_cache(maxsize=4096)
def _with_unit(value: float, unit: str, locale: Locale) -> str:
    return str(format_unit(value, unit, "short", locale=locale)).replace(" ", NBSP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How numbers look to one reader.

    Attributes
    ----------
    locale : Locale
        The reader's language, in the manner of the installation's country.
    miles : bool
        Whether the country counts in miles; else in kilometres.
    currency : str
        ISO 4217.
    """

    locale: Locale
    miles: bool
    currency: str

    @property
    def unit(self) -> str:
        """The unit of distances, as it stands behind a field."""
        return str(_("miles")) if self.miles else "km"

    @property
    def currency_sign(self) -> str:
        """The sign that stands before an amount."""
        return _sign(self.currency)

    def to_km(self, distance: float) -> float:
        """Turn a distance in the country's unit into km."""
        return distance * KM_A_MILE if self.miles else distance

    def from_km(self, km: float) -> float:
        """Turn km into the country's unit."""
        return km / KM_A_MILE if self.miles else km

    def distance(self, km: float) -> str:
        """Say a distance: 0.8 km, 1 mile, 12 miles."""
        shown = self._rounded(km)
        number = self.number(shown)
        if not self.miles:
            return self._with_unit(shown, "length-kilometer")
        words = _("%(number)s mile", number=number) if shown == 1 else _("%(number)s miles", number=number)
        return str(words).replace(" ", NBSP)

    def short_distance(self, km: float) -> str:
        """Say a distance where there is little room: 0.8 mi."""
        return self._with_unit(self._rounded(km), "length-mile" if self.miles else "length-kilometer")

    def _rounded(self, km: float) -> float:
        far = self.from_km(km)
        return max(LEAST, round(far, 1)) if far < 10 else round(far)

    def number(self, value: float) -> str:
        """Write a number in the reader's manner."""
        return _number(value, self.locale)

    def share(self, value: float) -> str:
        """Write a part of one in per cent."""
        return str(format_percent(value, locale=self.locale))

    def money(self, pence: int, currency: str | None = None) -> str:
        """Write an amount, with the sign that stands on the price; without pence where there are none."""
        code, pattern = currency or self.currency, str(self.locale.currency_formats["standard"].pattern)
        whole = pence % PENCE == 0
        text = format_currency(
            pence // PENCE if whole else pence / PENCE,
            code,
            format=pattern.replace("0.00", "0") if whole else pattern,
            locale=self.locale,
            currency_digits=not whole,
        )
        return self._in_order(str(text).replace(str(get_currency_symbol(code, locale=self.locale)), _sign(code)))

    @staticmethod
    def unbroken(phone: str) -> str:
        """Keep a telephone number on one line."""
        return phone.replace(" ", NBSP)

    def minutes(self, number: int) -> str:
        """Say how long something takes."""
        hours, rest = divmod(number, 60)
        words = []
        if hours:
            words.append(ngettext("%(num)s hour", "%(num)s hours", hours))
        if rest or not hours:
            words.append(ngettext("%(num)s minute", "%(num)s minutes", rest))
        return " ".join(part.replace(" ", NBSP) for part in words)

    def short_minutes(self, number: int) -> str:
        """Say the same where there is little room: 65 min."""
        return self._with_unit(number, "duration-minute")

    def _with_unit(self, value: float, unit: str) -> str:
        if self.locale.language == "en" and unit == "duration-minute":  # "mins" is one letter more than is needed
            return f"{self.number(value)}{NBSP}min"
        return self._in_order(_with_unit(value, unit, self.locale))

    def _in_order(self, text: str) -> str:
        """Keep figures and their unit together where the text around them runs from right to left."""
        return f"{LEFT_TO_RIGHT}{text}{END}" if self._mixed(text) else text

    def _mixed(self, text: str) -> bool:
        return self.locale.text_direction == "rtl" and not any("\u0600" <= letter <= "\u06ff" for letter in text)

    def day(self, day: date) -> str:
        """Write a coming day: Tue 24 Nov."""
        return str(format_skeleton("MMMEd", datetime.combine(day, time()), locale=self.locale)).replace(",", "", 1)

    def whole_day(self, day: date) -> str:
        """Write a coming day in full: Tuesday, 24 November."""
        written = str(format_skeleton("MMMMd", datetime.combine(day, time()), locale=self.locale))
        return str(_("%(weekday)s, %(day)s", weekday=self.weekday(day.weekday()), day=written))

    def long_day(self, day: date) -> str:
        """Write a day with its year: 24 November 2026."""
        return str(format_date(day, "long", locale=self.locale))

    def month(self, day: date) -> str:
        """Write a month: November 2026."""
        return str(format_skeleton("yMMMM", datetime.combine(day, time()), locale=self.locale))

    def clock(self, moment: datetime | time) -> str:
        """Write a local time of day: 10:00."""
        wall = moment.timetz() if isinstance(moment, datetime) else moment
        text = str(format_time(wall.replace(tzinfo=None), "short", locale=self.locale))
        return self._in_order(text.replace(" ", NBSP))

    def moment(self, moment: datetime) -> str:
        """Write a coming day and time: Tue 24 Nov, 10:00."""
        return str(_("%(day)s, %(time)s", day=self.day(moment.date()), time=self.clock(moment)))

    def weekday(self, number: int) -> str:
        """Name a weekday, 0 = Monday, as it stands in a sentence."""
        return str(get_day_names("wide", locale=self.locale)[number])

    def month_name(self, number: int) -> str:
        """Name a month by its number."""
        return str(get_month_names("wide", locale=self.locale)[number])

    def all_of(self, items: Iterable[str]) -> str:
        """Join with commas and *and*."""
        return str(format_list(list(items), "standard", locale=self.locale))

    def one_of(self, items: Iterable[str]) -> str:
        """Join with commas and *or*."""
        return str(format_list(list(items), "or", locale=self.locale))

    def language(self, code: str) -> str:
        """Name a language to the reader; its code where there is no name."""
        return str(self.locale.languages.get(code, code))


def _sign(currency: str) -> str:
    return str(get_currency_symbol(currency, locale="en_GB"))
