"""How is case.db opened so that readers never block, writers never lose, and nothing kept is overwritten?

One driver with and without a key (sqlcipher3 without a key is plain SQLite), so that both speak the same SQL. Writers use
BEGIN IMMEDIATE: a plain BEGIN that reads first cannot be upgraded when another writer came between. Recursive triggers
are on, because without them INSERT OR REPLACE deletes a row past its delete trigger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from sqlcipher3 import dbapi2

from litany.errors import CaseError, StoreError

BUSY_MS = 60_000
_MIGRATIONS = "migrations"


class Connection:
    """A thin hold on one SQLite connection: reads, and one write transaction at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.is_file():
            raise CaseError(f"{path.name} is missing: this folder holds no case database. Is it a copy that was cut short?")
        self.path = path
        try:
            if not create and path.stat().st_size == 0:
                raise CaseError(f"{path.name} is empty: it was cut short. Restore it from a backup; nothing else was changed")
            self.db = dbapi2.connect(str(path), isolation_level=None, timeout=BUSY_MS / 1000, cached_statements=64)
            self._prepare()
            migrate(self)
        except (dbapi2.DatabaseError, UnicodeDecodeError) as problem:
            raise CaseError(f"{path.name} cannot be opened: {problem}. Check it against a backup.") from problem

    def _prepare(self) -> None:
        for pragma in (
            f"busy_timeout = {BUSY_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
            "secure_delete = ON",
            "trusted_schema = OFF",
            "temp_store = MEMORY",
            "cache_size = -131072",
        ):
            self.db.execute(f"PRAGMA {pragma}")

    @contextmanager
    def write(self) -> Iterator[dbapi2.Connection]:
        """One transaction: all of it or nothing. Refusals of the database come out as StoreError."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:  # a full disk has ended it already
                    self.db.execute("ROLLBACK")
                raise
        except dbapi2.DatabaseError as problem:
            raise StoreError(f"the case database refused the change: {problem}") from problem

    @contextmanager
    def snapshot(self) -> Iterator[dbapi2.Connection]:
        """Reads inside see one state, whoever writes meanwhile."""
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute("BEGIN")
        try:
            yield self.db
        finally:
            self.db.execute("ROLLBACK")

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()


def migrations() -> list[tuple[int, str]]:
    """All schema changes in order: (version that they lead to, SQL)."""
    folder = resources.files(__package__).joinpath(_MIGRATIONS)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name.split("_")[0]), folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: Connection) -> None:
    """Bring the schema to this version, in one transaction. A newer case is refused, never downgraded."""
    steps = migrations()
    newest = steps[-1][0]
    have = int(connection.db.execute("PRAGMA user_version").fetchone()[0])
    if have > newest:
        raise CaseError(f"this case has schema {have}, this Litany knows up to {newest}: install a newer Litany.")
    if have == newest:
        return
    with connection.write() as db:
        have = int(db.execute("PRAGMA user_version").fetchone()[0])  # another process may have been faster
        for version, sql in steps:
            if version > have:
                for statement in split_sql(sql):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {version}")


def split_sql(sql: str) -> Iterator[str]:
    """The statements of a script one by one: executescript would commit the transaction that guards them."""
    buffer = ""
    for line in sql.splitlines(keepends=True):
        buffer += line
        if dbapi2.complete_statement(buffer):
            if buffer.strip():
                yield buffer
            buffer = ""
    if buffer.strip() and not all(part.strip().startswith("--") or not part.strip() for part in buffer.splitlines()):
        raise StoreError("a migration ends in the middle of a statement")
