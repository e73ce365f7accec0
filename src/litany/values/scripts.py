"""In which encoding is this Burmese written, and how is it in Unicode?

Zawgyi is a font encoding that many wrote before 2019. Texts are told apart by Google's myanmartools (Apache-2.0), a model of
which letters follow each other, with its two thresholds; names are short, and what lies between the thresholds stays as given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache, lru_cache
from typing import Protocol, cast

from msgspec import Struct

from litany.values import zawgyi

UNICODE_BELOW, ZAWGYI_ABOVE = 0.05, 0.95
ENOUGH = 5  # certain texts of a column that show its encoding
STRAY = 100  # one in so many may look otherwise: of 5,324 names in Zawgyi, 16 read as certain Unicode
_BURMESE = re.compile("[\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff]")
# Letters of Shan, Mon, Karen and others at which Zawgyi has no glyph: a text with them is not plainly Zawgyi.
_NO_GLYPH = re.compile("[\u1022\u1028\u1035\u1050-\u1059\u105b-\u105f\u1098-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff]")


class Encoding(StrEnum):
    """How a Burmese text is encoded, as far as can be told."""

    UNICODE = "unicode"
    ZAWGYI = "zawgyi"
    DOUBTFUL = "doubtful"


class Decoded(Struct, frozen=True):
    """A text in NFC Unicode. A doubtful one is left as given.

    ``zawgyi`` is the probability that it was in Zawgyi, 0 to 1; 0 for a text without Burmese.
    """

    text: str
    encoding: Encoding = Encoding.UNICODE
    zawgyi: float = 0.0


class Evidence(Struct, frozen=True):
    """What the texts of a column show of its encoding; ``encoding`` is None where they show nothing, or both.

    Counts of texts: certain Zawgyi, certain Unicode, doubtful, and ``same`` those that read alike in both.
    """

    encoding: Encoding | None
    zawgyi: int = 0
    unicode: int = 0
    doubtful: int = 0
    same: int = 0

    def show(self) -> str:
        """In a sentence, for the report of the reading."""
        certain = f"{self.zawgyi} texts are certainly Zawgyi, {self.unicode} certainly Unicode"
        return f"{certain}, {self.doubtful} doubtful, {self.same} alike in both"


class _Detector(Protocol):
    def get_zawgyi_probability(self, text: str) -> float: ...


@cache
def _detector() -> _Detector:
    # Imported here: it reads its model, which most cases never need.
    import warnings  # noqa: PLC0415

    from myanmartools import ZawgyiDetector  # noqa: PLC0415

    with warnings.catch_warnings():  # its way of opening the model is deprecated, and works
        warnings.simplefilter("ignore", DeprecationWarning)
        return cast(_Detector, ZawgyiDetector())


def burmese(text: str) -> bool:
    """Does the text hold a character of the Myanmar script (any of its languages)?"""
    return not text.isascii() and _BURMESE.search(text) is not None


def convert(text: str) -> str:
    """A text in NFC Unicode, taken to be in Zawgyi: only for what is certain, or settled by its column and reported."""
    return zawgyi.to_unicode(text)


def decode(text: str) -> Decoded:
    """A text in Unicode's NFC, Zawgyi converted where that is certain; doubtful text exactly as given. Never raises."""
    if text.isascii():
        return Decoded(text)
    return _decode(text)


@lru_cache(maxsize=1 << 16)
def _decode(text: str) -> Decoded:
    plain = unicodedata.normalize("NFC", text)
    if not _BURMESE.search(text):
        return Decoded(plain)
    # Without letters that the model knows (digits only) it answers minus infinity.
    probability = min(1.0, max(0.0, _detector().get_zawgyi_probability(text)))
    if probability < UNICODE_BELOW:
        return Decoded(plain, Encoding.UNICODE, probability)
    converted = convert(text)
    if converted == plain:  # ကိုကို is the same in both: there is no doubt what it says
        return Decoded(plain, Encoding.UNICODE, probability)
    if probability > ZAWGYI_ABOVE and not _NO_GLYPH.search(text) and zawgyi.well_formed(converted):
        return Decoded(converted, Encoding.ZAWGYI, probability)
    return Decoded(text, Encoding.DOUBTFUL, probability)


def settle(texts: Iterable[str]) -> Evidence:
    """What the texts of one column show of its encoding, together.

    An encoding is shown by at least `ENOUGH` certain texts, with fewer than one in `STRAY` certainly in the other.
    """
    count = {"zawgyi": 0, "unicode": 0, "doubtful": 0, "same": 0}
    for text in texts:
        if burmese(text):
            decoded = decode(text)
            same = decoded.encoding is Encoding.UNICODE and convert(text) == decoded.text
            count["same" if same else str(decoded.encoding)] += 1
    encoding = None
    for this, other in ((Encoding.ZAWGYI, Encoding.UNICODE), (Encoding.UNICODE, Encoding.ZAWGYI)):
        if count[this] >= ENOUGH and count[other] * STRAY < count[this]:
            encoding = this
    return Evidence(encoding, **count)
