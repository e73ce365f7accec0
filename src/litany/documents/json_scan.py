"""Where in a JSON text do lists of rows begin, and which rows do they hold, one at a time?

The text is walked once by hand at the levels above the rows, so that a text that breaks off still gives every row that is
complete, with the line and column of the fault; the rows themselves are decoded by Python's C scanner (RFC 8259).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from litany.documents.json_values import Decoder, is_plain

_BLANK = re.compile(r"[ \t\n\r]*")
_LEVELS = 30  # objects within each other in which lists are looked for
_SHOWN = 60


class Broken(Exception):
    """The text is no JSON from this character on."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at, self.why = at, why


class Fault(Struct, frozen=True):
    """Where a text stops being JSON: line and column from 1, what is wrong, and the text there."""

    line: int
    column: int
    why: str
    value: str
    left: int

    def show(self) -> str:
        """``line 3, column 7: a comma is missing``."""
        return f"line {self.line:,}, column {self.column:,}: {self.why}"


class Element(NamedTuple):
    """One element of a list: its place from 0, its value, and the keys that stood twice in it."""

    place: int
    value: Any
    twice: list[tuple[str, str]]


class Found(Struct, frozen=True):
    """A list: the pointer to it (RFC 6901), where it begins in the text, and what its elements are;
    ``lists`` counts those of plain values."""

    pointer: str
    start: int
    objects: int
    lists: int
    elements: int
    fault: Fault | None


class Walk:
    """One walk over a text: the lists that it holds, the keys that stand twice above the rows, the fault."""

    def __init__(self, text: str) -> None:
        self.text, self.found = text, list[Found]()
        self.twice: list[str] = []
        self.keys: list[str] = []
        self.fault: Fault | None = None
        self._decoder = Decoder()
        try:
            end = self._value(self._blank(0), "", 0)
            end = self._blank(end)
            if end < len(text):
                raise Broken(end, "more text stands after the end of the document")
        except Broken as problem:
            self.fault = fault_at(text, problem.at, problem.why)

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _value(self, at: int, pointer: str, level: int) -> int:
        character = self.text[at : at + 1]
        if character == "{" and level < _LEVELS:
            return self._object(at, pointer, level)
        if character == "[":
            return self._list(at, pointer)
        return decoded(self._decoder, self.text, at)[1]

    def _object(self, at: int, pointer: str, level: int) -> int:
        text, seen = self.text, set[str]()
        at = self._blank(at + 1)
        if text[at : at + 1] == "}":
            return at + 1
        while True:
            if text[at : at + 1] != '"':
                raise Broken(at, "a key in quotation marks is expected here")
            key, at = decoded(self._decoder, text, at)
            here = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in seen:
                self.twice.append(here)
            seen.add(key)
            if not level:
                self.keys.append(key)
            at = self._blank(at)
            if text[at : at + 1] != ":":
                raise Broken(at, "a colon is missing here")
            at = self._blank(self._value(self._blank(at + 1), here, level + 1))
            if text[at : at + 1] == "}":
                return at + 1
            if text[at : at + 1] != ",":
                raise Broken(at, "a comma is missing here" if at < len(text) else "the text ends here, within an object")
            at = self._blank(at + 1)

    def _list(self, start: int, pointer: str) -> int:
        reader = Elements(self.text, start, self._decoder)
        objects = lists = count = 0
        try:
            for element in reader:
                count += 1
                objects += isinstance(element.value, dict)
                lists += is_plain(element.value)
        except Broken as problem:
            fault = fault_at(self.text, problem.at, problem.why)
            self.found.append(Found(pointer, start, objects, lists, count, fault))
            raise
        self.found.append(Found(pointer, start, objects, lists, count, None))
        return reader.end


class Elements:
    """The elements of the list that begins at a place in the text; ``end`` is known when all were given."""

    def __init__(self, text: str, start: int, decoder: Decoder | None = None) -> None:
        self._text, self._start = text, start
        self._decoder = decoder or Decoder()
        self.end = start

    def __iter__(self) -> Iterator[Element]:
        """Raises Broken."""
        text, blank = self._text, _BLANK.match
        at = blank(text, self._start + 1).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "]":
            self.end = at + 1
            return
        place = 0
        while True:
            value, end = decoded(self._decoder, text, at)
            yield Element(place, value, self._decoder.twice())
            place += 1
            at = blank(text, end).end()  # type: ignore[union-attr]
            character = text[at : at + 1]
            if character == "]":
                self.end = at + 1
                return
            if character != ",":
                raise Broken(at, "a comma is missing here" if character else "the text ends here, within a list")
            at = blank(text, at + 1).end()  # type: ignore[union-attr]


def decoded(decoder: Decoder, text: str, at: int) -> tuple[Any, int]:
    """(value, where it ends). Raises Broken."""
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError as problem:
        why = "the text ends here, within a value" if problem.pos >= len(text) else problem.msg
        raise Broken(problem.pos, why) from problem
    except (RecursionError, ValueError) as problem:  # ValueError: TooDeep, where an object with a repeated key is shown
        raise Broken(at, "objects and lists lie too deep within each other") from problem


def fault_at(text: str, at: int, why: str) -> Fault:
    """A character's line and column."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return Fault(line, column, why, text[at : at + _SHOWN].strip(), len(text) - at)
