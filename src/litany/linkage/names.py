"""How alike are two names as written, for this naming culture?

The way in to comparing names. `keys` gives a person's `NameKeys`: forms, and sounds in which romanisations of one name, and
Burmese script beside Latin, are the same. `columns` does it for a table; `comparison` and `father_comparison` say in SQL how
the columns of two rows agree. `packaged` and `read_profile` give the `Profile` of a naming culture. A cell that names nobody
(unknown, described, a group) has no form: it is missing, and never agrees with anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from litany.linkage.name_columns import columns
from litany.linkage.name_keys import NameKeys, reader
from litany.linkage.name_levels import comparison, father_comparison
from litany.linkage.name_profile import Profile, packaged, read

__all__ = ["NameKeys", "Profile", "columns", "comparison", "father_comparison", "keys", "packaged", "read_profile"]


def keys(names: Iterable[str], profile: Profile) -> NameKeys:
    """A person's names as given (any number, aka forms within each), read. Never raises."""
    return reader(profile).keys(names)


def read_profile(path: Path) -> Profile:
    """The profile in a TOML file of one's own.

    Raises:
        LitanyError: it is not written as the packaged ones are; the message names the file and the field.
    """
    return read(path)
