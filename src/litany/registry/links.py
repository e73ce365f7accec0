"""To which victim and which incident does each row belong, how surely, and with whom does it share them?

Read from the draws that stand beside the register: nothing is linked here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from litany.case.case import Case
from litany.errors import Refused
from litany.registry import link_files
from litany.registry.build import Register
from litany.registry.link_files import Pairs
from litany.types.records import About, Capture

_LEAST = 0.01  # of the probability of a partner that is listed


class Partner(Struct, frozen=True):
    """Another row, and the share of draws in which it is of the same victim (or incident)."""

    row: str
    probability: float


class Membership(Struct, frozen=True):
    """A row's cluster in the partition that fits the draws best: its number, the share of draws in which it is exactly this
    cluster, and all rows that share it in some draws (at least one in a hundred).
    """

    cluster: int
    probability: float
    others: tuple[Partner, ...]


class RowLinks(Struct, frozen=True):
    """One row of a document (``file:row``), or one facet of it, and where it belongs; None where it is of no person, or nothing
    was there to link it to. ``part_of``: rows that tell as one incident what this row tells a part of, and ``parts``: rows that
    tell parts of what this one tells, both with the share of draws in which it is so.
    """

    row: str
    document: str
    source: str
    facet: str
    victim: Membership | None
    incident: Membership | None
    part_of: tuple[Partner, ...] = ()
    parts: tuple[Partner, ...] = ()


class Clustered(Struct, frozen=True):
    """The links about victims or incidents over nodes (persons, or incidents of a source): the best partition (``label`` is
    the least node), how probable each cluster of it is, and each node's partners with probabilities.
    """

    label: NDArray[np.int32]
    probability: NDArray[np.float64]
    partners: dict[int, tuple[tuple[int, float], ...]]


def links(case: Case, register: Register) -> Iterator[RowLinks]:
    """Every row that speaks of a person or an incident, in the register's order. Raises Refused where there are no draws."""
    rows = linked_rows(register)
    names = row_names(case, register, rows)
    victims = _clustered(link_files.load(register.path, About.VICTIM))
    incidents = _clustered(link_files.load(register.path, About.INCIDENT))
    unit, person = rows["unit"].to_numpy(), rows["person"].to_numpy()
    of_unit, of_person = first_rows(unit), first_rows(person)
    part_of, parts = _parts(register, of_unit, names)
    legend = register.legend
    for at, (doc, facet, source) in enumerate(rows.select("doc", "facet", "source").iter_rows()):
        yield RowLinks(
            row=names[at], document=legend.documents[doc], source=legend.sources[source], facet=legend.facets[facet],
            victim=_membership(victims, int(person[at]), of_person, names),
            incident=_membership(incidents, int(unit[at]), of_unit, names),
            part_of=part_of.get(int(unit[at]), ()), parts=parts.get(int(unit[at]), ()),
        )  # fmt: skip


def linked_rows(register: Register) -> pl.DataFrame:
    """The register's rows with their nodes (`link_files.rows`). Raises Refused where there are no draws."""
    if register.drawn is None:
        raise Refused("nothing is linked in this case: set draws = 400 under [linkage] in case.toml, and litany run")
    return link_files.rows(register.path)


def row_names(case: Case, register: Register, rows: pl.DataFrame) -> list[str]:
    """``file:row`` of every row, ``file:sheet:row`` where a document has several sheets."""
    called: dict[str, str] = {}
    for _, _, capture in case.store.each(Capture):
        called.setdefault(capture.document, capture.name)
    sheets = {one.reading.document: [read.sheet for read in one.reading.sheets] for one in register.readings}
    made = []
    for doc, sheet, row in rows.select("doc", "sheet", "row").iter_rows():
        document = register.legend.documents[doc]
        name, several = called.get(document, document[:12]), sheets.get(document, [])
        middle = f":{several[sheet]}" if len(several) > 1 and several[sheet] else ""
        made.append(f"{name}{middle}:{row}")
    return made


def first_rows(node: NDArray[np.int32]) -> dict[int, int]:
    """The first row of each node."""
    found: dict[int, int] = {}
    for row, number in enumerate(node.tolist()):
        found.setdefault(number, row)
    return found


def _clustered(pairs: Pairs | None) -> Clustered | None:
    if pairs is None:
        return None
    label = pairs.draws.point()
    left, right = pairs.pairs["left"].to_numpy(), pairs.pairs["right"].to_numpy()
    shares = pairs.draws.pair_probability(left, right)
    partners: dict[int, list[tuple[int, float]]] = {}
    for a, b, share in zip(left.tolist(), right.tolist(), shares.tolist(), strict=True):
        if share >= _LEAST:
            partners.setdefault(a, []).append((b, share))
            partners.setdefault(b, []).append((a, share))
    ordered = {node: tuple(sorted(found, key=lambda one: (-one[1], one[0]))) for node, found in partners.items()}
    return Clustered(label, pairs.draws.cluster_probability(label), ordered)


_Partners = dict[int, tuple[Partner, ...]]


def _parts(register: Register, first: dict[int, int], names: list[str]) -> tuple[_Partners, _Partners]:
    """Of which incident units each is a part, and which are its parts; the likeliest first."""
    of: _Partners = {}
    has: _Partners = {}
    found = (
        link_files.parts(register.path)
        .filter(pl.col("share") >= _LEAST)
        .sort("share", "part", "whole", descending=[True, False, False])
    )
    for part, whole, share in found.iter_rows():
        of[part] = (*of.get(part, ()), Partner(names[first[whole]], round(share, 4)))
        has[whole] = (*has.get(whole, ()), Partner(names[first[part]], round(share, 4)))
    return of, has


def _membership(known: Clustered | None, node: int, first: dict[int, int], names: list[str]) -> Membership | None:
    if known is None or node < 0:
        return None
    others = tuple(Partner(names[first[other]], round(share, 4)) for other, share in known.partners.get(node, ()))
    return Membership(int(known.label[node]), round(float(known.probability[node]), 4), others)
