"""How is a record named so that the same record always gets the same name, and no stranger can guess it?

An id is HMAC-SHA256 (RFC 2104) under the case's id key over canonical JSON (RFC 8785), cut to 160 bits. The key
makes ids useless to somebody who guesses at content ("is this witness in the case?"). Ids are never sorted by or
seeded from. Floats are refused: decimals travel as strings, so that one value has one spelling.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import msgspec

from litany.errors import StoreError

ID_BYTES = 20
_encoder = msgspec.json.Encoder(order="sorted", decimal_format="string")


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON of structs, dicts with ASCII keys, lists, strings, whole numbers, booleans and null.

    Raises StoreError for a float or for a whole number of 2**53 or more, which JSON readers do not agree on.
    """
    plain = msgspec.to_builtins(value, builtin_types=(bytes, bytearray, memoryview))
    _refuse_unsafe(plain)
    return _encoder.encode(plain)


def canonical_trusted(value: Any) -> bytes:
    """Like `canonical`, without the walk: for typed records that can hold no float and no huge number."""
    return _encoder.encode(value)


def _refuse_unsafe(value: Any) -> None:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    if isinstance(value, float):
        raise StoreError(f"{value!r} is a float: write decimals as strings in a record")
    if isinstance(value, int):
        if abs(value) >= 2**53:
            raise StoreError(f"{value} is too large for JSON: write it as a string")
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise StoreError(f"key {key!r} of a record is not ASCII text")
            _refuse_unsafe(inner)
        return
    if isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_unsafe(inner)
        return
    raise StoreError(f"{type(value).__name__} has no canonical form")


def sha256(data: bytes) -> str:
    """Hex SHA-256, the name of bytes in the vault."""
    return hashlib.sha256(data).hexdigest()


class IdKey:
    """Names records of one case (or of cases that joined it)."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise StoreError("an id key has at least 32 bytes")
        self._key = key

    def raw(self, body: bytes) -> bytes:
        """The id (20 bytes) of canonical JSON."""
        return hmac.digest(self._key, body, "sha256")[:ID_BYTES]

    def of(self, kind: str, value: Any) -> bytes:
        """The id (20 bytes) of a record of this kind; the kind is inside, so that kinds never share an id."""
        return self.raw(canonical([kind, value]))


def show(raw: bytes) -> str:
    """An id as text: 32 characters of lower-case base32."""
    return base64.b32encode(raw).decode("ascii").lower()


def read(text: str) -> bytes:
    """The id from its text. Raises StoreError when it is no id."""
    try:
        raw = base64.b32decode(text.upper())
    except ValueError as problem:
        raise StoreError(f"{text!r} is no id: an id has 32 letters and digits") from problem
    if len(raw) != ID_BYTES:
        raise StoreError(f"{text!r} is no id: an id has 32 letters and digits")
    return raw
