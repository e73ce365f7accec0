"""How complete is each list, what was not read, or reads oddly, and why?

By document, column and reason, with how many rows each touches. A cell that could not be read may hold a name, and a reason
may quote the cell: only reasons of our own wording are shown, the value never.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

from msgspec import Struct

from litany.case.case import Case
from litany.publish import days
from litany.publish.safe import Names
from litany.registry.build import Register
from litany.registry.lists import Field, ListReport, lists
from litany.types.records import Capture, Document, Problem, Reading

# Parts of the reasons that readers give. None of them quotes the document.
KNOWN_REASONS = (
    "is no date that can be read without guessing",
    "a season has no days",
    "may lie before the year 1",
    "ends after the year 9999",
    "is no day of the calendar",
    "has no month",
    "has more than two ends",
    "is open on both ends",
    "ends before it begins",
    "is not one day",
    "depending on the declared format",
    "is neither in the declared formats",
    "this is no precision code",
    "these are no degrees",
    "no place of the gazetteer",
    "no actor has this name",
    "the mapping does not say what this word means",
    "is larger than any number of people",
    "this is larger than any number of people",
    "there is no number here",
    "is negative",
    "is a fraction, or thousands in another country's writing",
    "is not a number",
    "fewer than nobody",
    "ends below its beginning",
    "one number is expected here",
    "lies below low",
    "lies above high",
    "the row names no source",
    "neither level nor modality can be missing",
    "no mapping knows this sheet: its rows were not read",
    "the sheet is empty",
    "the row is empty",
    "the row says nothing that the mapping looks for",
    "columns that the mapping neither uses nor ignores",
    "the row has no key of its own: it is known by its place only",
    "stands in an earlier row too: kept apart",
    "the row has more cells than the header has columns",
    "the missing ones are read as empty",
    "the row holds bytes that are no",
    "where its bytes are no",
    "a quotation mark in the row is never closed",
    "statements of rows that were withdrawn earlier: they are not kept again",
)
OTHER = "could not be read as given: `litany problems` shows why"


class Trouble(Struct, frozen=True):
    """One reason in one column: how many rows it touches, and whether they still made statements."""

    column: str
    reason: str
    kept: bool
    rows: int


class Completeness(Struct, frozen=True):
    """How complete the fields of one source's statements in the document are."""

    source: str
    statements: int
    dated: tuple[str, str] | None
    fields: tuple[Field, ...]


class DocumentRead(Struct, frozen=True):
    """One preserved document and how far it was read. ``instead`` says why its rows are no part of the register."""

    anchor: str
    sha256: str
    sources: tuple[str, ...]
    published: tuple[str, ...]
    captured: str
    instead: str | None
    rows: int
    statements: int
    unread: int
    troubles: tuple[Trouble, ...]
    lists: tuple[Completeness, ...]


def documents(case: Case, register: Register, names: Names) -> tuple[DocumentRead, ...]:
    """All documents of the register's state, in order of hash."""
    captures: dict[str, list[Capture]] = {}
    for _, _, capture in case.store.each(Capture, register.head):
        captures.setdefault(capture.document, []).append(capture)
    readings: dict[str, list[Reading]] = {}
    for one in register.readings:
        readings.setdefault(one.reading.document, []).append(one.reading)
    gone = case.withdrawn()
    replaced = {capture.replaces for given in captures.values() for capture in given}
    reports = {one.document: one for one in lists(case, {}, register.readings)}
    known = sorted({document.sha256 for _, _, document in case.store.each(Document, register.head)})
    reasons = dict.fromkeys(gone, "its bytes were withdrawn")
    reasons |= {sha256: "a newer edition replaces it" for sha256 in replaced if sha256 is not None}
    return tuple(
        _document(
            names,
            captures.get(sha256, []),
            readings.get(sha256, []),
            sha256,
            reasons.get(sha256, "it was not read"),
            _complete(names, reports.get(sha256)),
        )
        for sha256 in known
    )


def anchor(sha256: str) -> str:
    """Where the section of a document stands in the page."""
    return f"doc-{sha256[:16]}"


def _document(
    names: Names,
    captures: list[Capture],
    readings: list[Reading],
    sha256: str,
    why_unread: str,
    complete: tuple[Completeness, ...],
) -> DocumentRead:
    return DocumentRead(
        anchor=anchor(sha256),
        sha256=sha256,
        sources=tuple(sorted({names.source(one.source) for one in captures if one.source})),
        published=tuple(sorted({one.published for one in captures if one.published})),
        captured=days.instant(min(one.at for one in captures)) if captures else "",
        instead=None if readings else why_unread,
        rows=sum(one.rows for one in readings),
        statements=sum(one.statements for one in readings),
        unread=sum(one.unread for one in readings),
        troubles=_troubles(problem for one in readings for problem in one.problems),
        lists=complete,
    )


def _complete(names: Names, report: ListReport | None) -> tuple[Completeness, ...]:
    return tuple(
        Completeness(
            names.source(one.source),
            one.statements,
            None if one.first is None or one.last is None else (one.first, one.last),
            one.fields,
        )
        for one in (() if report is None else report.sources)
    )


def _troubles(problems: Iterable[Problem]) -> tuple[Trouble, ...]:
    tally: Tally[tuple[str, str, bool]] = Tally()
    for problem in problems:
        tally[problem.column or "", said(problem), problem.kept] += problem.count
    ordered = sorted(tally.items(), key=lambda one: (one[0][2], -one[1], one[0]))
    return tuple(Trouble(column, reason, kept, rows) for (column, reason, kept), rows in ordered)


def said(problem: Problem) -> str:
    """The reason in words of our own. The longest that fits: one reason may hold another."""
    fits = [reason for reason in KNOWN_REASONS if reason in problem.reason]
    return max(fits, key=len, default=OTHER)
