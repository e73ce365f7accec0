"""How do bytes enter the vault so that a crash leaves either all of them or nothing?

Each adding holds a locked claim file in `vault/incoming/`. Bytes are written beside it, synced, and only then renamed to
their sha256; the claim names that sha256 first. After a crash the claim is free: the next opening removes what it names,
unless a document of the case has those bytes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from litany.case import points
from litany.case.locks import free, locked
from litany.errors import CaseError, NotFound

CHUNK = 1 << 20


def path_of(vault: Path, sha256: str) -> Path:
    """Where the bytes with this hash stand."""
    return vault / sha256[:2] / sha256


class Incoming:
    """One adding: `take` brings bytes in; they are believed once the transaction that records them has committed."""

    def __init__(self, vault: Path, claim: BinaryIO, token: str) -> None:
        self.vault, self._claim, self._token = vault, claim, token
        self._number = 0

    def take(self, stream: BinaryIO) -> tuple[str, int]:
        """Copy a stream into the vault: (sha256, size in bytes). The same bytes again are not copied.

        Raises CaseError when the vault cannot be written (a full disk); what reading the stream raises passes through.
        """
        try:
            return self._take(stream)
        except OSError as problem:
            raise CaseError(f"the vault cannot be written: {problem.strerror}. Nothing was added; make room first") from problem

    def _take(self, stream: BinaryIO) -> tuple[str, int]:
        self._number += 1
        part = self.vault / "incoming" / f"{self._token}-{self._number}.part"
        digest, size = hashlib.sha256(), 0
        with part.open("xb") as out:
            points.reached("incoming-open")
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += out.write(chunk)
                points.reached("incoming-half")
            out.flush()
            os.fsync(out.fileno())
        points.reached("incoming-synced")
        self._enter(part, digest.hexdigest())
        return digest.hexdigest(), size

    def _enter(self, part: Path, sha256: str) -> None:
        goal = path_of(self.vault, sha256)
        # Under the lock, so that nobody cleans these bytes away between our look and our claim.
        with locked(_lock(self.vault), "adding a document"):
            self._claim.write(sha256.encode("ascii") + b"\n")
            self._claim.flush()
            os.fsync(self._claim.fileno())
            points.reached("claim-written")
            if goal.exists():
                part.unlink()
                return
            goal.parent.mkdir(exist_ok=True)
            part.chmod(0o444)
            part.rename(goal)
        points.reached("vault-renamed")
        for folder in (goal.parent, self.vault):
            sync_folder(folder)
        points.reached("vault-synced")


@contextmanager
def incoming(vault: Path) -> Iterator[Incoming]:
    """Bring bytes in. The claim is removed when the block ends well, and stays for `clean` when it does not."""
    folder = vault / "incoming"
    folder.mkdir(exist_ok=True)
    token = secrets.token_hex(8)
    claim = folder / f"{token}.claim"
    # Under the lock, so that nobody cleans the claim away between its making and its locking.
    with locked(_lock(vault), "adding a document"):
        handle = claim.open("xb")
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)
    with handle:
        points.reached("incoming-claimed")
        yield Incoming(vault, handle, token)
        claim.unlink()
    points.reached("claim-removed")


def clean(vault: Path, is_recorded: Callable[[str], bool]) -> list[str]:
    """Remove what crashed addings left: the sha256 of each removed vault file. Addings that still run are left alone."""
    folder = vault / "incoming"
    if not any(folder.glob("*.claim")):
        return []
    with locked(_lock(vault), "cleaning up after a crash"):
        return _clean(vault, folder, is_recorded)


def _clean(vault: Path, folder: Path, is_recorded: Callable[[str], bool]) -> list[str]:
    claims = sorted(folder.glob("*.claim"))
    dead = [claim for claim in claims if free(claim)]
    alive = {sha256 for claim in claims if claim not in dead for sha256 in _claimed(claim)}
    removed: list[str] = []
    for claim in dead:
        for sha256 in _claimed(claim):
            goal = path_of(vault, sha256)
            if sha256 not in alive and not is_recorded(sha256) and goal.exists():
                goal.unlink()
                removed.append(sha256)
        for part in folder.glob(f"{claim.stem}-*.part"):
            part.unlink(missing_ok=True)
        claim.unlink(missing_ok=True)
    return removed


def _lock(vault: Path) -> Path:
    return vault / "incoming" / ".lock"


def _claimed(claim: Path) -> list[str]:
    try:
        lines = claim.read_text("ascii").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if len(line) == 64]


def open_bytes(vault: Path, sha256: str) -> BinaryIO:
    """The preserved bytes. Raises NotFound when they are gone."""
    try:
        return path_of(vault, sha256).open("rb")
    except FileNotFoundError as problem:
        raise NotFound(f"the bytes {sha256[:12]}… are not in the vault: `litany verify` says what else is missing") from problem


def erase(vault: Path, sha256: str) -> bool:
    """Delete preserved bytes that a withdrawal names. False when they were not here."""
    with locked(_lock(vault), "erasing withdrawn bytes"):
        try:
            path_of(vault, sha256).unlink()
        except FileNotFoundError:
            return False
        sync_folder(path_of(vault, sha256).parent)
    return True


def claimed(vault: Path) -> frozenset[str]:
    """The hashes that addings in progress are about to record."""
    return frozenset(sha256 for claim in (vault / "incoming").glob("*.claim") for sha256 in _claimed(claim))


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
