"""Is every byte, line and row still what custody says?

Without the case's key a stranger can check the vault and `custody/*.jsonl` alone: each name is a sha256, each line has the
hash of the line before. With it, every id is computed again from the content that it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from litany.case import custody_file, vault
from litany.case.case import Case
from litany.store import audit
from litany.types.records import Document, Withdrawal

Progress = Callable[[str], None]


def verify(case: Case, progress: Progress = lambda _: None) -> Iterator[str]:
    """Everything that is wrong, one sentence each; nothing when the case holds."""
    with case.store.snapshot():
        for step, check in (
            ("the database", audit.database),
            ("the chains of custody", audit.chains),
            ("the rows of each line", audit.batches),
            ("the content of every row", audit.bodies),
        ):
            progress(step)
            yield from check(case.store)
        progress("the custody files")
        yield from _files(case)
        progress("the vault")
        yield from _vault(case)


def _files(case: Case) -> Iterator[str]:
    known = set(case.store.installations())
    for installation in sorted(known):
        lines = custody_file.read(case.layout.custody / f"{installation}.jsonl")
        ours = case.store.lines(installation)
        if len(lines) != len(ours):
            yield f"custody/{installation}.jsonl: it has {len(lines)} lines, the database {len(ours)}"
        for number, (theirs, mine) in enumerate(zip(lines, ours, strict=False), start=1):
            if theirs != mine:
                yield f"custody/{installation}.jsonl, line {number}: it differs from the line in the database"
    for path in sorted(case.layout.custody.glob("*")):
        if path.name != ".lock" and path.stem not in known:
            yield f"custody/{path.name}: no installation of this case has this name"


def _vault(case: Case) -> Iterator[str]:
    withdrawn = {sha for _, _, record in case.store.each(Withdrawal) for sha in record.vault}
    expected: set[Path] = set()
    for _, _, document in case.store.each(Document):
        path = vault.path_of(case.layout.vault, document.sha256)
        expected.add(path)
        short = f"vault/{document.sha256[:2]}/{document.sha256[:12]}…"
        if document.sha256 in withdrawn:
            if path.exists():
                yield f"{short}: a withdrawal erased these bytes, but they are here"
        elif not path.exists():
            yield f"{short}: missing"
        else:
            with path.open("rb") as handle:
                if hashlib.file_digest(handle, "sha256").hexdigest() != document.sha256:
                    yield f"{short}: its bytes were changed"
    for path in sorted(case.layout.vault.rglob("*")):
        inside = path.relative_to(case.layout.vault)
        if path.is_file() and path not in expected and inside.parts[0] != "incoming":
            yield f"vault/{inside}: no document of this case has these bytes"
