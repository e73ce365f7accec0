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
import numpy as np
import polars as pl

from litany.case.generations import Generations
from litany.registry import link_warnings, linking, states, wholes
from litany.registry.columns import Legend
from litany.registry.link_files import save
from litany.registry.linking import CaseLinks, Judgements
from litany.registry.linking_work import Told
from litany.registry.remembered import Memory
from litany.registry.states import Drawn
from litany.registry.world import World
from litany.types.records import About, Source
from litany.types.statement import Statement

VERSION = "3"


def versions() -> dict[str, str]:
    """What the draws are a function of besides the records: how we link, and the packages that compute."""
    return {"linkage": VERSION, **{name: version(name) for name in ("duckdb", "numpy", "numba")}}


def draw(
    table: pl.DataFrame, legend: Legend, bodies: Sequence[bytes], sources: dict[str, Source],
    incidents: Judgements, victims: Judgements, world: World, kept: Generations, folder: Path,
) -> tuple[pl.DataFrame, Drawn, list[str]]:  # fmt: skip
    """The table of states, in which draws they are, and what must be said of them. The links are saved in ``folder``; what does
    not depend on judgements is taken from ``kept``, or kept there.
    """
    decoder = msgspec.json.Decoder(Statement)
    told = Told(
        statements=[decoder.decode(bodies[number]) for number in table["came"]],
        anchors=table["anchor"].to_list(),
        lists=table["source"].to_list(),
        sources=legend.sources,
    )
    memory = Memory(kept, {**versions(), "polars": pl.__version__})
    made = linking.linked(told, sources, incidents, victims, world, memory)
    made = _warned(made, told, sources)
    found = states.states(made.linking)
    save(folder, table, made)
    drawn = msgspec.structs.replace(
        states.drawn(found, made.linking.draws), parts=wholes.of_states(made.parts, made.linking.unit, found)
    )
    return states.expanded(table, found), drawn, _notes(made)


def _warned(made: CaseLinks, told: Told, sources: dict[str, Source]) -> CaseLinks:
    """The same, with what must be said of the lists of victims."""
    if made.victims is None:
        return made
    first = pl.DataFrame({"person": made.linking.person, "list": told.lists}).filter(pl.col("person") >= 0)
    lists = first.unique("person", keep="first", maintain_order=True).sort("person")["list"].to_numpy().astype(np.int32)
    free = [slug in sources and sources[slug].distinct is About.VICTIM for slug in told.sources]
    notes = (*made.victims.notes, *link_warnings.warnings(made.victims, lists, told.sources, free))
    return msgspec.structs.replace(made, victims=msgspec.structs.replace(made.victims, notes=notes))


def _notes(made: CaseLinks) -> list[str]:
    found = (("incidents", made.incidents), ("victims", made.victims))
    notes = [f"linkage of {about}: {note}" for about, one in found if one is not None for note in one.notes]
    if made.moot:
        notes.append(f"judgements that hold apart what a source itself gives as one incident: {made.moot}, without effect")
    return notes
