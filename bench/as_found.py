"""How fast and how faithfully are files read as they are found: AAPP's list of 249 pages, odd dates, odd names?

The peer of the PDF is pdfplumber's own table finder on the same pages. What is right is told by a person's reading of a sample
of rows (`tests/documents/aapp_sample.tsv`, as hashes) and by two files of odd strings (`tests/values/odd_*.tsv`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

from litany.case.case import Case
from litany.documents.tables import open_tables
from litany.errors import LitanyError
from litany.preserve.add import Facts, add
from litany.registry.active import active
from litany.statements.quotes import Quotes
from litany.statements.reading import read_document
from litany.statements.view import View, view
from litany.store import rows as store_rows
from litany.types.records import Document
from litany.values import date_words, dates, names, place_words
from litany.values.date_words import Order
from litany.values.places import PlaceLevel

ROOT = Path(__file__).resolve().parents[1]
AAPP = ROOT.parent / "shared" / "data" / "myanmar" / "aapp-fatality-list-2022-04-15.pdf"
SAMPLE = ROOT / "tests" / "documents" / "aapp_sample.tsv"
ODD = ROOT / "tests" / "values"
TOWNSHIP, STATE, REMARKS = 10, 11, 12  # their places among the cells; of remarks only the ends are in the sample


def plain(path: Path) -> int:
    """pdfplumber's own table finder on every page: how many rows it gives."""
    import pdfplumber  # noqa: PLC0415 - only this measurement needs it

    found = 0
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            found += sum(len(table) for table in page.extract_tables())
            page.close()
    return found


def rows(path: Path) -> list[tuple[int, tuple[str, ...]]]:
    """(page, cells) of every row that Litany finds."""
    with path.open("rb") as file:
        return [(row.start, tuple(row.cells)) for table in open_tables(file, path.name) for row in table.rows()]


def sampled(found: list[tuple[int, tuple[str, ...]]]) -> tuple[int, int, list[str]]:
    """(cells of the sample, cells that are as a person read them, the others by page, number of the row and cell)."""
    by_key = {(str(page), cells[0]): cells for page, cells in found}
    lines = [line.split("\t") for line in SAMPLE.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
    right, wrong = 0, []
    for page, number, *hashes in lines:
        cells = by_key.get((page, number), ())
        for at, wanted in enumerate(hashes):
            text = _words(cells[at], at == REMARKS) if at < len(cells) else None
            if text is not None and hashlib.sha256(text.encode()).hexdigest()[:12] == wanted:
                right += 1
            else:
                wrong.append(f"page {page}, row {number}, cell {at + 1}: {text!r}")
    return sum(len(line) - 2 for line in lines), right, wrong


def _words(cell: str, ends: bool) -> str:
    words = cell.split()
    return f"{' '.join(words[:3])} … {' '.join(words[-3:])}" if ends and words else " ".join(words)


def statements(folder: Path, path: Path) -> tuple[Case, list[View]]:
    """All statements that Litany makes of the list."""
    case = Case.create(folder / "case", title="bench")
    list(add(case, [str(path)], Facts()))
    read_document(case, case.store.each(Document)[0][2], path.name)
    quotes = Quotes(case)
    made = [
        one
        for reading in active(case)
        for row in store_rows.of_readings(case.store, [reading.key])
        if (one := view(quotes, reading.reading, row)) is not None
    ]
    quotes.close()
    return case, made


def townships(case: Case, found: list[tuple[int, tuple[str, ...]]]) -> tuple[int, int, Counter[str]]:
    """(rows that name a township, those whose words for it, within their state, are one known township, the other words)."""
    named = resolved = 0
    others: Counter[str] = Counter()
    levels = (PlaceLevel.STATE, PlaceLevel.TOWNSHIP)
    for _, cells in found:
        township, state = (" ".join(cells[place].split()) for place in (TOWNSHIP, STATE))
        if township:
            named += 1
            place = place_words.find(case.places, (), (state, township), (), levels).place
            known = place is not None and case.places.at_level(place, PlaceLevel.TOWNSHIP) is not None
            resolved += known
            others.update([] if known else [f"{township}, {state}"])
    return named, resolved, others


def odd_dates() -> tuple[int, list[str]]:
    """(strings, those that are read otherwise than a person wrote)."""
    lines = _odd("odd_dates.tsv")
    orders = {"d": Order.DAY_FIRST, "m": Order.MONTH_FIRST}
    within = dates.parse("2021-02-01/2022-04-15")
    wrong = []
    for text, answer, how in lines:
        found: object = None
        try:
            span = date_words.read(text, orders.get(how), within if how == "w" else None).span
            found = (span.earliest, span.latest)
        except LitanyError:
            pass
        if date_words.is_unknown(text):
            found = "?"
        wanted: object = (
            "?" if answer == "?" else None if answer == "!" else (dates.parse(answer).earliest, dates.parse(answer).latest)
        )
        if found != wanted:
            wrong.append(text)
    return len(lines), wrong


def odd_names() -> tuple[int, list[str]]:
    """(strings, those that are read otherwise than a person wrote)."""
    lines = _odd("odd_names.tsv")
    wrong = []
    for text, kind, *more in lines:
        wanted = dict(cell.split("=", 1) for cell in more)
        read = names.read(text)
        forms = [form for form in wanted.get("f", "").split(";") if form]
        if read.kind != kind or ("f" in wanted and list(names.forms(text)) != forms):
            wrong.append(text)
    return len(lines), wrong


def _odd(file: str) -> list[list[str]]:
    lines = [line for line in (ODD / file).read_text("utf-8").split("\n") if line and not line.startswith("#")][1:]
    return [[cell.replace("\\n", "\n") for cell in line.split("\t")] for line in lines]
