"""What is stale, and what became of it when it was done again?

Two steps so far: read (every document that the reader of this version has not read into statements) and register (the table
from which figures are counted). Each is known by the hash of what goes in, so that nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from litany.case.case import Case
from litany.case.generations import MANIFEST, Manifest
from litany.errors import CaseError, LitanyError, MappingError
from litany.ids import sha256
from litany.registry import build, world
from litany.statements import reading as readings
from litany.statements.editions import Changes, changes
from litany.statements.mapping import Loaded
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
    """What a run did. ``generation`` is the folder of the register in ``derived/``; ``built`` is false when it was fresh;
    ``notes``: what must be said of the register: judgements that contradict earlier ones, how far linkage can be trusted.
    """

    documents: tuple[DocumentRead, ...]
    generation: str
    built: bool
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Was everything read, down to the last row that is not blank?"""
        return not any(one.refused or one.unread > one.blank for one in self.documents)


def run(case: Case, mapping: str | None = None, progress: Progress = lambda *_: None) -> Ran:
    """Read what is unread, build what is stale. ``mapping`` names the mapping for documents that are not read yet."""
    documents = _read_all(case, mapping, progress)
    _forget_damaged(case)
    now = world.current(case)
    world.keep(case, now)
    fresh = build.is_fresh(case, now)
    register = build.register(case, now, progress=lambda step, done, total: progress(step, done, total))
    return Ran(documents, register.path.name, not fresh, register.notes)


def _read_all(case: Case, mapping: str | None, progress: Progress) -> tuple[DocumentRead, ...]:
    called = names(case)
    try:
        known = readings.known_mappings(case)
    except MappingError as problem:
        wrong = f"{problem}. Until it is put right no document can be read"
        return tuple(
            DocumentRead(document.sha256, called.get(document.sha256, document.sha256[:12]), refused=wrong)
            for document in documents_here(case)
        )
    return tuple(_read(case, document, called, known, mapping, progress) for document in documents_here(case))


def _forget_damaged(case: Case) -> None:
    """Delete what is derived when a file of it is missing or is not what was written: it is made anew from what is kept."""
    folder = case.generations.folder
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CaseError(f"{folder} is no folder: remove it, and run again")
    try:
        case.generations.current()
        whole = all(_is_whole(one) for one in folder.glob(f"*/{MANIFEST}") if not one.parent.name.startswith("half-"))
    except (OSError, UnicodeDecodeError):
        whole = False
    if not whole:
        case.generations.forget()


def _is_whole(manifest: Path) -> bool:
    try:
        files = msgspec.json.decode(manifest.read_bytes(), type=Manifest).files
        return all(sha256((manifest.parent / name).read_bytes()) == said for name, said in files.items())
    except (OSError, msgspec.DecodeError):
        return False


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


def _read(
    case: Case, document: Document, called: dict[str, str], known: Sequence[Loaded], mapping: str | None, progress: Progress
) -> DocumentRead:
    name = called.get(document.sha256, document.sha256[:12])
    try:
        result = readings.read_document(
            case, document, name, mapping, lambda rows: progress(f"read {name}", rows, None), known=known
        )
    except LitanyError as problem:
        return DocumentRead(document.sha256, name, refused=str(problem))
    reading = result.reading
    blank = sum(problem.count for problem in reading.problems if problem.reason in readings.SAYS_NOTHING)
    return DocumentRead(
        document.sha256, name, result.done, reading.rows, reading.statements, reading.unread, blank, reading.problems,
        changes(case, result) if result.done and result.keyed else None,
    )  # fmt: skip
