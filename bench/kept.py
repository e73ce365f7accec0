"""Where do the answers of a long run stay, so that one that was stopped goes on where it was, and by the same code?"""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_CODE = (
    "src/litany/estimates/**/*.py",
    *(f"bench/{name}.py" for name in ("mechanisms", "populations", "pool_choices", "estimates_coverage")),
)


def path_of(what: str) -> Path:
    """The file of these answers by the code as it is: who changes a line of the estimators asks them anew."""
    code = hashlib.sha256(b"\0".join(path.read_bytes() for one in _CODE for path in sorted(ROOT.glob(one))))
    return ROOT / "bench" / "out" / f"{what}-{code.hexdigest()[:12]}.jsonl"
