"""What does a workbook hold that calamine does not tell, and would its sheets fit into memory?

calamine has no text for a cell that holds an error (`#DIV/0!`), and none for a formula whose result was never stored; it does
not say which rows and columns are hidden, nor where ODS files merge cells. All are found in the workbook's XML (ECMA-376
part 1, section 18.3.1; OpenDocument 1.3 part 3, section 9), before calamine, which keeps each sheet as a full rectangle, may
meet a stray cell in the last row.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat
from xml.sax.saxutils import unescape

from msgspec import Struct

from litany.documents.kinds import Kind
from litany.documents.layout_cells import letters
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


_EVERY = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^<>]*)>(</)?")
_ROW, _COLUMN = re.compile(rb"<(?:\w+:)?row\s[^<>]*>"), re.compile(rb"<(?:\w+:)?col\s[^<>]*>")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_MIN, _MAX = re.compile(rb"""\bmin=["'](\d{1,6})["']"""), re.compile(rb"""\bmax=["'](\d{1,6})["']""")
_VBA = "_VBA_PROJECT".encode("utf-16-le")  # the storage of a workbook's programs
_BOF, _BOF_LENGTH = b"\x09\x08\x10\x00\x00\x06\x05\x00", 20  # of a BIFF8 workbook
_MOST_MERGES = 100_000  # of an ODS sheet


class Hollow(Struct, frozen=True):
    """A cell that calamine gives as empty: its place (from 0), the error in it, or the formula whose result is missing."""

    row: int
    column: int
    error: str = ""
    formula: str = ""


class Inside(Struct, frozen=True):
    """What stands in a sheet beside its values: hollow cells, hidden rows and columns in words, merged areas (ODS only; first
    row and column, last row and column, from 0). ``refused`` says why the sheet cannot be opened though others can."""

    hollow: tuple[Hollow, ...] = ()
    hidden: tuple[str, ...] = ()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    refused: str | None = None


def look_inside(file: BinaryIO, kind: Kind, name: str) -> dict[str, Inside]:
    """What stands in each sheet that has something to tell. Raises UnreadableFile where the workbook cannot be opened."""
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


def has_macros(file: BinaryIO, kind: Kind) -> bool:
    """Does a workbook bring programs of its own? They are never run ([MS-OVBA] 2.2.1; ECMA-376 part 1)."""
    file.seek(0)
    try:
        if kind is not Kind.XLS:
            with zipfile.ZipFile(file) as archive:
                return any(part.endswith("vbaProject.bin") or part.startswith("Basic/") for part in archive.namelist())
        tail = b""
        while part := file.read(_STEP):
            if _VBA in tail + part:
                return True
            tail = part[-len(_VBA) :]
        return False
    finally:
        file.seek(0)


def locked(file: BinaryIO) -> bool:
    """Does an XLS file want a password: does a FILEPASS record follow the workbook's first one ([MS-XLS] 2.4.117)?"""
    file.seek(0)
    data = file.read(_STEP)
    at = data.find(_BOF) + _BOF_LENGTH
    for _ in range(3 if at >= _BOF_LENGTH else 0):  # WRITEPROTECT may stand between
        if data[at : at + 2] == b"\x2f\x00":
            return True
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
    return False


def _of_xlsx(archive: zipfile.ZipFile, name: str) -> dict[str, Inside]:
    found, cells = {}, 0
    for sheet, path in _sheet_paths(archive):
        try:
            xml = archive.read(path)
            rows, columns = _fitting(xml, name, sheet)
            cells += rows * columns
            _refuse_many(cells, name, sheet)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as problem:
            found[sheet] = Inside(
                refused=f"{name}, sheet {sheet}, is damaged ({problem}): get the file again from where it came"
            )
            continue
        except UnreadableFile as problem:
            found[sheet] = Inside(refused=str(problem))
            continue
        hollow = tuple(_xlsx_cells(xml)) if any(mark in xml for mark in _SIGNS) else ()
        hidden = tuple(_xlsx_hidden(xml)) if b"hidden=" in xml else ()
        if hollow or hidden:
            found[sheet] = Inside(hollow, hidden)
    return found


def _fitting(xml: bytes, name: str, sheet: str) -> tuple[int, int]:
    """The rows and columns that hold cells; those that are only formatted count where nothing else fits."""
    rows, columns = _extent(xml)
    if rows * columns > _MOST_CELLS and rows <= _LAST_ROW:
        within = _extent_filled(xml)
        rows, columns = within if within is not None else (rows, columns)
    _refuse_huge(rows, columns, name, sheet)
    return rows, columns


def _extent_filled(xml: bytes) -> tuple[int, int] | None:
    """The rows and columns of the smallest rectangle around the cells that hold something; None where some have no place."""
    tops, ends, columns, seen = 0, 0, set[bytes](), 0
    for attributes, closed in map(re.Match.groups, _EVERY.finditer(xml)):
        seen += 1
        if closed or attributes.endswith(b"/"):
            continue  # formatted, and nothing in it
        places = _PLACE.findall(attributes)
        if not places:
            return None
        for letters_, digits in places:
            row = int(digits)
            tops, ends = min(tops or row, row), max(ends, row)
            columns.add(letters_)
    if seen != sum(map(xml.count, _CELLS)):
        return None
    numbers = [_column(letters) for letters in columns]
    return (ends - tops + 1, max(numbers) - min(numbers) + 1) if numbers else (0, 0)


def _xlsx_hidden(xml: bytes) -> Iterator[str]:
    columns = [one[0] for one in _COLUMN.finditer(xml) if _HIDDEN.search(one[0])]
    ends = [(_MIN.search(one), _MAX.search(one)) for one in columns]
    spans = [(int(first[1]), int(last[1])) for first, last in ends if first and last]
    if spans:
        yield "columns " + ", ".join(_span(letters(first), letters(last)) for first, last in _joined(spans))
    rows = [number for one in _ROW.finditer(xml) if _HIDDEN.search(one[0]) and (number := _ROW_NUMBER.search(one[0]))]
    if rows:
        yield "rows " + ", ".join(_span(first, last) for first, last in _joined([(int(row[1]), int(row[1])) for row in rows]))


def _span(first: object, last: object) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbours as one."""
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and joined[-1][1] + 1 == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


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


def _refuse_many(cells: int, name: str, sheet: str) -> None:
    if cells > _MOST_CELLS:
        raise UnreadableFile(
            f"{name}, sheet {sheet}: with the sheets before it, its cells span {cells:,} places, too many to open at once: "
            "save it as a file of its own"
        )


def _of_ods(archive: zipfile.ZipFile, name: str) -> dict[str, Inside]:
    walk = _OdsWalk(name)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler = walk.text
    with archive.open("content.xml") as content:
        parser.ParseFile(content)
    return walk.inside()


class _OdsWalk:
    """Walks through content.xml and keeps count of the row and column that it is in."""

    def __init__(self, name: str) -> None:
        self.found: dict[str, list[Hollow]] = {}
        self._merges: dict[str, list[tuple[int, int, int, int]]] = {}
        self._hidden: dict[str, dict[str, list[tuple[int, int]]]] = {}
        self._columns = 0
        self._name, self._sheet = name, ""
        self._row = self._column = self._rows = self._width = 0
        self._row_repeats = self._repeats = 1
        self._filled = self._error = False
        self._words: list[str] = []

    def inside(self) -> dict[str, Inside]:
        """What was found, by sheet."""
        made = {}
        for sheet in {**self.found, **self._merges, **self._hidden}:
            hidden = []
            for what, spans in self._hidden.get(sheet, {}).items():
                shown: Callable[[int], str] = str if what == "rows" else letters
                hidden.append(f"{what} " + ", ".join(_span(shown(first), shown(last)) for first, last in _joined(spans)))
            made[sheet] = Inside(tuple(self.found.get(sheet, ())), tuple(hidden), tuple(self._merges.get(sheet, ())))
        return made

    def _hide(self, what: str, first: int, repeats: int) -> None:
        self._hidden.setdefault(self._sheet, {}).setdefault(what, []).append((first, first + repeats - 1))

    def _merge(self, attributes: dict[str, str]) -> None:
        tall = int(attributes.get("table:number-rows-spanned", "1"))
        wide = int(attributes.get("table:number-columns-spanned", "1"))
        merges = self._merges.setdefault(self._sheet, [])
        if (tall > 1 or wide > 1) and len(merges) < _MOST_MERGES:
            merges.append((self._row, self._column, self._row + tall - 1, self._column + wide - 1))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Before a table, row or cell."""
        if tag == "table:table":
            self._sheet, self._row, self._rows, self._width = attributes.get("table:name", ""), 0, 0, 0
            self._columns = 0
        elif tag == "table:table-column":
            repeats = int(attributes.get("table:number-columns-repeated", "1"))
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self._hide("columns", self._columns + 1, repeats)
            self._columns += repeats
        elif tag == "table:table-row":
            self._column, self._filled = 0, False
            self._row_repeats = int(attributes.get("table:number-rows-repeated", "1"))
            if attributes.get("table:visibility") in ("collapse", "filter"):
                self._hide("rows", self._row + 1, self._row_repeats)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._repeats = int(attributes.get("table:number-columns-repeated", "1"))
            self._error = attributes.get("calcext:value-type") == "error"
            self._words.clear()
            if "table:number-rows-spanned" in attributes or "table:number-columns-spanned" in attributes:
                self._merge(attributes)
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
