"""How does a preserved document become statements, whole or not at all, and what did we fail to read in it?

A reading is opened, filled in batches (one transaction and one line of custody each), and completed; only a complete one
counts. A reading that was cut short is completed by the next run: what it kept already is recognised by its ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from litany.case.case import Case
from litany.documents import tables
from litany.documents.layout_totals import TOTAL
from litany.documents.sheets import NOTE
from litany.documents.tables import Table, TableRow, unique_header
from litany.errors import MappingError, NotFound
from litany.ids import canonical, canonical_trusted, sha256
from litany.statements import mapping as mappings
from litany.statements.alternatives import fitted
from litany.statements.cells import Trouble
from litany.statements.mapping import Loaded, Mapping, SourceSpec
from litany.statements.problems import Problems
from litany.statements.row_reader import RowRead, RowReader
from litany.store import rows as store_rows
from litany.store.audit import anchor_id, statement_id
from litany.store.batches import uncollected
from litany.store.rows import NewRow
from litany.store.store import Writer
from litany.types.records import Document, MappingText, Reading, SheetRead, Source
from litany.values import date_words
from litany.values.date_words import Evidence

READER = "tables"
VERSION = "5"
BATCH = 50_000
_DATES = 200_000  # distinct dates of a column that are looked at for their order
BLANK = "the row is empty"
REPEATED = "the header stands here again: not read as a row"
SUM = "the list's own total: compared with what was read, never counted"
SAYS_NOTHING = frozenset((BLANK, REPEATED, TOTAL, SUM))  # reasons of rows that nobody misses
_EMPTY = "the sheet is empty"
_WITHDRAWN = "statements of rows that were withdrawn earlier: they are not kept again"
Progress = Callable[[int], None]


class Result(Struct, frozen=True):
    """What a reading did: ``new`` statements are kept. ``done`` is false when this very reading was complete before.

    ``keyed``: a mapping names the source's own key, so that the rows can be compared with those of other editions.
    """

    id: bytes
    reading: Reading
    done: bool
    new: int = 0
    keyed: bool = True


def known_mappings(case: Case) -> tuple[Loaded, ...]:
    """The case's own mappings (`lookups/mappings/*.toml`), then those that ship; the case's own win by name."""
    folder = case.layout.lookups / "mappings"
    own: dict[str, Loaded] = {}
    for path in sorted(folder.glob("*.toml")):
        where = f"lookups/mappings/{path.name}"
        if not path.is_file():
            raise MappingError(f"{where} is no file (a folder, a pipe, a link to nowhere): remove it, or put the mapping there")
        loaded = mappings.load(case.read_text(path), where)
        if loaded.mapping.name in own:
            raise MappingError(f"{where}: another mapping here is called {loaded.mapping.name!r} too: give each its own name")
        own[loaded.mapping.name] = loaded
    return (*own.values(), *(loaded for loaded in mappings.builtin() if loaded.mapping.name not in own))


def version(case: Case) -> str:
    """The reader's version: other actors or places read the same words otherwise."""
    return f"{VERSION} actors:{case.actors.version[:16]} places:{case.places.version[:16]}"


class _Sheet(Struct, frozen=True):
    """A table and how it is read; both None where no mapping knows it. ``rivals`` are mappings that know it equally well."""

    table: Table
    loaded: Loaded | None = None
    reader: RowReader | None = None
    rivals: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


def read_document(
    case: Case,
    document: Document,
    name: str,
    wanted: str | None = None,
    progress: Progress = lambda _: None,
    *,
    batch: int = BATCH,
    known: Sequence[Loaded] | None = None,
) -> Result:
    """Read a preserved table into statements.

    ``wanted`` names a mapping; otherwise each table is read with the one that its header asks for. ``progress`` is told after
    each ``batch`` of statements how many rows are read. Raises UnreadableFile when the bytes are no table, and before anything
    is kept MappingError when no mapping fits any of its sheets, or one needs a column that its sheet lacks.
    """
    known = known_mappings(case) if known is None else known
    with case.open_bytes(document.sha256) as file:
        sheets = _recognised(case, document, tables.open_tables(file, name), known, wanted, name)
        used = {sheet.loaded.sha256: sheet.loaded for sheet in sheets if sheet.loaded is not None}
        opened = Reading(
            schema=1, document=document.sha256, reader=READER, version=version(case), mapping="+".join(sorted(used))
        )
        id_ = case.store.name_of(opened)
        before = complete(case, id_)
        if before is not None:
            return Result(id_, before, False, keyed=any(loaded.mapping.key for loaded in used.values()))
        run = _Run(case, opened, id_, sheets, list(used.values()), batch)
        with uncollected():
            return run.all(progress)


def complete(case: Case, id_: bytes) -> Reading | None:
    """The reading with this id, when it is here and complete."""
    try:
        return case.store.get(id_, Reading)
    except NotFound:
        return None


def _recognised(
    case: Case, document: Document, opened: Sequence[Table], known: Sequence[Loaded], wanted: str | None, name: str
) -> list[_Sheet]:
    if not any(table.sheet.header for table in opened):
        raise MappingError(f"{name}: there is no text in any of its sheets, so no table: get it again from where it came")
    if wanted is not None:
        chosen = next((loaded for loaded in known if loaded.mapping.name == wanted), None)
        if chosen is None:
            names = ", ".join(loaded.mapping.name for loaded in known)
            raise MappingError(f"there is no mapping {wanted!r}; there are {names}; your own go to lookups/mappings/*.toml")
        return [_sheet(case, table, chosen if table.sheet.header else None, name) for table in opened]
    sheets = [
        _sheet(case, table, mappings.recognise(table.sheet.header, known), name, _rivals(table.sheet.header, known))
        for table in opened
    ]
    if not any(sheet.loaded for sheet in sheets):
        before = _named_before(case, document, known)
        if before is not None:
            return _recognised(case, document, opened, known, before, name)
        headers = "; ".join(", ".join(_short(column) for column in table.sheet.header[:8]) for table in opened)
        raise MappingError(
            f"{name}: no mapping knows this table (its columns: {headers}). `litany map {name}` proposes one; your own "
            "go to lookups/mappings/ (docs/how-to/map-a-table.md); --mapping names one that is there"
        )
    return sheets


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _rivals(header: Sequence[str], known: Sequence[Loaded]) -> tuple[str, ...]:
    """The names of the mappings that know a table, where several know it equally well: the first of them is used."""
    fits = [loaded.mapping for loaded in known if loaded.mapping.recognise and mappings.fits_header(loaded.mapping, header)]
    most = max((len(mapping.recognise) for mapping in fits), default=0)
    best = tuple(sorted(mapping.name for mapping in fits if len(mapping.recognise) == most))
    return best if len(best) > 1 else ()


def _named_before(case: Case, document: Document, known: Sequence[Loaded]) -> str | None:
    """The mapping that a person named for this document in an earlier run, if there is one of this name still."""
    texts = {record.sha256: record.name for _, _, record in case.store.each(MappingText)}
    names = [texts.get(reading.mapping) for _, _, reading in case.store.each(Reading) if reading.document == document.sha256]
    here = {loaded.mapping.name for loaded in known}
    return next((name for name in reversed(names) if name in here), None)


def _sheet(case: Case, table: Table, loaded: Loaded | None, name: str, rivals: tuple[str, ...] = ()) -> _Sheet:
    if loaded is None:
        return _Sheet(table)
    where = name if table.sheet.sheet is None else f"{name}, sheet {table.sheet.sheet}"
    settled = settle(loaded.mapping, table)
    orders = {column: one.order for column, one in settled.items() if one.order is not None}
    reader = RowReader(loaded.mapping, table.sheet.header, case.actors, case.places, where, orders)
    evidence = tuple(f"the order of day and month in {column}: {one.show()}" for column, one in settled.items())
    return _Sheet(table, loaded, reader, rivals, evidence)


def settle(mapping: Mapping, table: Table) -> dict[str, Evidence]:
    """What the dates of each column show of the order of day and month, where the mapping reads them in words and does not say.

    Columns without a date that can be read both ways are left out.
    """
    fit = fitted(mapping, table.sheet.header)
    dated = (
        when for one in fit.statement for when in (one.when, one.died) if when is not None and when.words and not when.order
    )
    names = {name for when in dated for name in (when.column, when.first, when.last) if name is not None}
    found: dict[str, dict[str, None]] = {name: {} for name in sorted(names) if name in table.sheet.header}
    if not found:
        return {}
    places = [(table.sheet.header.index(name), texts) for name, texts in found.items()]
    for row in table.rows():
        for place, texts in places:
            text = row.cells[place]
            if len(texts) < _DATES:
                texts[text] = None
    settled = {name: date_words.settle(texts) for name, texts in found.items()}
    return {name: one for name, one in settled.items() if one.open or (one.day_first and one.month_first)}


class _Run:
    """One reading in progress."""

    def __init__(self, case: Case, opened: Reading, id_: bytes, sheets: list[_Sheet], used: list[Loaded], batch: int) -> None:
        self.case, self.opened, self.id, self.sheets, self.used, self.batch = case, opened, id_, sheets, used, batch
        self.problems = Problems()
        self.occurrences: Counter[bytes] = Counter()
        self.rows = self.statements = self.unread = self.new = 0
        self.sheet_reads: list[SheetRead] = []

    def all(self, progress: Progress) -> Result:
        """Keep all batches, and the completed reading with the last of them."""
        batches = self._batches()
        batch = next(batches, [])
        number = 1
        while True:
            following = next(batches, None)
            with self.case.store.write("read", document=self.opened.document, batch=str(number)) as writer:
                if number == 1:
                    self._open(writer)
                key = self.case.store.key_of(self.id)
                assert key is not None
                added = store_rows.add_statements(writer, key, batch)
                self.new += added.new
                if added.withdrawn:
                    self.statements -= added.withdrawn
                    self.problems.add(None, None, None, _WITHDRAWN, False, added.withdrawn)
                if following is None:
                    reading = self._completed()
                    writer.keep_body(reading)
                    writer.facts["reading"] = sha256(canonical(reading))
            progress(self.rows)
            if following is None:
                return Result(self.id, reading, True, self.new, any(loaded.mapping.key for loaded in self.used))
            batch, number = following, number + 1

    def _open(self, writer: Writer) -> None:
        for loaded in self.used:
            writer.keep(MappingText(schema=1, name=loaded.mapping.name, sha256=loaded.sha256, text=loaded.text))
            for slug, source in sorted(loaded.mapping.sources.items()):
                writer.keep(source_record(slug, source))
        writer.keep(self.opened, body=False)

    def _completed(self) -> Reading:
        return Reading(
            schema=1,
            document=self.opened.document,
            reader=self.opened.reader,
            version=self.opened.version,
            mapping=self.opened.mapping,
            sheets=tuple(self.sheet_reads),
            rows=self.rows,
            statements=self.statements,
            unread=self.unread,
            problems=self.problems.all(),
        )

    def _batches(self) -> Iterator[list[NewRow]]:
        batch: list[NewRow] = []
        for place, sheet in enumerate(self.sheets):
            for row in self._sheet(place, sheet):
                batch.append(row)
                if len(batch) >= self.batch:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _sheet(self, place: int, sheet: _Sheet) -> Iterator[NewRow]:
        table, name = sheet.table, sheet.table.sheet.sheet
        for note in table.sheet.notes:
            if note not in (NOTE, _EMPTY):
                self.problems.add(name, None, None, note, True)
        if sheet.rivals:
            reason = f"the mappings {' and '.join(sheet.rivals)} know this table equally well: read with {sheet.rivals[0]}; "
            reason += "name another with --mapping, or let one ask for more columns"
            self.problems.add(name, None, None, reason, True)
        if sheet.loaded is None or sheet.reader is None:
            lost = sum(1 for _ in table.rows())
            self.rows += lost
            self.unread += lost
            if self._take(table):  # the sheet itself cannot be read: nobody knows how many rows are lost, at least one
                self.rows += 1
                self.unread += 1
                self.sheet_reads.append(table.sheet)
                return
            reason = _EMPTY if not table.sheet.header else "no mapping knows this sheet: its rows were not read"
            self.problems.add(name, None, None, reason, bool(not lost), count=max(1, lost))
            self.sheet_reads.append(table.sheet)
            return
        reader = sheet.reader
        for evidence in sheet.evidence:
            self.problems.add(name, None, None, evidence, True)
        if reader.unused:
            columns = ", ".join(reader.unused)
            self.problems.add(name, None, None, f"columns that the mapping neither uses nor ignores: {columns}", True)
        first = self.rows
        header = table.sheet.header
        for row in table.rows():
            self.rows += 1
            if row.cells[0].strip("\ufeff \t") == header[0] and unique_header(row.cells)[0] == header:
                self.unread += 1
                self.problems.add(name, row.row, None, REPEATED, False)
                continue
            yield from self._row(place, name, reader, row)
        for column, value, reason in reader.check():
            self.problems.add(name, None, (column, value), reason, True)
        self._take(table)
        made = table.sheet.__struct_fields__
        kept = {field: getattr(table.sheet, field) for field in made}
        self.sheet_reads.append(SheetRead(**{**kept, "unused": reader.unused, "rows": self.rows - first}))

    def _take(self, table: Table) -> bool:
        """Note what went wrong in a table, its totals as rows that say nothing; true where all of it could not be read."""
        for problem in table.problems:
            self.problems.take(problem)
            if problem.reason == TOTAL:
                self.rows += problem.count
                self.unread += problem.count
        return not table.sheet.header and any(not problem.kept for problem in table.problems)

    def _row(self, place: int, name: str | None, reader: RowReader, row: TableRow) -> Iterator[NewRow]:
        read = reader.read(row.cells)
        self._report(name, row.row, read.troubles, True)
        self._report(name, row.row, read.unread, bool(read.statements))
        if not read.statements:
            self.unread += 1
            if not read.unread:
                blank = not any(cell.strip() for cell in row.cells)
                reason = SUM if read.below else BLANK if blank else "the row says nothing that the mapping looks for"
                self.problems.add(name, row.row, None, reason, False)
            return
        key = self.case.store.id_key
        for statement, anchor_body in zip(read.statements, self._anchors(place, name, reader, row, read), strict=True):
            anchor = anchor_id(key, anchor_body)
            body = canonical_trusted(statement)
            self.statements += 1
            at = (place, row.row, row.start, row.length)
            yield NewRow(anchor, anchor_body, statement_id(key, anchor, self.id, at, body), body, *at)

    def _anchors(self, place: int, name: str | None, reader: RowReader, row: TableRow, read: RowRead) -> list[bytes]:
        """On what each statement of a row stands: all of them on the row, but those of batches below the list each on its own,
        for two batches are not two reports of one incident."""
        by_place = {"document": self.opened.document, "row": row.row, "sheet": place}
        if not read.below:
            if read.key is not None:
                return [self._keyed(name, row.row, read.source, read.key)] * len(read.statements)
            if reader.mapping.key:
                self.problems.add(name, row.row, None, "the row has no key of its own: it is known by its place only", True)
            return [canonical_trusted(by_place)] * len(read.statements)
        if reader.mapping.key:
            return [self._keyed(name, row.row, read.source, key) for key in read.keys]
        return [canonical_trusted({**by_place, "batch": one.facet}) for one in read.statements]

    def _keyed(self, sheet: str | None, row: int, source: str | None, key: tuple[str, ...]) -> bytes:
        body = {"key": list(key), "source": source}
        plain = canonical_trusted(body)
        self.occurrences[plain] += 1
        n = self.occurrences[plain]
        if n == 1:
            return plain
        self.problems.add(sheet, row, None, f"the key {' / '.join(key)} stands in an earlier row too: kept apart", True)
        return canonical_trusted({**body, "n": n})

    def _report(self, sheet: str | None, row: int, troubles: Sequence[Trouble], kept: bool) -> None:
        for column, value, reason in troubles:
            self.problems.add(sheet, row, (column, value), reason, kept)


def source_record(slug: str, source: SourceSpec) -> Source:
    """A source as a mapping introduces it."""
    return Source(
        schema=1,
        slug=slug,
        name=source.name,
        type=source.type,
        stake=source.stake,
        relays=source.relays,
        coverage=source.coverage,
        licence=source.licence,
        distinct=source.distinct,
    )
