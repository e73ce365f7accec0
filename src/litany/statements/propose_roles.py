"""What is each column of an unknown table for, how surely, and for which reasons?

Heads speak first, HXL tags before them, and the cells confirm or contradict. What stays open between two columns is shown and
not settled; a number is a number of people only where its head says of which, and nothing in it looks like a share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from litany.errors import UnknownValue
from litany.statements import propose_words as words
from litany.statements.codebook import Codebook, Entry
from litany.statements.propose_profile import Profile
from litany.statements.propose_words import fit, words_of
from litany.values.terms import Harm

LEAST = 0.6  # below it a role is not used; from 0.3 on it is shown as a doubt
DOUBT = 0.3
_SAME = 0.05
MANY = frozenset(
    ("alias", "name part", "note", "place", "contact", "link", "organisation", "activity", "other date", "need", "share",
    "money",
     "born", "text", "running number")
)  # fmt: skip
UNUSED = {
    "born": "a date of birth: no date of an incident",
    "other date": "says when something was written or recorded: it never stands in for the date of the incident",
    "contact": "a contact",
    "link": "a link",
    "organisation": "an organisation that reports or helps: nobody who did harm",
    "activity": "what was done to help: aid is a later part of Litany",
    "need": "counts a population, needs or aid: no number of people harmed; aid and need are a later part of Litany",
    "share": "not used: looks like a share or a rate, not a number of people",
    "money": "an amount of money",
    "running number": "a running number: the next edition may number its rows otherwise (else --set key=COLUMN)",
    "address": "may be the victim's or the incident's: say --set 'role.COLUMN=place' or 'role.COLUMN=home'",
}


class Toll(Struct, frozen=True):
    """Whose number a column counts: of which harm (None: its head does not say), which end, which group."""

    harm: Harm | None
    end: str = "best"
    axis: str | None = None
    group: str | None = None


class Seen(Struct, frozen=True):
    """A column, the role that fits it best (None: not understood), and why. ``left`` says why it is not used."""

    column: str
    role: str | None = None
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    left: str | None = None
    toll: Toll | None = None

    @property
    def used(self) -> bool:
        """Does the proposal use the column?"""
        return self.role is not None and self.left is None


def seen(
    found: Sequence[Profile],
    tags: Sequence[str],
    codebook: Codebook,
    forced: Mapping[str, str],
    person_rows: bool | None = None,
) -> tuple[Seen, ...]:
    """Each column with one role; ``forced`` are roles that the person gave."""
    tagged = tags or [""] * len(found)
    made = [
        _one(profile, tag, codebook.entry(profile.column), forced.get(profile.column))
        for profile, tag in zip(found, tagged, strict=True)
    ]
    shares = {profile.column: profile.places for profile in found}
    return tuple(_apart(made, forced, shares))


def _one(profile: Profile, tag: str, entry: Entry | None, forced: str | None) -> Seen:
    column = profile.column
    if forced is not None:
        return _forced(column, forced)
    if not profile.filled:
        return Seen(column, left="empty in all rows that were looked at")
    best = _by_tag(profile, tag) if tag.startswith("#") else None
    if best is None:
        best = _by_head(profile, column, 1.0, f"head {column!r}")
        if entry is not None and entry.description and (best is None or best.score < LEAST):
            told = _by_head(profile, entry.description, 0.9, f"codebook: {entry.description!r}")
            if told is not None and (best is None or told.score > best.score):
                best = told
    if best is None:
        best = _by_cells(profile)
    if best is None:
        return Seen(column, left="not understood: neither its head nor its cells say what it is")
    best = _checked(best, profile, entry is not None and bool(entry.labels))
    if best.left is None and best.role in UNUSED:
        best = replace(best, left=UNUSED[best.role].replace("COLUMN", column))
    if best.left is None and best.score < LEAST:
        best = replace(
            best, left=f"doubtful: its head says more than {best.role!r} explains (--set 'role.{column}={best.role}')"
        )
    return best


def forced_role(role: str) -> None:
    """Raises UnknownValue for a role that there is not."""
    known = {*words.ROLES, "ignore"}
    if role not in known and _toll_of_role(role) is None:
        raise UnknownValue(f"{role!r} is no role of a column; the roles are {', '.join(sorted(known))}, or a harm", role)


def _forced(column: str, role: str) -> Seen:
    if role in ("ignore", ""):
        return Seen(column, left="left out by --set")
    toll = _toll_of_role(role)
    return Seen(column, "toll" if toll else role, 1.0, ("said by --set",), None, toll)


def _toll_of_role(role: str) -> Toll | None:
    """``killed``, ``killed low``, ``injured children``."""
    parts = role.replace(".", " ").split()
    if not parts or parts[0] not in set(Harm):
        return None
    toll = Toll(Harm(parts[0]))
    for part in parts[1:]:
        if part in words.ENDS:
            toll = replace(toll, end=words.ENDS[part])
        elif part in words.GROUPS:
            axis, group = words.GROUPS[part]
            toll = replace(toll, axis=axis, group=group)
    return toll


def _by_head(profile: Profile, text: str, weight: float, reason: str) -> Seen | None:
    spoken = set(words_of(text))
    if spoken & words.SHARES or profile.percents > 0.2:
        return Seen(profile.column, "share", 0.9 * weight, (reason,))
    best: tuple[float, int, str] = (0.0, 0, "")
    for role, phrases in words.ROLES.items():
        for phrase in phrases:
            score = fit(text, phrase)
            if score and (score, len(phrase)) > best[:2]:
                best = (score, len(phrase), role)
    sure = best[0] > 0.9 and len(spoken) > 1  # "killed by" names who did it, "date killed" a day
    if not sure and (number := _toll(profile, text, weight, reason)):
        return number
    if best[0] < LEAST and profile.counts + profile.decimals > 0.5:
        if spoken & words.NEED:
            return Seen(profile.column, "need", 0.8 * weight, (reason,))
        if spoken & words.MONEY:
            return Seen(profile.column, "money", 0.8 * weight, (reason,))
    if best[0] < DOUBT:
        return None
    return Seen(profile.column, best[2], round(best[0] * weight, 2), (reason,))


def _toll(profile: Profile, text: str, weight: float, reason: str) -> Seen | None:
    """A number of people, as the head says; with one word in it that is not understood it stays out."""
    spoken = words_of(text)
    harms = {words.HARMS[word] for word in spoken if word in words.HARMS}
    ends = {words.ENDS[word] for word in spoken if word in words.ENDS}
    known = (*words.HARMS, *words.ENDS, *words.GROUPS, *words.AROUND_TOLL)
    if not harms and not (ends and set(spoken) <= {*words.ENDS, *words.AROUND_TOLL, "deaths"}):
        return None
    column = profile.column
    if profile.dates > 0.5 or set(spoken) & words.NO_TOLL:
        return None
    if profile.counts < 0.8:
        if set(spoken) <= {*known}:
            why = f"its head speaks of a number of people, but only {profile.counts:.0%} of its cells are numbers"
            return Seen(column, "toll", 0.4, (reason,), f"{why} (--set 'role.{column}={next(iter(harms), 'killed')}' uses it)")
        return None
    if set(spoken) & words.NEED:
        return Seen(column, "need", 0.8 * weight, (reason,))
    if profile.decimals > 0.02 or profile.percents > 0:
        return Seen(column, "share", 0.9 * weight, (reason, "cells with decimals or percent signs"))
    if set(spoken) & words.MONEY:
        return Seen(column, "money", 0.8 * weight, (reason,))
    groups = {words.GROUPS[word] for word in spoken if word in words.GROUPS}
    odd = [word for word in spoken if word not in known]
    harm = next(iter(harms)) if len(harms) == 1 else None
    toll = Toll(harm, next(iter(ends), "best"), *next(iter(groups), (None, None)))
    seen_ = Seen(
        column, "toll", round(0.95 * weight, 2), (reason, f"{profile.counts:.0%} of its cells are whole numbers"), None, toll
    )
    if len(harms) > 1 or len(ends) > 1 or len(groups) > 1 or set(spoken) & words.TWO_GROUPS:
        return replace(seen_, score=0.5, left="counts several things at once: not used as one number of people")
    if odd:
        return replace(
            seen_,
            score=0.5,
            left=f"what {' '.join(odd)!r} means in its head is not known: --set 'role.{column}={harm}' uses it",
        )
    return seen_


_TAGS = {
    "#date": "date", "#date+occurred": "date", "#date+start": "first", "#date+end": "last", "#date+reported": "other date",
    "#date+birth": "born", "#date+death": "died", "#country": "country", "#adm1": "adm1", "#adm2": "adm2", "#adm3": "adm3",
    "#adm4": "place", "#adm1+code": "adm1 code",
    "#adm2+code": "adm2 code", "#adm3+code": "adm3 code", "#loc": "place", "#loc+name": "place", "#geo+lat": "latitude",
    "#geo+lon": "longitude", "#cause": "means", "#description": "note", "#meta+id": "key", "#event+id": "incident",
    "#event+code": "incident", "#contact": "contact", "#org": "organisation", "#sector": "organisation",
    "#subsector": "activity",
    "#activity": "activity", "#population": "need", "#inneed": "need", "#targeted": "need", "#reached": "need",
    "#service": "activity",
    "#value": "money", "#indicator": "share", "#meta+source": "speaker", "#meta+url": "link",
}  # fmt: skip
_TAG_HARMS = {"killed": Harm.KILLED, "deaths": Harm.KILLED, "injured": Harm.INJURED, "displaced": Harm.DISPLACED,
"idps": Harm.DISPLACED,
              "detained": Harm.DETAINED, "missing": Harm.DISAPPEARED}  # fmt: skip


def _by_tag(profile: Profile, tag: str) -> Seen | None:
    """What an HXL hashtag with its attributes says (HXL 1.1)."""
    name, *attributes = [part.strip() for part in tag.lower().split("+")]
    reason = (f"HXL tag {tag}",)
    if name == "#affected":
        harms = [_TAG_HARMS[one] for one in attributes if one in _TAG_HARMS]
        if len(harms) != 1 or profile.decimals > 0.02:
            return Seen(profile.column, "need" if not harms else "share", 1.0, reason)
        toll = Toll(harms[0])
        for one in attributes:
            if one in words.ENDS:
                toll = replace(toll, end=words.ENDS[one])
            elif one in words.GROUPS:
                toll = replace(toll, axis=words.GROUPS[one][0], group=words.GROUPS[one][1])
        return Seen(profile.column, "toll", 1.0, reason, None, toll)
    for one in attributes:
        if (role := _TAGS.get(f"{name}+{one}")) is not None:
            return Seen(profile.column, role, 1.0, reason)
    role = _TAGS.get(name)
    return None if role is None else Seen(profile.column, role, 1.0, reason)


def _by_cells(profile: Profile) -> Seen | None:
    """What the cells say alone: enough to show, and where they leave nothing else, to use."""
    column = profile.column
    if profile.codes > 0.8:
        return Seen(column, "adm3 code", 0.7, (f"{profile.codes:.0%} of its cells are P-codes of the gazetteer",))
    if profile.sexes > 0.95 and 2 <= profile.distinct <= 6 and profile.yesno < 0.5 and profile.wholes < 0.5:
        return Seen(column, "sex", 0.65, (f"{profile.sexes:.0%} of its cells are words for a sex",))
    if profile.dates > 0.8:
        return Seen(
            column, "date", 0.5, (f"{profile.dates:.0%} of its cells are dates",), "dates whose head does not say of what"
        )
    if set(words_of(column)) & words.GROUPS.keys() and profile.counts > 0.8:
        return Seen(column, None, 0.0, (), "counts a group of people; its head does not say what was done to them")
    if profile.decimals > 0.5:
        return Seen(column, None, 0.0, (), "numbers with decimals: no number of people")
    if profile.places > 0.8 and profile.wholes < 0.2:
        why = f"{profile.places:.0%} of its cells are places of the gazetteer"
        return Seen(
            column, "place", 0.5, (why,), f"places whose head does not say of what: --set 'role.{column}=place' uses it"
        )
    return None


_NEEDS: dict[str, tuple[str, float, str]] = {
    "date": ("dates", 0.5, "dates"), "died": ("dates", 0.5, "dates"), "first": ("dates", 0.5, "dates"), "last": ("dates", 0.5,
    "dates"),
    "sex": ("sexes", 0.5, "words for a sex"), "age": ("ages", 0.5, "ages"), "name": ("names", 0.4, "names"),
    "adm1 code": ("codes", 0.5, "codes of the gazetteer"), "adm2 code": ("codes", 0.5, "codes of the gazetteer"),
    "adm3 code": ("codes", 0.5, "codes of the gazetteer"),
}  # fmt: skip
_NO_NUMBERS = frozenset(["name", "alias", "father", "mother", "occupation", "home", "note", "place", "address", "town",
    "adm1", "adm2", "adm3", "country", "by", "means", "status", "speaker"])  # fmt: skip


def _checked(one: Seen, profile: Profile, coded: bool) -> Seen:
    """The role, confirmed or contradicted by the cells."""
    role = one.role
    if one.left is not None or role is None:
        return one
    if coded and role in ("sex", "by", "means", "status", "age group"):
        return replace(one, reasons=(*one.reasons, "the codebook says what its codes mean"))
    if role in _NEEDS:
        field, least, what = _NEEDS[role]
        share = getattr(profile, field)
        said = f"{share:.0%} of its cells are {what}"
        if share < least:
            return replace(one, score=min(one.score, 0.4), left=f"its head says {role}, but only {said}")
        return replace(one, reasons=(*one.reasons, said))
    if role in ("latitude", "longitude"):
        most = 90 if role == "latitude" else 180
        if profile.least is None or profile.most is None or profile.least < -most or profile.most > most:
            return replace(one, score=0.3, left="its head says degrees, but its cells are none")
    if role in ("key", "running number"):
        if profile.running:
            return replace(one, role="running number", reasons=(*one.reasons, "its cells count on from row to row"))
        if not profile.unique:
            return replace(one, role="key", score=0.4, left="not one text a row: no key of a row")
        return replace(one, role="key", score=max(one.score, 0.8), reasons=(*one.reasons, "every row has its own"))
    if role == "speaker" and profile.links > 0.5:
        return replace(one, role="link")
    if role in _NO_NUMBERS and profile.wholes + profile.decimals > 0.8 and not profile.codes:
        return replace(
            one, score=0.4, left=f"its head says {role}, but its cells are numbers: codes that a --codebook may explain"
        )
    return one


def _apart(made: Sequence[Seen], forced: Mapping[str, str], places: Mapping[str, float]) -> list[Seen]:
    """One column a role, where a role has room for one: the surest; where two are equally sure, neither."""
    groups: dict[object, list[Seen]] = {}
    for one in made:
        if one.used and one.role not in MANY:
            groups.setdefault((one.role, one.toll), []).append(one)
    out: dict[str, str] = {}
    for group in groups.values():
        ranked = sorted(group, key=lambda one: (one.column not in forced, -(one.score + _by_places(one, places))))
        if len(ranked) < 2:
            continue
        first, second = ranked[0], ranked[1]
        tie = first.score + _by_places(first, places) - second.score - _by_places(second, places) < _SAME and not (
            first.column in forced and second.column not in forced
        )
        for one in ranked if tie else ranked[1:]:
            role = one.role if one.toll is None else f"{one.toll.harm} {one.toll.end}"
            others = ", ".join(repr(other.column) for other in ranked if other is not one)
            out[one.column] = (
                f"{others} may be the {role} as well: choose one (--set 'role.{one.column}={role}')"
                if tie
                else f"{first.column!r} is the surer {role}"
            )
    return [replace(one, left=out[one.column]) if one.column in out else one for one in made]


def _by_places(one: Seen, places: Mapping[str, float]) -> float:
    """Of two columns of areas, that is the surer one whose cells the gazetteer knows."""
    return places.get(one.column, 0.0) if (one.role or "").startswith("adm") else 0.0
