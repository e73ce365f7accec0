"""ACLED and UCDP in one case with draws: rows of one incident are linked, and nobody counts twice.

All events are invented; the columns are those of the two codebooks (no export of ACLED may ship).
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.preserve.add import Facts, add
from litany.registry.links import links
from litany.steps.run import run
from tests.making import clock
from tests.statements.test_acled import ROW as ACLED_ROW

EVENTS, DRAWS = 240, 40
FIRST = date(2022, 1, 1)
TOWNS = {  # township: (state, latitude, longitude)
    "Loikaw": ("Kayah", 19.67, 97.21), "Kale": ("Sagaing", 23.19, 94.02), "Monywa": ("Sagaing", 22.11, 95.14),
    "Myingyan": ("Mandalay", 21.46, 95.39), "Pakokku": ("Magway", 21.34, 95.09), "Hpakant": ("Kachin", 25.61, 96.31),
    "Dawei": ("Tanintharyi", 14.08, 98.19), "Lashio": ("Shan", 22.93, 97.75), "Myitkyina": ("Kachin", 25.38, 97.4),
    "Hakha": ("Chin", 22.64, 93.61),
}  # fmt: skip
UCDP_ROW = {
    "id": "",
    "relid": "MYA",
    "type_of_violence": "3",
    "side_a": "Government of Myanmar (Burma)",
    "side_b": "Civilians",
    "event_clarity": "1",
    "date_prec": "1",
    "where_prec": "1",
    "source_original": "",
    "where_description": "",
    "adm_1": "",
    "where_coordinates": "",
    "adm_2": "",
    "country": "Myanmar (Burma)",
    "latitude": "",
    "longitude": "",
    "date_start": "",
    "date_end": "",
    "deaths_a": "0",
    "deaths_b": "0",
    "deaths_civilians": "",
    "deaths_unknown": "0",
    "best": "",
    "high": "",
    "low": "",
}
Told = tuple[int, dict[str, str]]  # which event, and the row


def events() -> tuple[list[Told], list[Told], int]:
    """The rows of ACLED and of UCDP, seven in ten of the same events each, and how many people died in all that either has."""
    source = random.Random(7)
    acled: list[Told] = []
    ucdp: list[Told] = []
    truth = 0
    for number in range(EVENTS):
        township = source.choice(list(TOWNS))
        state, north, east = TOWNS[township]
        north, east = north + source.gauss(0, 0.1), east + source.gauss(0, 0.1)
        day, killed = FIRST + timedelta(source.randrange(540)), source.choice((1, 1, 1, 2, 3, 4, 6, 9, 15))
        by_acled, by_ucdp = source.random() < 0.7, source.random() < 0.7
        if by_acled:
            shell = source.random() < 0.3
            acled.append((number, {
                **ACLED_ROW, "event_id_cnty": f"MMR{number}", "event_date": str(day), "admin1": state, "admin2": "",
                "admin3": township, "location": township, "fatalities": str(killed),
                "latitude": f"{north + source.gauss(0, 0.01):.4f}", "longitude": f"{east + source.gauss(0, 0.01):.4f}",
                "sub_event_type": "Shelling/artillery/missile attack" if shell else "Attack",
                "notes": f"Invented event {number}.",
            }))  # fmt: skip
        if by_ucdp:
            later = day + timedelta(source.choice((0, 0, 0, 0, 1)))
            best = str(killed + source.choice((0, 0, 0, 1)))
            ucdp.append(
                (
                    number,
                    {
                        **UCDP_ROW,
                        "id": str(9000 + number),
                        "date_start": str(later),
                        "date_end": str(later),
                        "adm_1": f"{state} state",
                        "adm_2": f"{township} township",
                        "where_coordinates": f"{township} town",
                        "latitude": f"{north:.4f}",
                        "longitude": f"{east:.4f}",
                        "best": best,
                        "low": best,
                        "high": best,
                        "deaths_civilians": best,
                    },
                )
            )
        truth += killed if by_acled or by_ucdp else 0
    return acled, ucdp, truth


def written(path: Path, rows: Sequence[Mapping[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("acled")
    acled, ucdp, _ = events()
    made = Case.create(folder / "case", title="two data sets", draws=DRAWS, clock=clock)
    files = [written(folder / "acled.csv", [row for _, row in acled]), written(folder / "ged.csv", [row for _, row in ucdp])]
    list(add(made, files, Facts()))
    assert run(made).complete
    return made


@pytest.fixture(scope="module")
def counted(case: Case) -> Counter:
    return counter(case)


def test_rows_of_one_incident_are_linked(case: Case, counted: Counter) -> None:
    acled, ucdp, _ = events()
    event = {f"acled.csv:{at}": number for at, (number, _) in enumerate(acled, start=2)}
    event |= {f"ged.csv:{at}": number for at, (number, _) in enumerate(ucdp, start=2)}
    found = set()
    for one in links(case, counted.register):
        assert one.incident is not None
        for other in one.incident.others:
            if one.row.startswith("acled") and other.row.startswith("ged") and other.probability > 0.5:
                found.add((one.row, other.row))
    right = sum(event[a] == event[b] for a, b in found)
    shared = len({number for number, _ in acled} & {number for number, _ in ucdp})
    assert right / len(found) > 0.9
    assert right / shared > 0.85


def test_nobody_counts_twice(counted: Counter) -> None:
    truth = events()[2]
    figure = counted.figure(counted.scope("killed in:MM"))
    assert figure.best is not None and abs(figure.best - truth) < 0.05 * truth
    sums = [counted.figure(counted.scope(f"killed in:MM source:{slug}")).best or 0 for slug in ("acled", "ucdp-ged")]
    assert sum(sums) > 1.3 * truth
    assert figure.evidence.sources == ("acled", "ucdp-ged")


def test_what_only_ucdp_says_of_them_holds_for_those_that_are_linked(counted: Counter) -> None:
    """UCDP says that the dead are civilians, ACLED never does; of a toll that ACLED has lower, no more than that are."""
    civilians = counted.figure(counted.scope("killed civilian in:MM"))
    ucdp = counted.figure(counted.scope("killed civilian in:MM source:ucdp-ged"))
    assert civilians.best is not None and ucdp.best is not None
    assert 0.9 * ucdp.best < civilians.best <= ucdp.best
