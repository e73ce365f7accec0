"""How is a text that a Zawgyi font shows written in Unicode?

Zawgyi puts glyphs in the order in which they are seen, at code points that Unicode gives to other letters; Unicode puts
them in the order in which they are spoken (Unicode Technical Note 11). So each glyph is replaced, and then the marks of
each syllable are put in order. The glyphs are those of the chart of Zawgyi One.
"""

from __future__ import annotations

import re
import unicodedata

_ASAT, _VIRAMA, _YA, _RA, _WA, _HA = "\u103a", "\u1039", "\u103b", "\u103c", "\u103d", "\u103e"
_KINZI = "\u1004\u103a\u1039"


def _glyphs() -> dict[int, str]:
    """What stands in Unicode for each glyph, where that is not the same code point."""
    table = {0x1033: "\u102f", 0x1034: "\u1030", 0x1039: _ASAT, 0x103A: _YA, 0x103B: _RA, 0x103C: _WA, 0x103D: _HA}
    stacked = {0x1060: "ကခဂဃ", 0x1065: "စဆဆဇဈ", 0x1070: "ဏတတထထဒဓနပဖဗဘမ", 0x1085: "လ", 0x1093: "ဘ"}
    for first, letters in stacked.items():
        table |= {first + place: _VIRAMA + letter for place, letter in enumerate(letters)}
    table |= {0x106C: _VIRAMA + "ဋ", 0x106D: _VIRAMA + "ဌ"}
    table |= dict.fromkeys((0x107D,), _YA) | dict.fromkeys(range(0x107E, 0x1085), _RA)
    table |= {0x105A: "\u102b" + _ASAT, 0x106A: "ဉ", 0x106B: "ည", 0x1086: "ဿ", 0x108F: "န", 0x1090: "ရ"}
    table |= {0x106E: "ဍ္ဍ", 0x106F: "ဍ္ဎ", 0x1091: "ဏ္ဍ", 0x1092: "ဋ္ဌ", 0x1097: "ဋ္ဋ", 0x1096: "္တ" + _WA}
    table |= {0x1087: _HA, 0x1088: _HA + "\u102f", 0x1089: _HA + "\u1030", 0x108A: _WA + _HA}
    table |= {0x1064: _KINZI, 0x108B: _KINZI + "\u102d", 0x108C: _KINZI + "\u102e", 0x108D: _KINZI + "\u1036"}
    return table | {0x108E: "\u102d\u1036", 0x1094: "\u1037", 0x1095: "\u1037"}


_TABLE = _glyphs()
_BASES = "\u1000-\u1021\u1023-\u102a\u103f\u104e"
_DIGITS = "\u1040-\u1049"
_MARKS = "\u102b-\u1030\u1032\u1036-\u1038\u103a-\u103e"
# What is seen before a letter: the vowel sign E and the medial RA, which therefore is no mark of the letter before.
_AFTER = "\u102b-\u1030\u1032\u1036-\u1038\u103a\u103b\u103d\u103e"
_SYLLABLE = re.compile(f"(\u1031*)({_RA}*)(\u1031*)([{_BASES}{_DIGITS}])((?:{_KINZI}|{_VIRAMA}[\u1000-\u1021]|[{_AFTER}])*)")
_PIECE = re.compile(f"{_KINZI}|{_VIRAMA}.|.")
_SPOKEN = "\u103b\u103c\u103d\u103e\u1031\u102d\u102e\u1032\u102f\u1030\u102b\u102c\u103a\u1036\u1037\u1038"
_ORDER = {mark: place for place, mark in enumerate(_SPOKEN)}
_ZERO = re.compile(f"\u1040(?=[{_MARKS}\u1031{_VIRAMA}])|(?<=[{_BASES}{_MARKS}\u1031])\u1040|\u1040(?=[{_BASES}])")
_FOUR = re.compile("[\u1044\u104e]\u1004\u103a\u1038|\u104e")
# A letter with its marks as Unicode orders them, each at most once; the signs of other languages than Burmese are not here.
_FORMED = re.compile(
    f"(?:(?:{_KINZI})?[{_BASES}](?:{_VIRAMA}[\u1000-\u1021])*\u103a?\u103b?\u103c?\u103d?\u103e?\u1031?[\u102d\u102e]?\u1032?"
    f"[\u102f\u1030]?[\u102b\u102c]?\u103a?\u1036?\u1037?\u103a?\u1038?|[{_DIGITS}\u104a-\u104f])+"
)
_BURMESE_RUN = re.compile("[\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff]+")


def _in_order(match: re.Match[str]) -> str:
    vowels = match[1] + match[3]
    pieces = _PIECE.findall(match[5])
    kinzi = _KINZI if _KINZI in pieces else ""
    stacked = "".join(piece for piece in pieces if piece[0] == _VIRAMA)
    marks = {piece for piece in pieces if len(piece) == 1} | set(vowels) | set(match[2])  # typed twice is seen once
    early = ""  # the killer stands before the medial in words such as ယောက်ျား
    if _ASAT in marks and _YA in marks and pieces.index(_ASAT) < pieces.index(_YA):
        marks -= {_ASAT}
        early = _ASAT
    return kinzi + match[4] + stacked + early + "".join(sorted(marks, key=_ORDER.__getitem__))


def to_unicode(text: str) -> str:
    """A text in Zawgyi as NFC Unicode; what is not Burmese stays as it is. It is not asked whether the text is in Zawgyi."""
    shown = _ZERO.sub("\u101d", text.translate(_TABLE))
    spoken = _FOUR.sub("\u104e\u1004\u103a\u1038", _SYLLABLE.sub(_in_order, shown))
    spoken = spoken.replace("သြော်", "ဪ").replace("ဥ" + _ASAT, "ဉ" + _ASAT).replace("စျ", "ဈ")
    return unicodedata.normalize("NFC", spoken)


def well_formed(text: str) -> bool:
    """Is all that is written in Myanmar script well-formed Burmese, every mark on a letter and none twice?"""
    return all(_FORMED.fullmatch(run) for run in _BURMESE_RUN.findall(text))
