"""Which tables does a JSON document hold, and by which pointer is each row found in it?

Every list of objects above the rows is a table, wherever it stands in the document; where there is none, a list of lists is
one, its first list the header. JSON Lines are streamed; a JSON document is held as text, its rows are decoded one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from litany.documents.detect import json_encoding
from litany.documents.json_lines import Bad, Lines
from litany.documents.json_scan import Broken, Elements, Fault, Found, Walk, fault_at
from litany.documents.json_values import OWN, Path, TooDeep, cells_of, is_plain, text_of, well_formed
from litany.documents.kinds import Kind
from litany.documents.rows import Spot, Table, TableRow, Troubles, fit, unique_header
from litany.errors import UnreadableFile
from litany.types.records import Problem, SheetRead

LARGEST = 512 << 20  # bytes of a document that is held as text
COLUMNS = 10_000
_SHOWN, _NOTES = 200, 20
_HALF = "half of a UTF-16 pair stands alone in the row: � stands for it"
Piece = tuple[int, Any, Sequence[tuple[str, str]]]  # place from 0, value, keys that stand twice
Pieces = Callable[["JsonTable"], Iterator[Piece]]


def open_json(file: BinaryIO, name: str, kind: Kind) -> Sequence[Table]:
    """The lists of objects in a JSON or JSON Lines document. Raises UnreadableFile."""
    file.seek(0)
    encoding = json_encoding(file.read(4))
    file.seek(0)
    if kind is Kind.JSONL:
        lines = Lines(file, encoding)
        return [JsonTable(name, "jsonl", None, "", lambda table: lines.pieces(table.troubles), lines.arrays())]
    text, notes = _text(file, name, encoding)
    walk = Walk(text)
    notes += tuple(f"the key at {pointer} stands twice in its object: both are read" for pointer in walk.twice)
    wanted = [one for one in walk.found if one.objects]
    arrays = not wanted
    if arrays:
        wanted = [one for one in walk.found if one.lists > 1 or (one.lists and one.fault)]
    if not wanted:
        raise UnreadableFile(_no_rows(walk, name))
    tables: list[Table] = []
    used: dict[str, int] = {}
    for one in wanted:
        used[one.pointer] = again = used.get(one.pointer, 0) + 1
        sheet = one.pointer if again == 1 else f"{one.pointer} ({again})"
        title = None if len(wanted) == 1 and not one.pointer else sheet
        last = one is wanted[-1]
        pieces = _pieces(text, one, one.fault or (walk.fault if last else None))
        tables.append(JsonTable(name, "json", title, one.pointer, pieces, arrays, notes if last else ()))
    return tables


def _text(file: BinaryIO, name: str, encoding: str) -> tuple[str, tuple[str, ...]]:
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise UnreadableFile(
            f"{name} is a JSON document of more than {LARGEST >> 20} MiB, which is read whole: save it as JSON Lines "
            "(one object a line, for instance with jq -c '.[]'), which is read row by row"
        )
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as problem:
        note = f"bytes that are no {encoding} stand in the document, first at byte {problem.start + 1:,}: � stands for each"
        return data.decode(encoding, errors="replace"), (note,)


def _no_rows(walk: Walk, name: str) -> str:
    if walk.fault is not None:
        return f"{name} is no JSON that can be read, {walk.fault.show()}: get it again, or mend it there in a copy"
    start = walk.text.lstrip("\ufeff \t\r\n")[:1]
    if start == "{":
        keys = ", ".join(key if len(key) <= 40 else f"{key[:40]}…" for key in walk.keys[:12])
        what = f"one object (its keys: {keys}{' …' if len(walk.keys) > 12 else ''})" if walk.keys else "an empty object"
    else:
        what = {"[": "a list without objects", '"': "one text"}.get(start, "one value")
    return f"{name} holds {what} and no list of objects, so no table: save the rows as a list of objects, or as CSV"


def _pieces(text: str, found: Found, fault: Fault | None) -> Pieces:
    def read(table: JsonTable) -> Iterator[Piece]:
        try:
            yield from Elements(text, found.start)
        except Broken as problem:
            table.broken(fault or fault_at(text, problem.at, problem.why), found.elements)
            return
        if fault is not None:
            table.broken(fault, found.elements)

    return read


class JsonTable:
    """One list of rows: objects, or lists whose first one is the header."""

    def __init__(
        self, name: str, form: str, sheet: str | None, pointer: str, pieces: Pieces, arrays: bool, notes: Sequence[str] = ()
    ) -> None:
        self._name, self._sheet, self._pointer, self._pieces, self._arrays = name, sheet, pointer, pieces, arrays
        self.troubles = Troubles(sheet)
        self._lost: list[Problem] = []
        paths, more = self._columns()
        self._at = {path: place for place, path in enumerate(paths)}
        header, named = unique_header(list(paths.values()))
        self.sheet = SheetRead(header=header, sheet=sheet, form=form, notes=(*notes, *named, *more))

    def _columns(self) -> tuple[dict[Path, str], list[str]]:
        """(the columns in order of first appearance with their names, notes)."""
        paths: dict[Path, None] = {}
        nested: dict[Path, None] = {}
        bad: Bad | None = None
        for _, value, _ in self._pieces(self):
            bad = bad or (value if isinstance(value, Bad) else None)
            if self._arrays and is_plain(value):
                texts = [cell for cell, _ in _array(value)]
                return {(str(place),): text for place, text in enumerate(texts)}, []
            if not isinstance(value, dict) or self._arrays:
                continue
            try:
                for path, _, is_json in cells_of(value):
                    paths[path] = None
                    if is_json:
                        nested[path] = None
            except TooDeep:
                continue
            if len(paths) > COLUMNS:
                raise UnreadableFile(
                    f"{self._name}{self._where()}: its objects have more than {COLUMNS:,} different keys, as where keys are "
                    "dates or ids: make each of them a row of its own, with the key as a column"
                )
        if not paths:
            why = "" if bad is None else f" (line {bad.line:,}: {bad.why})"
            raise UnreadableFile(
                f"{self._name}{self._where()} holds no object that can be read{why}, so no table: get it again"
            )
        plain = {".".join(path) for path in paths if path not in OWN}
        shown = {path: self._name_of(path, plain) for path in paths}
        notes = [f"column {shown[path]!r} holds objects within lists: they stand in its cells as JSON" for path in nested]
        return shown, notes[:_NOTES]

    @staticmethod
    def _name_of(path: Path, plain: set[str]) -> str:
        if path not in OWN:
            return well_formed(".".join(path))
        return OWN[path] if path[1] in plain else path[1]

    def _where(self) -> str:
        return f", {self._sheet}" if self._sheet else ""

    def broken(self, fault: Fault, read: int) -> None:
        """Note that the list cannot be read any further."""
        reason = f"the JSON is damaged at {fault.show()}; the {read:,} rows before it are read, "
        reason += f"the {fault.left:,} characters from there on are not: get the file again, or mend it in a copy"
        row, shown = read + (1 if self._arrays else 2), well_formed(fault.value) or None
        self._lost.append(Problem(row=row, column=None, value=shown, reason=reason, kept=False, sheet=self._sheet))

    @property
    def problems(self) -> list[Problem]:
        """What went wrong in the rows so far; elements that are no rows are not kept."""
        return [*self.troubles.all(), *self._lost]

    def rows(self) -> Iterator[TableRow]:
        """The rows in their order; the header counts as row 1, and every element of the list as one row."""
        self.troubles, self._lost = Troubles(self._sheet), []
        head = self._arrays
        for place, value, twice in self._pieces(self):
            row = place + (1 if self._arrays else 2)
            for key, text in twice:
                reason = f"the key {well_formed(key)!r} stands twice in the object: its last value is read, this one is not"
                self.troubles.add(row, None, well_formed(text)[:_SHOWN], reason)
            if head and is_plain(value):
                head = False
                continue
            cells = self._cells(row, value)
            if cells is not None:
                yield TableRow(row, cells, 0, 0, (Spot(pointer=f"{self._pointer}/{place}"),))

    def _cells(self, row: int, value: Any) -> list[str] | None:
        """None where the element is no row, which is then listed."""
        width = len(self.sheet.header)
        try:
            if self._arrays and isinstance(value, list):
                cells = [cell for cell, _ in _array(value)]
                made = cells if len(cells) == width else fit(cells, width, row, "; ", self.troubles)
            elif not self._arrays and isinstance(value, dict):
                made = [""] * width
                for path, text, _ in cells_of(value):
                    made[self._at[path]] = text
            elif isinstance(value, Bad):
                self._not_read(row, value.text or None, f"line {value.line:,} is not read: {value.why}; mend it in a copy")
                return None
            else:
                self._not_read(row, text_of(value), "this element of the list is no row like the others: it is not read")
                return None
        except TooDeep as problem:
            self._not_read(row, None, f"the row is not read: {problem}")
            return None
        joined = "".join(made)
        if not joined.isascii() and well_formed(joined) != joined:
            self.troubles.add(row, None, None, _HALF)
            made = [well_formed(cell) for cell in made]
        return made

    def _not_read(self, row: int, value: str | None, reason: str) -> None:
        shown = None if value is None else well_formed(value)[:_SHOWN]
        self._lost.append(Problem(row=row, column=None, value=shown, reason=reason, kept=False, sheet=self._sheet))


def _array(value: list[Any]) -> list[tuple[str, bool]]:
    """The cells of a row that is a list."""
    return [(text, is_json) for number, one in enumerate(value) for _, text, is_json in _one(number, one)]


def _one(number: int, value: Any) -> Iterator[tuple[Path, str, bool]]:
    if isinstance(value, dict):
        yield (str(number),), text_of(value), True
    else:
        yield from cells_of({str(number): value})
