"""What we promise about the record of a statement: absent fields stay absent, and nothing unknown slips in."""

from __future__ import annotations

import msgspec
import pytest

from litany.ids import canonical, canonical_trusted
from litany.types.statement import Part, Person, Speaker, Statement, Toll, When, Where
from litany.values.terms import AgeGroup, Harm, Level, Modality

BARE = Statement(
    schema=1, facet="killed", source="s", modality=Modality.ASSERTED, level=Level.INCIDENT, harm=Harm.KILLED, toll=Toll(low=0)
)


def test_what_a_source_leaves_out_stands_nowhere() -> None:
    """A missing date, place, age or perpetrator is no null and no empty text: the field is not there."""
    assert canonical(BARE) == (
        b'{"facet":"killed","harm":"killed","level":"incident","modality":"asserted","schema":1,"source":"s","toll":{"low":0}}'
    )


def test_nobody_is_not_the_same_as_nothing_said() -> None:
    """A toll of 0 is a statement, a toll that is not stated is none."""
    assert canonical(Toll(best=0)) != canonical(Toll())


def test_a_statement_reads_back_as_it_was() -> None:
    """Every field survives its canonical form, and the quick form is the canonical one."""
    full = msgspec.structs.replace(
        BARE,
        speakers=(Speaker("s"), Speaker("ဦးဘ", root=True)),
        toll=Toll(1, 2, 3, (Part("age", age=AgeGroup.CHILD, best=1, text="one"),)),
        person=Person(names=("မမ", "Ma Ma"), age="17"),
        when=When("2021-02", 737822, 737849, 4, "February 2021", "23:30"),
        where=Where("Laiza", "MMR001", 1, "24.7", "97.5"),
    )
    assert msgspec.json.decode(canonical(full), type=Statement) == full
    assert canonical_trusted(full) == canonical(full)


@pytest.mark.parametrize("more", ['"colour":"red"', '"harm":"murdered"', '"toll":{"low":"3"}', '"toll":{"low":1.5}'])
def test_what_is_not_a_statement_is_refused(more: str) -> None:
    """An unknown field, a word outside the vocabulary and a number that is a text or a fraction are errors."""
    text = canonical(BARE).decode().removesuffix("}").replace(',"toll":{"low":0}', "")
    if "harm" in more:
        text = text.replace('"harm":"killed",', "")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(f"{text},{more}}}".encode(), type=Statement)
