"""What do the words in a column stand for: a sex, an age group, a status, a means, an actor?"""

from __future__ import annotations

from litany.statements import propose_words as words
from litany.statements.propose_profile import Profile
from litany.statements.propose_words import words_of
from litany.values.actors import Actors

_KNOWN = {"sex": words.SEXES, "age_group": words.AGE_GROUPS, "status": words.STATUSES}


def choice_values(key: str, profile: Profile, labels: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """(cell to word of the vocabulary, cells that stay open). Labels of a codebook say what a code means."""
    known = _KNOWN[key]
    values: dict[str, str] = {}
    open_: list[str] = []
    # A Spanish list writes H (hombre) and M (mujer): where both stand, and no F, the M may be either.
    letters = {cell.lower() for cell, _ in profile.cells}
    doubtful = {"m"} if key == "sex" and "h" in letters and "f" not in letters else set()
    for cell, _ in profile.cells:
        told = labels.get(cell, cell)
        found = known.get(told.strip().lower().rstrip("."))
        if found is None and cell in labels:
            found = next((known[word] for word in words_of(told) if word in known), None)
        if found is None or (told == cell and cell.lower() in doubtful):
            open_.append(cell)
        else:
            values[cell] = found
    return values, open_


def is_single_means(text: str) -> str | None:
    """The one means that these words name; None where they name none, or several."""
    spoken = words_of(text)
    plain = " ".join(spoken)
    joined = plain.replace("air strike", "airstrike").replace("land mine", "landmine").replace("tear gas", "teargas").split()
    found = {words.MEANS[word].value for word in joined if word in words.MEANS}
    return found.pop() if len(found) == 1 else None


def joined_actors(labels: dict[str, str], actors: Actors) -> dict[str, str]:
    """Codes of a codebook as actors; a label that no actor has is kept as a name that is not known."""
    made: dict[str, str] = {}
    for code, label in labels.items():
        actor = actors.resolve(label)
        made[code] = f"?{label}" if actor is None else actor.id
    return made
