"""How does a figure drawn by matplotlib become a part of the page: the same bytes each time, legible in light and dark?

Colours are tokens: an artist is drawn in the token's colour for light paper, and the page's style sheet recolours everything of
that token in the dark. Text stays text, so that it can be selected and is shaped by the browser (Burmese too).
"""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.text import Text

# Token to its colour on light paper; report.css has the dark ones. Blue and orange stay apart for every colour vision.
COLOURS = {
    "ink": "#1c1b1a",
    "muted": "#57534f",
    "grid": "#dad5ce",
    "bar": "#1f5f8b",
    "own-high": "#9c4a00",
    "none": "#f0ece6",
    "step-a": "#d3e3ef",
    "step-b": "#9cc3de",
    "step-c": "#5d9bc6",
    "step-d": "#2a6a9c",
    "step-e": "#0f3a5f",
}
UNDRAWABLE = "Some names have letters that this PNG cannot draw: read them in the SVG."
_TOKENS = {colour: token for token, colour in COLOURS.items()}
_SVG, _XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
_NUMBER = re.compile(r"-?[0-9]+\.[0-9]+(?:e-?[0-9]+)?")
_REFERENCE = re.compile(r"#([A-Za-z0-9_-]+)")
_DROPPED = {f"{_SVG}metadata", f"{_SVG}style", f"{_SVG}clipPath"}
_NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "litany",
    "font.family": ["DejaVu Sans"],  # ships with matplotlib: the same measures everywhere; the page shows its own font
    "font.size": 10,
    "text.parse_math": False,  # a name with dollar signs is no formula
    "text.color": COLOURS["ink"],
    "axes.labelcolor": COLOURS["muted"],
    "axes.edgecolor": COLOURS["muted"],
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid.axis": "y",
    "axes.grid": True,
    "grid.color": COLOURS["grid"],
    "grid.linewidth": 0.8,
    "xtick.color": COLOURS["muted"],
    "ytick.color": COLOURS["muted"],
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
}


def drawn(name: str, title: str, description: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> str:
    """An inline SVG; ``name`` makes the ids in it unique on the page, ``size`` is in inches."""
    with _painted(size, paint) as figure:
        figure.patch.set_visible(False)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=_NO_METADATA)
    return cleaned(out.getvalue(), name, title, description)


def saved(folder: Path, name: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> list[Path]:
    """A picture as files of its own, SVG and PNG, on white: the same bytes each time.

    A PNG has letters of one font, in the order in which they are stored. Where that does not do, it says that the SVG does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _painted(size, paint) as figure:
        figure.savefig(folder / f"{name}.svg", format="svg", metadata=_NO_METADATA)
        if _is_undrawable("".join(one.get_text() for one in figure.findobj(Text))):
            left, low = 0.1 / figure.get_figwidth(), 0.05 / figure.get_figheight()
            figure.text(left, low, UNDRAWABLE, fontsize=7.5, ha="left", va="bottom", color=COLOURS["muted"])
        figure.savefig(folder / f"{name}.png", format="png", dpi=150, metadata={"Software": None})
    return [folder / f"{name}.svg", folder / f"{name}.png"]


def _is_undrawable(text: str) -> bool:
    """Whether letters are missing from our font, or run from right to left."""
    known = get_font(findfont(_STYLE["font.family"][0])).get_charmap()
    return any(not c.isspace() and (ord(c) not in known or unicodedata.bidirectional(c) in ("R", "AL")) for c in text)


@contextmanager
def _painted(size: tuple[float, float], paint: Callable[[Figure], None]) -> Iterator[Figure]:
    """A figure in our style, within which it is also to be written."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        # A name in a script that DejaVu lacks is only measured wrongly: the browser draws it.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font", category=UserWarning)
        figure = Figure(figsize=size)
        FigureCanvasSVG(figure)
        paint(figure)
        yield figure


def cleaned(text: str, name: str, title: str, description: str) -> str:
    """The drawing as a part of a page: no styles of its own, no metadata, ids of its own, a title and a description."""
    root = ElementTree.fromstring(text)
    _drop(root)
    used = {f"#{match}" for node in root.iter() for value in node.attrib.values() for match in _REFERENCE.findall(value)}
    for node in root.iter():
        node.tag = node.tag.removeprefix(_SVG)
        node.attrib.update(_attributes(node, name, used))
        for old in [key for key in node.attrib if key.startswith(_XLINK) or key in ("style", "clip-path", "id")]:
            if old != "id" or not node.attrib["id"].startswith(f"{name}-"):
                del node.attrib[old]
    shown = {"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "viewBox": root.attrib["viewBox"]}
    shown["class"] = f"drawing {name.rpartition('-')[2]}"
    root.attrib.clear()
    root.attrib.update(shown)
    for at, (tag, words) in enumerate((("title", title), ("desc", description))):
        node = ElementTree.Element(tag, {"id": f"{name}-{tag}"})
        node.text = words
        root.insert(at, node)
    return ElementTree.tostring(root, encoding="unicode")


def _drop(node: ElementTree.Element) -> None:
    for inner in list(node):
        _drop(inner)
        empty = inner.tag == f"{_SVG}defs" and len(inner) == 0
        if inner.tag in _DROPPED or empty:
            node.remove(inner)
    node.tail = None
    if node.tag != f"{_SVG}text":
        node.text = None


def _attributes(node: ElementTree.Element, name: str, used: set[str]) -> dict[str, str]:
    """The attributes that an element gets instead of styles, long numbers and shared ids."""
    made: dict[str, str] = {}
    given = node.attrib
    if f"#{given.get('id')}" in used:
        made["id"] = f"{name}-{given['id']}"
    if f"{_XLINK}href" in given:
        made["href"] = f"#{name}-{given[f'{_XLINK}href'].removeprefix('#')}"
    for key in ("d", "transform", "x", "y"):
        if key in given:
            made[key] = _NUMBER.sub(_shorter, " ".join(given[key].split()))
    style = dict(part.strip().split(": ", 1) for part in given.get("style", "").split(";") if part.strip())
    return {**made, **_from_style(style)}


def _shorter(match: re.Match[str]) -> str:
    return f"{float(match[0]):.1f}".removesuffix(".0")


def _from_style(style: dict[str, str]) -> dict[str, str]:
    """Presentation attributes, and a class a colour token (a page's policy refuses styles of elements)."""
    made, classes = {}, []
    for key, value in style.items():
        if key == "font":
            made["font-size"] = next(word for word in value.split() if word.endswith("px")).removesuffix("px")
            continue
        made[key] = value
        if value in _TOKENS and key in ("fill", "stroke"):
            classes.append(f"{key}-{_TOKENS[value]}")
    if classes:
        made["class"] = " ".join(classes)
    return made
