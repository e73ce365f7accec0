"""What does a person read of an estimate on the terminal: the answer first, then all that it rests on?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import asdict
from rich.table import Table

from litany.cli.common import on_one_line, out, plain, show, show_table, some
from litany.estimates.results import Candidate, PatternFit
from litany.publish import estimate_phrase as phrase
from litany.publish.estimate_shape import Estimated, OneEstimate, OneStratum, TableRead

_MODELS, _PATTERNS, _NOTED = 8, 5, 12
_NAMES = 72  # characters of a line


def show_estimated(made: Estimated) -> None:
    """Print it."""
    read = made.table
    sheet = f", {on_one_line(read.sheet)}" if read.sheet else ""
    show(f"{on_one_line(read.file)}{sheet}: {_how_much(made)}")
    if not made.strata:
        if made.refusal is not None:
            show(f"No number: {made.refusal}.", "bold")
    elif made.total is None:
        _one(made, made.strata[0])
    else:
        _strata(made)
    _repeated(made, read)


def _how_much(made: Estimated) -> str:
    """How much was read; a table that is refused was not read to its end."""
    read = made.table
    rows = some(read.rows, "row")
    if not made.strata:
        return f"reading stopped after {rows}"
    return f"{rows}, {phrase.persons(read.documented)} in {some(len(read.lists), 'list')}"


def _one(made: Estimated, of: OneStratum) -> None:
    show(phrase.answer(of.estimate), "bold")
    show(phrase.floor(of.estimate))
    _overlaps(of)
    _behind(of.estimate)
    _rows("By other methods", [Candidate(one.method, one.interval, refusal=one.refusal) for one in of.others])
    _rows("Under one named assumption each", of.sides)
    _notes((*made.table.notes, *of.estimate.notes))


def _strata(made: Estimated) -> None:
    assert made.total is not None
    show(phrase.of_total(made.total, [one.estimate for one in made.strata]), "bold")
    out.print()
    for one in made.strata:
        show(on_one_line(phrase.of_stratum(one)))
    if made.total.left_out:
        out.print()
        show(on_one_line(f"Not in the total: {', '.join(made.total.left_out)}"))
    totals = [
        Candidate(one.method, one.interval, None, {"strata left out": len(one.left_out)}, one.refusal)
        for one in made.other_totals
    ]
    _rows("The total by other methods", totals)
    others = [f"the total by {one.method}: {note}" for one in made.other_totals for note in one.notes]
    _notes((*made.table.notes, *made.total.notes, *others, *_of_strata(made.strata)))
    out.print()
    show("Lists, overlaps, fit and models of each stratum: --json")


def _of_strata(strata: Sequence[OneStratum]) -> list[str]:
    """Notes with the strata that they are of, each once; where strata are many, only what is said of all of them."""
    of: dict[str, list[str]] = {}
    for one in strata:
        for note in one.estimate.notes:
            of.setdefault(note, []).append(one.name)
    few = len(strata) <= _NOTED
    every = "each stratum" if len(strata) > 1 else strata[0].name
    shared = [f"{every}: {note}" for note, names in of.items() if len(names) == len(strata)]
    return shared + [f"{', '.join(names)}: {note}" for note, names in of.items() if few and len(names) < len(strata)]


def _overlaps(of: OneStratum) -> None:
    names = [one.name for one in of.lists]
    shared = {one.lists: one.people for one in of.overlaps}
    table = Table("People in", *map(plain, names), "in no other", title="Lists, and whom they share", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for at, one in enumerate(of.lists):
        cells = [f"{one.people:,}" if at == place else "" for place in range(len(names))]
        for place in range(at + 1, len(names)):
            people = shared[one.name, names[place]]
            cells[place] = f"{people:,}" if people else "none"
        table.add_row(plain(one.name), *cells, f"{one.alone:,}")
    out.print()
    show_table(table)
    none = [f"{left} and {right}" for (left, right), people in shared.items() if not people]
    if none:
        show(f"Nobody is in both: {'; '.join(none)}")


def _behind(of: OneEstimate) -> None:
    """Convergence, cap, fit, models, and what other settings would give."""
    if of.convergence is not None:
        show(f"Chains: {phrase.agreement(of.convergence)}")
    if of.cap is not None and of.near_cap is not None:
        show(f"The method can give {of.cap:,} people at most; {of.near_cap:.1%} of the draws are within 1 % of that")
    _fit(of.fit)
    _rows("Models, or other readings of the same one", of.candidates)
    for sweep in of.sweeps:
        _rows(f"By {sweep.setting}", sweep.rows, most=None)


def _fit(fit: Sequence[PatternFit]) -> None:
    worst = sorted(fit, key=lambda one: one.unusual)[:_PATTERNS]
    if not worst:
        return
    table = Table("pattern", "people", "expected", "95 % of replicates", "as far out", title="Worst fit", title_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in worst:
        span = f"{phrase.people(one.low)} to {phrase.people(one.high)}"
        table.add_row(plain(one.pattern), f"{one.observed:,}", f"{one.expected:,.1f}", span, f"{one.unusual:.1%}")
    show_table(table)


def _rows(title: str, rows: Sequence[Candidate], most: int | None = _MODELS) -> None:
    """A table of answers, one a row; ``most`` of them where they are many."""
    if not rows:
        return
    weighed = any(one.weight is not None for one in rows)
    bare = any(one.interval is None for one in rows)
    columns = ["", "low", "best", "high", *(["weight"] if weighed else []), *([""] if bare else [])]
    table = Table(*columns, title=title, title_justify="left")
    table.columns[0].max_width = _NAMES  # an assumption in words is folded
    for column in table.columns[1:4]:
        column.justify = "right"
    shown = rows if most is None or not weighed else rows[:most]
    for one in shown:
        of = one.interval
        ends = ["–"] * 3 if of is None else [phrase.people(end) for end in (of.low, of.best, of.high)]
        weight = [] if not weighed else ["" if one.weight is None else f"{one.weight:.1%}"]
        table.add_row(plain(one.name), *ends, *weight, *([plain(phrase.in_brief(one)) if of is None else ""] if bare else []))
    show_table(table)
    if len(shown) < len(rows):
        show(f"… and {len(rows) - len(shown):,} more: --json has all")


def _notes(notes: Sequence[str]) -> None:
    for note in notes:
        show(f"  - {on_one_line(note)}")


def _repeated(made: Estimated, read: TableRead) -> None:
    """What suffices to get the same answer again."""
    settings = ", ".join(f"{name} {_setting(value)}" for name, value in _flat(made.settings))
    show(f"method {made.method}, seed {made.seed}; {settings}")
    show(f"sha256 of the file {read.sha256}")


def _flat(settings: Mapping[str, object], within: str = "") -> Iterator[tuple[str, object]]:
    """Settings by name; those of a part have its name before their own (``latent.chains``)."""
    for name, value in settings.items():
        if isinstance(value, Struct):
            yield from _flat(asdict(value), f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _setting(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return " ".join(map(_setting, value))
    return f"{value:,}" if isinstance(value, int) else plain(str(value)).removesuffix(".0")
