"""The levels of agreement mean what they say: against a comparison written out in Python, pair by pair."""

from __future__ import annotations

from itertools import product

import duckdb
import polars as pl
import pytest

from litany.linkage import names
from litany.linkage.name_levels import ALIKE, FAR, NEAR
from litany.linkage.plan import MISSING, Comparison
from tests.linkage.test_linkage_names import people

BURMESE = names.packaged("burmese")


def jaro_winkler(a: str, b: str) -> float:
    """Winkler 1990: Jaro's similarity, and a tenth of what it lacks for each of up to four first letters in common."""
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    free, found = [True] * len(b), []
    for at, letter in enumerate(a):
        for place in range(max(0, at - reach), min(len(b), at + reach + 1)):
            if free[place] and b[place] == letter:
                free[place] = False
                found.append(letter)
                break
    if not found:
        return 0.0
    other = [letter for letter, unused in zip(b, free, strict=True) if not unused]
    swapped = sum(x != y for x, y in zip(found, other, strict=True)) // 2
    share = len(found)
    jaro = (share / len(a) + share / len(b) + (share - swapped) / share) / 3
    start = next((at for at, (x, y) in enumerate(zip(a[:4], b[:4], strict=False)) if x != y), min(4, len(a), len(b)))
    return jaro + start * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


@pytest.mark.parametrize(
    ("a", "b", "told"), [("MARTHA", "MARHTA", 0.961), ("DWAYNE", "DUANE", 0.840), ("DIXON", "DICKSONX", 0.813)]
)
def test_the_similarity_is_winklers(a: str, b: str, told: float) -> None:
    """The three examples that Winkler's tables are known by; in Python and in DuckDB."""
    assert jaro_winkler(a, b) == pytest.approx(told, abs=0.001)
    assert duckdb.execute("SELECT jaro_winkler_similarity(?, ?, 0.1)", [a, b]).fetchall()[0][0] == pytest.approx(
        told, abs=0.001
    )


def levels(frame: pl.DataFrame, one: Comparison) -> dict[tuple[int, int], int]:
    """The level of each pair of rows, both ways round, by DuckDB."""
    fields = frame.columns
    chosen = ", ".join(f'x."{name}" AS "{name}_l", y."{name}" AS "{name}_r"' for name in fields)
    cases = " ".join(f"WHEN {level.when} THEN {len(one.levels) - at}" for at, level in enumerate(one.levels))
    query = (
        f"SELECT i, j, CASE WHEN {one.missing} THEN {MISSING} {cases} ELSE 0 END FROM "
        f"(SELECT x.row AS i, y.row AS j, {chosen} FROM rows x, rows y)"
    )
    with duckdb.connect(":memory:") as con:
        con.register("rows", frame.with_row_index("row").to_arrow(compat_level=pl.CompatLevel.oldest()))
        return {(i, j): level for i, j, level in con.execute(query).fetchall()}


def expected(a: dict[str, object], b: dict[str, object]) -> str:
    """What the two rows' names have in common, in the order of strength."""
    if a["name_key"] is None or b["name_key"] is None:
        return "unknown"
    both_rare = a["name_rarity"] == b["name_rarity"] == 2
    if a["name"] == b["name"]:
        return "same name, rare" if both_rare else "same name" if a["name_rarity"] == 1 else "same name, common"
    if a["name_key"] == b["name_key"]:
        return "same sound, rare" if both_rare else "same sound"
    if set(_words(a["name_keys"])) & set(_words(b["name_keys"])):
        return "one of the other names sounds the same"
    like, shared = jaro_winkler(str(a["name_key"]), str(b["name_key"])), a["rarest"] == b["rarest"]
    for least, needed, label in (
        (NEAR, True, "nearly the same sound"),
        (ALIKE, shared, "alike, with the same rarest syllable"),
        (ALIKE, True, "alike"),
        (FAR, shared, "a little alike, with the same rarest syllable"),
    ):
        if needed and like >= least:
            return label
    return "other name"


def _words(given: object) -> list[str]:
    assert isinstance(given, list)
    return given


@pytest.mark.parametrize("seed", range(3))
def test_each_pair_has_the_level_that_it_should(seed: int) -> None:
    rows = people(seed, 120)
    frame = names.columns([a for a, _ in rows], [b for _, b in rows], BURMESE)
    one = names.comparison(BURMESE)
    found, told = levels(frame, one), frame.to_dicts()
    seen = set()
    for i, j in product(range(len(rows)), repeat=2):
        wanted = expected(told[i], told[j])
        assert one.label(found[i, j]) == wanted, (rows[i][0], rows[j][0])
        assert found[i, j] == found[j, i]  # which row is the left changes nothing
        seen.add(wanted)
    assert len(seen) >= 8


def test_fathers() -> None:
    fathers = ["U Hla Ngwe", "Hla Ngway", "U Hla Ngwel", "U Ba", "Unknown", None]
    frame = names.columns([()] * len(fathers), fathers, BURMESE)
    one = names.father_comparison(BURMESE)
    found = levels(frame, one)
    assert one.label(found[0, 1]).startswith("father's name sounds the same")
    assert one.label(found[0, 3]) == "father has another name"
    assert {found[i, j] for i, j in found if max(i, j) >= 4} == {MISSING}


def test_what_repeats_make_no_name_common() -> None:
    """A rare name in ten lists is as rare as in one."""
    rows = [" ".join(pair) for pair in product(("aung", "kyaw", "zaw", "mya"), ("ko", "win", "oo"))]
    alone = names.columns([*[(one,) for one in rows], ("thiri nyein",)], [None] * (len(rows) + 1), BURMESE)
    often = names.columns([*[(one,) for one in rows], *[("thiri nyein",)] * 10], [None] * (len(rows) + 10), BURMESE)
    assert alone["name_rarity"][-1] == often["name_rarity"][-1] > alone["name_rarity"][0]
