"""Pairs in doubt: their order against brute force, what is hidden of them, audits, and what follows from judgements."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from litany import ids
from litany.case.case import Case
from litany.counts.count import Counter, counter
from litany.counts.drawn import totals
from litany.counts.figures import counted
from litany.errors import ContradictoryJudgement, Refused, ScopeError, UnknownValue
from litany.linkage.draws import Draws
from litany.linkage.link import INNER
from litany.linkage.partition_checks import Diagnostics
from litany.registry import acts, link_files
from litany.registry.judgements import Judged, audited
from litany.registry.links import linked_rows
from litany.steps.review import Doubt, queue
from litany.steps.review_audit import random_queue
from litany.steps.review_fields import COVERED, Fields
from litany.steps.review_known import Known, known
from litany.steps.review_pairs import weighed
from litany.steps.review_session import Session
from litany.steps.review_shape import blind
from litany.types.records import About, Judgement, Verdict
from tests.making import BY, add_rows, new_case
from tests.steps.review_making import DRAWS, PARTIES, PLACES, SCOPE, make, rows, shown_day


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    made = make(tmp_path_factory.mktemp("review") / "case")
    yield made
    made.close()


@pytest.fixture(scope="module")
def count(case: Case) -> Counter:
    """The register before anybody judged: it stays so, while the case's judgements go on."""
    return counter(case)


@pytest.fixture
def clean(case: Case) -> Iterator[Case]:
    """The case; what a test judges is taken back at its end."""
    before = {id_ for id_, _, _ in case.store.each(Judgement)}
    yield case
    every = [(id_, one) for id_, _, one in case.store.each(Judgement) if id_ not in before]
    undone = {one.undoes for _, one in every}
    for id_, one in every:
        if one.undoes is None and ids.show(id_) not in undone:
            acts.undo_judgement(case, ids.show(id_), BY)


def ask(case: Case, count: Counter, limit: int | None = None) -> list[Doubt]:
    return queue(case, count, count.scope(SCOPE), About.INCIDENT, limit)


def test_the_order_is_that_of_a_brute_force_computation(case: Case, count: Counter) -> None:
    """Every pair of nodes, every draw, in plain Python: which are in doubt, and how "one" and the figure go together among the
    ten draws of the same weights.
    """
    scope = count.scope(SCOPE)
    drawn = count.register.drawn
    assert drawn is not None
    best = totals(counted(count.answer(scope).evaluated, scope), drawn).best.tolist()
    found = link_files.load(count.register.path, About.INCIDENT)
    assert found is not None and len(set(best)) > 1
    labels = [found.draws.labels_of(draw).tolist() for draw in range(DRAWS)]
    expected = {}
    for left, right in found.pairs.select("left", "right").iter_rows():
        one = [float(label[left] == label[right]) for label in labels]
        p = sum(one) / DRAWS
        blocks = [range(first, first + INNER) for first in range(0, DRAWS, INNER)]
        each = [statistics.covariance([one[at] for at in block], [best[at] for at in block]) for block in blocks]
        if 0.01 < p < 0.99:
            expected[left, right] = (abs(statistics.fmean(each)), p * (1 - p))
    got = ask(case, count)
    nodes = [(one.left.node, one.right.node) for one in got]
    pairs = [(min(two), max(two)) for two in nodes]
    assert set(pairs) == expected.keys() and len(pairs) == len(expected) > 20
    for doubt, pair in zip(got, pairs, strict=True):
        assert doubt.hidden.effect == pytest.approx(expected[pair][0], abs=1e-6)
    ranks = [(*(-round(number, 9) for number in expected[pair]), doubt.left.row, doubt.right.row)
             for doubt, pair in zip(got, pairs, strict=True)]  # fmt: skip
    assert ranks == sorted(ranks)
    assert ask(case, count, 7) == got[:7]


def test_the_pair_on_which_most_hangs_comes_first() -> None:
    """Thirty pairs of incidents in doubt, each on its own; if two are one, as many fewer died as in the second. How many are
    one depends on the weights above all. The pair with two hundred dead is first, by p (1 - p) times two hundred.
    """
    source = np.random.default_rng(7)
    dead = np.asarray([1, 2, 3, 5, 8] * 6)
    dead[17] = 200
    bold = np.repeat(source.uniform(0.1, 0.9, DRAWS), INNER)  # of each weights, how readily two are one
    one = source.random((len(bold), len(dead))) < bold[:, None]
    labels = np.stack(
        [np.arange(0, 60, 2) + np.zeros_like(one), np.where(one, np.arange(0, 60, 2), np.arange(1, 60, 2))], axis=2
    )
    draws = draws_of(labels.reshape(len(bold), 60))
    figure = 2 * dead.sum() - (one * dead).sum(axis=1)
    made = weighed(draws, np.arange(0, 60, 2), np.arange(1, 60, 2), np.arange(30), figure)
    assert made.effect.argmax() == 17 and made.effect[17] > 5 * np.delete(made.effect, 17).max()
    assert made.effect[17] == pytest.approx(200 * float((bold * (1 - bold)).mean()), rel=0.15)
    assert made.slope[17] == pytest.approx(-200, rel=0.05)


def draws_of(labels: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Draws:
    """Draws in which everything is doubtful. ``labels``: for each draw the least of its cluster, for each node."""
    size = labels.shape[1]
    nodes, none = np.arange(size, dtype=np.int32), np.zeros(size, np.int32)
    return Draws(np.full(size, -1, np.int32), nodes, none, labels.astype(np.uint8), Diagnostics(0, 0, 0, ()))


def test_what_the_weights_alone_do_moves_no_pair_to_the_front() -> None:
    """Pair (0, 1) is one under bold weights and two under others, and so is the figure low and high; pair (2, 3) is one in half
    of the draws of any weights, and costs the figure a hundredth of that. Only the second moves it.
    """
    source = np.random.default_rng(3)
    labels, figure = [], []
    for bold in (True, False) * 20:
        for _ in range(INNER):
            noise, one = bool(source.random() < 0.05), bool(source.random() < 0.5)
            labels.append([0, 0 if bold != noise else 1, 2, 2 if one else 3])
            figure.append(1000 - 500 * bold - 5 * one)
    nodes = np.arange(4, dtype=np.int32)
    draws = Draws(
        np.full(4, -1, np.int32), nodes, np.zeros(4, np.int32), np.asarray(labels, np.uint8), Diagnostics(0, 0, 0, ())
    )
    left, right = np.asarray([0, 2]), np.asarray([1, 3])
    made = weighed(draws, left, right, np.arange(2), np.asarray(figure, np.int64))
    assert made.effect[1] > 5 * made.effect[0]
    assert made.slope[1] == pytest.approx(-5, abs=1e-9) and made.effect[1] == pytest.approx(1.25, abs=0.1)
    whole = [abs(np.cov(one, figure)[0, 1]) for one in (np.asarray(labels)[:, 1] == 0, np.asarray(labels)[:, 3] == 2)]
    assert whole[0] > 50 * whole[1]  # without looking within the weights it would be the other way round


def test_nothing_of_parties_or_effect_stands_in_the_blind_shape(case: Case, count: Counter) -> None:
    """No party, no probability, no effect in what a program gets; all of it where it asks."""
    doubts = ask(case, count)
    text = msgspec.json.encode([blind(one) for one in doubts]).decode()
    assert not [word for word in (*PARTIES, "effect", "probability", "actors", "hidden") if word in text]
    assert any(one.hidden.reasons for one in doubts) and any(one.hidden.left for one in doubts)
    (first, *_) = msgspec.json.decode(msgspec.json.encode([blind(one, hidden=True) for one in doubts]))
    assert first.keys() == {"about", "left", "right", "reasons", "hidden"}
    assert first["left"].keys() == {"row", "anchor", "rows", "fields"}
    assert {"probability", "effect", "if_same", "if_different", "reasons", "left", "right"} == first["hidden"].keys()
    quoted = blind(doubts[0], quotes=True)
    assert quoted.left.quotes[0] and "date: " in quoted.left.quotes[0]


def test_names_of_actors_are_covered_in_the_words_of_places(count: Counter) -> None:
    """Where the words of a place or an occupation name a party, that is covered; parts of other words stay."""
    cover = Fields(count.register).cover
    assert cover("camp of the KIA near Laiza") == f"camp of the {COVERED} near Laiza"
    assert cover("Tatmadaw soldier") == f"{COVERED} {COVERED}"
    assert cover("Maa, kiang, kia") == "Maa, kiang, kia"


def test_people_are_asked_by_name(tmp_path: Path) -> None:
    """About victims: names, days and places are shown, and every pair is of two different persons."""
    names = ("Ko Aung Min", "Daw Khin Htwe", "U Tin Shwe", "Ma Thiri Lwin", "Ko Zaw Win", "Nang Seng", "Mg Htet", "U Ba")
    people = []
    for at in range(60):
        one = {"place": PLACES[at % 5], "name": names[at % 8] + f" {names[at % 7].split()[1]}" * (at % 3 > 0)}
        people.append(one | {"source": "list-a", "date": shown_day(at)})
        if at % 2:
            people.append(
                one | {"source": "list-b", "date": shown_day(at + at % 3), "name": one["name"] + " Oo" * (at % 4 > 1)}
            )
    case = make(tmp_path / "case", people)
    made = counter(case)
    doubts = queue(case, made, made.scope(SCOPE), About.VICTIM, None)
    assert doubts and all({"name", "day", "place"} <= {field.name for field in one.left.fields} for one in doubts)
    assert all(one.left.node != one.right.node and one.left.anchor != one.right.anchor for one in doubts)
    assert "name" in {reason.name for one in doubts for reason in one.reasons}
    case.close()


def test_what_follows_from_judgements_is_not_asked(clean: Case, count: Counter) -> None:
    """A judged pair leaves the queue, either way; so does one that follows through others; all come back when it is undone."""
    before = ask(clean, count)
    first, second = before[0], before[1]
    session = Session(clean, before, Known(), "tester")
    session.decide(Verdict.SAME, "one and the same")
    made = [record for _, _, record in clean.store.each(Judgement)][-1]
    assert (made.who, made.why, made.verdict) == ("tester", "one and the same", Verdict.SAME) and made.at and made.seen
    assert first not in ask(clean, count)
    session.forward()
    session.decide(Verdict.UNSURE, "nobody can say")
    assert second not in ask(clean, count)
    assert session.undo() and session.undo() and not session.undo()
    assert ask(clean, count) == before


def test_follows_agrees_with_closing_the_relation_by_hand() -> None:
    """Random judgements: a pair follows when its nodes are joined, or when some apart pair joins their groups."""
    source = random.Random(1)
    for _ in range(60):
        node = range(8)
        pick = [(a, b) for a, b in (source.sample(node, 2) for _ in range(7))]
        made = Known(tuple(pick[:4]), tuple(pick[4:6]), tuple(pick[6:]))
        group = {one: {one} for one in node}
        for a, b in made.same:
            both = group[a] | group[b]
            group.update(dict.fromkeys(both, both))
        for a in node:
            for b in node:
                apart = any({x, y} & group[a] and {x, y} & group[b] and y not in group[x] for x, y in made.apart)
                assert made.follows_one(a, b) == (b in group[a] or apart or {a, b} in map(set, made.unsure))


def test_judgements_of_the_case_are_known_by_node(clean: Case, count: Counter) -> None:
    """Through the anchors of other rows, whatever order they were named in."""
    doubts = ask(clean, count)
    one = doubts[0]
    acts.judge(clean, Verdict.DIFFERENT, About.INCIDENT, one.right.anchor, [one.left.anchor], BY)
    acts.judge(clean, Verdict.SAME, About.VICTIM, doubts[1].right.anchor, [doubts[1].left.anchor], BY)
    made = known(clean, count.register, linked_rows(count.register), About.INCIDENT)
    assert made.same == () and [set(pair) for pair in made.apart] == [{one.left.node, one.right.node}]


def test_a_contradiction_keeps_nothing_and_the_pair_stays_open(clean: Case, count: Counter) -> None:
    """The loop is named; an earlier judgement stands."""
    one = ask(clean, count)[0]
    acts.judge(clean, Verdict.SAME, About.INCIDENT, one.left.anchor, [one.right.anchor], BY)
    session = Session(clean, [one], Known(), None)
    with pytest.raises(ContradictoryJudgement) as problem:
        session.decide(Verdict.DIFFERENT, "no")
    assert len(problem.value.loop) == 1 and session.doubt == one and not session.made


def test_a_loop_of_three_is_refused_with_its_judgements(clean: Case, count: Counter) -> None:
    """A is B, B is C: that A is not C is not kept, the error names both judgements, and the pair stays open."""
    asked = {frozenset((one.left.node, one.right.node)): one for one in ask(clean, count)}
    nodes = sorted({node for pair in asked for node in pair})
    a, b, c = next(
        (a, b, c) for a in nodes for b in nodes for c in nodes
        if a < c and {frozenset((a, b)), frozenset((b, c)), frozenset((a, c))} <= asked.keys()
    )  # fmt: skip
    session = Session(clean, [asked[frozenset(pair)] for pair in ((a, b), (b, c), (a, c))], Known(), "tester")
    first = session.decide(Verdict.SAME, "one")
    session.forward()
    second = session.decide(Verdict.SAME, "two")
    session.at = 2
    with pytest.raises(ContradictoryJudgement) as refused:
        session.decide(Verdict.DIFFERENT, "three")
    assert set(refused.value.loop) == {first.id, second.id} and session.decision() is None
    assert all(id_ in str(refused.value) for id_ in refused.value.loop)


def test_an_audit_is_the_same_again_goes_on_and_calibrates(clean: Case, count: Counter) -> None:
    """Same seed, same sample, other seed another; inclusions add up to the pairs; only marked judgements are used."""
    scope = count.scope(SCOPE)
    sample = random_queue(clean, count, scope, About.INCIDENT, 24, 7)
    assert sample == random_queue(clean, count, scope, About.INCIDENT, 24, 7) and len(sample) == 24
    assert sample != random_queue(clean, count, scope, About.INCIDENT, 24, 8)
    found = link_files.load(count.register.path, About.INCIDENT)
    assert found is not None
    inclusion = [float(one.audit.split(":")[3]) for one in sample]
    assert sum(1 / one for one in inclusion) == pytest.approx(found.pairs.height)
    assert all(reason.weight is None for one in sample for reason in blind(one).reasons)
    by_effect = ask(clean, count)[0]
    acts.judge(clean, Verdict.UNSURE, About.INCIDENT, by_effect.left.anchor, [by_effect.right.anchor], BY)
    session = Session(clean, sample, Known(), "tester")
    for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE):
        session.decide(verdict, "as the test says")
        session.forward()
    rest = random_queue(clean, count, scope, About.INCIDENT, 24, 7)
    assert [one.left.anchor for one in rest] == [one.left.anchor for one in sample[3:]]
    judged = [Judged(ids.show(id_), record) for id_, _, record in clean.store.each(Judgement)]
    assert sorted(same for _, _, same in audited(judged, About.INCIDENT)) == [False, True]  # the unsure one tells nothing


def test_what_cannot_be_reviewed_says_so(case: Case, count: Counter, tmp_path: Path) -> None:
    """No persons, no draws, the past: each is refused with a reason."""
    with pytest.raises(Refused, match="nothing to link about victims"):
        queue(case, count, count.scope(SCOPE), About.VICTIM, 5)
    with pytest.raises(ScopeError, match="as it stands"):
        queue(case, count, count.scope(f"{SCOPE} as-of:2024-01-02"), About.INCIDENT, 5)
    plain = new_case(tmp_path / "plain")
    add_rows(plain, rows()[:4])
    made = counter(plain)
    with pytest.raises(Refused, match="nothing is linked"):
        queue(plain, made, made.scope(SCOPE), About.INCIDENT, 5)
    plain.close()


def test_a_session_goes_back_and_forth(clean: Case, count: Counter) -> None:
    """Forward leaves out what follows from the session's own judgements; back goes to the pair before, judged or not."""
    doubts = ask(clean, count)
    session = Session(clean, [doubts[0], doubts[0], doubts[1]], Known(), None)
    session.decide(Verdict.SAME, "yes")
    session.forward()
    assert session.at == 2  # the second is the first again
    session.back()
    session.back()
    session.back()
    assert session.at == 0 and session.decision() is not None
    with pytest.raises(UnknownValue, match="u takes that back"):
        session.decide(Verdict.SAME, "yes")
