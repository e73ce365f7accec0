"""What was worked out before is taken over after a judgement, changes no byte, and is never trusted when it is damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from msgspec import Struct
from numpy.typing import NDArray

from litany.case.case import Case
from litany.case.generations import MANIFEST, Generations
from litany.errors import ContradictoryJudgement
from litany.linkage.link import Prepared, prepare
from litany.registry import acts, build, linking_work, world
from litany.registry.packed import Unreadable, packed, unpacked
from litany.registry.remembered import Memory
from litany.types.records import About, Verdict
from tests.making import BY
from tests.steps.review_making import make, rows


class Inner(Struct, frozen=True):
    table: pl.DataFrame
    m: tuple[NDArray[np.float64], ...]


class Made(Struct, frozen=True):
    share: float
    levels: NDArray[np.int8]
    inner: list[Inner]
    names: tuple[str, ...]


def same(one: object, other: object) -> bool:
    """Equal to the last bit, of the same types."""
    if isinstance(one, np.ndarray):
        assert isinstance(other, np.ndarray)
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, pl.DataFrame):
        assert isinstance(other, pl.DataFrame)
        return one.schema == other.schema and one.equals(other)
    if isinstance(one, Struct):
        return type(one) is type(other) and all(same(getattr(one, f), getattr(other, f)) for f in one.__struct_fields__)
    if isinstance(one, (list, tuple)):
        assert isinstance(other, (list, tuple))
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return one == other


tables = st.builds(
    lambda words, numbers: pl.DataFrame(
        {"words": [words] * len(numbers), "number": numbers}, schema={"words": pl.List(pl.String), "number": pl.Int32}
    ),
    st.lists(st.text(max_size=4), max_size=3),
    st.lists(st.none() | st.integers(-9, 9), max_size=5),
)
floats = arrays(np.float64, st.integers(0, 5), elements=st.floats(allow_nan=False))
inners = st.builds(Inner, tables, st.lists(floats, max_size=3).map(tuple))
levels = arrays(np.int8, st.tuples(st.integers(0, 4), st.integers(1, 3)))
mades = st.builds(
    Made, st.floats(allow_nan=False, allow_infinity=False), levels, st.lists(inners, max_size=3),
    st.lists(st.text(), max_size=3).map(tuple),
)  # fmt: skip


@given(mades)
def test_a_struct_comes_back_to_the_last_bit(made: Made) -> None:
    files = packed(made)
    again = unpacked(files, Made)
    assert same(made, again) and packed(again) == files


def test_what_cannot_be_read_is_refused() -> None:
    """Half a file, another struct, a pickle: none of them is taken for what was asked."""
    files = packed(Made(0.5, np.zeros((2, 2), np.int8), [], ()))
    room = BytesIO()
    np.savez(room, allow_pickle=True, **{"0": np.asarray([{"a": 1}], object)})
    for wrong in (
        {**files, "arrays.npz": files["arrays.npz"][:-9]},
        {**files, "made.json": b"{}"},
        {**files, "arrays.npz": room.getvalue()},
        {"made.json": files["made.json"]},
    ):
        with pytest.raises(Unreadable):
            unpacked(wrong, Made)


def asked(memory: Memory, calls: list[int], inputs: dict[str, str]) -> float:
    def work() -> Made:
        calls.append(1)
        return Made(len(calls) / 8, np.zeros((1, 1), np.int8), [], ())

    return memory.of(Made, "a number", inputs, work).share


SPOILED: list[Callable[[Path], object]] = [
    lambda path: (path / "made.json").write_bytes(b"{}"),
    lambda path: (path / "made.json").write_bytes((path / "made.json").read_bytes().replace(b"0.125", b"0.625")),
    lambda path: (path / "arrays.npz").unlink(),
    lambda path: (path / MANIFEST).write_bytes(b"{"),
    lambda path: (path / MANIFEST).write_bytes(b'{"inputs":{"rows":"1"},"files":{}}'),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_what_is_damaged_is_worked_out_anew(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Other bytes, a missing file, a manifest of something else: let go, and made again."""
    memory, calls = Memory(Generations(tmp_path), {"linkage": "1"}), []  # type: ignore[var-annotated]
    assert asked(memory, calls, {"rows": "1"}) == asked(memory, calls, {"rows": "1"}) == 0.125
    (kept,) = (path.parent for path in tmp_path.glob(f"*/{MANIFEST}"))
    spoil(kept)
    assert asked(memory, calls, {"rows": "1"}) == 0.25 and len(calls) == 2
    assert asked(memory, calls, {"rows": "1"}) == 0.25 and len(calls) == 2


def test_other_inputs_or_versions_are_worked_out(tmp_path: Path) -> None:
    """And those that were not used for longest are let go."""
    kept, calls = Generations(tmp_path, keep=2), []  # type: ignore[var-annotated]
    one, other = Memory(kept, {"linkage": "1"}), Memory(kept, {"linkage": "2"})
    assert [asked(one, calls, {"rows": "1"}), asked(one, calls, {"rows": "2"}), asked(other, calls, {"rows": "1"})] == [
        0.125, 0.25, 0.375,
    ]  # fmt: skip
    assert len(list(tmp_path.glob(f"*/{MANIFEST}"))) == 2


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A case that was linked once."""
    case = make(tmp_path_factory.mktemp("remembered") / "case")
    build.register(case, world.current(case))
    case.close()
    yield case.layout.root


def judge(folder: Path, pairs: list[tuple[int, int, Verdict]]) -> Case:
    """The case with judgements on rows, given by their numbers; those that contradict are not kept."""
    case = Case(folder)
    for one, other, verdict in pairs:
        try:
            acts.judge(case, verdict, About.INCIDENT, f"rows.csv:{one + 2}", [f"rows.csv:{other + 2}"], BY)
        except ContradictoryJudgement:
            continue
    return case


def built(case: Case) -> dict[str, bytes]:
    path = build.register(case, world.current(case)).path
    return {one.name: one.read_bytes() for one in path.iterdir()}


some_row = st.integers(0, len(rows()) - 1)
pairs = st.lists(st.tuples(some_row, some_row, st.sampled_from([Verdict.SAME, Verdict.DIFFERENT])), min_size=1, max_size=3)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(pairs.map(lambda made: [one for one in made if one[0] != one[1]]))
def test_links_are_the_same_with_and_without_what_was_remembered(
    linked: Path, tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[int, int, Verdict]]
) -> None:
    """After any judgements: every file of the register has the same bytes, whether nothing was remembered or all of it."""
    made = []
    for forget in (False, True):
        folder = tmp_path_factory.mktemp("judged") / "case"
        shutil.copytree(linked, folder)
        case = judge(folder, pairs)
        if forget:
            shutil.rmtree(case.layout.worked_out)
        made.append(built(case))
        made[-1].pop(MANIFEST)  # it names the state of the case, in which the judgements stand with their time
        case.close()
        shutil.rmtree(folder)
    assert made[0] == made[1]


def test_after_a_judgement_nothing_is_compared(linked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the draws are made anew; where the memory is damaged, all of it is made again, to the same bytes."""
    folder = Path(shutil.copytree(linked, tmp_path / "case"))
    calls: list[int] = []

    def counted(*given: Any, **named: Any) -> Prepared:
        calls.append(1)
        return prepare(*given, **named)

    monkeypatch.setattr(linking_work, "prepare", counted)
    case = judge(folder, [(0, 1, Verdict.DIFFERENT)])
    first = built(case)
    assert not calls
    for path in case.layout.worked_out.glob("*/arrays.npz"):
        path.write_bytes(path.read_bytes()[:-5])
    case.generations.let_go(msgspec.json.decode(first[MANIFEST])["inputs"])
    assert built(case) == first and calls == [1]
    case.close()
