"""Which names stand in this cell, and what stands in its brackets?

Separates aka forms, brackets and scripts; what a piece means is judged by `litany.values.name_words`.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile("['’‘ʼʻ`´]")
_JOINED = re.compile("(?<=[\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff]) (?=[\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff])")
_ZERO = re.compile("(?<=[\u1000-\u103f])\u1040|\u1040(?=[\u1000-\u103f])")
_SIMPLE = re.compile("[a-z]+(?: [a-z]+)*")

_ALIAS_WORD = r"(?:a\.?\s?k\.?\s?a\.?|also known as|alias|f/k/a|a/k/a)"
# A marker between names, bracketed or not: the bracket may be doubled or never closed.
ALIAS = re.compile(
    rf"[(\[]+\s*(?:{_ALIAS_WORD}|a|ခ|ခေါ်|@)\s*[)\]]+\.?"  # X (aka) Y
    rf"|[(\[]+\s*(?:{_ALIAS_WORD}\b|ခေါ်\s|@)\s*"  # X (aka Y): the closing bracket goes with the name
    rf"|(?<![\w]){_ALIAS_WORD}(?![\w])"
    r"|\s*@\s*|(?<=[\s\u1000-\u109f])ခေါ်(?=[\s\u1000-\u109f])|\s(?:ခ)\s",
    re.IGNORECASE,
)
_SLASH = re.compile(r"\s*(?<!\b[SDWHNUsdwhnu])/\s*")  # but not S/O, N/A, U/K
_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]*)(?:[)\]）]|$)|[\"“”„]([^\"“”„]+)[\"“”]")
_BRACKETS = re.compile(r"[()\[\]（）\"“”„]")
_SCRIPTS = (
    ("latin", "A-Za-zÀ-ɏḀ-ỿ"),
    ("cyrillic", "Ѐ-ԯ"),
    ("arabic", "؀-ۿݐ-ݿࢠ-ࣿﭐ-﷿ﹰ-﻿"),
    ("burmese", "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"),
)
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS}
_EDGE = re.compile(
    "(?<=[\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f])(?=[^\\W\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f])|(?<=[^\\W\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f])(?=[\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f])"
)


def letters(text: str) -> int:
    """How many letters a text has."""
    return sum(map(str.isalpha, text))


def fold(text: str) -> str:
    """A name for comparison: NFKC, casefolded, punctuation off, blanks single, none between Burmese letters."""
    text = text.casefold()
    if text.isascii() and _SIMPLE.fullmatch(text):
        return _spelled(text)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    text = _APOSTROPHES.sub("", text)
    kept = []
    for character in text:
        category = unicodedata.category(character)
        if category[0] in "LMN":
            kept.append(character)
        elif category != "Cf":
            kept.append(" ")
    text = _JOINED.sub("", " ".join("".join(kept).split()))
    if not text.isascii():
        text = _ZERO.sub("\u101d", text).replace("ဥ်", "ဉ်")
    return _spelled(unicodedata.normalize("NFKC", text))


def _spelled(folded: str) -> str:
    return " ".join("maung" if word == "mg" else word for word in folded.split())


def plain(text: str) -> str:
    """Blanks single and none at the ends."""
    return " ".join(text.split())


def tidy(piece: str) -> str:
    """A name without the separators at its ends and brackets that lost their other half."""
    return plain(_BRACKETS.sub(" ", piece)).strip(" ,;:/@-–—။၊")


def outside(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its brackets, and what stands in them, in order."""
    inside: list[str] = []

    def keep(match: re.Match[str]) -> str:
        inside.append(plain(match[1] if match[1] is not None else match[2]))
        return " "

    return plain(_BRACKET.sub(keep, text)), tuple(inside)


def aliases(text: str) -> tuple[str, ...]:
    """The pieces between aka markers, and between slashes where each side has two letters; at least one."""
    pieces = [piece for piece in ALIAS.split(text) if letters(piece)]
    if len(pieces) == 1:  # Aka Moe is a name
        pieces = [text]
    split: list[str] = []
    for piece in pieces:
        sides = _SLASH.split(piece)
        split += sides if all(letters(side) > 1 for side in sides) else [piece]
    return tuple(split) or (text,)


def by_script(piece: str) -> tuple[str, ...]:
    """A name in two scripts as two names, in order; a name in one script as it is."""
    if piece.isascii():
        return (piece,)
    runs: list[tuple[str, list[str]]] = []
    for word in _EDGE.sub(" ", piece).split():
        found = {name for name, pattern in _LETTERS.items() if pattern.search(word)}
        script = found.pop() if len(found) == 1 else ""
        if runs and (not script or not runs[-1][0] or script == runs[-1][0]):
            runs[-1] = (runs[-1][0] or script, [*runs[-1][1], word])
        else:
            runs.append((script, [word]))
    return tuple(" ".join(words) for _, words in runs) if len(runs) > 1 else (piece,)
