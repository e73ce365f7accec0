"""A gold file is read whole: what cannot be used is listed, contradictions are refused."""

from __future__ import annotations

import pytest

from litany.errors import UnreadableFile
from litany.linkage.evaluate_gold import read_gold

NUMBERS = {"a1": 0, "a2": 1, "b1": 2, "b2": 3}


def test_clusters_become_labels_and_rows_without_gold_stay_without() -> None:
    gold = read_gold(["row,cluster\n", "a1,x\n", "b1,x\n", "zz,x\n", "b2,y\n"], NUMBERS, 4)
    assert gold.labels.tolist() == [0, -1, 0, 1]
    assert gold.unknown == ("zz",) and gold.unread == ()


def test_pairs_are_kept_as_given_and_closed_for_labels() -> None:
    gold = read_gold(["Right,note,Left\n", "b1,,a1\n", "b2,,b1\n", "nobody,,a2\n"], NUMBERS, 4)
    assert (gold.left.tolist(), gold.right.tolist()) == ([0, 2], [2, 3])
    assert gold.labels.tolist() == [0, -1, 0, 0]
    assert gold.unknown == ("nobody",)


def test_lines_that_say_nothing_are_listed_with_their_number() -> None:
    gold = read_gold(["left,right\n", "a1,\n", "a1,a1\n", "a1,b1\n"], NUMBERS, 4)
    assert [line.split(":")[0] for line in gold.unread] == ["line 2", "line 3"]
    assert gold.left.size == 1


def test_what_is_no_gold_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="another cluster"):
        read_gold(["row,cluster\n", "a1,x\n", "a1,y\n"], NUMBERS, 4)
    with pytest.raises(UnreadableFile, match="needs row,cluster or left,right"):
        read_gold(["id,person\n"], NUMBERS, 4)
    with pytest.raises(UnreadableFile, match="columns none"):
        read_gold([], NUMBERS, 4)
