"""Where does what stand in a case folder, and which case does a command act on?"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from litany.errors import CaseError


class Layout(Struct, frozen=True):
    """The paths of one case."""

    root: Path

    @property
    def settings(self) -> Path:
        """What people write by hand about the case."""
        return self.root / "case.toml"

    @property
    def lookups(self) -> Path:
        """The case's own actors, places, sources and mappings."""
        return self.root / "lookups"

    @property
    def keys(self) -> Path:
        """Id key and installation; never in git."""
        return self.root / "keys"

    @property
    def vault(self) -> Path:
        """Original bytes, by sha256."""
        return self.root / "vault"

    @property
    def custody(self) -> Path:
        """Hash chains, one file an installation."""
        return self.root / "custody"

    @property
    def database(self) -> Path:
        """The kept records."""
        return self.root / "case.db"

    @property
    def derived(self) -> Path:
        """Generations of what is derived."""
        return self.root / "derived"

    @property
    def worked_out(self) -> Path:
        """What the next generation can take over: see `litany.registry.remembered`."""
        return self.derived / "worked-out"

    @property
    def releases(self) -> Path:
        """The only folder that may leave."""
        return self.root / "releases"

    def folders(self) -> tuple[Path, ...]:
        """All folders of a case."""
        mappings = self.lookups / "mappings"
        return (self.lookups, mappings, self.keys, self.vault, self.custody, self.derived, self.releases)


def find(start: Path) -> Layout:
    """The case in ``start`` or above it. Raises CaseError when there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / "case.toml").is_file():
            return Layout(folder)
    raise CaseError(f"there is no case in {start} or above it: `litany new DIR` makes one, -C DIR names one elsewhere")
