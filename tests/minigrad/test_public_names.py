"""What minigrad and nn give: each name listed once, for the type checker as for the program."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

import minigrad as mg
import nn

INIT = Path(mg.__file__)
LATER = {package: sorted(names.split()) for package, names in mg._LATER.items() if names}


def test_all_is_what_is_there():
    assert mg.__all__ == sorted(set(mg.__all__))
    assert {"exp", "concat", "grad", "Tensor", "OPS", "kernels", "linalg"} <= set(mg.__all__)
    assert not {"np", "types", "typing", "importlib", "forks", "tensor.tensor"} & set(mg.__all__)
    for name in mg.__all__:
        assert not isinstance(getattr(mg, name), ModuleType) or name in ("kernels", "linalg")


def test_a_star_import_gives_all():
    names = {}
    exec("from minigrad import *", names)
    assert set(mg.__all__) == set(names) - {"__builtins__"}


@pytest.mark.parametrize("package", LATER)
def test_what_is_loaded_later_is_what_its_package_gives(package):
    """The checker sees `from minigrad.<package> import *`, all that the package imports `x as x`."""
    tree = ast.parse((INIT.parent / package / "__init__.py").read_text())
    aliases = [alias for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert sorted(alias.name for alias in aliases if alias.name == alias.asname) == LATER[package]


GATHERING = [
    INIT,
    INIT.parent / "linalg.py",
    *map(Path, (mg.array_api.__file__, nn.__file__, nn.functional.__file__)),
]


@pytest.mark.parametrize("path", GATHERING, ids=lambda path: path.relative_to(INIT.parents[1]).as_posix())
def test_each_name_is_imported_once_in_order_and_for_the_checker_too(path):
    """`x as x` is what strict type checkers take for a name that a package gives."""
    statements = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ImportFrom)]
    modules = [statement.module for statement in statements]
    assert modules == sorted(set(modules))
    for statement in statements:
        names = [alias.name for alias in statement.names]
        assert names == sorted(names, key=_order), statement.module
        if statement.module not in ("minigrad", "nn"):
            assert [alias.asname for alias in statement.names] == names


def _order(name):
    """Constants, classes, functions, each by the alphabet, with numbers as numbers."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return kind, [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name.lower())]
