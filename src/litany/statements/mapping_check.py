"""Is this mapping one that can be read by, and does it state nothing that the table does not say?

What the shape alone does not show (`mapping_spec`): words outside a vocabulary, keys that contradict each other, and a
perpetrator or status that is the same in every row without a labelled judgement about the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from litany.errors import UnknownValue
from litany.statements.mapping_spec import (
    WIDER,
    BatchSpec,
    BySpec,
    Choice,
    Mapping,
    Number,
    PartSpec,
    PersonSpec,
    StatementSpec,
    TollSpec,
    WhenSpec,
    WhereSpec,
)
from litany.values import date_words, dates
from litany.values.terms import AgeGroup, Level, Means, Modality, Sex, Status


def wrong_in(mapping: Mapping) -> Iterator[str]:
    """What is wrong with a mapping, in words that name the table and the key."""
    if not mapping.statement:
        yield "it makes no statement: add [[statement]]"
    facets = [spec.facet for spec in mapping.statement]
    for facet in sorted({f for f in facets if facets.count(f) > 1}):
        yield f"two statements have the facet {facet!r}: rows could not keep them apart"
    if mapping.source.column is None and mapping.source.constant is None:
        yield "source: name a column or a constant"
    others = [other for names in mapping.aliases.values() for other in names]
    for name in sorted({n for n in others if others.count(n) > 1 or n in mapping.aliases}):
        yield f"aliases: {name!r} stands for two columns"
    for spec in mapping.statement:
        for wrong in _wrong_statement(spec):
            yield f"statement {spec.facet}: {wrong}"
    for batch in mapping.batch:
        for wrong in _wrong_batch(batch):
            yield f"batch {batch.facet}: {wrong}"
        if batch.facet in facets:
            yield f"batch {batch.facet}: a statement has this facet already"


def _wrong_statement(spec: StatementSpec) -> Iterator[str]:
    if (spec.toll is None) == (spec.person is None):
        yield "it is about a toll or a person, one of the two"
    for name, choice, words in _choices(spec):
        yield from _wrong_choice(name, choice, words)
    for by in spec.by:
        yield from _wrong_by(by)
    for remark in spec.remark:
        yield from _wrong_pattern(f"remark on {remark.column}", remark.match)
    status = None if spec.person is None else spec.person.status
    if status is not None and not status.basis and (status.constant or "" in status.values):
        yield "person.status: a constant status is a judgement about the source: say why under basis"
    if spec.toll is not None:
        yield from _wrong_toll(spec.toll)
    for name, when in (("when", spec.when), ("died", spec.died)):
        if when is not None:
            yield from _wrong_when(name, when)
    homes = None if spec.person is None else spec.person.home
    for name, where in (("where", spec.where), ("person.home", homes)):
        if where is not None:
            yield from _wrong_where(name, where)


def _wrong_where(name: str, where: WhereSpec) -> Iterator[str]:
    if not where.text and not where.areas:
        yield f"{name}: name columns under text or areas"
    if where.homes and not where.words:
        yield f"{name}: homes count only where the text points to them: add words = true"
    for code, number in where.precision_as.items():
        if not 1 <= number <= 7:
            yield f"{name}: precision_as {code!r}: {number} is no where_prec, they run from 1 to 7"
    if where.precision_as and where.precision is None:
        yield f"{name}: precision_as needs the column of the codes under precision"


def _choices(spec: StatementSpec) -> Iterator[tuple[str, Choice, type[StrEnum]]]:
    person = spec.person or PersonSpec()
    named: tuple[tuple[str, Choice | None, type[StrEnum]], ...] = (
        ("level", spec.level, Level),
        ("modality", spec.modality, Modality),
        ("means", spec.means, Means),
        ("person.sex", person.sex, Sex),
        ("person.age_group", person.age_group, AgeGroup),
        ("person.status", person.status, Status),
    )
    for name, choice, words in named:
        if choice is not None:
            yield name, choice, words


def _wrong_choice(name: str, choice: Choice, words: type[StrEnum]) -> Iterator[str]:
    if choice.column is None and choice.constant is None:
        yield f"{name}: name a column or a constant"
    for pattern in choice.patterns:
        yield from _wrong_pattern(f"{name}.patterns", pattern.match)
    patterned = (pattern.value for pattern in choice.patterns)
    for word in (choice.constant, choice.otherwise, *choice.values.values(), *patterned):
        if word is not None and word not in set(words):
            yield f"{name}: {word!r} is none of its words; the words are {', '.join(words)}"


def _wrong_pattern(name: str, pattern: str, groups: tuple[str, ...] = ()) -> Iterator[str]:
    try:
        known = re.compile(pattern).groupindex
    except re.error as problem:
        yield f"{name}: {pattern!r} is no regular expression ({problem})"
        return
    for group in groups:
        if group not in known:
            yield f"{name}: {pattern!r} has no group (?P<{group}>…)"


def _wrong_batch(batch: BatchSpec) -> Iterator[str]:
    yield from _wrong_pattern("pattern", batch.pattern, ("number",))
    if batch.total is not None:
        yield from _wrong_pattern("total", batch.total, ("number",))


def _wrong_by(by: BySpec) -> Iterator[str]:
    if by.constant and not by.basis:
        yield "by: a constant perpetrator is a judgement about the source: say why under basis"
    if not by.columns and not by.constant:
        yield "by: name columns or a constant"


def _wrong_toll(toll: TollSpec) -> Iterator[str]:
    totals = _columns(toll)
    if not totals and not toll.part:
        yield "toll: name the columns of low, best and high, or one of text"
    if toll.text is not None and len(totals) > 1:
        yield "toll: either text, or low, best and high"
    for part in toll.part:
        if part.axis not in ("status", "sex", "age") or getattr(part, part.axis) is None:
            yield f'toll.part: axis {part.axis!r}: it is status, sex or age, and the part says which (status = "civilian")'
        if not _columns(part):
            yield "toll.part: name the columns of low, best and high, or one of text"
        if part.text is not None and len(_columns(part)) > 1:
            yield "toll.part: either text, or low, best and high"
        if part.status is not None and not part.basis and _columns(part) & totals:
            yield "toll.part: to give all of the total one status is a judgement about the source: say why under basis"
    for number in _numbers(toll):
        if number.times < 1:
            yield f"{number.column}: times is 1 or more"


def _numbers(toll: TollSpec) -> Iterator[Number]:
    ends: tuple[TollSpec | PartSpec, ...] = (toll, *toll.part)
    for one in ends:
        yield from (number for number in (one.low, one.best, one.high, one.text) if number is not None)


def _columns(one: TollSpec | PartSpec) -> set[str]:
    return {number.column for number in (one.low, one.best, one.high, one.text) if number is not None}


def _wrong_when(name: str, when: WhenSpec) -> Iterator[str]:
    if (when.column is None) == (when.first is None):
        yield f"{name}: name either column, or first and last"
    if (when.first is None) != (when.last is None):
        yield f"{name}: first and last stand together: a date with one column is column"
    yield from _wrong_period(name, when)
    if when.order is not None and when.order not in set(date_words.Order):
        yield f"{name}: order {when.order!r}: it is {' or '.join(date_words.Order)}"
    if when.order is not None and not when.words:
        yield f"{name}: order is for dates in words: add words = true"
    for code, span in when.precision_as.items():
        if span not in WIDER:
            yield f"{name}: precision_as {code!r}: {span!r} is none of {', '.join(WIDER)}"
    if when.precision_as and when.precision is None:
        yield f"{name}: precision_as needs the column of the codes under precision"
    for form in when.formats:
        try:
            dates.check_format(form)
        except UnknownValue as problem:
            yield f"{name}: {problem}"


def _wrong_period(name: str, when: WhenSpec) -> Iterator[str]:
    if when.within is None:
        if when.basis is not None:
            yield f"{name}: basis belongs to within, the period that the source says it covers"
        return
    if not when.basis:
        yield f"{name}: that every row lies within {when.within} is a judgement about the source: say why under basis"
    try:
        span = dates.parse(when.within)
    except UnknownValue as problem:
        yield f"{name}: within: {problem}"
        return
    if span.earliest is None or span.latest is None:
        yield f"{name}: within {when.within} is open on one end"
