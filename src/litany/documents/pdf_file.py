"""How is a PDF opened, and one page of it read, without trusting the file?

PDFium (Apache-2.0, BSD-3-Clause) reads it, built without scripts. What is too large for a page with a table is refused by page.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from litany.documents.kinds import protected
from litany.documents.pdf_marks import page_of
from litany.documents.pdf_pages import Page, PageTrouble
from litany.errors import UnreadableFile

MOST_PAGES = 20_000
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_ONE = threading.RLock()  # PDFium is not safe for threads, even with a document each


class Document:
    """An opened PDF; `page` may be asked for its pages in any order, and keeps none of them."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.pages = len(raw)

    def page(self, number: int) -> Page:
        """A page, from 1. Raises PageTrouble."""
        from pypdfium2 import PdfiumError  # noqa: PLC0415  (loading PDFium costs start-up time)

        with _ONE:
            try:
                opened = self._raw[number - 1]
            except PdfiumError as problem:
                raise PageTrouble(f"the page is damaged or missing ({problem})") from problem
            try:
                letters = opened.get_textpage()
                try:
                    return page_of(opened, letters, number)
                finally:
                    letters.close()
            except PdfiumError as problem:
                raise PageTrouble(f"the text of the page cannot be read ({problem})") from problem
            finally:
                opened.close()


@contextmanager
def opened(file: BinaryIO, name: str) -> Iterator[Document]:
    """A PDF for as long as the block runs. Raises UnreadableFile."""
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415  (loading PDFium costs start-up time)

    if not file.seek(0, io.SEEK_END):
        raise UnreadableFile(f"{name} is empty: get it again from where it came")
    file.seek(0)
    with _ONE:
        try:
            raw = PdfDocument(file)
        except PdfiumError as problem:
            if problem.err_code == _PASSWORD:
                raise UnreadableFile(protected(name)) from problem
            raise UnreadableFile(
                f"{name} cannot be read as a PDF, it is damaged or cut short ({problem}): get it again from where it came"
            ) from problem
    try:
        if len(raw) > MOST_PAGES:
            raise UnreadableFile(f"{name} has {len(raw):,} pages, more than {MOST_PAGES:,}: divide it and add the parts")
        yield Document(raw)
    finally:
        with _ONE:
            raw.close()
