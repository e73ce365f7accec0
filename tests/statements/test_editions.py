"""What we promise about editions: what is new, the same, changed and vanished, by the source's own keys and by content."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litany import ids
from litany.statements.editions import EXAMPLES, Change, Changes, changes
from litany.statements.reading import read_document
from tests.statements.statement_making import MAPPING, as_csv, new_case, preserve, read
from tests.work import calls_in

HEADER = ["id", "killed", "injured", "date", "place"]
List = dict[str, tuple[str, str]]


def table(rows: List) -> bytes:
    return as_csv(HEADER, [[key, killed, injured, "2021-02-01", "Burma"] for key, (killed, injured) in rows.items()])


def test_two_editions_of_a_list(tmp_path: Path) -> None:
    """February adds, corrects and drops rows; the order of rows, other columns and other bytes are no change."""
    case = new_case(tmp_path / "case")
    january = read(case, table({"1": ("1", ""), "2": ("2", ""), "3": ("3", "1"), "4": ("4", "1"), "5": ("5", "")}), "jan.csv")
    assert changes(case, january) is None
    february = read(case, table({"9": ("9", ""), "5": ("5", "2"), "4": ("4", ""), "2": ("7", ""), "1": ("1", "")}), "feb.csv")
    assert changes(case, february) == Changes(
        new=Change(1, ("9",)),
        same=Change(1),
        changed=Change(3, ("5", "2", "4")),  # 4 comes last: it only lost a statement
        vanished=Change(1, ("3",)),
        against=ids.show(january.id),
    )


ROWS = st.dictionaries(
    st.sampled_from([str(n) for n in range(8)]), st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["", "1", "2"]))
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, ROWS.filter(bool))
def test_changes_are_those_of_two_dictionaries(before: List, after: List) -> None:
    """The counts and keys are those of comparing two dictionaries by hand."""
    with tempfile.TemporaryDirectory() as folder:
        case = new_case(Path(folder) / "case")
        read(case, table(before) + b"\n", "one.csv")
        found = changes(case, read(case, table(after), "two.csv"))
        case.close()
    assert found is not None
    both = before.keys() & after.keys()
    expected = {
        "new": after.keys() - before.keys(),
        "same": {key for key in both if before[key] == after[key]},
        "changed": {key for key in both if before[key] != after[key]},
        "vanished": before.keys() - after.keys(),
    }
    for name, keys in expected.items():
        change = getattr(found, name)
        assert change.count == len(keys)
        if name != "same":
            assert set(change.examples) == keys
            assert len(change.examples) == len(keys)


def test_only_the_latest_earlier_list_of_the_same_source_is_compared(tmp_path: Path) -> None:
    """Not a later one, not another source's, not the same document read anew; and a changed mapping is still the same list."""
    other = MAPPING.replace('name = "list"', 'name = "other"').replace('recognise = ["id", "killed"]', "")
    case = new_case(tmp_path / "case")
    (case.layout.lookups / "mappings" / "other.toml").write_text(other, "utf-8")
    first = read(case, table({"1": ("1", "")}), "a.csv")
    second = read(case, table({"1": ("2", "")}), "b.csv")
    document = preserve(case, table({"1": ("3", "")}), "c.csv")
    strange = read_document(case, document, "c.csv", "other")
    third = read_document(case, document, "c.csv", "list")
    assert changes(case, first) is None
    assert changes(case, strange) is None
    for result, against in ((second, first), (third, second)):
        found = changes(case, result)
        assert found is not None
        assert found.against == ids.show(against.id)
    (case.layout.lookups / "mappings" / "own.toml").write_text(MAPPING + "# better\n", "utf-8")
    anew = read_document(case, document, "c.csv", "list")
    found = changes(case, anew)
    assert found is not None
    assert found.against == ids.show(second.id)


def test_rows_that_cannot_be_compared_are_left_out(tmp_path: Path) -> None:
    """A row without a key is known by its place in one document: it is neither new nor vanished."""
    case = new_case(tmp_path / "case")
    read(case, as_csv(HEADER, [["", "1", "", "", ""], ["1", "1", "", "", ""]]), "a.csv")
    found = changes(case, read(case, as_csv(HEADER, [["1", "1", "", "", ""], ["", "2", "", "", ""]]), "b.csv"))
    assert found is not None
    assert (found.new, found.same, found.changed, found.vanished) == (Change(0), Change(1), Change(0), Change(0))
    unkeyed = new_case(tmp_path / "unkeyed", MAPPING.replace('key = ["id"]', 'ignore = ["id"]'))
    read(unkeyed, table({"1": ("1", "")}), "c.csv")
    assert changes(unkeyed, read(unkeyed, table({"1": ("2", "")}), "d.csv")) is None


def test_keys_that_repeat_are_told_apart(tmp_path: Path) -> None:
    """The second row of a key is compared with the second row of the key."""
    case = new_case(tmp_path / "case")
    read(case, as_csv(HEADER, [["7", "1", "", "", ""], ["7", "2", "", "", ""]]), "a.csv")
    found = changes(case, read(case, as_csv(HEADER, [["7", "1", "", "", ""], ["7", "3", "", "", ""]]), "b.csv"))
    assert found is not None
    assert (found.same.count, found.changed) == (1, Change(1, ("7 (2)",)))


def test_large_lists_are_compared_in_little_time(tmp_path: Path) -> None:
    """Twenty examples at most; the work grows with the rows and no faster."""
    case = new_case(tmp_path / "case")
    work = []
    for thousand in (100, 1000):
        read(case, table({str(n): ("1", "") for n in range(5 * thousand)}), "a.csv")
        result = read(case, table({str(n): ("1" if n % 2 else "2", "") for n in range(thousand, 6 * thousand)}), "b.csv")
        work.append(calls_in(partial(changes, case, result)))
    assert work[1] <= 11 * work[0]
    found = changes(case, result)
    assert found is not None
    assert (found.new.count, found.same.count, found.changed.count, found.vanished.count) == (1000, 2000, 2000, 1000)
    assert len(found.new.examples) == len(found.vanished.examples) == EXAMPLES
    assert found.new.examples[:2] == ("5000", "5001")
