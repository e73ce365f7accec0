"""How do the draws of who is who come into the register's table?

The statements of the table are linked, and the table becomes one of states: an incident that is not the same in all draws
stands there once for each way in which it is drawn (`litany.registry.states`). The draws, the pairs that they rest on and
the weights are kept beside the table, for those who ask why.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import msgspec
import polars as pl

from litany.registry import linking, states
from litany.registry.columns import Legend
from litany.registry.link_files import save
from litany.registry.linking import CaseLinks, Judgements, Told
from litany.registry.states import Drawn
from litany.registry.world import World
from litany.types.records import Source
from litany.types.statement import Statement

VERSION = "1"


def versions() -> dict[str, str]:
    """What the draws are a function of besides the records: how we link, and the packages that compute."""
    return {"linkage": VERSION, **{name: version(name) for name in ("splink", "duckdb", "numpy", "numba")}}


def draw(
    table: pl.DataFrame, legend: Legend, bodies: Sequence[bytes], sources: dict[str, Source],
    incidents: Judgements, victims: Judgements, world: World, folder: Path,
) -> tuple[pl.DataFrame, Drawn, list[str]]:  # fmt: skip
    """The table of states, in which draws they are, and what must be said of them. The links are saved in ``folder``."""
    decoder = msgspec.json.Decoder(Statement)
    told = Told(
        statements=[decoder.decode(bodies[number]) for number in table["came"]],
        anchors=table["anchor"].to_list(),
        lists=table["source"].to_list(),
        sources=legend.sources,
    )
    settings = world.settings
    made = linking.linked(told, sources, incidents, victims, world, settings.linkage.draws, settings.case.seed)
    found = states.states(made.linking)
    save(folder, table, made)
    return states.expanded(table, found), states.drawn(found, made.linking.draws), _notes(made)


def _notes(made: CaseLinks) -> list[str]:
    found = (("incidents", made.incidents), ("victims", made.victims))
    notes = [f"linkage of {about}: {note}" for about, one in found if one is not None for note in one.notes]
    if made.moot:
        notes.append(f"judgements that hold apart rows to which their source gives one incident: {made.moot}, without effect")
    return notes
