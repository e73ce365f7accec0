"""Which mapping do the columns of a table make, and what must a person say before it is one?

A perpetrator or a status that is the same in every row is never proposed, nor any statement where nothing says that anybody
was harmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from litany.statements import propose_words as words
from litany.statements.mapping_spec import Mapping
from litany.statements.propose_around import Around, Kind, Told
from litany.statements.propose_comments import comments_of
from litany.statements.propose_roles import Seen
from litany.statements.propose_values import choice_values
from litany.statements.propose_words import words_of
from litany.values.terms import Harm


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


def build(told: Told, wanted: Wanted) -> Built:
    """The mapping of a table, or the reason why there is none."""
    maker = _Maker(told, wanted)
    return maker.build()


class _Maker(Around):
    """One proposal in the making."""

    def __init__(self, told: Told, wanted: Wanted) -> None:
        super().__init__(told)
        self.wanted = wanted

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
        return Built(
            kind,
            seen,
            mapping,
            tuple(dict.fromkeys(self.questions)),
            tuple(dict.fromkeys(self.notes)),
            comments_of(seen, mapping),
        )

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
        return not self._by_period(first, last)

    # --- statements ---------------------------------------------------------------------------------------------

    def _person(self) -> list[dict[str, Any]]:
        harm = self.wanted.harm or self._harm_of_list()
        if harm is None:
            self.questions.append(
                "nothing in the heads or cells says what was done to these people. If all were killed: --set harm=killed"
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
        # A row without a name is a person too, as long as it says when or where, or how old: what it lacks stays missing.
        person["every_row"] = True
        made["require_any"] = [*names, *filter(None, [person["age"]]), *_dated(made), *_placed(made)]
        return [made]

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


_ON_PURPOSE = frozenset(
    ("born", "other date", "contact", "link", "organisation", "activity", "need", "share", "money")
)  # fmt: skip


def _dated(made: dict[str, Any]) -> list[str]:
    whens = (made.get("when") or {}, made.get("died") or {})
    return list(dict.fromkeys(when[key] for when in whens for key in ("column", "first", "last") if key in when))


def _placed(made: dict[str, Any]) -> list[str]:
    where = made.get("where") or {}
    return list(where.get("text", ()))


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        made = {key: _without_nothing(inner) for key, inner in value.items()}
        return {key: inner for key, inner in made.items() if inner not in (None, [], {}, "") or (key == "text" and inner == [])}
    if isinstance(value, list):
        return [_without_nothing(inner) for inner in value]
    return value
