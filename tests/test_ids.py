"""Names of records: canonical, keyed, refusing what JSON readers disagree on."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from litany import ids
from litany.errors import StoreError

KEYS = st.text(alphabet=st.characters(codec="ascii"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_form_is_rfc_8785(value: Any) -> None:
    """Our bytes are those of an independent implementation of the standard."""
    assert ids.canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [1.5, {"a": [0.0]}, 2**60, {"ä": 1}, {1: 2}, b"x"])
def test_what_json_readers_disagree_on_is_refused(value: Any) -> None:
    """Floats, huge numbers and odd keys never enter an id."""
    with pytest.raises(StoreError):
        ids.canonical(value)


@given(VALUES, VALUES)
def test_ids_tell_kinds_and_values_apart(a: Any, b: Any) -> None:
    """Different kinds or values never share an id; another key gives another id."""
    key, other = ids.IdKey(b"k" * 32), ids.IdKey(b"o" * 32)
    assert key.of("x", a) != key.of("y", a)
    assert key.of("x", a) != other.of("x", a)
    assert (key.of("x", a) == key.of("x", b)) == (ids.canonical(a) == ids.canonical(b))


@given(st.binary(min_size=20, max_size=20))
def test_an_id_survives_its_text(raw: bytes) -> None:
    """Reading back what is shown gives the id."""
    assert ids.read(ids.show(raw)) == raw


@pytest.mark.parametrize("text", ["", "abc", "1" * 32, "a" * 33])
def test_what_is_no_id_is_refused(text: str) -> None:
    """A typing mistake is an error, never another id."""
    with pytest.raises(StoreError):
        ids.read(text)


def test_a_short_key_is_refused() -> None:
    """An id key that could be guessed is no key."""
    with pytest.raises(StoreError):
        ids.IdKey(b"short")
