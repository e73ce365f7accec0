"""A breakdown's rows are the figures of their own scopes, and their best adds up to the whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from litany.counts.breakdown import AXES_OF_GROUPS
from litany.counts.count import Counter, counter
from litany.errors import ScopeError
from tests.making import add_rows, counted, decide, new_case

PLACES = ("Loikaw township", "Demoso township", "Kale township", "Kayah", "Myanmar", "")
DAYS = ("2023-05-02", "2023-05-30/2023-06-02", "2023-06", "2023", "", "2023-06-11")
ACTORS = ("mm.state", "mm.kio", "mm.military.air-force", "mm.state; mm.kio", "")


def random_rows(seed: int, sources: tuple[str, ...] = ("list-a",), count: int = 30) -> list[dict[str, str]]:
    """Rows of tolls, bounded tolls and persons; about a third of them linked in threes."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        row = {
            "source": rng.choice(sources), "date": rng.choice(DAYS), "place": rng.choice(PLACES), "by": rng.choice(ACTORS),
            "root": rng.choice(("", "police", "hospital")), "level": rng.choice(("", "", "lumped", "aggregate")),
            "modality": rng.choice(("", "", "", "denied")),
        }  # fmt: skip
        row["certainty"] = "candidate" if ";" in row["by"] else ""
        kind = rng.randrange(3)
        if kind == 0:
            row["name"] = f"person {number}"
        elif kind == 1:
            row["killed"] = rng.choice(("1", "3-5", "at least 2", "up to 4", "6"))
            row["children"] = rng.choice(("", "1"))
        else:
            best = rng.randrange(6)
            row |= {"low": str(max(0, best - 1)), "best": str(best), "high": str(best + rng.randrange(4))}
            row["civilians"] = str(rng.randint(0, best))
        if number % 3 == 0:
            row["same"] = f"s{number % 4}"
        rows.append(row)
    return rows


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def random_counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Counter:
    """A counter over random rows of one source."""
    return counted(tmp_path_factory.mktemp("case") / "case", random_rows(request.param))


@pytest.mark.parametrize("axis", AXES_OF_GROUPS)
@pytest.mark.parametrize("scope", ["killed in:MM", "killed civilian in:MM 2023-05..2023-06", "killed toll>=2 unit:incidents"])
def test_a_row_is_the_figure_of_its_scope(random_counter: Counter, scope: str, axis: str) -> None:
    """Counting the scope that a row prints gives the same figure, id included."""
    rows = random_counter.count(random_counter.scope(scope), [axis]).rows[axis]
    for row in rows:
        direct = counter_again(random_counter).figure(random_counter.scope(row.figure.scope))
        assert direct == row.figure


def counter_again(known: Counter) -> Counter:
    """A counter that remembers nothing of another one's work."""
    return Counter(known.case, known.register, 20210201)


@pytest.mark.parametrize("axis", ["month", "place", "means", "status", "age", "sex"])
@pytest.mark.parametrize("scope", ["killed in:MM", "killed in:MM 2023-05-03..2023-06-10"])
def test_best_adds_up(random_counter: Counter, scope: str, axis: str) -> None:
    """The best of the rows adds up to the best of the whole, where no incident is split by several sources."""
    counted_ = random_counter.count(random_counter.scope(scope), [axis])
    if axis in ("status", "age", "sex"):
        assert all(row.figure.scope.startswith("killed") for row in counted_.rows[axis])
        return
    assert sum(row.figure.best or 0 for row in counted_.rows[axis]) == counted_.figure.best


def test_low_best_high_are_in_order(random_counter: Counter) -> None:
    """Low is no more than best, best no more than high, for whole and parts."""
    counted_ = random_counter.count(random_counter.scope("killed in:MM"), list(AXES_OF_GROUPS))
    for row in [row for rows in counted_.rows.values() for row in rows]:
        figure = row.figure
        assert figure.low is not None and figure.best is not None and figure.high is not None
        assert figure.low <= figure.best <= figure.high


def test_certain_parts_never_exceed_the_whole(random_counter: Counter) -> None:
    """What is certain in one month is certain in the year; what is possible in the year covers every month."""
    whole = random_counter.count(random_counter.scope("killed in:MM"), ["month"])
    assert sum(row.figure.low or 0 for row in whole.rows["month"]) <= (whole.figure.low or 0)
    assert max(row.figure.high or 0 for row in whole.rows["month"]) <= (whole.figure.high or 0)


def test_input_order_changes_nothing(tmp_path: Path) -> None:
    """The same rows in another file order, added in another order of files, give the same numbers."""
    rows = [row | {"same": ""} for row in random_rows(9, ("list-a", "list-b"))]
    halves = ([rows[:15], rows[15:]], [rows[15:], rows[:15]])
    figures = []
    for number, parts in enumerate(halves):
        case = new_case(tmp_path / f"case{number}")
        for part in parts:
            add_rows(case, part, f"{rows.index(part[0])}.csv")
        counting = counter(case)
        made = counting.count(counting.scope("killed in:MM source:list-a"), ["month", "place", "actor"])
        every = [row for axis_rows in made.rows.values() for row in axis_rows]
        figures.append([(row.value, row.figure.low, row.figure.best, row.figure.high) for row in every])
    assert figures[0] == figures[1]


def test_an_unknown_axis_is_refused(random_counter: Counter) -> None:
    """The message lists the axes."""
    with pytest.raises(ScopeError, match="month, place"):
        random_counter.count(random_counter.scope("killed"), ["colour"])


@pytest.mark.parametrize(("left", "right"), [("mm.kio", "mm.ula"), ("mm.knu", "mm.knpp")])
def test_swapping_two_actors_mirrors_every_figure(tmp_path: Path, left: str, right: str) -> None:
    """Exchange two actors in every row: every figure of the one becomes the figure of the other."""
    rows = [row | {"by": row["by"].replace("mm.kio", left).replace("mm.state", right)} for row in random_rows(5)]
    swapped = [row | {"by": "; ".join({left: right, right: left}.get(a, a) for a in row["by"].split("; "))} for row in rows]
    a, b = counted(tmp_path / "a", rows), counted(tmp_path / "b", swapped)
    for scope in ("killed by:{} in:MM", "killed civilian by:{}", "killed by:{} toll>=2 unit:incidents", "killed not by:{}"):
        for here, there in ((left, right), (right, left)):
            one, other = a.figure(a.scope(scope.format(here))), b.figure(b.scope(scope.format(there)))
            assert (one.low, one.best, one.high, one.basis) == (other.low, other.best, other.high, other.basis)


def test_judgements_change_and_undo_restores(tmp_path: Path) -> None:
    """Two sources of one incident are refused, linked they are one, and undone they are refused again."""
    rows = [
        {"source": "afp", "date": "2023-05-02", "place": "Loikaw township", "killed": "3", "same": "a"},
        {"source": "ap", "date": "2023-05-02", "place": "Loikaw township", "killed": "4", "same": "a"},
    ]
    case = new_case(tmp_path / "case")
    add_rows(case, rows)
    before = counter(case)
    assert before.figure(before.scope("killed")).refused
    decide(case, rows)
    linked = counter(case)
    figure = linked.figure(linked.scope("killed"))
    assert (figure.low, figure.high, figure.evidence.incidents) == (3, 4, 1)
