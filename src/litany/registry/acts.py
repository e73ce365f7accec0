"""What did a person decide, and may it stand beside what was decided before?

Judgements (same, different, unsure) and corrections (grade, exclude, supersede, settle) are records that only grow; taking
one back is a further record. Each says who, when and why, and which statements were seen.
"""

from __future__ import annotations

from msgspec import Struct

from litany import ids
from litany.case.case import Case
from litany.errors import NotFound, UnknownValue
from litany.registry import corrections, judgements
from litany.registry.judgements import Judged
from litany.registry.refs import anchor_of
from litany.store import rows as store_rows
from litany.store.store import stamp
from litany.types.records import About, Correction, CorrectionKind, Exclusion, Judgement, Verdict
from litany.values.terms import GRADE_ORDER, Grade


class By(Struct, frozen=True):
    """Who decides, and why."""

    who: str | None
    why: str


def _checked(by: By) -> By:
    if not by.why.strip():
        raise UnknownValue("say why (--why): a decision without a reason cannot be defended")
    return by


def _seen(case: Case, *anchors: bytes) -> tuple[str, ...]:
    return tuple(sorted({ids.show(row.id) for anchor in anchors for row in store_rows.on_anchor(case.store, anchor)}))


def judge(case: Case, verdict: Verdict, about: About, left: str, others: list[str], by: By) -> list[str]:
    """Judge every one of ``others`` against ``left``, in one act: the ids of the judgements.

    Raises NotFound, or ContradictoryJudgement with the loop; then nothing is kept.
    """
    _checked(by)
    first = anchor_of(case, left)
    anchors = list(dict.fromkeys(anchor_of(case, other) for other in others))
    if any(anchor == first for anchor in anchors):
        raise UnknownValue("both names stand for the same row: name two")
    made: list[str] = []
    with case.store.write("judge", verdict=verdict.value, about=about.value) as writer:
        known = [Judged(ids.show(id_), record) for id_, _, record in case.store.each(Judgement)]
        for anchor in anchors:
            record = Judgement(
                schema=1, at=stamp(case.store.clock()), who=by.who, left=ids.show(first), right=ids.show(anchor),
                about=about, verdict=verdict, why=by.why, seen=_seen(case, first, anchor),
            )  # fmt: skip
            one = Judged(ids.show(case.store.name_of(record)), record)
            judgements.check(known, one)
            writer.keep(record)
            known.append(one)
            made.append(one.id)
    return made


def undo_judgement(case: Case, id_: str, by: By) -> str:
    """Take a judgement back. Raises NotFound."""
    _checked(by)
    found = _record(case, id_)
    before = case.store.get(found, Judgement)
    if before.undoes is not None:
        raise UnknownValue(f"{id_} takes a judgement back itself: judge again instead")
    record = Judgement(
        schema=1, at=stamp(case.store.clock()), who=by.who, left=before.left, right=before.right, about=before.about,
        why=by.why, undoes=ids.show(found),
    )  # fmt: skip
    return _keep(case, "judge", record)


def grade(case: Case, ref: str, word: str, by: By) -> str:
    """Override the rule-computed grade of the incident that an anchor belongs to."""
    if word not in GRADE_ORDER:
        raise UnknownValue(f"{word!r} is no grade; the grades are {', '.join(GRADE_ORDER)}", word)
    return _correct(case, ref, by, what=CorrectionKind.GRADE, grade=Grade(word).value)


def exclude(case: Case, ref: str, reason: Exclusion, by: By) -> str:
    """Leave an anchor's statements out of every count."""
    return _correct(case, ref, by, what=CorrectionKind.EXCLUDE, exclusion=reason)


def change(case: Case, ref: str, what: CorrectionKind, field: str, value: str, by: By) -> str:
    """Supersede a field of one anchor, or settle it for the whole incident. Raises UnknownValue."""
    corrections.check(field, value, case.actors, case.places)
    return _correct(case, ref, by, what=what, field=field, value=value)


def undo_correction(case: Case, id_: str, by: By) -> str:
    """Take a correction back. Raises NotFound."""
    found = _record(case, id_)
    before = case.store.get(found, Correction)
    if before.what is CorrectionKind.UNDO:
        raise UnknownValue(f"{id_} takes a correction back itself: correct again instead")
    record = Correction(
        schema=1, at=stamp(case.store.clock()), who=by.who, why=_checked(by).why, target=before.target,
        what=CorrectionKind.UNDO, undoes=ids.show(found),
    )  # fmt: skip
    return _keep(case, "correct", record)


def _correct(
    case: Case,
    ref: str,
    by: By,
    *,
    what: CorrectionKind,
    exclusion: Exclusion | None = None,
    grade: str | None = None,
    field: str | None = None,
    value: str | None = None,
) -> str:
    anchor = anchor_of(case, ref)
    record = Correction(
        schema=1, at=stamp(case.store.clock()), who=by.who, why=_checked(by).why, target=ids.show(anchor), what=what,
        exclusion=exclusion, grade=grade, field=field, value=value, seen=_seen(case, anchor),
    )  # fmt: skip
    return _keep(case, "correct", record)


def _record(case: Case, id_: str) -> bytes:
    kind, found = case.store.find(id_)
    if kind != "kept":
        raise NotFound(f"{id_} is a {kind}: give the id that the decision printed")
    return found


def _keep(case: Case, act: str, record: Judgement | Correction) -> str:
    with case.store.write(act) as writer:
        id_, _ = writer.keep(record)
    return ids.show(id_)
