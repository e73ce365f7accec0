"""How much work is a call? Counted, or compared with a like one in the same run: a busy machine must fail no test."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType


def calls_in(work: Callable[[], object]) -> int:
    """How many functions, of Python and of C, ``work`` calls. What a C function does inside is not seen."""
    count = 0

    def seen(frame: FrameType, event: str, what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def least_time(work: Callable[[], object]) -> float:
    """The least of five times (seconds of computing of this thread) that ``work`` takes."""
    times = []
    for _ in range(5):
        began = time.thread_time()
        work()
        times.append(time.thread_time() - began)
    return min(times)
