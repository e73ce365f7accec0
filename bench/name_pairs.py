"""Do spellings of one name agree, and do different names that share a syllable not?

    python -m bench.name_pairs

Nothing that undoes a variant made it. Pairs of one name are: Burmese names beside their romanisation, and the spellings that
one Burmese name or syllable has there (myanmar-names.tsv, CC BY-SA 4.0); names of AAPP's list beside how the same row's remarks
write them; the list's romanisation beside CLDR's (by ICU's uconv, where installed), which nobody writes names with. Pairs of
two names share a word. Names are split in halves by their own hash: rules and thresholds were chosen on half 0, and half 1
tells how good they are. Peers: Jaro-Winkler of the names as written, and of the names without honorifics.

Read half 1 with care. Both halves share one romaniser and most syllables; the pairs of AAPP are two dozen, picked by
Jaro-Winkler; and which pairs count (`NEAR`, `SLIP`, two rows that give one form) was settled after half 1 had been seen.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from bench.as_found import AAPP, rows
from litany.linkage import names
from litany.linkage.name_burmese import split
from litany.linkage.name_keys import reader
from litany.linkage.name_profile import Profile
from litany.values import name_parts
from litany.values import names as cells
from litany.values.scripts import convert

LIST = AAPP.with_name("myanmar-names.tsv")
# Negatives at most; how many weigh as much as a positive; how alike a mention must be; one spelling in so many is a slip.
MOST, RATIO, NEAR, SLIP = 4000, 4, 0.9, 30
Pair = tuple[str, str]
Scores = NDArray[np.float64]
_SEQUENCE = re.compile(r"(?:[A-Z][a-z]+ ){1,5}[A-Z][a-z]+")


class Named(Struct, frozen=True):
    """One line of the list of names: its Burmese forms, folded, in Unicode, and its romanisation."""

    burmese: tuple[str, ...]
    latin: str


class Test(Struct, frozen=True):
    """Pairs of one name, and pairs of two names."""

    what: str
    same: list[Pair]
    other: list[Pair]


def half(name: str) -> int:
    """To which half a name belongs: 0 to tune on, 1 to test on."""
    return hashlib.sha256(name.encode()).digest()[0] & 1


def listed(path: Path) -> list[Named]:
    """The list of names, all of it in Zawgyi."""
    made = []
    for line in path.read_text("utf-8").splitlines()[1:]:
        burmese, latin, _ = line.split("\t")
        forms = (name_parts.fold(convert(one)) for one in re.split("[၊,/]", burmese) if one.strip())
        made.append(Named(tuple(forms), latin.strip()))
    return made


def of_half(found: Iterable[Named], which: int) -> list[Named]:
    """The lines whose (first) Burmese name is of this half."""
    return [one for one in found if half(one.burmese[0]) == which]


def across(found: Sequence[Named]) -> Test:
    """Burmese script against Latin."""
    same = [(form, one.latin) for one in found for form in one.burmese]
    latin = {one.latin: one.burmese[0] for one in found}
    other = [(latin[a], b) for a, b in sharing(latin, MOST)]
    return Test("Burmese script and its romanisation", same, _apart(other, found))


def respelled(found: Sequence[Named]) -> Test:
    """Each name, with every syllable that these names spell in two ways spelled the other way."""
    ways = _ways(found)
    same = set()
    for one in found:
        parts, words = split(one.burmese[0]), one.latin.casefold().split()
        if len(parts) == len(words):
            again = [next((way for way in ways[part] if way != word), word) for part, word in zip(parts, words, strict=True)]
            if again != words:
                same.add((" ".join(words), " ".join(again)))
    other = sharing({one.latin: "" for one in found}, MOST)
    return Test("one Burmese name spelled in two ways", sorted(same), _apart(other, found))


def _ways(found: Sequence[Named]) -> dict[str, list[str]]:
    """How a Burmese syllable is spelled, the commonest first; what it is once in more than `SLIP` times is a slip (win: oo)."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in found:
        parts, words = split(one.burmese[0]), one.latin.casefold().split()
        if len(parts) == len(words) and len(one.burmese) == 1:
            for part, word in zip(parts, words, strict=True):
                counted[part][word] += 1
    ordered = {part: sorted(words.items(), key=lambda item: (-item[1], item[0])) for part, words in counted.items()}
    return defaultdict(
        list, {part: [word for word, n in those if n * SLIP >= counted[part].total()] for part, those in ordered.items()}
    )


def transliterated(found: Sequence[Named]) -> Test | None:
    """The romanisation of the list against CLDR's, which knows no blanks."""
    if shutil.which("uconv") is None:
        return None
    given = "\n".join(one.burmese[0] for one in found)
    done = subprocess.run(
        ["uconv", "-x", "my-my_Latn", "-f", "utf8", "-t", "utf8"], input=given, text=True, capture_output=True, check=True
    )
    made = {one.latin: again for one, again in zip(found, done.stdout.splitlines(), strict=True)}
    return Test("romanised by CLDR's rules", sorted(made.items()), [(a, made[b]) for a, b in sharing(made, MOST)])


def sharing(found: Iterable[str], most: int) -> list[Pair]:
    """Pairs of different names that share a word, at most so many, the same each time."""
    by_word: dict[str, set[str]] = defaultdict(set)
    for name in found:
        for word in name.casefold().split():
            by_word[word].add(name)
    pairs = {(a, b) for those in by_word.values() for a in those for b in those if a.casefold() < b.casefold()}
    ordered = sorted(pairs, key=lambda pair: hashlib.sha256("|".join(pair).encode()).digest())
    different = (pair for pair in ordered if not set(cells.forms(pair[0])) & set(cells.forms(pair[1])))
    return sorted(islice(different, most))


def _apart(pairs: Iterable[Pair], found: Sequence[Named]) -> list[Pair]:
    """Without those that some line shows to be one name."""
    burmese: dict[str, set[str]] = defaultdict(set)
    for one in found:
        burmese[one.latin] |= set(one.burmese)
        for form in one.burmese:
            burmese[form] |= {form}
    return [(a, b) for a, b in pairs if not burmese[a] & burmese[b]]


def mentioned(cell: str, remarks: str) -> str | None:
    """How a row's remarks write its name, where otherwise, but nearly so by Jaro-Winkler (which favours the peers)."""
    low, count = cell.casefold(), len(cell.split())
    tried = set()
    for match in _SEQUENCE.finditer(remarks):
        words = match[0].split()
        for many in range(max(count - 1, 2), count + 2):
            tried |= {" ".join(words[at : at + many]) for at in range(len(words) - many + 1)}
    if count < 2 or not tried or any(one.casefold() == low for one in tried):
        return None
    scores = similarity([(cell, one) for one in sorted(tried)])
    return sorted(tried)[int(scores.argmax())] if scores.max() >= NEAR else None


def of_aapp(found: list[tuple[int, tuple[str, ...]]]) -> tuple[list[Pair], list[Pair], list[str]]:
    """(names beside how remarks write them, names beside their aka form, all first names)."""
    written, aka, firsts = set(), set(), set()
    for _, row in found:
        read = cells.read(row[1])
        if read.kind is not cells.NameKind.NAME:
            continue
        firsts.add(read.names[0])
        aka |= {(read.names[0], other) for other in read.names[1:]}
        for name in read.names:
            if again := mentioned(name, " ".join(row[12].split())):
                written.add((name, again))
    return sorted(written), sorted(aka), sorted(firsts)


def similarity(pairs: Sequence[Pair]) -> Scores:
    """Jaro-Winkler of two texts, upper and lower case alike."""
    ends = [(a.casefold(), b.casefold()) for a, b in pairs]
    return _asked("SELECT jaro_winkler_similarity(a, b) AS it FROM ends ORDER BY n", ends=_ends(ends)).astype(np.float64)


def _ends(pairs: Sequence[Pair]) -> pl.DataFrame:
    schema = {"a": pl.String, "b": pl.String, "n": pl.Int64}
    return pl.DataFrame({"a": [a for a, _ in pairs], "b": [b for _, b in pairs], "n": range(len(pairs))}, schema=schema)


def _asked(query: str, **tables: pl.DataFrame) -> NDArray[np.generic]:
    """The column ``it`` of a query over these tables."""
    with duckdb.connect(":memory:") as con:
        for name, table in tables.items():
            con.register(name, table.to_arrow(compat_level=pl.CompatLevel.oldest()))
        return np.asarray(con.execute(query).fetchnumpy()["it"])


def bare(pairs: Sequence[Pair], profile: Profile) -> Scores:
    """Jaro-Winkler of the folded forms without honorifics."""
    read = reader(profile)
    forms = {text: next(iter((*(k := read.keys((text,))).forms, *k.burmese)), "") for pair in pairs for text in pair}
    return similarity([(forms[a], forms[b]) for a, b in pairs])


def levels(pairs: Sequence[Pair], corpus: Sequence[str], profile: Profile) -> NDArray[np.int64]:
    """The level of `names.comparison`, 0 (other name) and up; syllables are counted in a corpus. -1: nobody named."""
    texts = sorted({text for pair in pairs for text in pair} | set(corpus))
    frame = names.columns([(text,) for text in texts], [None] * len(texts), profile).with_columns(pl.Series("text", texts))
    compared = names.comparison(profile)
    fields = [name for name in frame.columns if name != "text"]
    chosen = ", ".join(f'x."{f}" AS "{f}_l", y."{f}" AS "{f}_r"' for f in fields)
    cases = " ".join(f"WHEN {level.when} THEN {len(compared.levels) - at}" for at, level in enumerate(compared.levels))
    query = (
        f"SELECT CASE WHEN {compared.missing} THEN -1 {cases} ELSE 0 END AS it FROM (SELECT n, {chosen} "
        "FROM ends JOIN rows x ON ends.a = x.text JOIN rows y ON ends.b = y.text) ORDER BY n"
    )
    return _asked(query, ends=_ends(pairs), rows=frame).astype(np.int64)


def sounds(pairs: Sequence[Pair], corpus: Sequence[str], profile: Profile) -> Scores:
    """Litany's: the level first, then Jaro-Winkler of the sounds."""
    read = reader(profile)
    first = {text: next(iter(read.keys((text,)).keys), "") for pair in pairs for text in pair}
    return levels(pairs, corpus, profile) + similarity([(first[a], first[b]) for a, b in pairs]) / 2


def area(same: Scores, other: Scores) -> float:
    """The share of (positive, negative) pairs that are in order, ties half (Mann and Whitney's U)."""
    ordered = np.sort(other)
    below, upto = np.searchsorted(ordered, same, "left"), np.searchsorted(ordered, same, "right")
    return float((below + upto).sum() / 2 / max(len(same) * len(other), 1))


def recall(same: Scores, other: Scores, precision: float = 0.99) -> float:
    """The highest recall at which precision is at least so much, negatives weighing `RATIO` times the positives together."""
    weight = RATIO * len(same) / max(len(other), 1)
    best = 0.0
    for cut in np.unique(same):
        right, wrong = int((same >= cut).sum()), weight * int((other >= cut).sum())
        if right / (right + wrong) >= precision:
            best = max(best, right / len(same))
    return best


def tests(which: int, found: Sequence[Named], aapp: list[tuple[int, tuple[str, ...]]]) -> list[Test]:
    """All tests on one half."""
    lines = of_half(found, which)
    made = [across(lines), respelled(lines), transliterated(lines)]
    if aapp:
        written, aka, firsts = of_aapp(aapp)
        other = sharing([one for one in firsts if half(one) == which], MOST)
        made.append(
            Test("AAPP: the name, and how remarks write it", [pair for pair in written if half(pair[0]) == which], other)
        )
        made.append(Test("AAPP: aka forms (mostly other names)", [pair for pair in aka if half(pair[0]) == which], other))
    return [one for one in made if one is not None]


def figures(test: Test, profile: Profile) -> Iterator[tuple[str, float, float]]:
    """(what compared, AUC, recall at precision .99) of the peers and of Litany."""
    corpus = sorted({b for _, b in test.same})
    same, other = similarity(test.same), similarity(test.other)
    yield "Jaro-Winkler as written", area(same, other), recall(same, other)
    same, other = bare(test.same, profile), bare(test.other, profile)
    yield "Jaro-Winkler without honorifics", area(same, other), recall(same, other)
    same, other = sounds(test.same, corpus, profile), sounds(test.other, corpus, profile)
    yield "Litany's levels and sounds", area(same, other), recall(same, other)


def main() -> None:
    """Print each test's figures, on the half that rules were tuned on and on the other."""
    profile = names.packaged("burmese")
    found, aapp = listed(LIST), rows(AAPP)
    for which in (0, 1):
        print(f"half {which} ({'tuned on' if which == 0 else 'tested on'}): AUC and recall at precision .99")
        for test in tests(which, found, aapp):
            corpus = sorted({b for _, b in test.same})
            print(f"  {test.what}: {len(test.same)} pairs of one name, {len(test.other)} of two")
            for what, auc, found_again in figures(test, profile):
                print(f"    {what:34} {auc:.3f} {found_again:.3f}")
            same, other = levels(test.same, corpus, profile), levels(test.other, corpus, profile)
            for at in range(int(max(same.max(), other.max())), -1, -1):
                print(
                    f"      {names.comparison(profile).label(at):46} {int((same == at).sum()):6} {int((other == at).sum()):6}"
                )


if __name__ == "__main__":
    main()
