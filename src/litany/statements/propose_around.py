"""When, where, by whom and by what means, as far as the columns of an unknown table say?

What all statements of a row share; `propose_build` makes the statements of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from litany.documents.rows import TableRow
from litany.errors import UnknownValue, UnreadableDate
from litany.statements.codebook import Codebook
from litany.statements.propose_profile import Profile
from litany.statements.propose_roles import Seen
from litany.statements.propose_values import is_single_means, joined_actors
from litany.statements.propose_words import words_of
from litany.values import date_words, dates
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import Harm

_RESOLVED = 0.5  # of the names in the columns of places; below it the gazetteer is of another country
_PERIOD = 6  # days from the first to the last: where half of the rows have as many, they report by week or month
_NOBODY = frozenset(["unknown", "unidentified", "unclear", "undetermined", "unnamed", "men", "armed", "gunmen", "not", "known"])


class Kind(StrEnum):
    """What one row of the table is about."""

    PERSON = "person"
    INCIDENT = "incident"
    AGGREGATE = "aggregate"
    NO_HARM = "no statement of harm"


class Told(Struct, frozen=True):
    """All that is known of a table before a mapping is made of it."""

    header: tuple[str, ...]
    seen: tuple[Seen, ...]
    profiles: dict[str, Profile]
    missing: tuple[str, ...]
    codebook: Codebook
    actors: Actors
    places: Gazetteer
    rows: tuple[TableRow, ...]


class Around:
    """One proposal in the making: the columns with their roles, and what surrounds the people in a row."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.seen = {one.column: one for one in told.seen}
        self.questions: list[str] = []
        self.notes: list[str] = []

    def _columns(self, role: str) -> list[str]:
        return [one.column for one in self.told.seen if self.seen[one.column].used and self.seen[one.column].role == role]

    def _column(self, role: str) -> str | None:
        return next(iter(self._columns(role)), None)

    def _leave(self, column: str, why: str) -> None:
        self.seen[column] = replace(self.seen[column], left=why)

    def _in_gazetteer(self, columns: Sequence[str]) -> bool:
        """Do these columns name places that the gazetteer knows?"""
        found = [self.told.profiles[column] for column in columns]
        return sum(one.places * one.filled for one in found) >= _RESOLVED * (sum(one.filled for one in found) or 1)

    def _around(self, harm: Harm, kind: Kind) -> dict[str, Any]:
        return {
            **self._when(harm, kind),
            "where": self._where(),
            "by": self._by(),
            "means": self._means(),
            "speakers": [{"column": column, "root": False} for column in self._columns("speaker")],
            "note": self._columns("note"),
        }

    def _when(self, harm: Harm, kind: Kind) -> dict[str, Any]:
        column, first, last, died = (self._column(role) for role in ("date", "first", "last", "died"))
        made: dict[str, Any] = {}
        if column is not None:
            made["when"] = {"column": column}
            for other in filter(None, (first, last)):
                self._leave(other, f"the date stands in {column!r}")
        elif first is not None and last is not None:
            made["when"] = {"first": first, "last": last}
        elif first is not None:
            made["when"] = {"column": first}
        elif kind is Kind.AGGREGATE and (period := self._column("month") or self._column("year")) is not None:
            made["when"] = {"column": period}
        elif died is None and (year := self._column("year")) is not None:
            made["when"] = {"column": year}
        for role in ("month", "year"):
            for other in self._columns(role):
                if made.get("when", {}).get("column") != other:
                    self._leave(other, "a part of a date, or a period: not used beside a date")
        if first is None and last is not None:
            self._leave(last, "an end without a beginning")
        if died is not None and harm is Harm.KILLED:
            made["died"] = {"column": died}
            if "when" not in made:
                self.questions.append(
                    f"{died!r} is the date of death; the date of the incident stays empty. If they are the same: "
                    f"--set \"when.column='{died}'\", otherwise --set when.column=COLUMN"
                )
        elif "when" not in made:
            self.questions.append(
                "no column is a date of the incident: its date stays empty (--set when.column=COLUMN names one)"
            )
        for key in made:
            self._formats(key, made[key])
        if "when" in made:
            if (time := self._column("time")) is not None:
                made["when"]["time"] = time
            if (code := self._column("precision of date")) is not None:
                made["when"]["precision"] = code
        return made

    def _formats(self, key: str, when: dict[str, Any]) -> None:
        columns = [when[name] for name in ("column", "first", "last") if when.get(name)]
        for column in columns:
            cells = [cell for cell, _ in self.told.profiles[column].cells]
            if all(map(_is_edtf, cells)):
                continue
            when["words"] = True
            shown = date_words.settle(cells)
            if shown.order is None and (shown.open or (shown.day_first and shown.month_first)):
                self.questions.append(
                    f"{column!r}: nothing shows whether days or months come first ({shown.show()}): both readings are kept; "
                    f"--set {key}.order=day-first or --set {key}.order=month-first says it"
                )

    def _where(self) -> dict[str, Any] | None:
        spots = [*self._columns("place"), *self._columns("town")]
        areas = [column for role in ("country", "adm1", "adm2", "adm3") if (column := self._column(role)) is not None]
        codes = {
            role[:4]: column for role in ("adm1 code", "adm2 code", "adm3 code") if (column := self._column(role)) is not None
        }
        degrees = {role: self._column(role) for role in ("latitude", "longitude")}
        if not spots and not areas and not codes:
            if any(degrees.values()):
                self.notes.append(
                    "there are coordinates and no name of a place: mappings need a column of places, areas or codes"
                )
            for column in filter(None, degrees.values()):
                self._leave(column, "coordinates without a column that names the place")
            return None
        named = [self.told.profiles[column] for column in (*areas, *spots)]
        known = sum(share * profile.filled for profile in named for share in [max(profile.places, profile.codes)])
        share = known / (sum(profile.filled for profile in named) or 1)
        # A country, or a whole cell that is a sentence, says little: what decides is whether the areas are the gazetteer's.
        graded = [self.told.profiles[column] for column in areas if self.seen[column].role != "country"]
        if graded:
            share = sum(max(p.places, p.codes) * p.filled for p in graded) / (sum(p.filled for p in graded) or 1)
        if codes:
            share = 1.0
        made: dict[str, Any] = {**degrees}
        if share < _RESOLVED:
            made["text"] = [*spots, *reversed(areas)]
            hits = {cell for profile in named for cell, _ in profile.cells if self.told.places.named(cell)}
            says = f"places: {share:.0%} of the areas named are in the gazetteer: they are kept as text, in no area of it"
            if hits:
                says += f". Beware: {len(hits)} have the name of a place there, as {sorted(hits)[0]!r}"
            self.notes.append(says)
            return made
        outer = areas
        for level, column in codes.items():
            # A code is surer than a name of the same level, and stands last, as the smallest area that is certain.
            for name in [one for one in outer if self.seen[one].role == level]:
                self._leave(name, f"{column!r} says the same by its code")
            outer = [*(one for one in outer if self.seen[one].role != level), column]
        made["text"] = spots
        made["areas"] = outer
        made["words"] = True
        return made

    def _by(self) -> list[dict[str, Any]]:
        column = self._column("by")
        if column is None:
            return []
        values = joined_actors(self.told.codebook.labels(column), self.told.actors)
        nobody = [cell for cell, _ in self.told.profiles[column].cells if set(words_of(cell)) <= _NOBODY and words_of(cell)]
        self.notes.append(
            f"{column!r} names who did it, as stated: look whether it does (otherwise --set 'role.{column}=ignore')"
        )
        return [{"columns": [column], "values": values, "unknown": nobody}]

    def _means(self) -> dict[str, Any] | None:
        column = self._column("means")
        if column is None:
            return None
        profile, labels = self.told.profiles[column], self.told.codebook.labels(column)
        values = {cell: kind for cell, _ in profile.cells if (kind := is_single_means(labels.get(cell, cell))) is not None}
        read = sum(count for cell, count in profile.cells if cell in values)
        if not values or read < 0.3 * sum(count for _, count in profile.cells):
            self._leave(
                column, "its words for the means are not known: --set 'means.column=…' with 'means.values.WORD=…' says them"
            )
            self.seen[column] = replace(self.seen[column], score=0.4)
            return None
        return {"column": column, "values": values}

    def _by_period(self, first: str, last: str) -> bool:
        """Do most rows span a week or more, from the one column to the other?"""
        at = [self.told.header.index(name) for name in (first, last)]
        days = sorted(
            span for row in self.told.rows if (span := _days(*(row.cells[place].strip() for place in at))) is not None
        )
        return bool(days) and days[len(days) // 2] >= _PERIOD


def _days(first: str, last: str) -> int | None:
    try:
        a, b = date_words.read(first).span, date_words.read(last).span
    except UnknownValue:
        return None
    return None if a.earliest is None or b.latest is None else b.latest - a.earliest


def _is_edtf(cell: str) -> bool:
    try:
        dates.parse(cell)
    except UnreadableDate:
        return False
    return True
