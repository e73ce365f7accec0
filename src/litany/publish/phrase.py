"""How is a figure said in words, so that nobody takes a sum for a certainty or a refusal for a zero?"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from litany.types.figure import Basis, Figure, Unit


class Phrase(Struct, frozen=True):
    """The parts of a sentence: ``lead``, ``rest`` and ``unit`` stand together, ``basis`` says what low and high mean.

    ``refused`` is why there is no number; then ``lead`` says so and holds no digit.
    """

    lead: str
    rest: str
    unit: str
    basis: str
    refused: str | None = None

    @property
    def number(self) -> str:
        """The number whole: "28 to 32 (best 29)"."""
        return self.lead + self.rest


_BASIS = {
    Basis.BOUND: "from what is certain to what is possible under the counting rules, each incident counted once",
    Basis.ENVELOPE: "between the largest source and the sum of the sources that do not relay each other; no best, because "
    "nobody knows how far they overlap",
    Basis.CLAIMED: "as claimed; not counted here",
}
_ONE = {Unit.PEOPLE: "person", Unit.INCIDENTS: "incident"}


def count(number: int | None) -> str:
    """A whole number with commas between thousands; a dash where there is none."""
    return "–" if number is None else f"{number:,}"


def phrase(figure: Figure) -> Phrase:
    """The figure in words."""
    if figure.refused is not None:
        return Phrase("no number", "", figure.unit.value, "refused: the data cannot bear it", figure.refused)
    ends = {figure.low, figure.best, figure.high}
    unit = _ONE[figure.unit] if ends == {1} else figure.unit.value
    return Phrase(*_number(figure), unit, _basis(figure))


def _number(figure: Figure) -> tuple[str, str]:
    """What comes first, and what stands behind it."""
    low, best, high = figure.low, figure.best, figure.high
    if low is None or high is None:
        return count(best), ""
    if best is None:
        return (count(low), "") if low == high else (f"{count(low)} to {count(high)}", ", no best")
    if low == best == high:
        return count(best), ""
    if figure.basis is Basis.SOURCE_SUM or not low <= best <= high:
        # Not "low to high": a span that is no range of the sum must not read as one.
        return f"best {count(best)}", f", low {count(low)}, high {count(high)}"
    return f"{count(low)} to {count(high)}", f" (best {count(best)})"


def _basis(figure: Figure) -> str:
    if figure.basis is Basis.SOURCE_SUM:
        whose = "the source's" if len(figure.evidence.sources) == 1 else "the sources'"
        return f"sum of {whose} own low, best and high: no uncertainty range"
    if figure.basis is Basis.BOUND and figure.low == figure.best == figure.high:
        return "certain under the counting rules, each incident counted once"
    if figure.basis in _BASIS:
        return _BASIS[figure.basis]
    what = "posterior interval" if figure.basis is Basis.POSTERIOR else "bounds and posterior interval together"
    return f"{what} of probability {figure.level or 'not stated'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
