"""Who imports whom, read from the source without running it: for the map, and for the tests of layering."""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeGuard

ROOT = Path(__file__).resolve().parent.parent


class Import(NamedTuple):
    """One import statement: the module, the name taken from it, and whether it runs with the file."""

    module: str
    name: str | None
    lazy: bool
    typing_only: bool
    line: int

    @property
    def root(self) -> str:
        return self.module.split(".")[0]


def imports_of(path: Path) -> list[Import]:
    found: list[Import] = []

    def visit(node: ast.AST, lazy: bool, typing_only: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(a.name, None, lazy, typing_only, node.lineno) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            found.extend(
                Import(node.module or "", a.name, lazy, typing_only, node.lineno) for a in node.names
            )
        lazy = lazy or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for child in ast.iter_child_nodes(node):
            visit(child, lazy, typing_only or (_is_for_the_checker(node) and child in node.body))

    visit(ast.parse(path.read_text("utf-8")), False, False)
    return found


def _is_for_the_checker(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def files(package: str, root: Path = ROOT) -> list[Path]:
    return sorted((root / package).rglob("*.py"))


def module_name(path: Path, root: Path = ROOT) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def edges(packages: Iterable[str], root: Path = ROOT, lazy: bool = False) -> dict[str, set[str]]:
    """For each module of the packages, those of them that it imports; `lazy`: or when it is used."""
    packages = tuple(packages)
    modules = {module_name(path, root): path for package in packages for path in files(package, root)}
    graph = {}
    for name, path in modules.items():
        wanted = set()
        for statement in imports_of(path):
            if (statement.lazy and not lazy) or statement.typing_only or statement.root not in packages:
                continue
            within = f"{statement.module}.{statement.name}"
            wanted.add(within if within in modules else statement.module)
        graph[name] = wanted - {name}
    return graph
