"""What is stale, and what became of it when it was done again?

Two steps so far: read (every document that the reader of this version has not read into statements) and register (the table
from which figures are counted). Each is known by the hash of what goes in, so that nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from litany.case.case import Case
from litany.errors import LitanyError
from litany.registry import build, world
from litany.statements import reading as readings
from litany.statements.editions import Changes, changes
from litany.types.records import Capture, Document, Problem

Progress = Callable[[str, int, int | None], None]


class DocumentRead(Struct, frozen=True, omit_defaults=True):
    """What became of one document. ``refused`` says why it is no table that can be read, and what to do."""

    document: str
    name: str
    done: bool = False
    rows: int = 0
    statements: int = 0
    unread: int = 0
    blank: int = 0
    problems: tuple[Problem, ...] = ()
    changes: Changes | None = None
    refused: str | None = None


class Ran(Struct, frozen=True):
    """What a run did. ``generation`` is the folder of the register in ``derived/``; ``built`` is false when it was fresh."""

    documents: tuple[DocumentRead, ...]
    generation: str
    built: bool

    @property
    def complete(self) -> bool:
        """Was everything read, down to the last row that is not blank?"""
        return not any(one.refused or one.unread > one.blank for one in self.documents)


def run(case: Case, mapping: str | None = None, progress: Progress = lambda *_: None) -> Ran:
    """Read what is unread, build what is stale. ``mapping`` names the mapping for documents that are not read yet."""
    documents = tuple(_read(case, document, mapping, progress) for document in documents_here(case))
    now = world.current(case)
    world.keep(case, now)
    fresh = build.is_fresh(case, now)
    register = build.register(case, now, progress=lambda step, done, total: progress(step, done, total))
    return Ran(documents, register.path.name, not fresh)


def documents_here(case: Case) -> list[Document]:
    """All documents whose bytes were not withdrawn, in order of hash."""
    gone = case.withdrawn()
    found = (document for _, _, document in case.store.each(Document) if document.sha256 not in gone)
    return sorted(found, key=lambda document: document.sha256)


def names(case: Case) -> dict[str, str]:
    """The first name under which each document came."""
    found: dict[str, str] = {}
    for _, _, capture in case.store.each(Capture):
        found.setdefault(capture.document, capture.name)
    return found


def _read(case: Case, document: Document, mapping: str | None, progress: Progress) -> DocumentRead:
    name = names(case).get(document.sha256, document.sha256[:12])
    try:
        result = readings.read_document(case, document, name, mapping, lambda rows: progress(f"read {name}", rows, None))
    except LitanyError as problem:
        return DocumentRead(document.sha256, name, refused=str(problem))
    reading = result.reading
    blank = sum(problem.count for problem in reading.problems if problem.reason == readings.BLANK)
    return DocumentRead(
        document.sha256, name, result.done, reading.rows, reading.statements, reading.unread, blank, reading.problems,
        changes(case, result) if result.done else None,
    )  # fmt: skip
