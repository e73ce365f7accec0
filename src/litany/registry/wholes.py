"""Which incidents of each draw are parts of another, as the register numbers them?

The links speak of incidents of one source, and an incident of a draw holds those of several. So a part is the whole incident
that the part is in, and likewise its whole; where both are in one, there is no part (who is one person died in one incident).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from litany.linkage.incident_wholes import PartLinks
from litany.registry.states import PARTS, Ints, States


def of_states(links: PartLinks, unit: Ints, made: States) -> pl.DataFrame:
    """``draw``, ``whole``, ``part`` (int32): in each draw the states that are parts of others, in order. ``unit``: the incident
    unit of each row of the table, whose numbers the links use.

    A state that is a part of another there has no parts of its own: chains of them would say what no source says.
    """
    which, draw = np.nonzero(links.active)
    if not len(which):
        return pl.DataFrame(schema=PARTS)
    first = np.full(int(unit.max()) + 1, -1, np.int32)
    first[unit[::-1]] = np.arange(len(unit) - 1, -1, -1, dtype=np.int32)
    asked = pl.DataFrame(
        {"draw": draw, "whole": first[links.whole[which]], "part": first[links.part[which]]}, schema_overrides=PARTS
    )
    for name in ("whole", "part"):
        asked = _with_states(asked, name, made)
    asked = asked.filter(pl.col("whole") != pl.col("part")).unique().sort("draw", "whole", "part")
    chained = asked.select("draw", part="whole").unique()
    return asked.join(chained, on=["draw", "part"], how="anti", maintain_order="left")


def _with_states(asked: pl.DataFrame, name: str, made: States) -> pl.DataFrame:
    """The states of the rows in a column, in the draw of each line."""
    rows = pl.DataFrame({name: made.rows, "state": made.incident}, schema={name: pl.Int32, "state": pl.Int32})
    rows = rows.filter(pl.col(name).is_in(asked[name].unique().implode()))
    held = pl.DataFrame({"state": made.states, "draw": made.in_draw}, schema={"state": pl.Int32, "draw": pl.Int32})
    always = rows.join(held, on="state", how="anti")
    drawn = rows.join(held, on="state")
    found = asked.join(always, on=name, how="left").join(drawn, on=[name, "draw"], how="left", suffix="_drawn")
    return found.with_columns(pl.coalesce("state", "state_drawn").alias(name)).select(list(PARTS))
