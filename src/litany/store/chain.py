"""How does one line of custody prove all the lines before it, and a batch of rows?

A line is canonical JSON; it carries the SHA-256 of the line before and, for the rows that it speaks of, their number and
the Merkle root of their ids (tree hash of RFC 6962 section 2.1 over the ids in ascending order). Lines hold no names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from msgspec import DecodeError, Struct, json

from litany.errors import CustodyBroken
from litany.ids import canonical

GENESIS = "0" * 64
INSTALLATION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")  # it names a file too: custody/<installation>.jsonl


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One act. ``count`` and ``root`` speak of the rows added by it; ``facts`` holds numbers and hashes, never names."""

    schema: int
    installation: str
    n: int
    prev: str
    at: str
    act: str
    count: int = 0
    root: str | None = None
    facts: dict[str, str] = {}


def encode(line: Line) -> bytes:
    """The bytes of a line, without the line feed that ends it in the file."""
    return canonical(line)


def decode(data: bytes) -> Line:
    """The line from its bytes. Raises CustodyBroken when they are no line."""
    try:
        return json.decode(data, type=Line)
    except (DecodeError, UnicodeDecodeError) as problem:
        raise CustodyBroken(f"not a line of custody: {problem}: {data[:80]!r}") from problem


def line_hash(data: bytes) -> bytes:
    """SHA-256 of the bytes of a line: what the next line carries as ``prev``."""
    return hashlib.sha256(data).digest()


def merkle_root(ids: Iterable[bytes]) -> str:
    """Hex RFC 6962 tree hash over ids in ascending order; the empty tree hashes the empty string."""
    leaves = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in sorted(ids)]
    return _root(leaves).hex()


def _root(level: Sequence[bytes]) -> bytes:
    if not level:
        return hashlib.sha256(b"").digest()
    while len(level) > 1:
        # Pairing neighbours and carrying the odd last one up gives the same tree as RFC 6962's split at a power of two.
        paired = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def check_chain(lines: Sequence[bytes], installation: str) -> list[str]:
    """What is wrong with the chain of one installation, line by line; empty when it holds."""
    wrong: list[str] = []
    before = GENESIS
    for number, data in enumerate(lines, start=1):
        try:
            line = decode(data)
        except CustodyBroken as problem:
            return [*wrong, f"custody of {installation}, line {number}: {problem}"]
        if line.installation != installation or line.n != number:
            wrong.append(f"custody of {installation}, line {number}: it says line {line.n} of {line.installation}")
        if line.prev != before:
            wrong.append(
                f"custody of {installation}, line {number}: it does not follow the line before it (changed or missing line)"
            )
        if encode(line) != data:
            wrong.append(f"custody of {installation}, line {number}: its bytes are not canonical (changed by hand)")
        before = line_hash(data).hex()
    return wrong
