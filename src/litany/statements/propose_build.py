"""Which mapping do the columns of a table make, and what must a person say before it is one?

A perpetrator or a status that is the same in every row is never proposed, nor any statement where nothing says that anybody
was harmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from litany.errors import UnreadableDate
from litany.statements import propose_words as words
from litany.statements.codebook import Codebook
from litany.statements.mapping_spec import Mapping
from litany.statements.propose_profile import Profile
from litany.statements.propose_roles import Seen
from litany.statements.propose_values import choice_values, is_single_means, joined_actors
from litany.statements.propose_words import words_of
from litany.values import date_words, dates
from litany.values.actors import Actors
from litany.values.places import Gazetteer
from litany.values.terms import Harm

_RESOLVED = 0.5  # of the names in the columns of places; below it the gazetteer is of another country
_MONTH = 28


class Kind(StrEnum):
    """What one row of the table is about."""

    PERSON = "person"
    INCIDENT = "incident"
    AGGREGATE = "aggregate"
    NO_HARM = "no statement of harm"


class Built(Struct, frozen=True):
    """A mapping (None: no statement can be made), and what a person should know or say.

    ``questions`` must be answered before the mapping is whole; ``notes`` need not.
    """

    kind: Kind
    seen: tuple[Seen, ...]
    mapping: Mapping | None = None
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    comments: dict[str, list[str]] = {}


class Wanted(Struct, frozen=True):
    """What the person said of the table as a whole, and what it is called."""

    name: str
    title: str
    source: str
    harm: Harm | None = None
    kind: Kind | None = None


class Told(Struct, frozen=True):
    """All that is known of a table before a mapping is made of it."""

    header: tuple[str, ...]
    seen: tuple[Seen, ...]
    profiles: dict[str, Profile]
    missing: tuple[str, ...]
    codebook: Codebook
    actors: Actors
    places: Gazetteer


def build(told: Told, wanted: Wanted) -> Built:
    """The mapping of a table, or the reason why there is none."""
    maker = _Maker(told, wanted)
    return maker.build()


class _Maker:
    """One proposal in the making."""

    def __init__(self, told: Told, wanted: Wanted) -> None:
        self.told, self.wanted = told, wanted
        self.seen = {one.column: one for one in told.seen}
        self.questions: list[str] = []
        self.notes: list[str] = []

    def build(self) -> Built:
        kind = self._kind()
        if kind is Kind.NO_HARM:
            return self._built(kind, None)
        statements = self._person() if kind is Kind.PERSON else self._tolls(kind)
        if not statements:
            return self._built(kind if self.questions else Kind.NO_HARM, None)
        used = {one.column for one in self.seen.values() if one.used}
        ignore = [one.column for one in self.seen.values() if not one.used and one.role in _ON_PURPOSE]
        made: dict[str, Any] = {
            "name": self.wanted.name,
            "title": self.wanted.title,
            "recognise": list(self.told.header),
            "key": self._columns("key"),
            "incident": self._column("incident"),
            "missing": list(self.told.missing),
            "ignore": [column for column in ignore if column not in used],
            "source": {"constant": self.wanted.source},
            "sources": {self.wanted.source: {"name": self.wanted.title}},
            "statement": statements,
        }
        mapping = msgspec.convert(_without_nothing(made), Mapping)
        return self._built(kind, mapping)

    def _built(self, kind: Kind, mapping: Mapping | None) -> Built:
        seen = tuple(self.seen[name] for name in self.told.header)
        for one in seen:
            if one.left is not None and "--set" in one.left and one.role not in ("running number", None) and one.score >= 0.5:
                self.questions.append(f"{one.column!r}: {one.left}")
        return Built(kind, seen, mapping, tuple(dict.fromkeys(self.questions)), tuple(dict.fromkeys(self.notes)), self._comments(mapping))

    # --- what kind of table --------------------------------------------------------------------------------------

    def _kind(self) -> Kind:
        if self.wanted.kind is not None:
            return self.wanted.kind
        tolls = [one for one in self.seen.values() if one.role == "toll" and one.used]
        names = [one for one in self.seen.values() if one.role in ("name", "name part") and one.used]
        names += [
            one for one in self.seen.values() if one.role == "name" and not one.used and "may be the name" in (one.left or "")
        ]
        person = bool(names) or (self._column("sex") is not None and self._column("age") is not None)
        if tolls and person and any((self.told.profiles[one.column].most or 0) > 1 for one in tolls):
            person = False
        if person:
            return self._one_person(tolls)
        if not tolls:
            return Kind.NO_HARM
        self._needs_among_tolls(tolls)
        if not any(one.used and one.role == "toll" for one in self.seen.values()):
            return Kind.NO_HARM
        return Kind.INCIDENT if self._has_days() else Kind.AGGREGATE

    def _one_person(self, tolls: Sequence[Seen]) -> Kind:
        for one in tolls:
            self._leave(one.column, "a row is about one person here: no number of people is read from it")
        return Kind.PERSON

    def _needs_among_tolls(self, tolls: Sequence[Seen]) -> None:
        """Displaced people in a table of needs are people in need, not people whom an incident of this row displaced."""
        about_needs = [one for one in self.seen.values() if one.role == "need"]
        for one in tolls:
            if about_needs and one.toll is not None and one.toll.harm is Harm.DISPLACED and one.score < 1:
                self._leave(
                    one.column,
                    f"displaced people in a table of needs ({about_needs[0].column!r}): who is in need, not what happened "
                    f"(if it is: --set 'role.{one.column}=displaced')",
                )

    def _has_days(self) -> bool:
        """Does a row have a date of its own, and not a month or more of reporting?"""
        column, first, last = self._column("date"), self._column("first"), self._column("last")
        if column is not None:
            return True
        if first is None or last is None:
            return first is not None or self._column("died") is not None
        # Rows whose first and last day are mostly the same are incidents; the cells are compared as they stand.
        a, b = self.told.profiles[first], self.told.profiles[last]
        return a.distinct > 12 or dict(a.cells) == dict(b.cells)

    # --- columns ------------------------------------------------------------------------------------------------

    def _columns(self, role: str) -> list[str]:
        return [one.column for one in self.told.seen if self.seen[one.column].used and self.seen[one.column].role == role]

    def _column(self, role: str) -> str | None:
        return next(iter(self._columns(role)), None)

    def _leave(self, column: str, why: str) -> None:
        self.seen[column] = replace(self.seen[column], left=why)

    # --- statements ---------------------------------------------------------------------------------------------

    def _person(self) -> list[dict[str, Any]]:
        harm = self.wanted.harm or self._harm_of_list()
        if harm is None:
            self.questions.append(
                "nothing in the heads or cells says what was done to these people: if all of them were killed, say --set harm=killed"
            )
            return []
        names = [*self._columns("name"), *self._columns("alias")]
        parts = self._columns("name part")
        if parts and names:
            for column in parts:
                self._leave(column, f"a part of a name that stands whole in {names[0]!r}")
        elif parts:
            names = parts
            self.notes.append(
                f"{' and '.join(map(repr, parts))} are parts of one name: they are kept as given, each in its column"
            )
        status = self._choice("status", "status")
        person: dict[str, Any] = {
            "names": names,
            "age": self._column("age"),
            "sex": self._choice("sex", "sex"),
            "age_group": self._choice("age group", "age_group"),
            "status": status,
            "father": self._column("father"),
            "mother": self._column("mother"),
            "parents": self._column("parents"),
            "occupation": self._column("occupation"),
        }
        home = self._column("home")
        person["home"] = None if home is None else {"text": [home], "words": self._in_gazetteer([home])}
        made = {"facet": harm.value, "harm": harm.value, **self._around(harm, Kind.PERSON), "person": person}
        made["require_any"] = [*names, *([person["age"]] if not names and person["age"] else [])]
        return [made]

    def _in_gazetteer(self, columns: Sequence[str]) -> bool:
        """Do these columns name places that the gazetteer knows?"""
        found = [self.told.profiles[column] for column in columns]
        return sum(one.places * one.filled for one in found) >= _RESOLVED * (sum(one.filled for one in found) or 1)

    def _harm_of_list(self) -> Harm | None:
        """Only where a head, or most cells of a column, speak of killing, and nothing speaks of another harm."""
        why: str | None = None
        others: set[Harm] = set()
        for name in self.told.header:
            spoken = set(words_of(name))
            profile = self.told.profiles[name]
            others |= {words.HARMS[word] for word in spoken if word in words.HARMS and words.HARMS[word] is not Harm.KILLED}
            if (
                profile.yesno > 0.9
                and len({cell.lower() in words.YES for cell, _ in profile.cells}) > 1
                and spoken & words.KILLING
            ):
                return None  # some were killed and some were not: the rows must be told apart first
            if spoken & {*words.KILLING, "deceased", "dead"} or any(text in name for text in words.KILLING_MY):
                why = why or f"the head {name!r}"
            held = sum(count for _, count in profile.cells) or 1
            about = sum(count for cell, count in profile.cells if set(words_of(cell)) & words.KILLING)
            if about >= 0.5 * held and profile.filled >= 0.5 * profile.rows:
                why = why or f"the cells of {name!r}"
            if (
                len(
                    {
                        words.HARMS[word]
                        for cell, _ in profile.cells
                        if len(cell) < 30
                        for word in words_of(cell)
                        if word in words.HARMS
                    }
                )
                > 1
            ):
                self.notes.append(f"{name!r} speaks of several harms: a row cannot be told apart by it; divide the table")
                return None
        if why is None or others:
            return None
        self.notes.append(f"killed: {why} says so (another harm: --set harm=…)")
        return Harm.KILLED

    def _choice(self, role: str, key: str) -> dict[str, Any] | None:
        column = self._column(role)
        if column is None:
            return None
        values, open_ = choice_values(key, self.told.profiles[column], self.told.codebook.labels(column))
        if not values or (key == "status" and len(open_) > len(values)):
            self._leave(column, "its words are none of those that are known for it")
            return None
        if open_:
            self.questions.append(
                f"{column!r}: what {', '.join(map(repr, open_[:5]))} mean{'s' if len(open_) == 1 else ''} is not known: "
                f"--set '{key}.values.{open_[0]}=…'"
            )
        return {"column": column, "values": values}

    def _tolls(self, kind: Kind) -> list[dict[str, Any]]:
        tolls = [one for one in self.seen.values() if one.role == "toll" and one.used and one.toll is not None]
        harms = list(dict.fromkeys(one.toll.harm for one in tolls if one.toll is not None and one.toll.harm is not None))
        nameless = [one for one in tolls if one.toll is not None and one.toll.harm is None]
        if nameless:
            harm = self.wanted.harm or (harms[0] if len(harms) == 1 else None)
            if harm is None:
                for one in nameless:
                    self._leave(one.column, "its head does not say of which harm it is the number")
            else:
                harms = list(dict.fromkeys([*harms, harm]))
                for one in nameless:
                    assert one.toll is not None
                    self.seen[one.column] = replace(one, toll=replace(one.toll, harm=harm))
        made = []
        for harm in harms:
            mine = [
                one
                for one in tolls
                if one.used and one.toll is not None and one.toll.harm in (harm, None) and self.seen[one.column].used
            ]
            made.append(self._toll(harm, mine, kind))
        return made

    def _toll(self, harm: Harm, mine: Sequence[Seen], kind: Kind) -> dict[str, Any]:
        toll: dict[str, Any] = {}
        parts: dict[tuple[str, str], dict[str, Any]] = {}
        for one in mine:
            assert one.toll is not None
            into = toll
            if one.toll.axis is not None and one.toll.group is not None:
                into = parts.setdefault((one.toll.axis, one.toll.group), {"axis": one.toll.axis, one.toll.axis: one.toll.group})
            into[one.toll.end] = {"column": one.column}
        for into in (toll, *parts.values()):
            ends = [end for end in ("low", "best", "high") if end in into]
            if ends == ["best"] and not self._all_whole(into["best"]["column"]):
                into["text"] = into.pop("best")
        toll["part"] = list(parts.values())
        made = {"facet": harm.value, "harm": harm.value, **self._around(harm, kind), "toll": toll}
        made["require_any"] = [one.column for one in mine]
        if kind is Kind.AGGREGATE:
            made["level"] = {"constant": "aggregate"}
        return made

    def _all_whole(self, column: str) -> bool:
        return self.told.profiles[column].wholes == 1

    # --- what stands around the people -----------------------------------------------------------------------------

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
            says = f"places: {share:.0%} of the areas named are in the gazetteer: they are kept as text, and count in no area of it"
            if hits:
                says += f". Beware: {len(hits)} happen to have the name of a place there, as {sorted(hits)[0]!r}"
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
        nobody = [
            cell for cell, _ in self.told.profiles[column].cells if set(words_of(cell)) <= words_nobody and words_of(cell)
        ]
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

    # --- comments -----------------------------------------------------------------------------------------------

    def _comments(self, mapping: Mapping | None) -> dict[str, list[str]]:
        if mapping is None:
            return {}
        left = [f"{one.column}: {one.left}" for one in self.seen.values() if one.left and one.column in mapping.ignore]
        rest = [
            f"not used: {one.column}: {one.left}" for one in self.seen.values() if one.left and one.column not in mapping.ignore
        ]
        return {
            "": ["Proposed by `litany map`. Change what is wrong, then look again: litany map FILE"],
            "recognise": ["A table with these columns is read with this mapping unasked."],
            "missing": ["Cells that say nothing, in every column."],
            "ignore": ["Left out on purpose:", *left],
            "source": [*(["Columns that were not understood, or are in doubt:"] if rest else []), *rest, "Who speaks."],
            "statement.when": ["The date of the incident; never the date of a report."],
            "statement.died": ["The date of death, where it is another date than the incident's."],
            "statement.where": ["text names the spot, areas what lies around it, from large to small."],
            "statement.by": ["Who did it, as the rows say; a word that no actor has is kept and listed."],
            "statement.speakers": ["root = true: this column names who said it first, not who was read."],
        }


words_nobody = frozenset(["unknown", "unidentified", "unclear", "undetermined", "unnamed", "men", "armed", "gunmen", "not", "known"])
_ON_PURPOSE = frozenset(
    ("born", "other date", "contact", "link", "organisation", "activity", "need", "share", "money")
)  # fmt: skip


def _is_edtf(cell: str) -> bool:
    try:
        dates.parse(cell)
    except UnreadableDate:
        return False
    return True


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        made = {key: _without_nothing(inner) for key, inner in value.items()}
        return {key: inner for key, inner in made.items() if inner not in (None, [], {}, "") or (key == "text" and inner == [])}
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value]
    return value
