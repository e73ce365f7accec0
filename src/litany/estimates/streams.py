"""Where does randomness come from? From the seed and the table, so that tables of one case draw independently."""

from __future__ import annotations

import hashlib

import numpy as np

from litany.estimates.captures import Captures


def key_of(table: str, seed: int) -> tuple[int, int]:
    """Two words to seed a generator with, of a table's sha256; another order of the lists is another table."""
    return seed % 2**64, int(table[:16], 16)


def stream_of(table: Captures, seed: int, purpose: str) -> np.random.SeedSequence:
    """A stream for a purpose, the same for any order of the lists."""
    text = f"{purpose} {seed} {table.only(sorted(table.lists)).sha256()}"
    return np.random.SeedSequence(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big"))
