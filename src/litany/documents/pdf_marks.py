"""Which letters and rules does PDFium find on a page, and as what pieces were they written?

PDFium gives letters in an order of its own; each names the text object that it is of, and the objects of a page come in the
order in which they were written.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from litany.documents.pdf_pages import Box, Frame, Page, PageTrouble, Piece, Rule

MOST_LETTERS, MOST_RULES = 200_000, 50_000
_TEXT, _PATH, _IMAGE, _FORM = 1, 2, 3, 5  # FPDF_PAGEOBJ_*
_DEEPEST = 8  # forms within forms
_THIN = 3.0  # points: a filled area that is not thicker than this is a rule
_QUARTERS = {(1, 0): 0, (0, 1): 1, (-1, 0): 2, (0, -1): 3}


def page_of(opened: Any, letters: Any, number: int) -> Page:
    """A page and its text as PDFium opened them. Raises PageTrouble when it holds too much."""
    left, bottom, right, top = opened.get_bbox()
    count = letters.count_chars()
    if count > MOST_LETTERS:
        raise PageTrouble(f"the page holds {count:,} letters, more than {MOST_LETTERS:,}: print it to a new PDF")
    order, rules, images = _objects(opened)
    runs = _runs(letters, count, order)
    directions = Counter[int]()
    for run in runs:
        directions[run.quarter] += len(run.letters)
    turns = directions.most_common(1)[0][0] if directions else opened.get_rotation() // 90
    frame = Frame(left, bottom, right, top, turns)
    page = Page(number, frame, Frame(left, bottom, right, top, opened.get_rotation() // 90), [], [], [], images)
    for run in runs:
        page.unmapped += sum(letter[0] == "\ufffd" for letter in run.letters)
        page.pieces += _pieces(run, frame)
    for x0, y0, x1, y1 in rules:
        (a, b), (c, d) = frame.point(x0, y0), frame.point(x1, y1)
        if abs(a - c) >= abs(b - d):
            page.across.append(Rule((b + d) / 2, min(a, c), max(a, c)))
        else:
            page.down.append(Rule((a + c) / 2, min(b, d), max(b, d)))
    return page


class _Run(Struct):
    """The letters of one text object: (letter, left, bottom, right, top) in the page's own space."""

    order: int
    mark: int
    quarter: int
    size: float
    x: float
    y: float
    letters: list[tuple[str, float, float, float, float]]


def _objects(opened: Any) -> tuple[dict[int, tuple[int, int]], list[Box], int]:
    """(text objects by address: their order and mark; rules as (x0, y0, x1, y1); number of images)."""
    import pypdfium2.raw as c  # noqa: PLC0415  (loading PDFium costs start-up time)

    order: dict[int, tuple[int, int]] = {}
    rules: list[Box] = []
    images = 0

    def walk(count: int, get: Any, outer: tuple[float, ...], depth: int) -> None:
        nonlocal images
        for place in range(count):
            one = get(place)
            kind = c.FPDFPageObj_GetType(one)
            if kind == _TEXT:
                order[ctypes.addressof(one.contents)] = len(order), c.FPDFPageObj_GetMarkedContentID(one)
            elif kind == _PATH:
                rules.extend(_rules(one, outer))
                if len(rules) > MOST_RULES:
                    raise PageTrouble(f"the page holds more than {MOST_RULES:,} lines, it seems to be a drawing")
            elif kind == _IMAGE:
                images += 1
            elif kind == _FORM and depth < _DEEPEST:
                inner = _times(_matrix(c.FPDFPageObj_GetMatrix, one), outer)
                walk(c.FPDFFormObj_CountObjects(one), lambda n, form=one: c.FPDFFormObj_GetObject(form, n), inner, depth + 1)

    total = c.FPDFPage_CountObjects(opened.raw)
    if total > MOST_LETTERS:
        raise PageTrouble(f"the page holds {total:,} things, more than {MOST_LETTERS:,}: print it to a new PDF")
    walk(total, lambda n: c.FPDFPage_GetObject(opened.raw, n), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)
    return order, rules, images


def _matrix(get: Any, *of: Any) -> tuple[float, ...]:
    import pypdfium2.raw as c  # noqa: PLC0415  (loading PDFium costs start-up time)

    made = c.FS_MATRIX(1, 0, 0, 1, 0, 0)
    get(*of, made)
    return made.a, made.b, made.c, made.d, made.e, made.f


def _times(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, ...]:
    """First one, then two (ISO 32000-2, 8.3.4)."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _rules(path: Any, outer: tuple[float, ...]) -> Iterator[Box]:
    """The straight rules of a path: what is stroked along the page's edges, and filled areas that are thin."""
    import pypdfium2.raw as c  # noqa: PLC0415  (loading PDFium costs start-up time)

    count = c.FPDFPath_CountSegments(path)
    if not 2 <= count <= 4 * MOST_RULES:
        return
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, fill, stroke)
    if not fill.value and not stroke.value:
        return
    a, b, cc, d, e, f = _times(_matrix(c.FPDFPageObj_GetMatrix, path), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    for place in range(count):
        segment = c.FPDFPath_GetPathSegment(path, place)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_BEZIERTO:
            return
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + cc * y.value + e, b * x.value + d * y.value + f)
        if kind == c.FPDF_SEGMENT_MOVETO or not parts:
            parts.append([])
        parts[-1].append(point)
        if c.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    for points in parts:
        if len(points) < 2:
            continue
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
        if min(x1 - x0, y1 - y0) <= _THIN < max(x1 - x0, y1 - y0):
            middle = (x0 + x1) / 2, (y0 + y1) / 2
            yield (x0, middle[1], x1, middle[1]) if x1 - x0 > y1 - y0 else (middle[0], y0, middle[0], y1)
        elif stroke.value:
            for (px, py), (qx, qy) in itertools.pairwise(points):
                if (abs(px - qx) < 0.5) != (abs(py - qy) < 0.5):
                    yield px, py, qx, qy


def _runs(letters: Any, count: int, order: dict[int, tuple[int, int]]) -> list[_Run]:
    """The text objects in the order in which they were written, whatever order PDFium gives their letters."""
    import pypdfium2.raw as c  # noqa: PLC0415  (loading PDFium costs start-up time)

    text, box = letters.raw, c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    runs: dict[int, _Run] = {}
    for place in range(count):
        if c.FPDFText_IsGenerated(text, place) == 1:
            continue
        one = c.FPDFText_GetTextObject(text, place)
        key = ctypes.addressof(one.contents) if one else 0
        run = runs.get(key)
        if run is None:
            ma, mb, mc, md, _, _ = _matrix(c.FPDFText_GetMatrix, text, place)
            size = c.FPDFText_GetFontSize(text, place) * (math.hypot(mc, md) or 1.0)
            c.FPDFText_GetCharOrigin(text, place, x, y)
            across = (1 if ma >= 0 else -1, 0) if abs(ma) >= abs(mb) else (0, 1 if mb > 0 else -1)
            where = order.get(key, (len(order) + len(runs), -1))
            run = runs[key] = _Run(*where, _QUARTERS[across], size, x.value, y.value, [])
        c.FPDFText_GetLooseCharBox(text, place, box)
        run.letters.append((_letter(c.FPDFText_GetUnicode(text, place)), box.left, box.bottom, box.right, box.top))
    return sorted(runs.values(), key=lambda run: run.order)


def _letter(code: int) -> str:
    if code in (0xFFFE, 0x2, 0xAD):  # how PDFium marks a hyphen at the end of a line
        return "-"
    if code in (0x9, 0xA, 0xD, 0xA0):
        return " "
    if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    return "" if code < 0x20 or 0x7F <= code < 0xA0 else chr(code)


def _pieces(run: _Run, frame: Frame) -> Iterator[Piece]:
    """The pieces of a text object; letters that stand apart, or on another line, begin a new one."""
    if run.quarter != frame.turns:  # text across the others, as in narrow heads of columns: one piece where its middle is
        text = "".join(letter[0] for letter in run.letters).strip()
        if text:
            left, top, right, bottom = _extent(run.letters, frame)
            size = min(right - left, bottom - top)
            base = (top + bottom) / 2 + 0.265 * size
            yield Piece(text, left, right, base, size, run.mark, size)
        return
    piece: Piece | None = None
    _, base = frame.point(run.x, run.y)
    size = max(run.size, 0.5)
    for letter, x0, y0, x1, y1 in run.letters:
        (a, _), (b, _) = frame.point(x0, y0), frame.point(x1, y1)
        left, right = min(a, b), max(a, b)
        if letter in ("", " "):
            if piece is not None:
                piece.blank = True
                piece.right = max(piece.right, left)
            continue
        gap = 0.0 if piece is None else left - piece.right
        if piece is None or gap > 1.5 * size or gap < -2 * size:
            if piece is not None:
                yield piece
            piece = Piece(letter, left, right, base, size, run.mark, right - left)
            continue
        if piece.blank or gap > 0.2 * size:
            piece.text += " "
        piece.text += letter
        piece.right, piece.blank = max(right, piece.right), False
    if piece is not None:
        yield piece


def _extent(letters: list[tuple[str, float, float, float, float]], frame: Frame) -> Box:
    points = [frame.point(*point) for _, x0, y0, x1, y1 in letters for point in ((x0, y0), (x1, y1))]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
