"""Which words of a remark say something about one person that no other field says?

A remark repeats: name, father, place and date stand in it again, and of all who died in one attack it says the same. So the
words that other fields of its row have are left out, and so are numbers, months and days of the week. A word is rare when it
comes on few days, whatever the number of rows (as in `incident_words`): what a list writes of forty people killed on one day is
no commoner for that. How much their remarks have in common anyway is learned, where they are compared
(`litany.linkage.victims`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import combinations

import polars as pl

from litany.linkage.incident_words import rare

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "remark": pl.String, "remark_known": pl.Boolean, "remark_rare": pl.List(pl.String), "remark_pairs": pl.List(pl.String),
}  # fmt: skip
_WORD = re.compile(r"[\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f]+|[^\W\d_]+")  # Burmese is written without blanks: a phrase
_LEAST = 3  # letters of a Latin word
_RAREST = 6  # words of a remark of which pairs are made, among those that another remark has too
_DATES = frozenset({
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
})  # fmt: skip
_RARE, _RARE_LEAST = 0.01, 2  # of the days of the data; days


def words(texts: Iterable[str], repeated: Iterable[str] = ()) -> tuple[str, ...]:
    """The words of texts that stand in none of the ``repeated`` ones; sorted. None where nothing is left."""
    known = {word for text in repeated for word in _words(text)}
    return tuple(sorted({word for text in texts for word in _words(text)} - known - _DATES))


def columns(said: Sequence[tuple[str, ...]], days: Sequence[int | None]) -> pl.DataFrame:
    """The columns of a table's remarks (`words` of each row). ``days``: the first day of each row.

    - ``remark``: all words in one string, null where there is none.
    - ``remark_known``: the same words come on few days.
    - ``remark_rare`` (list): words that come on few days; ``remark_pairs`` (list): pairs of the rarest of them.
    """
    whole = [" ".join(one) or None for one in said]
    few = rare([[one] if one is not None else [] for one in whole], days, _RARE, _RARE_LEAST)
    found = rare(said, days, _RARE, _RARE_LEAST)
    count: dict[str, int] = {}
    for one in said:
        for word in one:
            count[word] = count.get(word, 0) + 1
    shared = [
        sorted((word for word in one if count[word] > 1), key=lambda word: (count[word], word))[:_RAREST] for one in found
    ]
    pairs = [[f"{a} {b}" for a, b in combinations(sorted(one), 2)] for one in shared]
    made = {"remark": whole, "remark_known": [bool(one) for one in few], "remark_rare": found, "remark_pairs": pairs}
    return pl.DataFrame(made, schema=COLUMNS)


def _words(text: str) -> list[str]:
    found = _WORD.findall(unicodedata.normalize("NFC", text).casefold())
    return [word for word in found if len(word) >= _LEAST or not word.isascii()]
