"""Edges of conditions: ranges that touch, open dates, a lone candidate, links of command that follow each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import counted

PLACE = {"source": "afp", "place": "Loikaw township", "killed": "1"}
ROWS = [
    PLACE | {"date": "2022-12-30/2023-01-02", "by": "mm.kio"},
    PLACE | {"date": "../2023-05", "by": "mm.kio"},
    PLACE | {"date": "2023-06-01", "by": "mm.ula", "certainty": "candidate"},
    PLACE | {"date": "2020", "killed": "90", "level": "aggregate", "by": "mm.rcss"},
]


@pytest.mark.parametrize(
    ("scope", "ends"),
    [
        ("killed (2022 or 2023-01..2023-04)", (1, 1, 2)),  # the first row lies in the two years together
        ("killed ..2023-05", (2, 2, 2)),  # certain is best, though nobody knows when the second began
        ("killed (level:incident or level:aggregate) by:mm.rcss", (0, 0, 0)),  # never added to incidents
        ("killed level:aggregate by:mm.rcss", (90, 90, 90)),
        ("killed by:mm.ula", (0, 0, 1)),  # one candidate, and the source does not say that it was he
        ("killed by:mm.ula certainty:candidate", (1, 1, 1)),
    ],
)
def test_edges(tmp_path: Path, scope: str, ends: tuple[int, int, int]) -> None:
    """Low, best and high as the rules give them by hand."""
    counting = counted(tmp_path / "case", ROWS)
    figure = counting.figure(counting.scope(scope))
    assert (figure.low, figure.best, figure.high) == ends
