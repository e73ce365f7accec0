"""Real examples: the strike on the camp at Munglai Hkyet, as eight reports and UCDP tell it; and meltt's own example."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from bench import meltt
from litany.linkage import em
from litany.linkage.incident_weights import incident_scores
from litany.linkage.incidents import PLAN, Said, incidents
from litany.statements.mapping import builtin
from litany.statements.row_reader import RowReader
from litany.types.statement import Statement
from litany.values import actors, places

FROM = date(2023, 7, 1).toordinal()
EVENT = "494205"


def read(path: Path, name: str) -> Iterator[tuple[tuple[str, ...] | None, list[Statement]]]:
    """(key, statements) of each row."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    [mapping] = [one.mapping for one in builtin() if one.mapping.name == name]
    reader = RowReader(mapping, header, actors.load(), places.load(), name)
    for row in rows:
        made = reader.read(row)
        yield made.key, made.statements


def test_eight_reports_of_one_night_and_ucdps_event_are_one_incident(shared_data: Path) -> None:
    said, of_the_night = [], []
    ucdp = (one for one in read(shared_data / "myanmar" / "ucdp-ged-myanmar.csv", "ucdp-ged"))
    for number, (key, statements) in enumerate(ucdp):
        for one in statements:
            if one.when is not None and one.when.latest is not None and one.when.latest >= FROM:
                of_the_night += [f"u{number}"] if key == (EVENT,) else []
                said.append(Said(one, 0, f"u{number}"))
    for number, (_, statements) in enumerate(
        read(shared_data / "myanmar" / "laiza-2023-10-09-as-reported.csv", "laiza-as-reported")
    ):
        of_the_night.append(f"l{number}")
        said += [Said(one, 1 + number, f"l{number}") for one in statements]
    made = incidents(said, places.load(), actors.load())
    night = sorted({made.of[n] for n, one in enumerate(said) if one.anchor in of_the_night})
    assert len(night) == 9
    scores = incident_scores(made.frame, PLAN, [True] * 9, seed=1)
    chance = em.probability(scores.odds)
    pairs = {
        (int(a), int(b)): float(p) for a, b, p in zip(scores.candidates.left, scores.candidates.right, chance, strict=True)
    }
    of_one = {pair: pairs.pop(pair) for pair in combinations(night, 2)}
    assert min(of_one.values()) > 0.9
    assert max(pairs.values()) < 0.5  # .22 for the op-ed, which names neither camp nor toll; .01 with all of UCDP's events


@pytest.fixture(scope="module")
def crashes(shared_data: Path) -> list[meltt.Crash]:
    return meltt.crashes(shared_data / "linkage" / "meltt-crash")


def test_meltts_rule_gives_what_meltt_reports(crashes: list[meltt.Crash]) -> None:
    groups = meltt.by_rule(crashes)
    assert len(crashes) == 195
    assert len(groups) == 140
    assert sum(len(group) > 1 for group in groups) == 34


def test_crashes_are_matched_without_windows_as_by_meltts_rule(crashes: list[meltt.Crash]) -> None:
    mine, rule = meltt.pairs(meltt.grouped(crashes, meltt.scored(crashes))), meltt.pairs(meltt.by_rule(crashes))
    assert len(mine & rule) >= 0.97 * len(rule)
    # What meltt leaves to a person (an event of one day against one of several) is matched where all else agrees exactly.
    for a, b in mine - rule:
        one, other = crashes[a], crashes[b]
        assert (one.first == one.last) != (other.first == other.last)
        assert one.first <= other.last and other.first <= one.last
        assert one.depths == other.depths
