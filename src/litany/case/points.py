"""At which moments may a crash leave a case half written? Each is named, so that a test can stop the process there."""

from __future__ import annotations

from collections.abc import Callable

# In the order in which adding one document passes them.
ADD = (
    "incoming-claimed",  # the claim file of this adding exists and is locked
    "incoming-open",  # the temporary file exists, empty
    "incoming-half",  # some bytes are in it
    "incoming-synced",  # all bytes are in it and on disk
    "claim-written",  # the claim names the sha256 that is about to enter the vault
    "vault-renamed",  # the bytes stand in the vault, the folder is not yet synced
    "vault-synced",  # the bytes are believed
    "row-inserted",  # inside the transaction
    "committed",  # the record and its custody line are in the database
    "custody-half",  # half a line is in the custody file
    "custody-appended",  # the line is in the custody file
    "claim-removed",  # nothing is left to do
)

_hook: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Called at each point; does nothing unless a test has set a hook."""
    if _hook is not None:
        _hook(name)


def set_hook(hook: Callable[[str], None] | None) -> None:
    """For tests: what to do at each point."""
    global _hook
    _hook = hook
