"""How is an actor written down in YAML, is its row well formed, and when are two names one?

Rows only: what the rows mean together (names, chains, loops) is checked in `litany.values.actors`. Scalars
are read as they are written: no date, number or "no" is guessed. Format: docs/reference/actors.md.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import yaml
from msgspec import Meta, Struct

from litany.errors import MappingError

Span = tuple[int, int]  # first and last day, both included, as `datetime.date.toordinal`
ALWAYS: Span = (date.min.toordinal(), date.max.toordinal())
Text = Annotated[str, Meta(min_length=1)]
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")

_APOSTROPHES = frozenset("'’‘ʼ`")
_MYANMAR = "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"
_MYANMAR_SPACE = re.compile(f"(?<=[{_MYANMAR}]) (?=[{_MYANMAR}])")


class Kind(StrEnum):
    """What sort of actor it is; only `LABEL` changes an answer."""

    GOVERNMENT = "government"
    ORGANISATION = "organisation"
    FORCE = "force"
    UNIT = "unit"
    MILITIA = "militia"
    LABEL = "label"  # a word for many actors without one command: nothing is certainly under it


class Relation(StrEnum):
    """How an actor stands to its parent."""

    COMMAND = "command"  # the parent gives it orders
    PART_OF = "part-of"  # it is a piece of the parent
    LABEL_MEMBER = "label-member"  # the parent's name, as sources use it, may mean this actor
    ALLEGED = "alleged"  # command is reported but not established


FIRM = frozenset({Relation.COMMAND, Relation.PART_OF})


class Link(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """A tie to a parent; ``start`` and ``end`` (YAML ``from``, ``to``): ISO year, month or day, included."""

    id: Text
    relation: Relation
    source: Text
    start: str | None = None
    end: str | None = None


class Actor(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An actor; ``open_side``, on a label only: any actor of that side may be meant; ``source``: in words."""

    id: str
    name: Text
    side: Text
    kind: Kind
    source: Text
    name_my: Text | None = None
    aliases: tuple[Text, ...] = ()
    parents: tuple[Link, ...] = ()
    open_side: Text | None = None
    notes: str | None = None


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which names are compared: caseless, NFC, any run of spaces and punctuation as one space.

    Caseless after Unicode 3.13 (D145). Apostrophes and invisible characters (category Cf) vanish: "People's",
    "People’s" and "Peoples" are one name. Between Myanmar letters a space is only layout, and vanishes too.
    """
    kept: list[str] = []
    caseless = unicodedata.normalize("NFD", text).casefold()  # first, since it can make apostrophes ("ŉ")
    for char in unicodedata.normalize("NFD", caseless):
        category = unicodedata.category(char)
        if char not in _APOSTROPHES and category != "Cf":
            kept.append(" " if category[0] in "PZ" or category == "Cc" else char)
    spaced = " ".join("".join(kept).split())
    return _MYANMAR_SPACE.sub("", unicodedata.normalize("NFC", spaced))


def read_yaml(text: str, where: str) -> dict[str, Any]:
    """The mapping that a YAML text holds; ``where`` is the file's name for messages.

    Raises MappingError for bad YAML, for a key written twice and for anchors.
    """
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as problem:
        raise MappingError(f"{where}: this is no YAML: {problem}") from problem
    plain = {} if node is None else _plain(node, where, set())
    if not isinstance(plain, dict):
        raise MappingError(f"{where}: expected the keys sides and actors; see docs/reference/actors.md")
    return plain


def _plain(node: yaml.Node, where: str, seen: set[int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if id(node) in seen:  # aliases make loops, and texts that grow without bound
        line = node.start_mark.line + 1
        raise MappingError(f"{where}, line {line}: YAML anchors (& and *) are not read here; write the value out")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(inner, where, seen) for inner in node.value]
    plain: dict[str, Any] = {}
    for key, inner in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise MappingError(f"{where}, line {line}: a key must be plain text")
        if key.value in plain:
            raise MappingError(f"{where}, line {line}: the key {key.value} stands twice; keep one")
        plain[key.value] = _plain(inner, where, seen)
    return plain


def actor_from(actor_id: str, row: Any, where: str) -> Actor:
    """One row of ``actors:`` as an Actor. Raises MappingError that names file and key."""
    key = f"{where}: actors.{actor_id}"
    if not _ID.fullmatch(actor_id):
        raise MappingError(f"{key}: an id is lower-case ASCII words with dots and hyphens, such as mm.example-army")
    if not isinstance(row, Mapping) or "id" in row:
        raise MappingError(f"{key}: expected the keys of one actor (name, side, kind, source…), without id")
    try:
        actor = msgspec.convert({**row, "id": actor_id}, Actor)
    except msgspec.ValidationError as problem:
        raise MappingError(f"{key}: {str(problem).replace('`$.', '`')}; see docs/reference/actors.md") from problem
    if actor.open_side is not None and actor.kind is not Kind.LABEL:
        raise MappingError(f"{key}.open_side: only an actor of kind label is open to a whole side")
    for place in range(len(actor.parents)):
        span_of(actor, place, where)
    return actor


def span_of(actor: Actor, place: int, where: str = "actors") -> Span:
    """First and last day on which the actor's link ``place`` holds. Raises MappingError for bad dates."""
    link = actor.parents[place]
    key = f"{where}: actors.{actor.id}.parents[{place}]"
    ends: list[int] = []
    for name, text, last in (("from", link.start, False), ("to", link.end, True)):
        try:
            ends.append(ALWAYS[int(last)] if text is None else _day(text, last))
        except ValueError as problem:
            raise MappingError(
                f"{key}.{name}: {text!r} is no date; write 2021, 2021-02 or 2021-02-01, or leave the key out"
            ) from problem
    if ends[0] > ends[1]:
        raise MappingError(f"{key}: it ends ({link.end}) before it begins ({link.start}); correct from or to")
    return ends[0], ends[1]


def _day(text: str, last: bool) -> int:
    """First or last day of an ISO 8601 year, month or day. Raises ValueError."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = found.groups()
    month = month or ("12" if last else "01")
    day = day or (str(monthrange(int(year), int(month))[1]) if last else "01")
    return date(int(year), int(month), int(day)).toordinal()


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same days as sorted spans that neither overlap nor touch."""
    made: list[Span] = []
    for first, last in sorted(spans):
        if made and first <= made[-1][1] + 1:
            made[-1] = (made[-1][0], max(last, made[-1][1]))
        else:
            made.append((first, last))
    return tuple(made)
