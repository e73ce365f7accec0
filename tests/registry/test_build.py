"""The register is a function of the kept records and settings: rebuilt to the same bytes, stale when they change."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from litany.case.case import Case
from litany.counts.count import counter
from litany.preserve.add import Facts, add
from litany.registry import acts, build, world
from litany.steps.run import run
from litany.store import transfer
from litany.types.records import Exclusion
from tests.counts.test_breakdown import random_rows
from tests.making import BY, Rows, add_rows, decide, new_case

FILES = (build.TABLE, build.LEGEND)


def generation(case: Case) -> dict[str, bytes]:
    """The bytes of the register as it stands."""
    path = build.register(case, world.current(case)).path
    return {name: (path / name).read_bytes() for name in FILES}


def parts(seed: int) -> list[tuple[str, Rows]]:
    """Three documents of random rows, unlinked."""
    rows = [row | {"same": ""} for row in random_rows(seed, ("list-a", "list-b", "afp"), 45)]
    return [(f"part{n}.csv", rows[n * 15 : n * 15 + 15]) for n in range(3)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_documents_gives_the_same_bytes(tmp_path: Path, seed: int) -> None:
    """Documents in another order, judged in the same way, make the same register to the byte."""
    made = []
    for number in range(2):
        case = new_case(tmp_path / f"case{number}")
        given = parts(seed)
        random.Random(number).shuffle(given)
        for name, rows in given:
            add_rows(case, rows, name)
        acts.exclude(case, "part1.csv:3", Exclusion.HOAX, BY)
        made.append(generation(case))
    assert made[0] == made[1]


_AGAIN = """
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from litany.case.case import Case
from litany.registry import build, world
case = Case(Path(sys.argv[1]))
case.generations.forget()
print(build.register(case, world.current(case)).path)
"""


def test_threads_change_nothing(tmp_path: Path) -> None:
    """Built again with one thread and with four, the register has the same bytes."""
    case = new_case(tmp_path / "case")
    for name, rows in parts(4):
        add_rows(case, rows, name)
    before = generation(case)
    for threads in ("1", "4"):
        environment = {**os.environ, "POLARS_MAX_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", _AGAIN, str(case.layout.root)], env=environment, check=True, capture_output=True, text=True
        )
        path = Path(done.stdout.strip())
        assert {name: (path / name).read_bytes() for name in FILES} == before


def test_what_is_fresh_is_not_built_again(tmp_path: Path) -> None:
    """A second run builds nothing; a judgement, a lookup or a setting makes it stale."""
    case = new_case(tmp_path / "case")
    rows = [{"source": "afp", "date": "2023-05-02", "place": "Loikaw township", "killed": "3"}]
    add_rows(case, rows)
    assert run(case).built
    assert not run(case).built
    acts.exclude(case, "rows.csv:2", Exclusion.HOAX, BY)
    assert run(case).built
    settings = case.layout.settings
    settings.write_text(settings.read_text("utf-8").replace("seed = 20210201", "seed = 7"), "utf-8")
    again = Case(case.layout.root)
    assert run(again).built
    assert not run(again).built


def test_two_offices_that_unite_have_one_register(tmp_path: Path) -> None:
    """Two joined cases exchange dumps and bytes: both then derive the same register and the same figures."""
    one = new_case(tmp_path / "one", installation="one")
    two = new_case(tmp_path / "two", installation="two")
    (name, left), (other, right), _ = parts(5)
    add_rows(one, left, name)
    add_rows(two, right, other)
    acts.exclude(two, f"{other}:4", Exclusion.HOAX, BY)
    for here, there in ((one, two), (two, one), (one, two)):
        transfer.load(here.store, list(transfer.dump(there.store)))
    assert generation(one) == generation(two)
    figures = []
    for case in (one, two):
        counting = counter(case)
        counted = counting.count(counting.scope("killed source:list-a"), ["month"])
        figures.append([(row.value, row.figure.low, row.figure.high) for row in counted.rows["month"]])
    assert figures[0] == figures[1]


def test_a_newer_edition_takes_the_place_of_older_rows(tmp_path: Path) -> None:
    """Of one row in two editions the newer counts, a vanished row still counts, unless the edition restates the list."""
    mapping = (
        'name = "keyed"\ntitle = "Keyed"\nrecognise = ["id", "killed"]\nkey = ["id"]\n[source]\nconstant = "keyed"\n'
        '[[statement]]\nfacet = "k"\nharm = "killed"\n[statement.toll]\nbest = { column = "killed" }\n'
    )
    figures = []
    for replaces in (False, True):
        case = new_case(tmp_path / f"case{replaces}")
        (case.layout.lookups / "mappings" / "rules.toml").write_text(
            mapping.replace('"keyed"\ntitle', '"rules"\ntitle'), "utf-8"
        )
        first, second = [{"id": "a", "killed": "1"}, {"id": "b", "killed": "2"}], [{"id": "a", "killed": "5"}]
        add_plain(case, first, "first.csv", Facts(published="2024-01"))
        sha = next(one.document for one in run(case).documents)
        add_plain(case, second, "second.csv", Facts(published="2024-02", replaces=sha if replaces else None))
        ran = run(case)
        (changed,) = [one.changes for one in ran.documents if one.done]
        assert changed is not None
        assert (changed.new.count, changed.changed.count, changed.vanished.count) == (0, 1, 1)
        counting = counter(case)
        figures.append(counting.figure(counting.scope("killed")).best)
    assert figures == [7, 5]


def add_plain(case: Case, rows: list[dict[str, str]], name: str, facts: Facts) -> None:
    """Preserve a CSV without reading it."""
    path = case.layout.root.parent / name
    text = ",".join(rows[0]) + "\n" + "".join(",".join(row.values()) + "\n" for row in rows)
    path.write_text(text, "utf-8")
    assert all(outcome.refused is None for outcome in add(case, [str(path)], facts))


def test_linked_rows_share_an_incident_whatever_their_document(tmp_path: Path) -> None:
    """Judged rows of two documents have one incident number; the numbers are dense and follow the rows."""
    case = new_case(tmp_path / "case")
    rows = [row | {"same": "a"} for row in random_rows(6, ("afp", "ap"), 6)]
    add_rows(case, rows)
    decide(case, rows)
    table = build.register(case, world.current(case)).table.collect()
    assert table["incident"].n_unique() == 1
    assert table.select(pl.col("alone").any()).item() is False


def test_of_two_documents_that_replace_each_other_the_later_one_counts(tmp_path: Path) -> None:
    """A source that went back to its earlier edition: that one counts again, and no row leaves the count in silence."""
    made = datetime(2024, 1, 1, tzinfo=UTC)
    case = new_case(tmp_path / "case")
    add_rows(case, [{"source": "afp", "killed": "1"}], "first.csv")
    (first,) = [one.document for one in run(case).documents]
    hours = count()
    case.store.clock = lambda: made + timedelta(days=3, hours=next(hours))
    add_rows(case, [{"source": "afp", "killed": "5"}], "second.csv", Facts(replaces=first))
    second = next(one.document for one in run(case).documents if one.document != first)
    assert total(case) == 5
    add_rows(case, [{"source": "afp", "killed": "1"}], "first.csv", Facts(replaces=second))
    assert total(case) == 1


def total(case: Case) -> int | None:
    """All dead, best."""
    counting = counter(case)
    return counting.figure(counting.scope("killed")).best
