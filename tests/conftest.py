"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No test is a stopwatch: a busy machine is no failure.
settings.register_profile("litany", deadline=None)
settings.load_profile("litany")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that lies beside the checkout on our machines; tests that need it skip elsewhere."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data are not here ({folder.name} beside the checkout); this test needs them")
    return folder
