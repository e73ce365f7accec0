"""Is every byte, line and row still what custody says?

Without the case's key a stranger can check the vault and `custody/*.jsonl` alone: each name is a sha256, each line has the
hash of the line before. With it, every id is computed again from the content that it names.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from litany.case import custody_file, vault
from litany.case.case import Case
from litany.store import audit
from litany.store.store import Store
from litany.types.records import Document, Withdrawal

Progress = Callable[[str], None]
_PATIENCE = 5  # looks, a tenth of a second apart, at a custody file that another process may be about to complete


def verify(case: Case, progress: Progress = lambda _: None) -> Iterator[str]:
    """Everything that is wrong, one sentence each; nothing when the case holds. Others may work on the case meanwhile."""
    with case.store.snapshot():
        for step, check in (
            ("the database", audit.database),
            ("the chains of custody", audit.chains),
            ("the rows of each line", audit.batches),
            ("the content of every row", audit.bodies),
        ):
            progress(step)
            yield from audit.named(check, case.store)
    # Outside the snapshot: what others add meanwhile stands in the files first.
    progress("the custody files")
    yield from audit.named(lambda store: _files(store, case.layout.custody), case.store)
    progress("the vault")
    yield from audit.named(lambda store: _vault(store, case.layout.vault), case.store)


def _files(store: Store, folder: Path) -> Iterator[str]:
    known = set(store.installations())
    for installation in sorted(known):
        path = custody_file.path_of(folder, installation)
        for _ in range(_PATIENCE):
            data = custody_file.read(path)
            ours = store.lines(installation)
            if data == b"".join(line + b"\n" for line in ours):
                break
            time.sleep(0.1)
        else:
            yield from _differences(f"custody/{path.name}", data, ours)
    expected = {".lock", *(custody_file.path_of(folder, name).name for name in known)}
    for path in sorted(folder.iterdir()):
        if path.name not in expected:
            yield f"custody/{path.name}: no installation of this case has this name"


def _differences(name: str, data: bytes, ours: list[bytes]) -> Iterator[str]:
    *lines, rest = data.split(b"\n")
    if len(lines) != len(ours):
        yield f"{name}: it has {len(lines)} lines, the database {len(ours)}"
    if rest:
        yield f"{name}: it ends in the middle of a line"
    for number, (theirs, mine) in enumerate(zip(lines, ours, strict=False), start=1):
        if theirs != mine:
            yield f"{name}, line {number}: it differs from the line in the database"


def _vault(store: Store, root: Path) -> Iterator[str]:
    # In this order, because bytes enter the vault under a claim, which goes only when their document is recorded.
    found = sorted(
        Path(folder) / name for folder, folders, names in os.walk(root) for name in (*names, *_links(folder, folders))
    )
    claimed = {vault.path_of(root, sha256) for sha256 in vault.claimed(root)}
    withdrawn = {sha256 for record in audit.readable(store, Withdrawal) for sha256 in record.vault}
    expected: set[Path] = set()
    for document in audit.readable(store, Document):
        path = vault.path_of(root, document.sha256)
        expected.add(path)
        wrong = _wrong_bytes(path, document, document.sha256 in withdrawn)
        if wrong:
            yield f"vault/{document.sha256[:2]}/{document.sha256[:12]}…: {wrong}"
    for path in found:
        inside = path.relative_to(root)
        if inside.parts[0] == "incoming":
            if not _of_an_adding(path):
                yield f"vault/{inside}: it belongs to no adding"
        elif path not in expected and path not in claimed:
            yield f"vault/{inside}: no document of this case has these bytes"


def _wrong_bytes(path: Path, document: Document, withdrawn: bool) -> str | None:
    if withdrawn:
        return "a withdrawal erased these bytes, but they are here" if path.exists() else None
    if path.is_symlink():
        return "a link stands in the place of these bytes"
    if not path.is_file():
        return "missing"
    with path.open("rb") as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != document.sha256:
            return "its bytes were changed"
        size = handle.tell()
    return None if size == document.size else f"it has {size} bytes, its document says {document.size}"


def _links(folder: str, folders: list[str]) -> list[str]:
    return [name for name in folders if (Path(folder) / name).is_symlink()]


def _of_an_adding(path: Path) -> bool:
    """Is this the lock, a claim, or bytes beside their claim? An adding that ended meanwhile took its files with it."""
    if path.name == ".lock" or path.suffix == ".claim" or not path.exists():
        return True
    return path.suffix == ".part" and path.with_name(path.name.rpartition("-")[0] + ".claim").exists()
