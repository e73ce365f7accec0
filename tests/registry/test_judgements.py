"""Judgements make groups, contradictions are refused with the loop, and undoing is a further record."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.errors import ContradictoryJudgement
from litany.registry.judgements import Judged, check, settle
from litany.types.records import About, Judgement, Verdict


def judged(left: str, right: str, verdict: Verdict | None, n: int, undoes: str | None = None) -> Judged:
    """A judgement made in second n."""
    at = f"2024-01-01T00:{n // 60:02}:{n % 60:02}Z"
    record = Judgement(
        schema=1, at=at, left=left, right=right, about=About.INCIDENT, verdict=verdict, why="test", undoes=undoes
    )
    return Judged(f"j{n:03}", record)


def test_same_is_transitive() -> None:
    """a = b and b = c make one group of three."""
    made = settle([judged("a", "b", Verdict.SAME, 1), judged("b", "c", Verdict.SAME, 2)], About.INCIDENT)
    assert made.groups == (("a", "b", "c"),)
    assert settle([judged("a", "b", Verdict.SAME, 1)], About.VICTIM).groups == ()


@pytest.mark.parametrize("last", [Verdict.SAME, Verdict.DIFFERENT])
def test_a_contradiction_names_its_loop(last: Verdict) -> None:
    """a = b, b ≠ c, then a = c (or a = b, b = c, then a ≠ c) is refused, with the judgements that it contradicts."""
    other = Verdict.DIFFERENT if last is Verdict.SAME else Verdict.SAME
    before = [judged("a", "b", Verdict.SAME, 1), judged("b", "c", other, 2)]
    with pytest.raises(ContradictoryJudgement) as caught:
        check(before, judged("a", "c", last, 3))
    assert set(caught.value.loop) == {"j001", "j002"}
    settled = settle([*before, judged("a", "c", last, 3)], About.INCIDENT)
    assert [one.left_out for one in settled.contradictions] == ["j003"]


def test_undoing_takes_back_what_it_names() -> None:
    """After the undoing, the contradiction may be judged."""
    before = [judged("a", "b", Verdict.SAME, 1), judged("a", "b", None, 2, undoes="j001")]
    assert settle(before, About.INCIDENT).groups == ()
    check(before, judged("a", "b", Verdict.DIFFERENT, 3))


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([Verdict.SAME, Verdict.DIFFERENT])), max_size=25)
)
def test_groups_never_hold_two_that_are_different(pairs: list[tuple[int, int, Verdict]]) -> None:
    """Whatever comes in: no group holds a pair judged different that was not left out, and order of arrival is irrelevant."""
    made = [judged(f"a{x}", f"a{y}", v, n) for n, (x, y, v) in enumerate(pairs) if x != y]
    settled = settle(made, About.INCIDENT)
    left_out = {one.left_out for one in settled.contradictions}
    apart = {
        frozenset((one.judgement.left, one.judgement.right))
        for one in made
        if one.judgement.verdict is Verdict.DIFFERENT and one.id not in left_out
    }
    for group in settled.groups:
        assert not any(frozenset(pair) in apart for pair in combinations(group, 2))
    kept = [one for one in made if one.judgement.verdict is Verdict.SAME and one.id not in left_out]
    together = {anchor: group for group in settled.groups for anchor in group}
    assert all(together[one.judgement.left] == together[one.judgement.right] for one in kept)
    assert settle(list(reversed(made)), About.INCIDENT) == settled
