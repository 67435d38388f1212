"""Dates in many spellings, English and Korean, to ISO 8601: "March 3, 2021" -> "2021-03-03"."""

import datetime
import re

from examples.translation.pairs import Pair, Rng, held_out

MONTHS = """January February March April May June July August September October November December""".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
YOIL = "월화수목금토일"
FIRST, LAST = datetime.date(1900, 1, 1).toordinal(), datetime.date(2099, 12, 31).toordinal()

# {y} {m} {d} are numbers, {mm} {dd} with two digits, {month} {mon} names; the rest says nothing new.
SPELLINGS = (
    "{month} {d}, {y}",
    "{mon} {d}, {y}",
    "{d} {month} {y}",
    "{d} {mon} {y}",
    "the {d}{th} of {month}, {y}",
    "{weekday}, {month} {d}, {y}",
    "{y}년 {m}월 {d}일",
    "{y}년 {mm}월 {dd}일",
    "{y}. {m}. {d}.",
    "{y}년 {m}월 {d}일 {yoil}요일",
)
_FIELD = re.compile(r"{(\w+)}|(.)")
_YEAR, _MONTH, _DAY = range(4), range(5, 7), range(8, 10)  # places in ISO's form
TELLS = {"y": _YEAR, **dict.fromkeys(("m", "mm", "month", "mon"), _MONTH), "d": _DAY, "dd": _DAY}


class Dates:
    """Days from 1900 to 2099, every spelling as often; one day in ten is for tests."""

    per = "spelling"
    fool = "year first, then the other numbers in their order"
    beyond = frozenset[str]()

    def draw(self, rng: Rng) -> Pair:
        return self.of(draw_day(rng, for_tests=False), SPELLINGS[rng.integers(len(SPELLINGS))])

    def of(self, day: datetime.date, spelling: str) -> Pair:
        source, comes_from = "", [set[int]() for _ in day.isoformat()]
        for name, other in _FIELD.findall(spelling):
            text = _fields(day)[name] if name else other
            places = range(len(source), len(source) + len(text))
            source += text
            targets = TELLS.get(name, range(0))
            by_digit = text.isdigit() and len(text) == len(targets)
            for i, target in enumerate(targets):
                comes_from[target] |= {places[i]} if by_digit else set(places)
        return Pair(source, day.isoformat(), tuple(map(frozenset, comes_from)), spelling)

    def tests(self, rng: Rng, count: int) -> dict[str, list[Pair]]:
        return {
            spelling: [self.of(draw_day(rng, for_tests=True), spelling) for _ in range(count)]
            for spelling in SPELLINGS
        }

    def guess(self, pair: Pair) -> float:
        numbers = re.findall(r"\d+", pair.source)
        year = next(number for number in numbers if len(number) == 4)
        others = [number.zfill(2) for number in numbers if number != year]
        return float("-".join([year, *(["01", *others][-2:])]) == pair.target)


def _fields(day: datetime.date) -> dict[str, str]:
    """What each field of a spelling is on that day."""
    number, name = day.day, MONTHS[day.month - 1]
    suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return {
        "y": str(day.year), "m": str(day.month), "d": str(number),
        "mm": f"{day.month:02}", "dd": f"{number:02}",
        "month": name, "mon": name[:3], "th": suffix,
        "weekday": WEEKDAYS[day.weekday()], "yoil": YOIL[day.weekday()],
    }  # fmt: skip


def draw_day(rng: Rng, for_tests: bool) -> datetime.date:
    while True:
        day = datetime.date.fromordinal(int(rng.integers(FIRST, LAST + 1)))
        if held_out(day.isoformat()) == for_tests:
            return day
