"""Lists of victims with known truth, made by rules that are not those of our linkage: do its intervals hold all the same?

| system | what it violates |
| --- | --- |
| `febrl_like` | hit-miss with independent fields: errors cluster in bad records, fields are swapped, a typo is near the truth |
| `copied_lists` | independent lists: rows copied with their errors; independent people: incidents, families; equal capture |
| `gold_errors` | any error model: all differences of one real pair (MPV and WaPo) are put on one fresh record together |
| `hubs` | that names tell people apart: few names, few places, few days, most of the rest missing |

All draw people with Burmese-like names, whose syllables are as frequent as in real ones where the shared data are present, and
real townships. The same arguments give the same rows. Names are no real people's: syllables are put together by chance.
"""

from __future__ import annotations

import csv
import math
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from msgspec import Struct

from litany.values.places import PlaceLevel, load

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FIRST, LAST = date(2021, 2, 1).toordinal(), date(2024, 1, 31).toordinal()
FIELDS = ("name", "father", "age", "sex", "date", "date_last", "township", "state", "occupation")
SYLLABLES = """Aung Aung Aung Kyaw Kyaw Min Min Zaw Win Win Htun Ko Naing Naing Lin Thu Myo Hla Maung Thein Soe Tun Oo Oo Htet
Ye Phyo Nay Zin Moe Khin Aye Than Htwe San Su Mya Thida Yi Nu Wai Hnin Ei Phyu Cho Lwin Hein Sithu Bo Kaung Pyae Sone Shwe"""
OCCUPATIONS = ("farmer", "student", "teacher", "driver", "trader", "worker", "nurse", "shopkeeper", "monk", "soldier", "clerk")
# What ears and scanners take for each other in romanised Burmese: written by hand, from spellings seen in real lists.
CONFUSIONS = (
    *(
        ("ky", "gy"),
        ("th", "t"),
        ("aung", "ong"),
        ("ht", "t"),
        ("hl", "l"),
        ("ei", "e"),
        ("oe", "o"),
        ("in", "inn"),
        ("ay", "e"),
    ),
    *(("aw", "or"), ("yi", "yee"), ("ph", "p"), ("kh", "k"), ("z", "s"), ("rn", "m"), ("l", "1"), ("o", "0"), ("w", "vv")),
)
Ints = npt.NDArray[np.int64]


class Row(Struct):
    """One row of a list while it is being made. Dates are ordinals, from the earliest to the latest day meant."""

    name: str | None
    father: str | None
    age: int | None
    sex: str | None
    date: int | None
    date_last: int | None
    township: str | None
    state: str | None
    occupation: str | None

    def copy(self) -> Row:
        return Row(*(getattr(self, field) for field in FIELDS))


class System(Struct, frozen=True, eq=False):
    """``records``: FIELDS and ``list``, rows in random order; ``truth`` (n,): the person behind each row.

    ``people``: how many there were, seen or not. ``duplicate_free[k]``: list k names nobody twice.
    """

    records: pl.DataFrame
    truth: Ints
    people: int
    duplicate_free: tuple[bool, ...]


def febrl_like(
    size: int = 1000, lists: int = 3, noise: float = 1.5, missing: float = 0.1, seed: int = 0, twice: float = 0.4
) -> System:
    """``size`` rows: originals and, in the share ``twice``, duplicates with ``noise`` errors each on average, after febrl
    (Christen 2005). How many a duplicate has is geometric: most have none or one, a few have many, in any fields.
    ``missing``: the share of empty cells; it, too, is spread unequally over rows."""
    rng = random.Random(f"febrl {seed}")
    originals = max(1, round(size * (1 - twice)))
    rows = [person(rng) for _ in range(originals)]
    # Some people are repeated often: the one that a duplicate is of is drawn by weights that fall off.
    truth = [*range(originals), *(int(originals * rng.random() ** 1.5) for _ in range(size - originals))]
    for number in truth[originals:]:
        copy = rows[number].copy()
        for _ in range(_geometric(rng, noise)):
            rng.choice(ERRORS)(copy, rng)
        rows.append(copy)
    for row in rows:
        _empty(row, missing * 2 * rng.random(), rng)
    sources = [rng.randrange(lists) for _ in rows]
    return _system(rows, truth, sources, originals, (False,) * lists, rng)


def copied_lists(
    size: int = 1000, lists: int = 3, noise: float = 0.6, missing: float = 0.1, copying: float = 0.2, seed: int = 0
) -> System:
    """``size`` people killed in incidents, many on one day and place, in families that share a father and a home.

    Each list reaches people by its own rate, by how visible the incident is and by who they are; then each but the first
    copies the share ``copying`` of the rows of an earlier list that it lacks, errors included. The last list writes the state
    only; the first reports a third of its dates late; a fifth of all dates are known to the month. No list names anybody twice.
    """
    rng = random.Random(f"copied {seed}")
    people, visible = _incidents(size, rng)
    rates = [rng.uniform(-1.2, 0.6) for _ in range(lists)]
    held: list[dict[int, Row]] = []
    for number in range(lists):
        found: dict[int, Row] = {}
        for who, ease in enumerate(visible):
            if rng.random() < 1 / (1 + math.exp(-rates[number] - ease)):
                found[who] = _reported(people[who], noise, missing, rng)
        if held:
            for who, row in rng.choice(held).items():
                if who not in found and rng.random() < copying:
                    found[who] = row.copy()
        for row in found.values():
            _by_custom(row, late=number == 0, coarse=number == lists - 1, rng=rng)
        held.append(found)
    rows = [row for found in held for row in found.values()]
    truth = [who for found in held for who in found]
    sources = [number for number, found in enumerate(held) for _ in found]
    return _system(rows, truth, sources, size, (True,) * lists, rng)


def gold_errors(size: int = 1000, lists: int = 2, missing: float = 0.1, seed: int = 0, shown: float = 0.6) -> System:
    """``size`` people, each in each list with probability ``shown``; a row after the first carries the differences of one real
    pair, all of them. Raises FileNotFoundError where the shared data are absent (see `has_gold`). No list names anybody twice.
    """
    rng = random.Random(f"gold {seed}")
    pairs = _real_pairs()
    rows: list[Row] = []
    truth: list[int] = []
    sources: list[int] = []
    for who in range(size):
        one = person(rng)
        for order, source in enumerate(source for source in range(lists) if rng.random() < shown):
            row = one.copy()
            if order:
                _like(row, rng.choice(pairs), rng)
            _empty(row, missing, rng, ("father", "occupation"))
            rows.append(row)
            truth.append(who)
            sources.append(source)
    return _system(rows, truth, sources, size, (True,) * lists, rng)


def hubs(size: int = 1000, lists: int = 3, noise: float = 0.5, missing: float = 0.5, seed: int = 0) -> System:
    """``size`` people with names of one or two of twelve syllables, in three townships, on ten days: what one cannot tell apart
    must stay in doubt. Each is in each list with a probability that differs between people. No list names anybody twice."""
    rng = random.Random(f"hubs {seed}")
    places, days = rng.sample(_townships(), 3), [rng.randint(FIRST, LAST) for _ in range(10)]
    rows: list[Row] = []
    truth: list[int] = []
    sources: list[int] = []
    for who in range(size):
        one, shown = person(rng), rng.betavariate(1.5, 1.5)
        one.name = " ".join(rng.choice(SYLLABLES.split()[:16]) for _ in range(rng.randint(1, 2)))
        (one.township, one.state), one.date = rng.choice(places), rng.choice(days)
        one.date_last = one.date
        for source in range(lists):
            if rng.random() < shown:
                rows.append(_reported(one, noise, missing, rng))
                truth.append(who)
                sources.append(source)
    return _system(rows, truth, sources, size, (True,) * lists, rng)


def million(seed: int = 0) -> System:
    """A million rows of `febrl_like`, of 600,000 people in 10 lists."""
    return febrl_like(1_000_000, lists=10, seed=seed)


def has_gold() -> bool:
    """Whether the real pairs are here that `gold_errors` draws from."""
    return (SHARED / "linkage" / "mpv-2015-2018.csv").is_file() and (SHARED / "linkage" / "wapo-2015-2018.csv").is_file()


def person(rng: random.Random) -> Row:
    """Somebody who never was."""
    sex = "F" if rng.random() < 0.2 else "M"
    day = rng.randint(FIRST, LAST)
    township, state = _draw(_townships_drawn(), rng)
    age = min(95, max(0, round(rng.gammavariate(5, 6.4))))
    return Row(_name(sex, rng), _name("M", rng), age, sex, day, day, township, state, rng.choice(OCCUPATIONS))


def _system(
    rows: list[Row], truth: list[int], sources: list[int], people: int, free: tuple[bool, ...], rng: random.Random
) -> System:
    """Shuffled, so that where a row stands says nothing of whom it speaks."""
    order = np.random.default_rng(rng.getrandbits(64)).permutation(len(rows))
    kinds = {"age": pl.Int64, "date": pl.Int64, "date_last": pl.Int64}
    columns = {field: pl.Series([getattr(row, field) for row in rows], dtype=kinds.get(field, pl.String)) for field in FIELDS}
    frame = pl.DataFrame({**columns, "list": pl.Series(sources, dtype=pl.Int64)})[order]
    return System(frame, np.asarray(truth, dtype=np.int64)[order], people, free)


def _geometric(rng: random.Random, mean: float) -> int:
    """0, 1, 2, ... with this mean."""
    count = 0
    while rng.random() < mean / (1 + mean):
        count += 1
    return count


def _empty(row: Row, chance: float, rng: random.Random, fields: tuple[str, ...] = FIELDS) -> None:
    for field in fields:
        if field not in ("date_last", "state", "name") and rng.random() < chance:
            _lose(row, field)
    if "name" in fields and rng.random() < chance / 5:
        row.name = None


def _lose(row: Row, field: str) -> None:
    setattr(row, field, None)
    if field == "date":
        row.date_last = None


# Errors: each changes one row in place, or leaves it as it is where it cannot be made.


def _typo(text: str | None, rng: random.Random) -> str | None:
    if not text:
        return text
    at, letter = rng.randrange(len(text)), rng.choice("abceghiklmnopstuwyz")
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + letter + text[at:]
    if kind == 1:
        return text[:at] + text[at + 1 :] or text
    if kind == 2:
        return text[:at] + letter + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]


def _confused(text: str | None, rng: random.Random) -> str | None:
    if not text:
        return text
    found = [(one, other) for pair in CONFUSIONS for one, other in (pair, pair[::-1]) if one in text.lower()]
    if not found:
        return text
    one, other = rng.choice(found)
    at = text.lower().index(one)
    return text[:at] + other + text[at + len(one) :]


def _name_typo(row: Row, rng: random.Random) -> None:
    row.name = _typo(row.name, rng)


def _father_typo(row: Row, rng: random.Random) -> None:
    row.father = _typo(row.father, rng)


def _name_confused(row: Row, rng: random.Random) -> None:
    row.name = _confused(row.name, rng)


def _name_cut(row: Row, rng: random.Random) -> None:
    parts = (row.name or "").split()
    if len(parts) > 1:
        del parts[rng.randrange(len(parts))]
        row.name = " ".join(parts)


def _name_titled(row: Row, rng: random.Random) -> None:
    if row.name:
        titles = ("Ma", "Daw") if row.sex == "F" else ("Ko", "Maung", "U")
        row.name = f"{rng.choice(titles)} {row.name}"


def _names_swapped(row: Row, rng: random.Random) -> None:
    if row.father:
        row.name, row.father = row.father, row.name


def _age_off(row: Row, rng: random.Random) -> None:
    if row.age is not None:
        row.age = max(0, row.age + rng.choice((-10, -5, -2, -1, -1, 1, 1, 2, 5, 10)))


def _day_off(row: Row, rng: random.Random) -> None:
    if row.date is not None:
        row.date = row.date_last = row.date + rng.choice((-30, -7, -2, -1, -1, 1, 1, 2, 7, 30))


def _day_and_month_swapped(row: Row, rng: random.Random) -> None:
    if row.date is not None:
        day = date.fromordinal(row.date)
        if day.day <= 12:
            row.date = row.date_last = day.replace(month=day.day, day=day.month).toordinal()


def _elsewhere(row: Row, rng: random.Random) -> None:
    near = [place for place in _townships() if place[1] == row.state]
    row.township, row.state = rng.choice(near if near and rng.random() < 0.8 else list(_townships()))


def _other_sex(row: Row, rng: random.Random) -> None:
    row.sex = {"M": "F", "F": "M"}.get(row.sex or "")


def _field_lost(row: Row, rng: random.Random) -> None:
    _lose(row, rng.choice(("father", "age", "sex", "date", "township", "occupation")))


ERRORS: tuple[Callable[[Row, random.Random], None], ...] = (
    *(_name_typo, _name_typo, _name_confused, _name_confused, _father_typo, _name_cut, _name_titled, _names_swapped),
    *(_age_off, _age_off, _day_off, _day_off, _day_and_month_swapped, _elsewhere, _field_lost, _field_lost, _other_sex),
)


def _reported(one: Row, noise: float, missing: float, rng: random.Random) -> Row:
    """A row of a list about somebody: a witness who knew little knew little of everything."""
    row, quality = one.copy(), rng.gammavariate(1, 1)
    for _ in range(_geometric(rng, noise * quality)):
        rng.choice(ERRORS)(row, rng)
    _empty(row, min(0.9, missing * quality), rng)
    return row


def _by_custom(row: Row, late: bool, coarse: bool, rng: random.Random) -> None:
    """What a list does to all of its rows."""
    if coarse:
        row.township = None
    if row.date is None:
        return
    if late and rng.random() < 1 / 3:
        row.date = row.date_last = row.date + 1 + _geometric(rng, 10)
    elif rng.random() < 0.2:
        first = date.fromordinal(row.date).replace(day=1)
        row.date, row.date_last = first.toordinal(), date.fromordinal(first.toordinal() + 31).replace(day=1).toordinal() - 1


def _incidents(size: int, rng: random.Random) -> tuple[list[Row], list[float]]:
    """People, and how easily each is reached (log-odds): by the incident that they died in, its size, and themselves."""
    people: list[Row] = []
    ease: list[float] = []
    while len(people) < size:
        many = min(size - len(people), int(rng.paretovariate(1.2)), 150)
        place, visible = person(rng), rng.gauss(0, 0.7) + 0.3 * math.log(many)
        family = place
        for number in range(many):
            one = person(rng)
            if number and rng.random() < 0.3:
                one.father = family.father
            else:
                family = one
            one.date, one.date_last, one.township, one.state = place.date, place.date_last, place.township, place.state
            people.append(one)
            ease.append(visible + rng.gauss(0, 0.7))
    return people, ease


class Difference(Struct, frozen=True):
    """How two real rows about one person differ: changed spans of the name (as shares of its length), the rest in steps."""

    spans: tuple[tuple[float, float, str], ...]
    nameless: bool
    age: int | None
    days: int | None
    moved: bool


@cache
def _real_pairs() -> tuple[Difference, ...]:
    with (SHARED / "linkage" / "wapo-2015-2018.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"]: row for row in csv.DictReader(file)}
    with (SHARED / "linkage" / "mpv-2015-2018.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row, known[row["wapo_id"]]) for row in csv.DictReader(file) if row["wapo_id"] in known]
    found = [_difference(one, other) for one, other in pairs]
    # The gold is mis-keyed in 0.5 to 2 %: names that share less than a third are two people, not one with errors.
    return tuple(difference for difference in found if difference is not None)


def _difference(one: dict[str, str], other: dict[str, str]) -> Difference | None:
    first, second = (row["name"].strip().lower() for row in (one, other))
    missing = [not name or "unknown" in name or "withheld" in name for name in (first, second)]
    spans: list[tuple[float, float, str]] = []
    if not any(missing):
        match = SequenceMatcher(None, first, second, autojunk=False)
        if match.ratio() < 1 / 3:
            return None
        length = len(first)
        spans = [(a / length, b / length, second[c:d]) for kind, a, b, c, d in match.get_opcodes() if kind != "equal"]
    ages = [row["age"].strip() for row in (one, other)]
    age = int(float(ages[1])) - int(float(ages[0])) if all(text.replace(".", "").isdigit() for text in ages) else None
    days = (date.fromisoformat(other["date"][:10]) - date.fromisoformat(one["date"][:10])).days
    moved = one["city"].strip().lower() != other["city"].strip().lower()
    return Difference(tuple(spans), any(missing), age, days, moved)


def _like(row: Row, difference: Difference, rng: random.Random) -> None:
    """Put the differences of a real pair on a row."""
    name = row.name or ""
    for start, end, text in reversed(difference.spans):
        name = name[: round(start * len(name))] + text + name[round(end * len(name)) :]
    row.name = None if difference.nameless else name.strip() or row.name
    row.age = None if difference.age is None or row.age is None else max(0, row.age + difference.age)
    if difference.days and row.date is not None:
        row.date = row.date_last = row.date + difference.days
    if difference.moved:
        row.township = rng.choice([place for place, state in _townships() if state == row.state])


@cache
def _townships() -> tuple[tuple[str, str], ...]:
    """Townships and the states that they lie in, by code."""
    places = load()
    towns = [place for place in map(places.get, places.order) if place.level == PlaceLevel.TOWNSHIP]
    states = [place.id for place in map(places.get, places.order) if place.level == PlaceLevel.STATE]
    pairs = [(town.id, next((state for state in states if places.within(town.id, state)), None)) for town in towns]
    return tuple((town, state) for town, state in pairs if state is not None)


Drawn = tuple[tuple[tuple[str, str], ...], tuple[float, ...]]


@cache
def _townships_drawn() -> Drawn:
    """Townships with running weights: a few see most of the killing (Zipf), the same ones in every system."""
    towns = list(_townships())
    random.Random("townships").shuffle(towns)
    return tuple(towns), tuple(accumulate(1 / (5 + rank) for rank in range(len(towns))))


def _draw(drawn: Drawn, rng: random.Random) -> tuple[str, str]:
    return rng.choices(drawn[0], cum_weights=drawn[1])[0]


@cache
def _syllables(sex: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Syllables of names with running counts: of real ones where they are here, else a short list."""
    path = SHARED / "myanmar" / "myanmar-names.tsv"
    counts = Counter(SYLLABLES.split())
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t") for line in file][1:]
        counts = Counter(part for row in rows if len(row) > 2 and row[2].strip() == sex for part in row[1].split())
    ordered = sorted(counts.items())
    return tuple(name for name, _ in ordered), tuple(accumulate(count for _, count in ordered))


def _name(sex: str, rng: random.Random) -> str:
    names, weights = _syllables(sex)
    length = rng.choices((1, 2, 3, 4), cum_weights=(2, 38, 90, 100))[0]
    return " ".join(rng.choices(names, cum_weights=weights, k=length))
