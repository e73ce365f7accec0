"""How is a case made and opened, and through which one door do all its bytes go?"""

from __future__ import annotations

import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from litany import ids
from litany.case import custody_file, settings, vault
from litany.case.generations import Generations
from litany.case.layout import Layout
from litany.errors import CaseError
from litany.store import chain
from litany.store.store import Clock, Store, utc_now
from litany.types.records import Document, Withdrawal
from litany.values import actors, places
from litany.values.actor_rows import read_yaml
from litany.values.actors import Actors
from litany.values.places import Gazetteer

_HEX_KEY = re.compile(r"([0-9a-fA-F]{2}){32,}")
IGNORED = "# Keys, evidence and what is derived stay out of git.\n/keys/\n/vault/\n/case.db*\n/derived/\n/releases/\n"


class Case:
    """One open case. Reading settings and lookups waits until they are asked for."""

    def __init__(self, root: Path, *, clock: Clock = utc_now) -> None:
        """Open the case at ``root``: half-written lines and bytes of a crash are completed or cleaned away.

        Raises CaseError when the folder is no case.
        """
        self.layout = Layout(root)
        _require_case(self.layout)
        key, installation = _id_key(self.layout), _installation(self.layout)
        self.store = Store(self.layout.database, key, installation, clock=clock)
        if not self.store.knows_its_key():
            raise CaseError("keys/id.key is the key of another case: put the right one back. Nothing was changed")
        self.store.after_commit = lambda: custody_file.complete(self.store, self.layout.custody)
        custody_file.complete(self.store, self.layout.custody)
        vault.clean(self.layout.vault, self.holds)
        self.generations = Generations(self.layout.derived)
        self.worked_out = Generations(self.layout.worked_out, keep=16)

    @classmethod
    def create(
        cls,
        root: Path,
        *,
        title: str,
        country: str = "MM",
        join: Path | None = None,
        key: str | None = None,
        installation: str | None = None,
        clock: Clock = utc_now,
        draws: int = 0,
    ) -> Case:
        """Make a case. ``join`` takes the id key of another, so that the two can merge; ``draws`` of its linkage (0: judgements
        alone link). Raises CaseError.
        """
        layout = Layout(root)
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise CaseError(f"{root} exists and is not empty: name a new folder")
        if join is not None:
            _require_case(Layout(join))
            key = _read_key(Layout(join).keys / "id.key", _HEX_KEY, "id key of the case to join")
        for folder in layout.folders():
            folder.mkdir(parents=True, exist_ok=True)
        layout.keys.chmod(0o700)
        _write_secret(layout.keys / "id.key", key or secrets.token_hex(32))
        _write_secret(layout.keys / "installation", installation or secrets.token_hex(4))
        sides = {side: side.replace("-", " ").capitalize() for side in actors.load().sides}
        (root / ".gitignore").write_text(IGNORED, "utf-8")
        (root / "codebook.md").write_text(f"# Codebook of {title}\n\nWho is coded how, and why.\n", "utf-8")
        Store(layout.database, _id_key(layout), _installation(layout), create=True, clock=clock).connection.close()
        # Last, because a folder with case.toml is a case.
        layout.settings.write_text(settings.template(title, country, sides, draws), "utf-8")
        case = cls(root, clock=clock)
        with case.store.write("new"):
            pass
        return case

    # --- what people write by hand --------------------------------------------------------------------------------

    @cached_property
    def settings(self) -> settings.Settings:
        """case.toml. Raises CaseError."""
        return settings.parse(self.read_text(self.layout.settings))

    def read_text(self, path: Path) -> str:
        """A hand-written file of the case. Raises CaseError when it is not UTF-8."""
        try:
            return path.read_text("utf-8-sig")  # editors on Windows begin a file with a byte order mark
        except UnicodeDecodeError as problem:
            raise CaseError(f"{path.name} is not UTF-8 text: save it as UTF-8") from problem

    def lookup(self, name: str) -> str | None:
        """The text of `lookups/<name>`, or None."""
        path = self.layout.lookups / name
        return self.read_text(path) if path.is_file() else None

    @cached_property
    def actors(self) -> Actors:
        """The built-in actors and the case's own (`lookups/actors.yaml`). Raises MappingError."""
        text = self.lookup("actors.yaml")
        return (
            actors.load()
            if text is None
            else actors.load().merge(read_yaml(text, "lookups/actors.yaml"), "lookups/actors.yaml")
        )

    @cached_property
    def places(self) -> Gazetteer:
        """The built-in gazetteer and the case's own places (`lookups/places.yaml`). Raises MappingError."""
        text = self.lookup("places.yaml")
        if text is None:
            return places.load()
        return places.load().merge(read_yaml(text, "lookups/places.yaml"), "lookups/places.yaml")

    def hand_written(self) -> list[tuple[str, str]]:
        """Every hand-written file that derived things depend on: (path in the case, text), in order of path.

        Hidden files are what editors and file managers leave (.DS_Store): nobody wrote them by hand.
        """
        written = (p for p in self.layout.lookups.rglob("*") if p.is_file() and not p.name.startswith("."))
        files = [self.layout.settings, *sorted(written)]
        return [(path.relative_to(self.layout.root).as_posix(), self.read_text(path)) for path in files]

    # --- the door -------------------------------------------------------------------------------------------------

    def has_document(self, sha256: str) -> bool:
        """Does the case know a document with this hash (also when its bytes were withdrawn)?"""
        return self.store.key_of(self.store.name_of(Document(schema=1, sha256=sha256, size=0))) is not None

    def withdrawn(self) -> frozenset[str]:
        """The hashes of bytes that withdrawals erased."""
        return frozenset(sha256 for _, _, record in self.store.each(Withdrawal) for sha256 in record.vault)

    def holds(self, sha256: str) -> bool:
        """Do bytes with this hash belong in the vault?"""
        return self.has_document(sha256) and sha256 not in self.withdrawn()

    def open_bytes(self, sha256: str) -> BinaryIO:
        """The preserved bytes of a document. Raises NotFound."""
        return vault.open_bytes(self.layout.vault, sha256)

    def close(self) -> None:
        """Let go of the database."""
        self.store.connection.close()


def _require_case(layout: Layout) -> None:
    if not layout.settings.is_file():
        raise CaseError(f"{layout.root} is no case: it has no case.toml. `litany new DIR` makes one")


def _id_key(layout: Layout) -> ids.IdKey:
    return ids.IdKey(bytes.fromhex(_read_key(layout.keys / "id.key", _HEX_KEY, "id key")))


def _installation(layout: Layout) -> str:
    return _read_key(layout.keys / "installation", chain.INSTALLATION, "name of this installation")


def _read_key(path: Path, shape: re.Pattern[str], what: str) -> str:
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError as problem:
        raise CaseError(f"keys/{path.name} is missing: without the {what} this case cannot be opened") from problem
    except UnicodeDecodeError as problem:
        raise CaseError(f"keys/{path.name} is damaged: restore it from a backup") from problem
    if not shape.fullmatch(text):
        raise CaseError(f"keys/{path.name} is damaged: restore it from a backup")
    return text


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text + "\n", "ascii")
