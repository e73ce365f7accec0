"""How do kept records become the register, the table from which every figure is counted?

One generation of `derived/` is one register: `statements.parquet` and `legend.json`. It is a function of the kept records
up to a head, the hand-written settings and the reference tables, and of nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
import polars as pl
from msgspec import Struct

from litany import ids
from litany.case.case import Case
from litany.errors import UnknownValue
from litany.registry import active, clusters, corrections, draw_links, grades, judgements, voices
from litany.registry.active import ActiveReading
from litany.registry.columns import Columns, Legend
from litany.registry.corrections import Corrections
from litany.registry.judgements import Judged, Settled
from litany.registry.linking import Judgements
from litany.registry.states import Drawn
from litany.registry.world import World
from litany.store import rows as store_rows
from litany.store.batches import uncollected
from litany.store.store import Head
from litany.types.records import About, Capture, Correction, Exclusion, Judgement, Source, Withdrawal
from litany.types.statement import Statement
from litany.values.places import fold
from litany.values.terms import Grade

VERSION = "2"
TABLE, LEGEND, PRESENT, PARTS = "statements.parquet", "legend.json", "present.parquet", "parts.parquet"
EXCLUSIONS = tuple(Exclusion)
Progress = Callable[[str, int, int], None]


class Register(Struct, frozen=True):
    """One generation, open for reading. ``table`` is lazy: a count reads the columns that it needs."""

    path: Path
    table: pl.LazyFrame
    legend: Legend
    sources: dict[str, Source]
    notes: tuple[str, ...]
    world: World
    head: Head
    readings: tuple[ActiveReading, ...]
    drawn: Drawn | None = None


class _Kept(Struct, frozen=True):
    """Everything that the register is a function of."""

    readings: list[ActiveReading]
    judged: list[Judged]
    corrections: Corrections
    sources: dict[str, Source]
    inputs: dict[str, str]


class _Saved(Struct, frozen=True):
    """``draws`` and ``point``: how many draws there are (0: none), and which of them stands for all."""

    legend: Legend
    notes: tuple[str, ...]
    draws: int = 0
    point: int = 0


def register(case: Case, world: World, head: Head | None = None, progress: Progress = lambda *_: None) -> Register:
    """The register at a head (None: now), from its generation, or built when that is not there."""
    with case.store.snapshot():
        at = case.store.head() if head is None else head
        kept = _kept(case, world, head)
        path = case.generations.find(kept.inputs)
        if path is None:
            with uncollected(), case.generations.build(kept.inputs) as folder:
                _write(case, world, kept, folder, progress)
            path = case.generations.find(kept.inputs)
            assert path is not None
        if head is None and case.generations.current() != path:
            case.generations.point_to(path)
    saved = msgspec.json.decode((path / LEGEND).read_bytes(), type=_Saved)
    table = pl.scan_parquet(io.BytesIO((path / TABLE).read_bytes()))
    drawn = None
    if saved.draws:
        present, parts = (pl.read_parquet(io.BytesIO((path / name).read_bytes())) for name in (PRESENT, PARTS))
        drawn = Drawn(saved.draws, saved.point, present, parts)
    return Register(path, table, saved.legend, kept.sources, saved.notes, world, at, tuple(kept.readings), drawn)


def is_fresh(case: Case, world: World) -> bool:
    """Is the current generation the register of the case as it stands?"""
    with case.store.snapshot():
        return case.generations.find(_kept(case, world, None).inputs) == case.generations.current() is not None


def _kept(case: Case, world: World, head: Head | None) -> _Kept:
    store = case.store
    readings = active.active(case, head)
    judged = [Judged(ids.show(id_), record) for id_, _, record in store.each(Judgement, head)]
    made = [(ids.show(id_), record) for id_, _, record in store.each(Correction, head)]
    sources = {record.slug: record for _, _, record in store.each(Source, head)}
    bodies = [
        *(ids.canonical([one.reading, list(one.edition)]) for one in readings),
        *(ids.canonical(one.judgement) for one in judged),
        *(ids.canonical(record) for _, record in made),
        *(ids.canonical(record) for kind in (Capture, Source, Withdrawal) for _, _, record in store.each(kind, head)),
    ]
    inputs = {
        "register": VERSION,
        "polars": pl.__version__,
        "state": ids.sha256(b"\n".join(sorted(bodies))),
        "settings": world.record.sha256,
        "actors": world.actors.version,
        "places": world.places.version,
        **(draw_links.versions() if world.settings.linkage.draws else {}),
    }
    return _Kept(readings, judged, corrections.in_force(made), sources, inputs)


def _write(case: Case, world: World, kept: _Kept, folder: Path, progress: Progress) -> None:
    incidents = judgements.settle(kept.judged, About.INCIDENT)
    victims = judgements.settle(kept.judged, About.VICTIM)
    keys = _anchor_keys(case, kept, [*incidents.groups, *victims.groups, *incidents.apart, *victims.apart])
    notes = [f"judgement {one.left_out} contradicts {', '.join(one.loop)}: it was left out"
             for one in (*incidents.contradictions, *victims.contradictions)]  # fmt: skip
    groups = [[[keys[a] for a in group if a in keys] for group in made.groups] for made in (incidents, victims)]
    changed = _changes(kept.corrections, keys, groups[0])
    documents = sorted({one.reading.document for one in kept.readings})
    called = {fold(name): slug for slug, source in sorted(kept.sources.items()) for name in (slug, source.name)}
    columns = Columns(documents, called)
    editions = sorted({one.edition for one in kept.readings})
    total = sum(one.reading.statements for one in kept.readings)
    decoder = msgspec.json.Decoder(Statement)
    draws = world.settings.linkage.draws
    bodies: list[bytes] = []  # only where they are linked
    judged_bodies: dict[int, bytes] = {}
    linked_by_hand = {key for made in groups for group in made for key in group}
    for one in kept.readings:
        number, edition = documents.index(one.reading.document), editions.index(one.edition)
        for row in store_rows.of_readings(case.store, [one.key]):
            if row.body is None:
                continue  # withdrawn: nothing of it is derived
            body = row.body
            if row.anchor in changed:
                body = ids.canonical(_corrected(decoder.decode(body), changed[row.anchor], world, notes))
            columns.add((number, row.sheet, row.row), row.anchor, edition, body)
            if draws:
                bodies.append(body)
            elif row.anchor in linked_by_hand:
                judged_bodies[len(columns) - 1] = body
        progress("register", len(columns), total)
    table, legend = columns.frame()
    table = _newest_editions(table)
    table = _with_exclusions(table, {keys[a]: e for a, e in kept.corrections.excluded.items() if a in keys})
    drawn = None
    if draws:
        judged = {about: _judgements(kept, made, about, keys) for about, made in
                  ((About.INCIDENT, incidents), (About.VICTIM, victims))}  # fmt: skip
        progress("linkage", 0, 1)
        table, drawn, more = draw_links.draw(
            table, legend, bodies, kept.sources, judged[About.INCIDENT], judged[About.VICTIM], world, case.worked_out, folder
        )
        notes += more
    else:
        table = clusters.with_clusters(table, groups[0], groups[1])
    table, shared = voices.with_voices(table, legend, bodies.__getitem__ if draws else judged_bodies.get)
    voices.save(folder, shared)
    overrides = _overrides(table, {keys[a]: g for a, g in kept.corrections.grades.items() if a in keys})
    table = grades.with_grades(table, legend, world.actors, overrides)
    table.drop("anchor", "edition", "own_incident", "came").write_parquet(folder / TABLE, compression="zstd", statistics=False)
    if drawn is not None:
        drawn.present.write_parquet(folder / PRESENT, compression="zstd", statistics=False)
        drawn.parts.write_parquet(folder / PARTS, compression="zstd", statistics=False)
    saved = _Saved(legend, tuple(sorted(notes)), 0 if drawn is None else drawn.draws, 0 if drawn is None else drawn.point)
    (folder / LEGEND).write_bytes(ids.canonical(saved))


def _judgements(kept: _Kept, made: Settled, about: About, keys: dict[str, int]) -> Judgements:
    """What people judged about incidents (or victims), of anchors that are here."""
    return Judgements(
        [[keys[a] for a in group if a in keys] for group in made.groups],
        [(keys[a], keys[b]) for a, b in made.apart if a in keys and b in keys],
        [(keys[a], keys[b], same) for a, b, same in judgements.audited(kept.judged, about) if a in keys and b in keys],
    )


def _anchor_keys(case: Case, kept: _Kept, groups: Iterable[Iterable[str]]) -> dict[str, int]:
    made = kept.corrections
    wanted = {a for group in groups for a in group}
    wanted |= made.excluded.keys() | made.grades.keys() | made.superseded.keys() | made.settled.keys()
    found = store_rows.anchor_keys(case.store, [ids.read(anchor) for anchor in sorted(wanted)])
    return {ids.show(id_): key for id_, key in found.items()}


def _changes(made: Corrections, keys: dict[str, int], groups: list[list[int]]) -> dict[int, dict[str, str]]:
    """Fields to change, by anchor key: settled ones for the whole incident, superseded ones over them."""
    together = {key: group for group in groups for key in group}
    changed: dict[int, dict[str, str]] = {}
    for anchor, fields in sorted(made.settled.items()):
        for key in together.get(keys[anchor], [keys[anchor]]) if anchor in keys else ():
            changed.setdefault(key, {}).update(fields)
    for anchor, fields in made.superseded.items():
        if anchor in keys:
            changed.setdefault(keys[anchor], {}).update(fields)
    return changed


def _corrected(statement: Statement, fields: dict[str, str], world: World, notes: list[str]) -> Statement:
    try:
        return corrections.apply(statement, fields, world.actors, world.places)
    except UnknownValue as problem:
        notes.append(f"a correction could not be applied: {problem}")
        return statement


def _newest_editions(table: pl.DataFrame) -> pl.DataFrame:
    """Of rows on one anchor, those of the newest edition."""
    if table["edition"].n_unique() < 2:
        return table
    return table.filter(pl.col("edition") == pl.col("edition").max().over("anchor"))


def _with_exclusions(table: pl.DataFrame, excluded: dict[int, Exclusion]) -> pl.DataFrame:
    numbers = {key: EXCLUSIONS.index(exclusion) for key, exclusion in excluded.items()}
    column = pl.col("anchor").replace_strict(numbers, default=None, return_dtype=pl.Int8) if numbers else pl.lit(None, pl.Int8)
    return table.with_columns(column.alias("excluded"))


def _overrides(table: pl.DataFrame, graded: dict[int, Grade]) -> dict[int, Grade]:
    rows = table.filter(pl.col("anchor").is_in(list(graded))).select("anchor", "incident").unique().sort("incident", "anchor")
    return {incident: graded[anchor] for anchor, incident in rows.iter_rows()}
