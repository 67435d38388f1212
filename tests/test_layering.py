"""Who may import whom: minigrad NumPy alone, nn minigrad's public names, nobody what stands above."""

import ast
import functools
import subprocess
import sys
from pathlib import Path

import minigrad as mg
from docs.imports import ROOT, Import, edges, files, imports_of, module_name
from tests.cases import each

DRAWING = {"graphviz", "pygraphviz"}
COMPILED = "minigrad.kernels.compiled"  # the one module that imports Numba, itself imported when needed
# Of nn's modules those that import one thing more, where and when it is needed.
OPTIONAL = {
    "nn.training.progress": {"tqdm"},
    "nn.training.event_log": {"tensorboard"},
    "nn.convert.torch_tensors": {"torch"},
    "nn.exporting.onnx_file": {"onnx"},
    "nn.pictures.figures": {"matplotlib"},
    "nn.parallel.mpi": {"mpi4py"},
}
ABOVE = {"examples", "tests", "benchmarks", "docs"}


def place(path: Path, statement: Import) -> str:
    return f"{path.relative_to(ROOT)}:{statement.line} imports {statement.module}"


def test_there_is_something_to_check():
    assert len(files("minigrad")) > 30
    assert len(files("nn")) > 5
    assert any(statement.module == "numpy" for statement in imports_of(ROOT / "minigrad" / "graph.py"))


@each("path", files("minigrad"), ids=module_name)
def test_minigrad_imports_numpy_and_the_standard_library_alone(path):
    for statement in imports_of(path):
        if statement.root in DRAWING:
            assert path.parent.name == "drawing", place(path, statement)
            assert statement.lazy or statement.typing_only, f"{place(path, statement)} before it is needed"
        elif statement.root == "numba":
            assert module_name(path) == COMPILED, place(path, statement)
        elif statement.root == "threadpoolctl":
            assert statement.lazy, place(path, statement)
            assert module_name(path) == "minigrad.autodiff.threads", place(path, statement)
        else:
            named = {statement.module, f"{statement.module}.{statement.name}"}
            assert statement.lazy or COMPILED not in named, place(path, statement)
            allowed = {"minigrad", "numpy"} | sys.stdlib_module_names
            assert statement.root in allowed, place(path, statement)


@each("path", files("nn"), ids=module_name)
def test_nn_imports_minigrads_public_names(path):
    public = set(mg.__all__)
    tree = ast.parse(path.read_text())
    for statement in imports_of(path):
        if statement.root in OPTIONAL.get(module_name(path), ()):
            assert statement.lazy, f"{place(path, statement)} before it is needed"
            continue
        allowed = {"nn", "minigrad", "numpy"} | sys.stdlib_module_names
        assert statement.root in allowed, place(path, statement)
        if statement.root == "minigrad":
            assert statement.module == "minigrad", f"{place(path, statement)}: not its public names"
            assert statement.name is None or statement.name in public, place(path, statement)
    names = {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names if alias.name == "minigrad"}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names:
            assert node.attr in public, f"{path.relative_to(ROOT)}:{node.lineno} uses mg.{node.attr}"


@each("path", files("minigrad") + files("nn"), ids=module_name)
def test_nothing_imports_what_stands_above_it(path):
    above = ABOVE | ({"nn"} if path.is_relative_to(ROOT / "minigrad") else set())
    for statement in imports_of(path):
        assert statement.root not in above, place(path, statement)


@functools.cache
def imports_within(package: str) -> dict[str, set[str]]:
    """For each module, those of its package that it imports, at once or when it is used."""
    return edges([package], lazy=True)


def cycle_in(graph: dict[str, set[str]]) -> list[str]:
    """Some cycle, or nothing: modules without imports left are taken away until none is."""
    left = {name: set(wanted) & set(graph) for name, wanted in graph.items()}
    while True:
        done = {name for name, wanted in left.items() if not wanted}
        if not done:
            return sorted(left)
        left = {name: wanted - done for name, wanted in left.items() if name not in done}


@each("package", ["minigrad", "nn"])
def test_no_module_imports_itself_in_a_circle(package):
    """A package's __init__ gathers its modules; who imports the package itself has an edge to all."""
    assert cycle_in(imports_within(package)) == []


def test_a_cycle_would_be_found():
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c", "d"]
    assert cycle_in({"a": {"b"}, "b": set()}) == []


def test_no_import_is_hidden_from_these_tests():
    """Modules are imported by statements; only minigrad itself, above all others, does it by name."""
    by_name = {"import_module", "__import__"}
    for path in files("minigrad") + files("nn"):
        nodes = ast.walk(ast.parse(path.read_text()))
        named = {getattr(node, "attr", getattr(node, "id", None)) for node in nodes}
        assert not named & by_name or module_name(path) == "minigrad", path


# The files and folders of each package in order: each imports from itself and from those before it, and the
# package's own __init__ from all of them.
ORDER = {
    "minigrad": """
        modes registry parameters settings forks decorated dtype_like plain numpy_names
        contexts gradients graph watching
        mistakes convert lists as_given pages
        tensor dlpack arguments rules operation primitive fused composite
        kernels ops linalg
        autodiff checking debugging drawing exploring array_api array_namespace
        learn commands __main__
    """,
    "minigrad.ops": """
        typing floats alias rotate
        shape elementwise indexing assembly reduction product
        ordering convolution pooling linalg fused
    """,
    "nn": """
        mistakes inputs sizes nest rows masks init batch_first
        functional
        parameter foreign_state state hooks constructors moving module_tree module evaluating
        container parameter_container functional_call summary
        layers attending pictures ranks explain recurrent
        decoding seq2seq
        optim utils convert
        saving exporting data parallel training
    """,
}


@each("package", ORDER)
def test_each_part_imports_from_those_before_it(package):
    order = ORDER[package].split()
    graph = imports_within(package.split(".")[0])

    def part(module: str) -> str:
        return module.removeprefix(f"{package}.").split(".")[0]

    inside = {name for name in graph if name.startswith(f"{package}.")}
    assert sorted(order) == sorted(set(map(part, inside))), "each part stands in the list once"
    upwards = [
        f"{name} imports {wanted}"
        for name in sorted(inside)
        for wanted in sorted(graph[name] & inside)
        if order.index(part(wanted)) > order.index(part(name))
    ]
    assert not upwards


def reached_from(module: str) -> set[str]:
    """Every module of minigrad that `module` comes to import, sooner or later."""
    graph, found, stack = imports_within("minigrad"), set(), [module]
    while stack:
        for name in graph.get(stack.pop(), ()):
            if name not in found:
                found.add(name)
                stack.append(name)
    return found


def test_the_walk_knows_neither_tensors_nor_ops():
    assert reached_from("minigrad.graph") == {"minigrad.modes", "minigrad.gradients"}
    assert reached_from("minigrad.registry") == set()
    assert reached_from("minigrad.modes") == reached_from("minigrad.gradients") == set()
    assert not any(name.startswith("minigrad.ops") for name in reached_from("minigrad.tensor"))


def test_ops_do_not_know_the_functions_over_them():
    for path in files("minigrad/ops"):
        reached = reached_from(module_name(path))
        assert not reached & {"minigrad.autodiff", "minigrad.checking", "minigrad.drawing"}, path


def modules_after(code: str) -> set[str]:
    printed = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sorted(sys.modules))"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    return set(printed.stdout.split())


def test_importing_minigrad_loads_nothing_but_numpy():
    with_numpy = modules_after("import numpy.random")  # which NumPy loads when first named
    roots = {name.split(".")[0] for name in modules_after("import minigrad") - with_numpy}
    assert roots - {"minigrad", "numpy"} <= set(sys.stdlib_module_names), roots
    assert not roots & {"graphviz", "pygraphviz", "matplotlib", "numba", "scipy", "torch", "nn"}


def test_importing_nn_loads_nothing_but_minigrad():
    roots = {name.split(".")[0] for name in modules_after("import nn") - modules_after("import numpy.random")}
    assert roots - {"minigrad", "nn", "numpy"} <= set(sys.stdlib_module_names), roots
