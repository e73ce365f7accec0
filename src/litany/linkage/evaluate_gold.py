"""What does a person's file of right answers say, in row numbers?

Two forms are read: ``row,cluster`` (rows of one cluster are one person) and ``left,right`` (these two are one person). What
cannot be used is listed, never dropped in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from litany.errors import UnreadableFile
from litany.linkage.evaluate import Ints, clusters_of_pairs

CLUSTERS, PAIRS = ("row", "cluster"), ("left", "right")


class Gold(Struct, frozen=True, eq=False):
    """Right answers: ``labels`` (n,), -1 where no answer is known, and the pairs as given, (m,) each, empty for clusters.

    ``unknown``: ids that no row has; ``unread``: lines that say nothing ("line 7: ..."). Both in the order of the file.
    Rows that no pair names have no label: that nobody paired them does not say that they are alone.
    """

    labels: Ints
    left: Ints
    right: Ints
    unknown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_gold(lines: Iterable[str], numbers: Mapping[str, int], rows: int) -> Gold:
    """Read an open CSV file (or its lines). ``numbers`` maps a row's id, as text, to its number in 0..rows-1.

    Raises UnreadableFile where the header has neither form, or one row is put into two clusters.
    """
    reader = csv.DictReader(lines, strict=True)
    try:
        header = tuple(name.strip().casefold() for name in reader.fieldnames or ())
        reader.fieldnames = list(header)
        for form in (CLUSTERS, PAIRS):
            if set(form) <= set(header):
                return _read(reader, form, numbers, rows)
    except csv.Error as error:
        raise UnreadableFile(f"the gold file, line {reader.line_num}: {error}") from error
    raise UnreadableFile(f"the gold file has the columns {', '.join(header) or 'none'}; it needs row,cluster or left,right")


def _read(reader: csv.DictReader[str], form: tuple[str, str], numbers: Mapping[str, int], rows: int) -> Gold:
    found: list[tuple[int, str, str]] = []
    unread: list[str] = []
    for row in reader:
        one, other = ((row[column] or "").strip() for column in form)
        if one and other and (form == CLUSTERS or one != other):
            found.append((reader.line_num, one, other))
        else:
            unread.append(f"line {reader.line_num}: {one!r}, {other!r} names no {' and '.join(form)}")
    if form == CLUSTERS:
        return _clusters(found, unread, numbers, rows)
    return _pairs(found, unread, numbers, rows)


def _clusters(found: list[tuple[int, str, str]], unread: list[str], numbers: Mapping[str, int], rows: int) -> Gold:
    codes: dict[str, int] = {}
    labels = np.full(rows, -1, dtype=np.int64)
    for line, row, cluster in found:
        number = numbers.get(row)
        if number is None:
            continue
        code = codes.setdefault(cluster, len(codes))
        if labels[number] not in (-1, code):
            raise UnreadableFile(f"the gold file, line {line}: {row!r} is in {cluster!r} and in another cluster; keep one")
        labels[number] = code
    unknown = dict.fromkeys(row for _, row, _ in found if row not in numbers)
    return Gold(labels, _array([]), _array([]), tuple(unknown), tuple(unread))


def _pairs(found: list[tuple[int, str, str]], unread: list[str], numbers: Mapping[str, int], rows: int) -> Gold:
    unknown = dict.fromkeys(id_ for _, *ids in found for id_ in ids if id_ not in numbers)
    known = [(numbers[one], numbers[other]) for _, one, other in found if one in numbers and other in numbers]
    left, right = _array([one for one, _ in known]), _array([other for _, other in known])
    labels = np.full(rows, -1, dtype=np.int64)
    named = np.union1d(left, right)
    labels[named] = clusters_of_pairs(left, right, rows)[named]
    return Gold(labels, left, right, tuple(unknown), tuple(unread))


def _array(values: list[int]) -> Ints:
    return np.asarray(values, dtype=np.int64)
