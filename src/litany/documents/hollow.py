"""Which cells of a workbook does calamine give as empty though they are not, and would its sheets fit into memory?

calamine has no text for a cell that holds an error (`#DIV/0!`), and none for a formula whose result was never stored. Both
are found in the workbook's XML (ECMA-376 part 1, section 18.3.1; OpenDocument 1.3 part 3, section 9), before calamine, which
keeps each sheet as a full rectangle, may meet a stray cell in the last row.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import repeat
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import unescape

from msgspec import Struct

from litany.documents.kinds import Kind
from litany.errors import UnreadableFile

_MOST_CELLS = 64_000_000  # about 2 GiB in calamine
_STEP, _OVERLAP = 1 << 24, 64  # bytes of XML that are looked through at once
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_REFERENCES = (re.compile(rb'r="([A-Z]{1,20}\d{1,20})"'), re.compile(rb"r='([A-Z]{1,20}\d{1,20})'"))
_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^<>]*)")
_ROW_NUMBER = re.compile(rb"""\br=["'](\d{1,20})["']""")
_CELLS = tuple(mark + end for mark in (b"<c", b":c") for end in (b" ", b">", b"/"))
_LAST_ROW = 1 << 20  # of a sheet; a greater number is damage
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_ERROR_MARK = re.compile(rb"""\bt=["']e["']""")
_SIGNS = (b't="e"', b"t='e'", b"<f", b":f>", b":f ")  # of errors and formulas; found faster than by a pattern
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>([^<]*)<)")


class Hollow(Struct, frozen=True):
    """A cell that calamine gives as empty: its place (from 0), the error in it, or the formula whose result is missing."""

    row: int
    column: int
    error: str = ""
    formula: str = ""


def hollow_cells(file: BinaryIO, kind: Kind, name: str) -> dict[str, list[Hollow]]:
    """For each sheet that has any, its hollow cells. Raises UnreadableFile where a sheet would not fit into memory."""
    if kind is Kind.XLS:
        return {}
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            return _of_ods(archive, name) if kind is Kind.ODS else _of_xlsx(archive, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        LookupError,
        ValueError,
    ) as problem:
        raise UnreadableFile(f"{name} is damaged or cut short ({problem}): get it again from where it came") from problem
    except (ElementTree.ParseError, expat.ExpatError) as problem:
        raise UnreadableFile(f"{name} is damaged, its XML cannot be read ({problem}): get it again") from problem
    finally:
        file.seek(0)


def _of_xlsx(archive: zipfile.ZipFile, name: str) -> dict[str, list[Hollow]]:
    found = {}
    for sheet, path in _sheet_paths(archive):
        xml = archive.read(path)
        _refuse_huge(*_extent(xml), name, sheet)
        if any(mark in xml for mark in _SIGNS):
            found[sheet] = list(_xlsx_cells(xml))
    return {sheet: cells for sheet, cells in found.items() if cells}


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    members = set(archive.namelist())
    targets = {
        one.get("Id"): one.get("Target", "") for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for one in (*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")):
        key = next((value for attribute, value in one.attrib.items() if attribute.endswith("}id")), None)
        target = targets.get(key, "")
        path = target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
        if path in members:
            yield one.get("name", ""), path


def _extent(xml: bytes) -> tuple[int, int]:
    """The last row and the last column that a cell names (ranges of other elements too: the bound is never too small)."""
    rows, columns, placed = 0, set[bytes](), 0
    for start in range(0, len(xml), _STEP):
        for pattern in _REFERENCES:
            places = pattern.findall(xml, start, start + _STEP + _OVERLAP)
            placed += len(places)
            rows = max(rows, max(map(int, map(bytes.lstrip, places, repeat(_LETTERS))), default=0))
            columns.update(map(bytes.rstrip, places, repeat(b"0123456789")))
    wide = max(map(_column, columns), default=-1) + 1
    if sum(map(xml.count, _CELLS)) > placed:
        unplaced = _extent_in_order(xml)
        return max(rows, unplaced[0]), max(wide, unplaced[1])
    return rows, wide


def _extent_in_order(xml: bytes) -> tuple[int, int]:
    """The same where some cells do not say their place: such a cell or row stands after the one before it."""
    rows = wide = row = column = 0
    for kind, attributes in map(re.Match.groups, _ROW_OR_CELL.finditer(xml)):
        if kind == b"row":
            number = _ROW_NUMBER.search(attributes)
            row, column = int(number[1]) if number else row + 1, 0
        else:
            place = _PLACE.search(attributes)
            column = _column(place[1]) + 1 if place else column + 1
            rows, wide = max(rows, row), max(wide, column)
    return rows, wide


def _column(letters: bytes) -> int:
    """The number of a column, from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _xlsx_cells(xml: bytes) -> Iterator[Hollow]:
    for attributes, content in map(re.Match.groups, _CELL.finditer(xml)):
        error = _ERROR_MARK.search(attributes) is not None
        value, formula = _VALUE.search(content), _FORMULA.search(content)
        unstored = formula is not None and value is None and b't="str"' not in attributes
        place = _PLACE.search(attributes)
        if place is None or not (error or unstored):
            continue
        row, column = int(place[2]) - 1, _column(place[1])
        if error:
            yield Hollow(row, column, error=value[1].decode("utf-8", "replace") if value else "#ERROR")
        elif formula is not None:
            yield Hollow(row, column, formula="=" + unescape((formula[1] or b"").decode("utf-8", "replace")))


def _refuse_huge(rows: int, columns: int, name: str, sheet: str) -> None:
    if rows * columns > _MOST_CELLS or rows > _LAST_ROW:
        raise UnreadableFile(
            f"{name}, sheet {sheet}: its cells span {rows:,} rows and {columns:,} columns, too many to open. A stray cell far "
            "from the table does this: delete the empty rows and columns after the table, or save it as CSV"
        )


def _of_ods(archive: zipfile.ZipFile, name: str) -> dict[str, list[Hollow]]:
    walk = _OdsWalk(name)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    with archive.open("content.xml") as content:
        parser.ParseFile(content)
    return walk.found


class _OdsWalk:
    """Walks through content.xml and keeps count of the row and column that it is in."""

    def __init__(self, name: str) -> None:
        self.found: dict[str, list[Hollow]] = {}
        self._name, self._sheet = name, ""
        self._row = self._column = self._rows = self._width = 0
        self._row_repeats = self._repeats = 1
        self._filled = self._error = False
        self._words: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Before a table, row or cell."""
        if tag == "table:table":
            self._sheet, self._row, self._rows, self._width = attributes.get("table:name", ""), 0, 0, 0
        elif tag == "table:table-row":
            self._column, self._filled = 0, False
            self._row_repeats = int(attributes.get("table:number-rows-repeated", "1"))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._repeats = int(attributes.get("table:number-columns-repeated", "1"))
            self._error = attributes.get("calcext:value-type") == "error"
            self._words.clear()
            if "office:value-type" in attributes:
                self._filled = True
                self._width = max(self._width, self._column + self._repeats)

    def text(self, words: str) -> None:
        """Within a cell."""
        if self._error:
            self._words.append(words)

    def end(self, tag: str) -> None:
        """After a row or cell."""
        if tag in ("table:table-cell", "table:covered-table-cell"):
            if self._error:
                cell = Hollow(self._row, self._column, error="".join(self._words) or "#ERROR")
                self.found.setdefault(self._sheet, []).append(cell)
            self._column += self._repeats
            self._error = False
        elif tag == "table:table-row":
            self._row += self._row_repeats
            if self._filled:
                self._rows = self._row
                _refuse_huge(self._rows, self._width, self._name, self._sheet)
