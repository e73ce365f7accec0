"""Of which naming culture are the names, and what does that change?

A profile is data: a TOML file with honorifics and what they hint at, and with classes of spellings that stand for one sound. A
culture is added by adding a file.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from litany.errors import LitanyError


class Honorific(Struct, frozen=True, forbid_unknown_fields=True):
    """Words before a name (separated by blanks) and what they hint at of its bearer; a hint is never a part of the name.

    A ``title`` is never a part of a name. Of the two forms that another honorific gives, the first is the one without it where
    at least ``least`` syllables remain; 0: never.
    """

    words: str
    title: bool = False
    sex: Literal["male", "female"] | None = None
    age: Literal["adult", "child"] | None = None
    ethnicity: str | None = None
    least: int = 1


class Syllables(Struct, frozen=True, forbid_unknown_fields=True):
    """Syllables as usually spelled, separated by blanks."""

    known: str = ""


class Script(Struct, frozen=True, forbid_unknown_fields=True):
    """How syllables in Burmese script sound, in the classes of the profile: onsets with their medials, rhymes less the tone
    marks, rhymes that the creaky tone changes, and whole syllables that are not what their letters say.
    """

    onsets: dict[str, str] = {}
    rhymes: dict[str, str] = {}
    creaky: dict[str, str] = {}
    words: dict[str, str] = {}


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """A naming culture. ``order`` says whether the order of a name's words matters.

    ``onsets`` and ``rhymes`` map the name of a class to its spellings, separated by blanks; without them a word is its own
    key. ``words`` are whole words and the spelling that they are read as.
    """

    name: str
    order: Literal["kept", "any"] = "kept"
    honorifics: tuple[Honorific, ...] = ()
    onsets: dict[str, str] = {}
    rhymes: dict[str, str] = {}
    words: dict[str, str] = {}
    syllables: Syllables = Syllables()
    script: Script = Script()

    def __hash__(self) -> int:
        return hash((self.name, self.order))


def decode(text: str, where: str) -> Profile:
    """The profile that a TOML text says.

    Raises:
        LitanyError: it is no TOML, or a field is missing, unknown or of another kind; ``where`` is named in the message.
    """
    try:
        return msgspec.convert(tomllib.loads(text), Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise LitanyError(f"{where}: {error}; see the profiles that come with Litany for how one is written") from error


def read(path: Path) -> Profile:
    """The profile in a file. Raises LitanyError as `decode` does."""
    return decode(path.read_text("utf-8"), path.name)


@cache
def packaged(name: str) -> Profile:
    """A profile that comes with Litany: ``burmese`` or ``latin``.

    Raises:
        LitanyError: there is none of that name.
    """
    folder = resources.files("litany.linkage") / "profiles"
    known = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    if name not in known:
        raise LitanyError(f"no profile of names is called {name!r}: there are {', '.join(known)}; or give a file")
    return decode((folder / f"{name}.toml").read_text("utf-8"), f"{name}.toml")
