"""``python -m litany``."""

from __future__ import annotations

from litany.cli.app import main

if __name__ == "__main__":
    main()
