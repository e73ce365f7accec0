"""On what does each number of the report rest? One section a figure, to which every number leads.

The sections stand in the order in which the figures are first used, never in that of their ids.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from msgspec import Struct

from litany.counts.breakdown import Group
from litany.counts.count import Counter
from litany.counts.incidents import Evaluated
from litany.publish.phrase import Phrase, phrase
from litany.publish.safe import Names
from litany.types.figure import Figure
from litany.types.scope import Scope


class Explanation(Struct, frozen=True):
    """Everything that stands behind one figure; ``documents`` are sha256 of the documents that its statements stand in."""

    title: str
    figure: Figure
    phrase: Phrase
    scope: str
    admitted: str
    refused: str | None
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    documents: tuple[str, ...]


class Explanations:
    """Collects the figures that the report uses."""

    def __init__(self, counter: Counter, names: Names) -> None:
        self._counter, self._names = counter, names
        self._made: dict[str, Explanation] = {}

    def all(self) -> tuple[Explanation, ...]:
        """One a figure, in the order of first use."""
        return tuple(self._made.values())

    def whole(self, title: str, figure: Figure, scope: Scope) -> None:
        """Explain the figure of a scope."""
        answer = self._counter.answer(scope)
        self._keep(title, figure, _documents(self._counter, answer.told.table, answer.evaluated.admitted))

    def row(self, title: str, figure: Figure, scope: Scope, group: Group) -> None:
        """Explain one row of a breakdown of a scope."""
        evaluated = self._counter.answer(scope).evaluated
        known = _documents_of_sources(self._counter, evaluated, figure.evidence.sources)
        if known is None:
            inner = self._counter.part(evaluated, scope, group)
            known = _documents(self._counter, inner.told.table, inner.evaluated.admitted)
        self._keep(title, figure, known)

    def _keep(self, title: str, figure: Figure, documents: tuple[str, ...]) -> None:
        names = self._names
        self._made.setdefault(
            figure.id,
            Explanation(
                title=title,
                figure=figure,
                phrase=phrase(figure),
                scope=names.words(figure.scope),
                admitted=names.words(figure.evidence.admitted),
                refused=None if figure.refused is None else names.words(figure.refused),
                notes=names.notes(figure.evidence.notes),
                sources=tuple(names.source(slug) for slug in figure.evidence.sources),
                documents=documents,
            ),
        )


def _documents(counter: Counter, counted: pl.DataFrame, admitted: pl.DataFrame) -> tuple[str, ...]:
    """The documents of the statements that enter, in order of hash."""
    speaking = admitted.filter(pl.col("incident").is_in(counted["incident"].implode()))
    return _hashes(counter, speaking["doc"].unique())


def _documents_of_sources(counter: Counter, evaluated: Evaluated, slugs: Iterable[str]) -> tuple[str, ...] | None:
    """Those of a narrower scope, where each of its sources stands in one document only; otherwise None."""
    pairs = evaluated.admitted.select("source", "doc").unique()
    wanted = [counter.register.legend.sources.index(slug) for slug in slugs]
    mine = pairs.filter(pl.col("source").is_in(wanted))
    return _hashes(counter, mine["doc"].unique()) if mine.height == len(wanted) else None


def _hashes(counter: Counter, numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(counter.register.legend.documents[number] for number in sorted(numbers))
