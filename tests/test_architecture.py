"""The import order of DESIGN holds: nothing imports what comes after it, and nothing hides an import."""

from __future__ import annotations

import ast
from pathlib import Path

import litany

ROOT = Path(litany.__file__).parent
ORDER = (
    ("errors",),
    ("ids",),
    ("compiled",),
    ("values",),
    ("types",),
    ("store",),
    ("case",),
    ("preserve",),
    ("documents",),
    ("statements",),
    ("linkage",),
    ("registry",),
    ("counts",),
    ("estimates",),
    ("findings",),
    ("publish",),
    ("steps",),
    ("desk",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(ORDER) for name in names}


def imports(tree: ast.AST) -> list[tuple[str, int, bool]]:
    """Every import of our own code: (module, line, whether it stands at the top of the file)."""
    top = {id(node) for node in ast.iter_child_nodes(tree)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            if node.level:
                raise AssertionError(f"line {node.lineno}: write imports of our own code in full")
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found += [(name, node.lineno, id(node) in top) for name in names if name.split(".")[0] == "litany"]
    return found


def test_imports_run_one_way_and_stand_at_the_top() -> None:
    """A module imports only packages before its own in the flow; none of our imports hides in a function or a branch."""
    wrong = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in ("__init__", "__main__"):
            continue
        for name, line, at_top in imports(ast.parse(path.read_text(encoding="utf-8"))):
            target = name.split(".")[1]
            if target not in RANK:
                if target != "__version__":
                    wrong.append(f"{path.name}:{line} imports litany.{target}, which has no place in the order")
            elif RANK[target] > RANK[parts[0]]:
                wrong.append(f"{'/'.join(parts)}:{line} imports {name}, which comes later")
            if not at_top:
                wrong.append(f"{'/'.join(parts)}:{line} hides an import of {name}")
    assert not wrong, "\n".join(wrong)


def test_the_order_covers_every_package() -> None:
    """A new package must find its place in the order before it can be imported."""
    names = {p.stem if p.is_file() else p.name for p in ROOT.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    assert names - {"__init__", "__main__"} <= set(RANK)
