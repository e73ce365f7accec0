"""How many true matches did no key reach?

Keys are occasions on which a match can be caught, as lists catch people: matches that two unrelated keys both reach tell how
many neither does. What makes one key fail (a bad record) makes others fail, so that assuming independence says too few; how far
is learned where three or more unrelated groups of keys allow it, and otherwise left as wide as it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from litany.linkage.evaluate_capture import STEPS, TAIL, caught, chances_of, chao, independent, shapes_of, unseen

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GRAIN = 2**20  # probabilities are summed as whole parts of this, so that no order of adding matters
MOST = 8  # groups; there are 2^8 cells, and more groups are merged
UNKNOWN = (2.0, 1.0)  # prior: log-odds of recall where nothing can be learned: 88 %, 51 to 98 %; an assumption, and said so
FEWEST, OVERLAP = 30, 10  # expected matches, and those reached twice, below which nothing is trusted


class Recall(Struct, frozen=True, eq=False):
    """Matches that no key reached. ``found``: expected matches among the candidates; ``missed``: the median of its draws, with
    95 % interval; ``recall``: found / (found + missed), likewise.

    ``missed_draws`` (n,) whole numbers and ``recall_draws`` (n,). ``groups``: the keys, by number, that served as one occasion
    each. ``independent`` and ``chao``: what independence and Chao's lower bound say of missed matches, infinite where no match
    was reached twice. ``dependence``: posterior mean; exp of it is the odds ratio between two groups. ``trusted``: whether the
    draws rest on data; ``reason`` says why, or why not, in words. Where no match was reached twice, recall is drawn from
    `UNKNOWN`.
    """

    found: float
    missed: float
    missed_low: float
    missed_high: float
    recall: float
    recall_low: float
    recall_high: float
    missed_draws: Ints
    recall_draws: Floats
    groups: tuple[tuple[int, ...], ...]
    independent: float
    chao: float
    dependence: float
    trusted: bool
    reason: str


def estimate_recall(
    probabilities: npt.ArrayLike,
    reached: npt.ArrayLike,
    fields: Sequence[Iterable[str]],
    draws: int = 400,
    seed: int = 0,
) -> Recall:
    """Learn the recall of blocking from candidate pairs: match probability (m,), and which keys reach each, bit k for key k.

    ``fields[k]`` names the fields that key k rests on; keys that share one are one occasion (see `occasions`). Probabilities
    must be calibrated. Each draw redraws the matches behind the expected patterns, the dependence and the rates. Keys of
    unequal reach and matches of unequal quality are a log-linear model with main effects and one dependence,
    log m_s = c + sum b_t s_t + d h(|s|) (M_th: Darroch and others 1993); d = 0 is independence (M_t).
    Raises ValueError for a bit without a key, a pair that no key reached, and probabilities outside 0..1.
    """
    masks, matches, spread = _patterns(probabilities, reached, len(fields))
    random = np.random.default_rng(seed)
    groups, spare = occasions(fields, masks, matches)
    cells, bridge, cell_spread, bridge_spread = _table(masks, matches, spread, groups, spare)
    counts = np.maximum(0, random.normal(cells, np.sqrt(cell_spread), size=(draws, cells.size)))
    bridged = np.maximum(0, random.normal(bridge, np.sqrt(bridge_spread), size=(draws, 2)))
    shapes = shapes_of(len(groups))
    chances = chances_of(cells, bridge, shapes)
    chosen = random.choice(chances.size, size=draws, p=chances)
    smooth = np.concatenate([np.maximum(0, STEPS) * (len(groups) > 2), np.zeros(len(shapes) - STEPS.size)])[chosen]
    tail, offset = smooth * random.normal(*TAIL, size=draws), shapes[chosen][:, caught(len(groups))]
    # Gamma in place of counts: Newton and Raftery's (1994) weighted likelihood bootstrap, of Poisson cells.
    rates = random.standard_gamma(counts + 1 / cells.size)
    neither = random.poisson(np.minimum(unseen(rates, offset) * np.exp(tail), 1e15))
    missed = np.maximum(neither - bridged[:, 1], _beyond(bridged))
    found = counts.sum(axis=1) + bridged[:, 1]
    if _twice(cells) < 0.5:
        missed = found * np.exp(-random.normal(*UNKNOWN, size=draws))
    missed = missed.round().astype(np.int64)
    share = found / np.maximum(found + missed, 1e-9)
    low, middle, high = np.quantile(missed, [0.025, 0.5, 0.975]).tolist()
    trusted, reason = _trust(cells, groups, spare, high)
    share_low, share_middle, share_high = np.quantile(share, [0.025, 0.5, 0.975]).tolist()
    return Recall(
        found=float(cells.sum() + bridge[1]),
        missed=middle,
        missed_low=low,
        missed_high=high,
        recall=share_middle,
        recall_low=share_low,
        recall_high=share_high,
        missed_draws=missed,
        recall_draws=share,
        groups=groups,
        independent=max(0.0, independent(cells) - float(bridge[1])),
        chao=max(0.0, chao(cells) - float(bridge[1])),
        dependence=float(chances @ (shapes[:, 2] - 2 * shapes[:, 1])),
        trusted=trusted,
        reason=reason,
    )


def occasions(
    fields: Sequence[Iterable[str]], masks: Ints, matches: Floats
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    """Groups of keys that share no field with each other, and keys that are left over, as key numbers.

    Keys that share a field fail together, so they are merged, and what they are merged with, until groups are unrelated. Where
    that leaves one group, the fields are parted in two: keys that lie wholly in one part are an occasion, keys that bridge
    both are left over (their matches are still found). Of all partings the one with the most matches in both parts is taken.
    """
    sets = [frozenset(names) for names in fields]
    groups: list[tuple[frozenset[str], tuple[int, ...]]] = []
    for number, names in enumerate(sets):
        touching = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        joined = names.union(*(group[0] for group in touching))
        groups.append((joined, tuple(sorted([number, *(key for group in touching for key in group[1])]))))
    if len(groups) > 1 or len(sets) < 2:
        apart = sorted(group[1] for group in groups)
        rest = tuple(sorted(key for group in apart[MOST - 1 :] for key in group))
        return (*apart[: MOST - 1], *((rest,) if rest else ())), ()
    shared = sorted(groups[0][0])[:16]
    best: tuple[float, tuple[tuple[int, ...], ...]] = (0.0, (groups[0][1],))
    for code in range(1, 2 ** (len(shared) - 1)):
        part = {name for bit, name in enumerate(shared) if code >> bit & 1}
        one = tuple(number for number, set_ in enumerate(sets) if set_ <= part)
        other = tuple(number for number, set_ in enumerate(sets) if not set_ & part)
        both = float(matches[((masks & _bits(one)) > 0) & ((masks & _bits(other)) > 0)].sum())
        if both > best[0]:
            best = (both, (one, other))
    used = {key for group in best[1] for key in group}
    return tuple(sorted(best[1])), tuple(number for number in range(len(sets)) if number not in used)


def _bits(keys: Iterable[int]) -> np.int64:
    return np.int64(sum(1 << key for key in keys))


def _patterns(probabilities: npt.ArrayLike, reached: npt.ArrayLike, keys: int) -> tuple[Ints, Floats, Floats]:
    """Each combination of keys, its expected matches, and the variance of their number."""
    chance, mask = np.asarray(probabilities, dtype=np.float64), np.asarray(reached).astype(np.int64)
    if chance.shape != mask.shape or chance.ndim != 1 or not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("one probability in 0..1 and one bit mask of keys per pair are needed")
    if mask.size and (mask.min() <= 0 or int(mask.max()) >> keys):
        raise ValueError(f"a pair is reached by no key, or by one that is not among the {keys}")
    masks, place = np.unique(mask, return_inverse=True)
    whole = np.rint(chance * GRAIN)
    sums, squares = (np.bincount(place, part, masks.size) for part in (whole, np.rint(chance * (1 - chance) * GRAIN)))
    return masks, (sums / GRAIN).astype(np.float64), (squares / GRAIN).astype(np.float64)


def _table(
    masks: Ints, matches: Floats, spread: Floats, groups: Sequence[Sequence[int]], spare: Sequence[int]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Cells by group pattern, (2^T - 1,); bridges (matches of exactly one group that a spare key reaches too, as a share
    of those, and matches that only spare keys reach); and the variances of both."""
    pattern = np.zeros_like(masks)
    for number, keys in enumerate(groups):
        pattern |= ((masks & _bits(keys)) > 0).astype(np.int64) << number
    size = 2 ** len(groups)
    cells, noise = (np.bincount(pattern, part, size).astype(np.float64) for part in (matches, spread))
    single = np.isin(pattern, 1 << np.arange(len(groups)))
    crossed = float(matches[single & ((masks & _bits(spare)) > 0)].sum())
    rate = crossed / max(float(matches[single].sum()), 1e-9) if spare else 0.0
    error = rate * (1 - rate) / max(float(matches[single].sum()), 1.0)
    return cells[1:], np.asarray([rate, cells[0]]), noise[1:], np.asarray([error, noise[0]])


def _beyond(bridged: Floats) -> Floats:
    """At least so many missed by all: spare keys reach matches in no group no more often than those in one group."""
    rate, only = np.clip(bridged[:, 0], 1e-3, 1), bridged[:, 1]
    return np.asarray(only * (1 / rate - 1))


def _twice(cells: Floats) -> float:
    """Matches that more than one group reached."""
    return float(cells[caught(int(cells.size).bit_length()) > 1].sum())


def _trust(cells: Floats, groups: Sequence[Sequence[int]], spare: Sequence[int], high: float) -> tuple[bool, str]:
    """Whether the draws rest on data, and the reason in words."""
    found, both = float(cells.sum()), _twice(cells)
    if len(groups) < 2:
        return False, "all keys share fields, so nothing tells what they miss, and it is assumed; add a key on other fields"
    if both < 0.5:
        return False, "no match was reached by two unrelated groups of keys, so what is missed is assumed; add keys"
    if found < FEWEST or both < OVERLAP:
        return False, f"only {found:.0f} matches expected, {both:.0f} of them reached twice; too few to learn from"
    left = f"; {len(spare)} keys that bridge the groups do not count as occasions" if spare else ""
    left += "; more may be missed than were found, so add keys before relying on counts" if high > found else ""
    if len(groups) == 2:
        return True, f"two unrelated groups of keys: how far they fail together is assumed, not learned{left}"
    return True, f"{len(groups)} unrelated groups of keys, {both:.0f} matches reached twice{left}"
