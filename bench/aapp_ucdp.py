"""Are the incidents right that Litany links in two real lists without gold: AAPP's fatalities and UCDP GED's events in Myanmar?

    python -m bench.aapp_ucdp [--draws 400] [--case FOLDER]

One person read 130 pairs of a row of AAPP and an event of UCDP, in full, and said of each whether the event is the killing of
which the row tells (`aapp_ucdp_pairs.csv`): 100 drawn at random of the 377 that the draws of commit 19aeea7 held together with
a probability of at least a half, and 30 of the 1,366 with 0.05 up to a half. "Same" means that the row's day, place and dead
fit what the event covers. Where UCDP has several rows for one raid and it cannot be said which is meant, it cannot be told.

Later draws held other pairs together, which nobody had read. So 16 more were read ("fresh"), drawn at random (seed 20261128) of
the 369 unread ones with at least a half under the weights that this showed to be needed: by another reader, who saw the
probabilities, so that these are the softer judgements.

The case is made again from the files, and the judged pairs are looked up in it. This tells what became of the pairs judged, and
is no precision of whatever is linked later; of the links under which "fresh" was drawn, it is one. Pairs of one event hang
together, so what is right is also given by event. Without the files it says so and ends.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from litany.case.case import Case
from litany.counts.count import counter
from litany.linkage.evaluate_probability import reliability, wilson
from litany.preserve.add import Facts, add
from litany.registry.links import links
from litany.steps.run import run

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "myanmar"
AAPP, UCDP = "aapp-fatality-list-2022-04-15.pdf", "ucdp-ged-myanmar.csv"
PAIRS = Path(__file__).with_name("aapp_ucdp_pairs.csv")
SAME, DIFFERENT, UNTOLD = "same", "different", "cannot tell"
STRATA = {"likely": 377, "doubtful": 1366}  # how many pairs each was drawn from
FRESH = "fresh"  # drawn later, of other pairs: not weighed with those
EDGES = (0, 0.05, 0.2, 0.5, 0.6, 0.7, 0.9, 1)
Pair = tuple[str, str]


class Judged(Struct, frozen=True):
    """A pair that a person read: AAPP's row (``file:row``), UCDP's event, its probability when it was drawn."""

    aapp_row: str
    ucdp_event: str
    probability: float
    stratum: str
    judged: str
    reason: str

    @property
    def pair(self) -> Pair:
        """The two rows."""
        return self.aapp_row, self.ucdp_event


def judged(path: Path = PAIRS) -> list[Judged]:
    """All pairs that were read."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Judged(row["aapp_row"], row["ucdp_event"], float(row["probability"]), row["stratum"], row["judged"], row["reason"])
            for row in csv.DictReader(file)
        ]


def built(folder: Path, draws: int, data: Path = DATA) -> Case:
    """A case of the two lists, linked."""
    case = Case.create(folder, title="AAPP and UCDP", draws=draws)
    for name in (AAPP, UCDP):
        list(add(case, [str(data / name)], Facts()))
    run(case)
    return case


def held(case: Case, data: Path = DATA) -> dict[Pair, float]:
    """How probable it is that a row of AAPP and an event of UCDP are one incident; what is hardly ever so is left out."""
    with (data / UCDP).open(encoding="utf-8", newline="") as file:
        events = {f"{UCDP}:{number}": row["id"] for number, row in enumerate(csv.DictReader(file), start=2)}
    found: dict[Pair, float] = {}
    for one in links(case, counter(case).register):
        if one.row not in events and one.incident is not None:
            for other in one.incident.others:
                if other.row in events:
                    pair = one.row, events[other.row]
                    found[pair] = max(found.get(pair, 0.0), other.probability)
    return found


def told(read: Iterable[Judged]) -> str:
    """Right and wrong among some pairs, with the interval of the share that is right, by pair and by event."""
    by_event: dict[str, list[bool]] = defaultdict(list)
    untold = 0
    for one in read:
        if one.judged == UNTOLD:
            untold += 1
        else:
            by_event[one.ucdp_event].append(one.judged == SAME)
    right, told_ = sum(map(sum, by_event.values())), sum(map(len, by_event.values()))
    if not told_:
        return f"none right, none wrong, {untold} cannot be told"
    low, high = wilson(right / told_, told_)
    mean = sum(sum(votes) / len(votes) for votes in by_event.values()) / len(by_event)
    widest = wilson(mean, len(by_event))
    return (
        f"{right} right, {told_ - right} wrong, {untold} cannot be told: precision {right / told_:.3f}"
        f" ({low:.3f} to {high:.3f}); mean of {len(by_event)} events {mean:.3f} ({widest[0]:.3f} to {widest[1]:.3f})"
    )


def table(read: Sequence[Judged], now: Mapping[Pair, float]) -> None:
    """Print what was said of pairs (now) and what a person found; the sample's strata are weighed by what they stand for."""
    read = [one for one in read if one.stratum in STRATA]
    drawn = Counter(one.stratum for one in read)
    known = [one for one in read if one.judged != UNTOLD]
    said, found = [now.get(one.pair, 0.0) for one in known], [one.judged == SAME for one in known]
    weights = [STRATA[one.stratum] / drawn[one.stratum] for one in known]
    for bin_ in reliability(said, found, weights, EDGES).bins:
        untold = sum(one.judged == UNTOLD and bin_.low <= now.get(one.pair, 0.0) < bin_.high + (bin_.high == 1) for one in read)
        print(
            f"  {bin_.low:.2f} to {bin_.high:.2f}: {bin_.pairs:3} told, said {bin_.predicted:.3f}, found {bin_.observed:.3f}"
            f" ({bin_.interval_low:.3f} to {bin_.interval_high:.3f}); {untold} cannot be told"
        )


def show(read: Sequence[Judged], now: Mapping[Pair, float]) -> None:
    """Print what the pairs that were read say of these links."""
    joined = [one for one in read if now.get(one.pair, 0.0) >= 0.5]
    likely = {pair for pair, probability in now.items() if probability >= 0.5}
    events = len({event for _, event in likely})
    print(f"{len(likely)} pairs of {events} events have at least 0.5; of those {len(joined)} were read")
    print(f"when they were drawn:  {told(one for one in read if one.stratum == 'likely')}")
    print(f"  with 0.05 to 0.5:    {told(one for one in read if one.stratum == 'doubtful')}")
    print(f"read later:            {told(one for one in read if one.stratum == FRESH)}")
    print(f"now held with 0.5:     {told(one for one in joined if one.stratum != FRESH)}")
    print(f"  with those later:    {told(joined)}")
    for verdict in (DIFFERENT, SAME, UNTOLD):
        of = [one for one in read if one.judged == verdict and one.stratum != FRESH]
        print(f"judged {verdict}: {len(of)}, of which {sum(one in joined for one in of)} are joined now")
    print("probability now, and the share judged the same:")
    table(read, now)


def main() -> None:
    """Make the case, and print how the links fare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--case", type=Path, help="a case of the two lists that is there already")
    asked = parser.parse_args()
    if not all((DATA / name).exists() for name in (AAPP, UCDP)):
        print(f"{AAPP} and {UCDP} are not in {DATA}: left out")
        return
    read = judged()
    if asked.case is not None:
        with closing(Case(asked.case)) as case:
            show(read, held(case))
        return
    with TemporaryDirectory() as folder, closing(built(Path(folder) / "case", asked.draws)) as case:
        show(read, held(case))


if __name__ == "__main__":
    main()
