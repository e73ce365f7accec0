"""Which month does this word name?"""

from __future__ import annotations

from litany.errors import UnreadableDate

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
# French, Spanish, Portuguese, Italian, German, Dutch: some are one letter from an English month, and none is read yet.
_FOREIGN = frozenset(
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "setiembre",
        "octubre",
        "noviembre",
        "diciembre",
        "janeiro",
        "fevereiro",
        "marco",
        "maio",
        "junho",
        "julho",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
        "gennaio",
        "febbraio",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "settembre",
        "ottobre",
        "dicembre",
        "januar",
        "februar",
        "maerz",
        "marz",
        "juni",
        "juli",
        "oktober",
        "dezember",
        "januari",
        "februari",
        "maart",
        "mei",
        "augustus",
        "desember",
    ]
)
_LUNAR = frozenset(
    [
        "tagu",
        "kason",
        "nayon",
        "waso",
        "wagaung",
        "tawthalin",
        "thadingyut",
        "tazaungmon",
        "tazaungdaing",
        "nadaw",
        "natdaw",
        "pyatho",
        "tabodwe",
        "tabaung",
        "waxing",
        "waning",
        "lunar",
        "sasana",
    ]
)
_SHORTEST = 4  # one letter more or less makes another word of a shorter one


def month_of_word(word: str, given: str) -> tuple[int, str]:
    """The number of a month from its name, three or more first letters, or a name one slip away, and a note on the slip.

    ``given`` is the whole text, for the message. Raises UnreadableDate.
    """
    if word in _FOREIGN:
        raise UnreadableDate(f"{given!r}: month names of other languages ({word}) are not read yet: write 2021-02-09", given)
    if word in _LUNAR:
        raise UnreadableDate(lunar(given), given)
    full = [n for n, name in enumerate(MONTHS, 1) if name.startswith(word)]
    if len(word) >= 3 and len(full) == 1:
        return full[0], ""
    near = [n for n, name in enumerate(MONTHS, 1) if len(name) >= _SHORTEST <= len(word) and _one_slip(word, name)]
    if len(near) == 1:
        return near[0], f"{word} is read as {MONTHS[near[0] - 1].capitalize()}"
    raise UnreadableDate(f"{given!r}: {word!r} is no part of a date that is read: write 2021-02-09, 2021-02 or 2021", given)


def lunar(given: str) -> str:
    """Why a date of the Burmese calendar is not read."""
    return f"{given!r} is of the Burmese calendar, and is not converted by guess: write the civil date beside it"


def _one_slip(a: str, b: str) -> bool:
    """One letter lost, added or changed, or two neighbours swapped."""
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[at:] == b[at + 1 :]
    return a[at + 1 :] == b[at + 1 :] or (a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :])
