"""How fast is Litany, beside a plain peer on the same machine in the same run?

    python -m bench [--rows 1000000] [--ged FILE]

The peer of reading and counting is the standard library alone: csv into a plain SQLite table, and a GROUP BY on it. It keeps no
provenance, no custody, no ranges; the ratio says what those cost.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import as_found, generated
from litany import ids
from litany.case.case import Case
from litany.counts.count import counter
from litany.counts.explain import explain
from litany.preserve.add import Facts, add
from litany.statements.reading import read_document
from litany.types.records import Document

GED = Path(__file__).resolve().parents[2] / "shared" / "data" / "myanmar" / "ucdp-ged-myanmar.csv"
SCOPE = "killed in:MM 2021-02-01..2023-12-31"


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds, what came back)."""
    start = time.perf_counter()
    made = act()
    return time.perf_counter() - start, made


def pipeline(folder: Path, source: Path, mapping: str | None, name: str) -> dict[str, float]:
    """Add, read, build and count by month; then count and explain again in the running process."""
    case = Case.create(folder / "case", title="bench")
    if mapping is not None:
        (case.layout.lookups / "mappings" / f"{name}.toml").write_text(mapping, "utf-8")
    found: dict[str, float] = {}
    found["add"], _ = timed(lambda: list(add(case, [str(source)], Facts())))
    document = case.store.each(Document)[0][2]
    found["read"], result = timed(lambda: read_document(case, document, source.name))
    found["statements"] = result.reading.statements
    found["register"], counting = timed(lambda: counter(case))
    found["by month"], _ = timed(lambda: counting.count(counting.scope(SCOPE), ["month"]))
    found["whole"] = sum(found[step] for step in ("add", "read", "register", "by month"))
    found["count"], figure = timed(lambda: counting.figure(counting.scope("killed civilian by:mm.military in:MM 2021..2023")))
    found["explain"], _ = timed(lambda: explain(case, ids.read(figure.id), known=counting))
    found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    case.close()
    return found


def peer(folder: Path, source: Path, key: str, number: str) -> dict[str, float]:
    """The same file with the standard library: every cell into SQLite, then one grouped sum."""
    db = sqlite3.connect(folder / "peer.db")
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        db.execute(f"CREATE TABLE t ({', '.join(f'[{name}] TEXT' for name in header)})")
        marks = ", ".join("?" * len(header))
        with db:
            read, _ = timed(lambda: db.executemany(f"INSERT INTO t VALUES ({marks})", reader))
    count, _ = timed(lambda: db.execute(f"SELECT substr([{key}], 1, 7), sum([{number}]) FROM t GROUP BY 1").fetchall())
    return {"read": read, "count": count}


def in_process(*arguments: str) -> dict[str, float]:
    """Run one measurement in a process of its own, so that its memory is its own."""
    done = subprocess.run([sys.executable, "-m", "bench", *arguments], check=True, capture_output=True, text=True)
    made: dict[str, float] = json.loads(done.stdout)
    return made


def best_of(command: list[str], times: int = 7) -> float:
    """The least wall time of a command."""
    return min(timed(lambda: subprocess.run(command, check=True, capture_output=True))[0] for _ in range(times))


def one(kind: str, rows: int, ged: Path) -> dict[str, float]:
    """One measurement: ``ged``, ``rows`` or the peers of both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind.endswith("ged"):
            return peer(folder, ged, "date_start", "best") if kind.startswith("peer") else pipeline(folder, ged, None, "ged")
        source = folder / "generated.csv"
        generated.write(source, rows)
        if kind.startswith("peer"):
            return peer(folder, source, "day", "killed")
        return pipeline(folder, source, generated.MAPPING, "generated")


def line(what: str, value: float, unit: str, goal: float, against: float | None = None) -> None:
    """One row of the table."""
    ratio = "" if not against else f"{value / against:8.1f} x"
    print(f"{what:58} {value:10.3f} {unit:3} {'ok ' if value <= goal else 'OVER'} (goal {goal:g}) {ratio}", flush=True)


def files() -> None:
    """Files as they are found: odd dates, odd names, a list of people in a PDF."""
    for what, (number, wrong) in (("odd dates", as_found.odd_dates()), ("odd names", as_found.odd_names())):
        line(f"{number} {what}: read otherwise than written by hand", len(wrong), "", 0)
        listed(wrong)
    if not as_found.AAPP.is_file():
        print(f"AAPP: {as_found.AAPP.name} is not here, left out")
        return
    seconds, rows = timed(lambda: as_found.rows(as_found.AAPP))
    against, plain = timed(lambda: as_found.plain(as_found.AAPP))
    line(f"AAPP, {len(rows)} rows (pdfplumber alone {plain}, with the header)", seconds, "s", 45, against)
    cells, right, wrong = as_found.sampled(rows)
    line(f"{cells} cells of its sample: otherwise than a person read", cells - right, "", 0)
    listed(wrong)
    with tempfile.TemporaryDirectory() as name:
        case, made = as_found.statements(Path(name), as_found.AAPP)
        people = sum(hasattr(one.victims, "names") for one in made)
        print(f"    {len(made)} statements, {people} of one person each, {len(made) - people} of several")
        named, resolved, others = as_found.townships(case, rows)
        line(f"{named} rows name a township: without a known one", 100 * (1 - resolved / max(1, named)), "%", 5)
        listed([f"{words} ({times})" for words, times in others.most_common()])
        case.close()


def listed(wrong: list[str]) -> None:
    """What fell short, each with its words."""
    for one in wrong:
        print(f"        {one}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--ged", type=Path, default=GED)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked.one, asked.rows, asked.ged)))
        return
    print(f"{'':58} {'Litany':>10}     goal         against the peer", flush=True)
    if asked.ged.is_file():
        mine, other = (in_process("--one", kind, "--ged", str(asked.ged)) for kind in ("ged", "peer-ged"))
        line(f"UCDP GED, {int(mine['statements'])} events to statements", mine["read"], "s", 3, other["read"])
    else:
        print(f"UCDP GED: {asked.ged.name} is not here, left out")
    files()
    few, many = asked.rows // 10, asked.rows
    small = in_process("--one", "rows", "--rows", str(few))
    large = in_process("--one", "rows", "--rows", str(many))
    other = in_process("--one", "peer-rows", "--rows", str(many))
    line(f"{many} rows: add, read, register, count by month", large["whole"], "s", 120, other["read"] + other["count"])
    for step in ("add", "read", "register", "by month"):
        print(f"    {step:54} {large[step]:10.3f} s")
    line(f"{many} rows: memory at its highest", large["memory"], "MB", 2048)
    line(f"growth exponent from {few} rows", math.log10(large["whole"] / small["whole"]) / math.log10(many / few), "", 1.15)
    line(f"count on {many} statements, running process", large["count"], "s", 1, other["count"])
    line(f"explain on {many} statements, running process", large["explain"], "s", 0.1)
    command = [sys.executable, "-m", "litany", "--help"]
    line("litany --help", best_of(command), "s", 0.3, best_of([sys.executable, "-c", "import click"]))


if __name__ == "__main__":
    main()
