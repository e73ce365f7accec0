"""Which figures and tables does case.toml ask of the report, and can all of them be understood?"""

from __future__ import annotations

from msgspec import Struct

from litany.counts.breakdown import AXES_OF_GROUPS
from litany.counts.count import Counter
from litany.errors import CaseError, ScopeError
from litany.publish.safe import Names
from litany.types.scope import Scope


class Headlined(Struct, frozen=True):
    """One of the figures that open the report."""

    title: str
    scope: Scope
    by: str | None


class Asked(Struct, frozen=True):
    """All that the report shows: its headlines, the scope of its tables, chart and map, and the scope of its incidents."""

    headlines: tuple[Headlined, ...]
    tables: Scope
    incidents: Scope


def asked(counter: Counter, names: Names) -> Asked:
    """What the settings ask for. Raises CaseError that names the key, or Withheld for a place that no report shows."""
    settings = counter.register.world.settings
    report = settings.report
    tables = report.scope or f"killed in:{settings.case.country}"
    headlines = []
    for number, one in enumerate(report.figures, start=1):
        key = f"report.figures, figure {number} ({one.title})"
        if one.by is not None and one.by not in AXES_OF_GROUPS:
            raise CaseError(f"case.toml: {key}: by is one of {', '.join(AXES_OF_GROUPS)}, not {one.by!r}")
        headlines.append(Headlined(one.title, _scope(counter, names, one.count, f"{key}: count"), one.by))
    return Asked(
        tuple(headlines),
        _scope(counter, names, tables, "report.scope"),
        _scope(counter, names, report.incidents or tables, "report.incidents" if report.incidents else "report.scope"),
    )


def _scope(counter: Counter, names: Names, text: str, key: str) -> Scope:
    try:
        scope = counter.scope(text)
    except ScopeError as problem:
        raise CaseError(f"case.toml: {key}: {problem}") from problem
    if scope.as_of is not None:
        raise CaseError(f"case.toml: {key}: a report shows one state of the case: leave out as-of:{scope.as_of}")
    names.check(scope, key)
    return scope
