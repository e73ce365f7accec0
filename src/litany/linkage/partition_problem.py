"""What is the sampler asked: which pairs, under which constraints, with which weights?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Problem(Struct, frozen=True):
    """Scored pairs of ``size`` records and what binds them. Raises ValueError where the arrays do not fit together.

    ``left`` < ``right`` (n, int32): the records of each pair, each pair once; ``pattern`` (n, int32): how it agrees, a row of
    `Parameters.ratios`. ``list_of`` (size, int32): the list of each record; ``duplicate_free`` (bool): of which lists are
    two records never one. ``must``, ``forbidden`` (m, 2; int32): pairs judged the same, judged different. ``content`` (size,
    uint64): a hash of what each record says and of its list: it orders the records and seeds their draws, so that the order
    of the input does not.
    """

    size: int
    left: Ints
    right: Ints
    pattern: Ints
    list_of: Ints
    duplicate_free: NDArray[np.bool_]
    must: Ints
    forbidden: Ints
    content: NDArray[np.uint64]

    def __post_init__(self) -> None:
        if not len(self.left) == len(self.right) == len(self.pattern):
            raise ValueError("left, right and pattern differ in length")
        if not self.size == len(self.list_of) == len(self.content):
            raise ValueError(f"list_of and content must have one value for each of the {self.size} records")
        for name in ("must", "forbidden"):
            pairs = getattr(self, name)
            if pairs.ndim != 2 or pairs.shape[1] != 2:
                raise ValueError(f"{name} must have two columns, not the shape {pairs.shape}")
            _within(pairs, self.size, f"a record in {name}")
        _within(self.left, self.size, "a record in left")
        _within(self.right, self.size, "a record in right")
        _within(self.list_of, len(self.duplicate_free), "a list")
        _within(self.pattern, self.patterns, "a pattern")
        if np.any(self.left >= self.right):
            raise ValueError(f"pair {int(np.argmax(self.left >= self.right))}: left must be less than right")
        codes = self.left.astype(np.int64) * self.size + self.right
        if np.any(codes[1:] <= codes[:-1]):
            codes = np.sort(codes)
            if np.any(codes[1:] == codes[:-1]):
                twice = codes[1:][codes[1:] == codes[:-1]][0]
                raise ValueError(f"the pair {twice // self.size}, {twice % self.size} is given twice")

    @property
    def patterns(self) -> int:
        """How many patterns the pairs use, at least: 1 + the greatest."""
        return int(self.pattern.max()) + 1 if len(self.pattern) else 0


def _within(numbers: Ints, end: int, what: str) -> None:
    if numbers.size and (numbers.min() < 0 or numbers.max() >= end):
        raise ValueError(
            f"{what} is {int(numbers.min() if numbers.min() < 0 else numbers.max())}; it must be from 0 to {end - 1}"
        )


class Parameters(Struct, frozen=True):
    """One outer draw: natural logarithms throughout.

    ``ratios`` (patterns, fields): log P(level | same) / P(level | different); ``unscored`` (fields): the same for a pair
    inside a component that was never scored; ``log_rho``: the prior log odds that a record joins others, once a record.
    """

    ratios: Floats
    unscored: Floats
    log_rho: float


def check(problem: Problem, parameters: Sequence[Parameters]) -> None:
    """Raises ValueError where a draw's weights do not fit the problem or are not finite."""
    for number, drawn in enumerate(parameters):
        if drawn.ratios.ndim != 2 or drawn.unscored.shape != drawn.ratios.shape[1:]:
            raise ValueError(
                f"outer draw {number}: ratios must be patterns by fields, and unscored must have one value a field"
            )
        if drawn.ratios.shape != parameters[0].ratios.shape:
            raise ValueError(f"outer draw {number} has ratios of another shape than the first")
        if len(drawn.ratios) < problem.patterns:
            raise ValueError(f"outer draw {number} has {len(drawn.ratios)} patterns; the pairs use {problem.patterns}")
        finite = np.isfinite(drawn.ratios).all() and np.isfinite(drawn.unscored).all() and np.isfinite(drawn.log_rho)
        if not finite:
            raise ValueError(f"outer draw {number} has a weight that is not finite: smooth the level that was never seen")
