"""A small case with draws, whose two lists of incidents are alike and not the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from litany.case.case import Case
from tests.making import Rows, add_rows, new_case

SCOPE = "killed in:MM"
DRAWS = 40
PLACES = ("Mandalay", "Monywa", "Pakokku", "Magway", "Bago", "Loikaw", "Myitkyina", "Lashio")
PARTIES = ("Tatmadaw", "junta", "Kachin", "KIA", "mm.military", "combatant", "civilian", "list-a", "List A", "list-b", "List B")


def rows() -> list[dict[str, str]]:
    """Two lists of incidents that share half of theirs; the second is a day off, or another number, now and then."""
    source = random.Random(5)
    made = []
    for number in range(60):
        place, day = source.choice(PLACES), source.randrange(90)
        killed = source.choice((1, 1, 2, 3, 5, 8))
        by = source.choice(("Tatmadaw", "KIA", ""))
        first = {"source": "list-a", "date": shown_day(day), "place": place, "killed": str(killed), "by": by}
        if number % 3 < 2:
            made.append(first)
        if number % 3 > 0:
            off, more = source.choice((0, 0, 0, 1, 2)), source.choice((0, 0, 0, 1, 4))
            made.append(first | {"source": "list-b", "date": shown_day(day + off), "killed": str(killed + more), "by": "junta"})
    return made


def shown_day(number: int) -> str:
    return str(np.datetime64("2022-03-01") + number)


def make(root: Path, table: Rows | None = None) -> Case:
    """A case of these rows (None: of `rows`), with draws."""
    case = new_case(root)
    settings = case.layout.root / "case.toml"
    text = settings.read_text("utf-8")
    assert "\ndraws = 0\n" in text
    settings.write_text(text.replace("\ndraws = 0\n", f"\ndraws = {DRAWS}\n"), "utf-8")
    case.close()
    case = Case(root)
    add_rows(case, rows() if table is None else table)
    return case
