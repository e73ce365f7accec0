"""What becomes of lists that nobody should send, at full size, through the command line: how long, how large, what is said?

    python -m bench.linkage_bad [CASE ...] [--limit 600]

Each is a case with a file of a list or two; `litany new`, `add`, `run`, `count`, `link` and `links` are run on it as a person
would, each in its own process, whose seconds (by the clock and of computing) and peak memory are printed with what it said.
Names are no real people's.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

from msgspec import Struct

from bench.list_systems import Row, person
from litany.values.places import load

HEADER = ("list", "name", "date", "township", "state", "age", "sex")
MAPPING = """
name = "bad"
title = "A bad list"
recognise = ["list", "name", "date", "township"]
[source]
column = "list"
SOURCES
[[statement]]
facet = "killed"
harm = "killed"
[statement.person]
names = ["name"]
sex = { column = "sex" }
age = "age"
[statement.when]
column = "date"
[statement.where]
text = ["township"]
areas = ["state"]
country = "MM"
"""
Cells = tuple[str, ...]
_SEX = {"M": "male", "F": "female"}
SHOWN = 24  # lines of what a command says


class Bad(Struct, frozen=True):
    """A bad list: its ``rows`` after `HEADER`, the slugs of lists that are free of duplicates (``distinct``), and commands
    that follow once it is read.
    """

    rows: list[Cells]
    lists: tuple[str, ...] = ("north", "south")
    distinct: tuple[str, ...] = ()
    after: tuple[tuple[str, ...], ...] = ()


def _cells(slug: str, one: Row, places: dict[str, str]) -> Cells:
    day = "" if one.date is None else date.fromordinal(one.date).isoformat()
    town, state = (places.get(place or "", "") for place in (one.township, one.state))
    return slug, one.name or "", day, f"{town} township" if town else "", state, str(one.age), _SEX[one.sex or "M"]


def _people(count: int, seed: int) -> list[Row]:
    rng = random.Random(f"bad {seed}")
    return [person(rng) for _ in range(count)]


def _places() -> dict[str, str]:
    places = load()
    return {one: places.get(one).name for one in places.order}


def one_column() -> Bad:
    """1,000 names and nothing else, beside a list that says all of half of them."""
    places, people = _places(), _people(1000, 1)
    full = [_cells("north", one, places) for one in people[:500]]
    return Bad([*full, *(("south", one.name or "", "", "", "", "", "") for one in people)])


def undated() -> Bad:
    """Two lists of 1,000 without a date, half of whose people are the same."""
    places, people = _places(), _people(1500, 2)
    made = [_cells("north", one, places) for one in people[:1000]] + [_cells("south", one, places) for one in people[500:]]
    return Bad([(row[0], row[1], "", *row[3:]) for row in made])


def identical() -> Bad:
    """A row that an export repeats 10,000 times, in a list of 500 beside one of 500 that shares half of them."""
    places, people = _places(), _people(750, 3)
    north = [_cells("north", one, places) for one in people[:500]]
    return Bad([*north, *([north[7]] * 9_999), *(_cells("south", one, places) for one in people[250:])])


def many_lists() -> Bad:
    """One person in each of 500 lists, with 20 others each, all free of duplicates."""
    places, slugs = _places(), tuple(f"list-{number}" for number in range(500))
    famous, others = _people(1, 4)[0], _people(10_000, 5)
    rows = [_cells(slug, famous, places) for slug in slugs]
    rows += [_cells(slugs[number % 500], one, places) for number, one in enumerate(others)]
    return Bad(rows, slugs, slugs)


def hub_names(count: int = 50_000) -> Bad:
    """50,000 rows, nine in ten of them with one of three names, and little else; every tenth person is in both lists."""
    places, rng, rows = _places(), random.Random("hub"), list[Cells]()
    for one in _people(count * 10 // 11, 6):
        if rng.random() < 0.9:
            one.name = rng.choice(("Aung Aung", "Aung Aung", "Aung Aung", "Ko Ko", "Kyaw Kyaw"))
        for slug in ("north", "south") if rng.random() < 0.1 else (rng.choice(("north", "south")),):
            row = _cells(slug, one, places)
            rows.append((*row[:2], *(cell if rng.random() < 0.5 else "" for cell in row[2:])))
    return Bad(rows)


def contradicted() -> Bad:
    """Judgements that contradict each other: a same b, b same c, a different c; and rows that a list itself holds apart."""
    places, people = _places(), _people(300, 7)
    rows = [_cells(slug, one, places) for slug in ("north", "south") for one in people]
    judged = [("same", 2, 302), ("same", 302, 3), ("different", 2, 3), ("same", 10, 11)]
    after = [("judge", how, f"list.csv:{a}", f"list.csv:{b}", "--about", "victim", "--why", "bench") for how, a, b in judged]
    return Bad(rows, distinct=("north",), after=(*after, ("run",)))


def swapped() -> Bad:
    """Two lists of 1,000 that share 700 people; every second row of the second is written month first, where it can be."""
    places, people = _places(), _people(1300, 8)
    rows = [_cells("north", one, places) for one in people[:1000]]
    for number, one in enumerate(people[300:]):
        row = _cells("south", one, places)
        if number % 2 and row[2][8:] <= "12":
            row = (*row[:2], f"{row[2][:4]}-{row[2][8:]}-{row[2][5:7]}", *row[3:])
        rows.append(row)
    return Bad(rows)


CASES: dict[str, Callable[[], Bad]] = {
    one.__name__: one for one in (one_column, undated, identical, many_lists, hub_names, contradicted, swapped)
}


def write(folder: Path, bad: Bad) -> None:
    """The list and its mapping."""
    sources = "\n".join(
        f'[sources.{slug}]\nname = "{slug}"' + ('\ndistinct = "victim"' if slug in bad.distinct else "") for slug in bad.lists
    )
    mappings = folder / "lookups" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    (mappings / "bad.toml").write_text(MAPPING.replace("SOURCES", sources), encoding="utf-8")
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *bad.rows])


class Ran(Struct, frozen=True):
    """How a command ended: exit code (None: it was stopped), seconds by the clock and of computing, peak MB, what it said."""

    code: int | None
    seconds: float
    computing: float
    megabytes: float
    said: str


def ran(folder: Path, limit: float, *words: str) -> Ran:
    """Run one command on a case, and stop it after ``limit`` seconds."""
    began = time.perf_counter()
    with (folder.parent / "said.txt").open("w+", encoding="utf-8") as out:
        child = subprocess.Popen([sys.executable, "-m", "litany", *words], stdout=out, stderr=subprocess.STDOUT, cwd=folder)
        code: int | None = None
        while True:
            found, status, usage = os.wait4(child.pid, os.WNOHANG)
            if found:
                code = os.waitstatus_to_exitcode(status)
                break
            if time.perf_counter() - began > limit:
                child.kill()
                _, _, usage = os.wait4(child.pid, 0)
                break
            time.sleep(0.05)
        child.returncode = -1 if code is None else code
        out.seek(0)
        computing = usage.ru_utime + usage.ru_stime
        return Ran(code, time.perf_counter() - began, computing, usage.ru_maxrss / 1024, out.read())


def tried(name: str, limit: float) -> None:
    """Make a case of a bad list, and print what comes of it."""
    bad, room = CASES[name](), Path(mkdtemp(prefix="litany-bad-"))
    folder = room / "case"
    try:
        ran(room, limit, "new", "case", "--draws", "400")
        write(folder, bad)
        print(f"== {name}: {(CASES[name].__doc__ or '').strip()} ({len(bad.rows):,} rows)", flush=True)
        commands = [
            ("add", "list.csv"),
            ("run",),
            *bad.after,
            ("count", "killed in:MM"),
            ("link",),
            ("links", "--about", "victim"),
        ]
        for words in commands:
            one = ran(folder, limit, *words)
            ended = "stopped" if one.code is None else f"exit {one.code}"
            print(
                f"-- {' '.join(words)}: {one.seconds:.1f} s ({one.computing:.1f} s computing), {one.megabytes:,.0f} MB, {ended}"
            )
            print("\n".join(f"   {line}" for line in one.said.splitlines()[:SHOWN]), flush=True)
            if one.code is None:
                break
    finally:
        shutil.rmtree(room)


def main() -> None:
    """Try the cases that are named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", choices=[*CASES, []])
    parser.add_argument("--limit", type=float, default=600.0)
    asked = parser.parse_args()
    for name in asked.cases or CASES:
        tried(name, asked.limit)


if __name__ == "__main__":
    main()
