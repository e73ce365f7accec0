"""A list of incidents of any length with plausible values, and the mapping that reads it."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

MAPPING = """
name = "generated"
title = "Generated incidents"
ignore = ["remark"]
recognise = ["key", "day", "spot", "killed_low", "killed", "killed_high"]
key = ["key"]

[source]
constant = "generated"

[sources.generated]
name = "Generated list"

[[statement]]
facet = "killed"
harm = "killed"

[statement.toll]
low = { column = "killed_low" }
best = { column = "killed" }
high = { column = "killed_high" }

[[statement.toll.part]]
axis = "status"
status = "civilian"
best = { column = "civilians" }

[statement.when]
column = "day"

[statement.where]
text = ["spot"]
areas = ["state"]
country = "MM"

[[statement.by]]
columns = ["actor"]

[[statement.speakers]]
column = "root"
"""
STATES = {
    "Sagaing": ("Kale township", "Monywa township", "Shwebo township"),
    "Kachin": ("Waingmaw township", "Hpakant township"),
    "Kayah": ("Loikaw township", "Demoso township"),
    "Chin": ("Mindat township", "Falam township"),
}
ACTORS = ("Government of Myanmar (Burma)", "KIO", "KNU", "")


def write(path: Path, rows: int, seed: int = 1) -> None:
    """Write so many rows; the same seed gives the same bytes."""
    rng = random.Random(seed)
    first, last = date(2021, 2, 1).toordinal(), date(2023, 12, 31).toordinal()
    states = list(STATES)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["key", "day", "state", "spot", "killed_low", "killed", "killed_high", "civilians", "actor", "root", "remark"]
        )
        for number in range(rows):
            state = rng.choice(states)
            low = rng.randrange(4)
            best = low + rng.randrange(3)
            writer.writerow([
                f"g{number}", date.fromordinal(rng.randint(first, last)).isoformat(), state, rng.choice(STATES[state]),
                low, best, best + rng.randrange(4), rng.randint(0, best), rng.choice(ACTORS), f"root {rng.randrange(500)}",
                f"remark {number} of no meaning, long enough to be like a real one",
            ])  # fmt: skip
