"""What stands on a page of a PDF: pieces of text in the order in which they were written, and straight rules?

A piece is what one text operator of the page showed (ISO 32000-2, 9.4.3), cut where a gap of more than its size stands in it:
programs that print tables write cell by cell, so pieces and their order tell apart what overlaps on the page. Where the file
is tagged, ``mark`` is the marked content (14.6) that a piece belongs to.
"""

from __future__ import annotations

from msgspec import Struct

Box = tuple[float, float, float, float]  # left, top, right, bottom


class PageTrouble(Exception):
    """A page that cannot be read; the message says why."""


class Piece(Struct):
    """Text on one line: left, base line and right in points from the page's upper left corner as the text is read.

    ``blank`` says whether a blank was written after its last letter, ``first`` how wide its first letter is.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    mark: int
    first: float
    blank: bool = False

    @property
    def top(self) -> float:
        """The upper end of the line, near enough for any font."""
        return self.base - 0.75 * self.size

    @property
    def bottom(self) -> float:
        """The lower end of the line."""
        return self.base + 0.22 * self.size

    @property
    def middle(self) -> float:
        """Half the height of small letters above the base line."""
        return self.base - 0.265 * self.size


class Rule(Struct, frozen=True, order=True):
    """A straight rule: ``at`` is where it stands across its direction, ``start`` and ``end`` are along it."""

    at: float
    start: float
    end: float


class Frame(Struct, frozen=True):
    """How a point of the page's own space (y upwards) becomes one from the upper left corner after quarter turns clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    turns: int

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as it is read."""
        match self.turns:
            case 0:
                return x - self.left, self.top - y
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case _:
                return self.top - y, self.right - x

    def own(self, x: float, y: float) -> tuple[float, float]:
        """The reverse of `point`."""
        match self.turns:
            case 0:
                return x + self.left, self.top - y
            case 1:
                return y + self.left, x + self.bottom
            case 2:
                return self.right - x, y + self.bottom
            case _:
                return self.right - y, self.top - x


class Page(Struct):
    """One page as its text is read; ``shown`` is the frame in which a viewer shows it."""

    number: int
    frame: Frame
    shown: Frame
    pieces: list[Piece]
    across: list[Rule]
    down: list[Rule]
    images: int = 0
    unmapped: int = 0

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A box of the text's frame as a viewer shows it, to a tenth of a point."""
        one, two = (self.shown.point(*self.frame.own(x, y)) for x, y in ((left, top), (right, bottom)))
        made = min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1])
        return tuple(round(edge, 1) + 0.0 for edge in made)  # type: ignore[return-value]
