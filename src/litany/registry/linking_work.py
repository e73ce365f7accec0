"""What do the data say of a case, before it matters what people judged of them?

Statements as columns, compared, and their weights learned: most of the work of linking, and the same after every judgement
that changes no row. So it is worked out once (`litany.registry.remembered`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec
import polars as pl
from msgspec import Struct

from litany.ids import sha256
from litany.linkage import incidents, names, victims
from litany.linkage.audit import Audited
from litany.linkage.engine import Ints
from litany.linkage.engine_spark import ENGINES
from litany.linkage.incident_rows import Incidents, Said
from litany.linkage.learn import Learner
from litany.linkage.link import INNER, Calibrated, Prepared, Rows, calibrate, prepare
from litany.linkage.names import Profile
from litany.linkage.plan import Plan
from litany.registry.packed import packed
from litany.registry.remembered import Memory
from litany.registry.world import World
from litany.types.statement import Statement

_PROFILES = {"MM": "burmese"}  # whose names; of other countries Latin letters alone are compared


class Told(Struct, frozen=True):
    """The table's statements, in its order: which they are, their anchors and lists (numbers of ``sources``)."""

    statements: Sequence[Statement]
    anchors: Sequence[int]
    lists: Sequence[int]
    sources: Sequence[str]


class Work:
    """Works out what is said in a world, or finds it in a memory."""

    def __init__(self, memory: Memory, world: World, told: Told) -> None:
        self._memory, self._world, self._told = memory, world, told
        self.outer, self.seed = world.settings.linkage.draws // INNER, world.settings.case.seed
        self.profile: Profile = names.packaged(_PROFILES.get(world.settings.case.country, "latin"))

    def incidents(self) -> Incidents:
        """The incidents of each source."""
        return self._memory.of(Incidents, "incidents of each source", self._said, self._incidents)

    def people(self, rows: Sequence[int]) -> pl.DataFrame:
        """The statements of these rows, about people, in columns."""
        inputs = {**self._said, "rows": sha256(msgspec.json.encode(rows))}
        return self._memory.of(_Columns, "people", inputs, lambda: self._people(rows)).frame

    def prepared(self, rows: Rows, plan: Plan, learner: Learner) -> Prepared:
        """What is known of these rows before anything is drawn."""
        make = ENGINES[self._world.settings.linkage.engine]
        inputs = self._inputs(rows, plan, learner)
        return self._memory.of(
            Prepared, "prepared", inputs, lambda: prepare(rows, plan, self.seed, learner, self.outer, make=make)
        )

    def calibrated(
        self, rows: Rows, plan: Plan, learner: Learner, prepared: Prepared, audited: Audited | None, known: Ints
    ) -> Calibrated:  # fmt: skip
        """How far what is known of these rows is off. ``known``: pairs of them that are one beyond doubt."""
        inputs = {**self._inputs(rows, plan, learner), "known": sha256(known.tobytes())}
        if audited is not None:
            inputs["audited"] = sha256(b"".join(packed(audited).values()))
        return self._memory.of(Calibrated, "calibrated", inputs, lambda: calibrate(prepared, rows, self.seed, audited, known))

    def _inputs(self, rows: Rows, plan: Plan, learner: Learner) -> dict[str, str]:
        return {
            "rows": rows_hash(rows), "plan": sha256(msgspec.json.encode(plan)), "learner": learner.__name__,
            "engine": self._world.settings.linkage.engine, "outer": str(self.outer), "seed": str(self.seed),
        }  # fmt: skip

    @cached_property
    def _said(self) -> dict[str, str]:
        """What is said, and all by which it is understood."""
        told, world = self._told, self._world
        said = msgspec.json.encode((told.statements, told.anchors, told.lists))
        return {
            "said": sha256(said),
            "settings": world.record.sha256,
            "actors": world.actors.version,
            "places": world.places.version,
        }

    def _incidents(self) -> Incidents:
        told = self._told
        said = [
            Said(statement, number, str(anchor))
            for statement, number, anchor in zip(told.statements, told.lists, told.anchors, strict=True)
        ]
        return incidents.incidents(said, self._world.places, self._world.actors)

    def _people(self, rows: Sequence[int]) -> _Columns:
        told = self._told
        statements, lists = [told.statements[row] for row in rows], [told.lists[row] for row in rows]
        return _Columns(victims.frame(statements, lists, self._world.places, self.profile))


class _Columns(Struct, frozen=True):
    frame: pl.DataFrame


def rows_hash(rows: Rows) -> str:
    """A hash of all that rows say, and of their order."""
    return sha256(b"".join(sha256(data).encode() for data in packed(rows).values()))
