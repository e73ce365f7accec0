"""The command line: ``litany``. Commands load their code only when they run, so that ``--help`` is quick."""

from __future__ import annotations

from litany.cli.app import main

__all__ = ["main"]
