"""What does Litany do with a real case? The built-in one: Myanmar, February 2021 to December 2023.

Everything in it is fixed (id key, installation, clock), so that it comes out the same on every machine.
"""

from __future__ import annotations

import gzip
import shutil
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from litany.case.case import Case
from litany.case.layout import Layout
from litany.counts.count import asked, counter
from litany.errors import CaseError
from litany.preserve.add import Facts, add_origin
from litany.preserve.origins import Origin
from litany.publish import report
from litany.registry import acts
from litany.registry.acts import By
from litany.steps.run import Progress, run
from litany.types.figure import Figure
from litany.types.records import About, Verdict

SOURCES = "SOURCES.md"
# Public, because everything in the case is: a real case has a key of its own that nobody else knows.
KEY = "6c6974616e792d64656d6f2d6b65792d6c6974616e792d64656d6f2d6b657921"
INSTALLATION = "demo"
CLOCK: Callable[[], datetime] = lambda: datetime(2024, 7, 1, tzinfo=UTC)  # noqa: E731
_GED, _LAIZA = "ucdp-ged-myanmar-2021-2023.csv", "laiza-2023-10-09-as-reported.csv"


class Shown(Struct, frozen=True):
    """What the demonstration has to show."""

    title: str
    figures: tuple[tuple[str, Figure], ...]
    report: Path


def is_demonstration(folder: Path) -> bool:
    """Is this a demonstration, and nobody's work? Only then may it be made anew."""
    keys = Layout(folder).keys
    try:
        return (keys / "id.key").read_text("ascii").strip() == KEY and (keys / "installation").read_text(
            "ascii"
        ).strip() == INSTALLATION
    except (OSError, UnicodeDecodeError):
        return False


def make(folder: Path, progress: Progress = lambda *_: None) -> Shown:
    """Make the case from nothing in ``folder``, count, and write the report. An earlier demonstration there is replaced.

    Raises CaseError when something else is there.
    """
    if folder.exists():
        if not is_demonstration(folder):
            raise CaseError(f"{folder} exists and is no demonstration: name a new folder")
        shutil.rmtree(folder)
    case = build(folder, progress)
    try:
        headlines = case.settings.report.figures
        shown = tuple((one.title, figure_of(case, one.count)) for one in headlines)
        path = report.write(case, counter(case), case.layout.releases / "report.html", progress)
        return Shown(case.settings.case.title, shown, path)
    finally:
        case.close()


def build(folder: Path, progress: Progress = lambda *_: None) -> Case:
    """The built-in case, read and judged."""
    files = resources.files("litany.steps") / "cases" / "myanmar"
    case = Case.create(folder, title="Myanmar", key=KEY, installation=INSTALLATION, clock=CLOCK)
    for name, goal in (("case.toml", "case.toml"), ("claims.toml", "lookups/claims.toml"), (SOURCES, SOURCES)):
        (folder / goal).write_bytes((files / name).read_bytes())
    case.close()
    case = Case(folder, clock=CLOCK)
    _preserve(case, files, progress)
    run(case, progress=progress)
    _judge(case, files)
    run(case, progress=progress)
    return case


def _preserve(case: Case, files: Traversable, progress: Progress) -> None:
    given = (
        (_GED, gzip.decompress((files / f"{_GED}.gz").read_bytes()), Facts(source="ucdp-ged", published="2024-06")),
        (_LAIZA, (files / _LAIZA).read_bytes(), Facts(source="laiza-as-reported")),
    )
    with TemporaryDirectory() as folder:
        for number, (name, data, facts) in enumerate(given, start=1):
            path = Path(folder) / name
            path.write_bytes(data)
            add_origin(case, Origin(f"built in: {name}", name, path), facts)
            progress("preserve", number, len(given))


def _judge(case: Case, files: Traversable) -> None:
    made = tomllib.loads((files / "judgements.toml").read_text("utf-8"))
    for one in (made, *made["more"]):
        by = By(made["who"], one["why"])
        acts.judge(case, Verdict.SAME, About(made["about"]), made["left"], one["rows"], by)


def figure_of(case: Case, text: str) -> Figure:
    """The figure of a scope."""
    counting, scope = asked(case, text)
    return counting.figure(scope)
