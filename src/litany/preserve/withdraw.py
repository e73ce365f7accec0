"""How is a document, or one row, withdrawn from everything that holds it: the database, the vault, and what is derived?

The database comes first (it holds the proof), then the vault, then `derived/`. A withdrawal that a crash cut short, or
that came in with another office's dump, is completed by `complete`; until then `litany verify` names what is still here.
"""

from __future__ import annotations

from litany import ids
from litany.case import vault
from litany.case.case import Case
from litany.errors import NotFound
from litany.store import erase, rows
from litany.store.store import stamp
from litany.types.records import Capture, Withdrawal


def document(case: Case, sha256: str, why: str, who: str | None = None) -> bytes:
    """Erase a document: its bytes, its captures (names of files and persons), its readings and all their statements.

    Figures that name a source which only this document knows go too. Its hash and size, and the reason, stay. Returns the id of
    the withdrawal. Raises NotFound, CaseBusy.
    """
    if sha256 in case.withdrawn():
        raise NotFound(f"the document {sha256[:12]}… was withdrawn before: only its hash and the reason are kept")
    if not case.has_document(sha256):
        raise NotFound(f"no document of this case has the sha256 {sha256} (`litany documents` lists them)")
    readings = erase.readings_of(case.store, sha256)
    captures = [id_ for id_, _, capture in case.store.each(Capture) if capture.document == sha256]
    keys = [key for id_ in readings if (key := case.store.key_of(id_)) is not None]
    return _withdraw(case, sha256, why, who, [*readings, *captures, *erase.rows_of_readings(case.store, keys)], (sha256,))


def anchor(case: Case, id_: bytes, why: str, who: str | None = None) -> bytes:
    """Erase one row: the anchor and every version of its statements. Raises NotFound, CaseBusy."""
    kind, _ = case.store.find(ids.show(id_))
    if kind != "anchor":
        raise NotFound(f"{ids.show(id_)} is a {kind}: name the anchor of a row")
    return _withdraw(case, ids.show(id_), why, who, erase.rows_on_anchor(case.store, id_), ())


def _withdraw(case: Case, target: str, why: str, who: str | None, erased: list[bytes], hashes: tuple[str, ...]) -> bytes:
    erased += erase.figures_naming(case.store, erased)
    withdrawal = Withdrawal(
        schema=1, at=stamp(case.store.clock()), who=who, target=target, why=why, erased=erase.shown(erased), vault=hashes
    )
    try:
        return erase.withdraw(case.store, withdrawal, erased)
    finally:
        complete(case)  # also when the database is busy: its tables have let go of the words by then


def complete(case: Case) -> list[str]:
    """Erase the bytes that withdrawals name, and what was derived with them. Returns the hashes that were still here."""
    if rows.withdrawn(case.store):
        case.generations.forget()
    return [sha256 for sha256 in sorted(case.withdrawn()) if vault.erase(case.layout.vault, sha256)]
