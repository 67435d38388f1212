"""The pages of CONTRIBUTING.md, followed word by word in a copy of the repository, end in green tests."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

long = pytest.mark.skipif(
    os.environ.get("MINIGRAD_LONG") != "1", reason="a minute and more: MINIGRAD_LONG=1 runs it"
)

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
COPIED = ("minigrad", "nn", "examples", "tests", "docs")

# "In `path`, after `line` why:", "At the end of `path` why:" or "A new file, `path`, why:", then the block.
STEP = re.compile(
    r"^(?P<how>In|At the end of|A new file,) `(?P<path>[^`]+)`"
    r"(?:, (?P<where>after|in place of) `(?P<line>[^`]+)`)?(?:(?!\n\n).)*:\n\n"
    r"^```python\n(?P<block>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


class Step(NamedTuple):
    how: str
    path: str
    where: str | None
    line: str | None
    block: str

    def applied_to(self, text: str) -> str:
        if self.how == "A new file,":
            assert not text, f"{self.path} is there already"
            return self.block
        if self.how == "At the end of":
            return f"{text}\n\n{self.block}"
        assert self.line, f"the page does not say where in {self.path}"
        lines = text.splitlines(keepends=True)
        places = [i for i, line in enumerate(lines) if self.line in line]
        assert len(places) == 1, f"{len(places)} lines of {self.path} have {self.line!r} in them"
        end = places[0] + 1
        lines[end if self.where == "after" else end - 1 : end] = [self.block]
        return "".join(lines)


def page(title: str) -> str:
    return re.split(r"^## ", TEXT.partition(f"\n## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def steps(title: str) -> list[Step]:
    return [Step(**found.groupdict()) for found in STEP.finditer(page(title))]


def commands(title: str) -> list[list[str]]:
    """The test commands that a page ends with."""
    return [
        shlex.split(line) for line in re.findall(r"^    (python -m pytest .*)$", page(title), re.MULTILINE)
    ]


def follow(title: str, copy: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "results")
    for package in COPIED:
        shutil.copytree(ROOT / package, copy / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", copy)
    for step in steps(title):
        path = copy / step.path
        text = path.read_text("utf-8") if path.exists() else ""
        path.write_text(step.applied_to(text), "utf-8")


def run(command: list[str], copy: Path) -> subprocess.CompletedProcess[str]:
    assert command[0] == "python"
    environment = {**os.environ, "PYTHONPATH": str(copy), "MINIGRAD_LONG": ""}
    return subprocess.run(
        [sys.executable, *command[1:], "-p", "no:cacheprovider"],
        cwd=copy, env=environment, capture_output=True, encoding="utf-8",
    )  # fmt: skip


def passes(lines: list[list[str]], copy: Path) -> None:
    for command in lines:
        ran = run(command, copy)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert " passed" in ran.stdout


# Of the code of each page, what could be written wrong, and how.
MISTAKES = {
    "An elementwise op": (
        "vjp(x=lambda g, x: g * np.sin(x) * 0.5)",
        "vjp(x=lambda g, x: g * np.sin(x) * 0.51)",
    ),
    "A fused op": ("slope = 1 - residuals * residuals", "slope = 1 - residuals"),
    "A layer": (".swapaxes(1, 2)  #", "  #"),
    "An optimiser": ("[longer, shorter], 1.0)", "[shorter, longer], 1.0)"),
    "An example": ("batch[1].astype(np.float32)", "1.0 - batch[1]"),
}


def make_a_mistake(title: str, copy: Path) -> None:
    right, wrong = MISTAKES[title]
    path = copy / next(step.path for step in steps(title) if right in step.block)
    text = path.read_text("utf-8")
    assert text.count(right) == 1
    path.write_text(text.replace(right, wrong), "utf-8")


PAGES = {
    "An elementwise op": 6,
    "A fused op": 8,
    "A layer": 9,
    "An optimiser": 10,
    "An example": 5,
}


@pytest.mark.parametrize("title", PAGES)
def test_a_page_has_its_steps_and_each_block_says_where_it_goes(title):
    assert len(steps(title)) == PAGES[title] == page(title).count("```python")
    assert commands(title)


def test_the_pages_are_all_there_are():
    titles = re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    assert titles == ["The map", "How to read the pages below", *PAGES, "A release"]


@pytest.mark.parametrize("title", PAGES)
def test_the_mistake_tried_on_a_page_changes_what_stands_there(title):
    assert sum(step.block.count(MISTAKES[title][0]) for step in steps(title)) == 1


@pytest.mark.slow
def test_the_op_of_the_page_passes_its_checks_and_a_wrong_derivative_does_not(tmp_path):
    title = "An elementwise op"
    follow(title, tmp_path)
    command = commands(title)[0]
    right = run(command, tmp_path)
    assert right.returncode == 0, right.stdout + right.stderr
    # values, gradients and the contract of the op, beside PyTorch where that is; and three tests over all ops
    assert int(re.search(r"(\d+) passed", right.stdout)[1]) >= 6

    make_a_mistake(title, tmp_path)
    wrong = run(command, tmp_path)
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    assert "FAILED tests/minigrad/test_ops.py::test_gradients_and_their_gradients[haversine]" in wrong.stdout


@pytest.mark.slow
@pytest.mark.parametrize("title", list(PAGES)[1:])
def test_the_other_pages_pass_their_checks(title, tmp_path):
    follow(title, tmp_path)
    passes(commands(title), tmp_path)


def test_the_pages_are_written_as_the_linter_wants_it(tmp_path):
    ruff = shutil.which("ruff", path=Path(sys.executable).parent)
    if ruff is None:
        pytest.skip("ruff is not installed: pip install -e '.[dev]'")
    for title in PAGES:
        copy = tmp_path / title
        follow(title, copy)
        touched = sorted({step.path for step in steps(title)})
        for arguments in (["check"], ["format", "--check"]):
            ran = subprocess.run(
                [ruff, *arguments, "--no-cache", *touched], cwd=copy, capture_output=True, text=True
            )
            assert ran.returncode == 0, f"{title}: {ran.stdout}"


@pytest.mark.slow
@long
def test_all_that_is_said_to_follow_from_the_samples_of_the_op_does(tmp_path):
    follow("An elementwise op", tmp_path)
    passes(commands("An elementwise op")[1:], tmp_path)


@pytest.mark.slow
@long
@pytest.mark.parametrize("title", list(PAGES)[1:])
def test_a_mistake_on_another_page_is_found_by_its_checks(title, tmp_path):
    follow(title, tmp_path)
    make_a_mistake(title, tmp_path)
    assert {run(command, tmp_path).returncode for command in commands(title)} & {1}


@pytest.mark.slow
@long
@pytest.mark.parametrize("step", steps("An elementwise op")[1:], ids=lambda step: step.path)
def test_a_forgotten_place_is_found_by_the_checks(step, tmp_path):
    follow("An elementwise op", tmp_path)
    path = tmp_path / step.path
    text = path.read_text("utf-8")
    assert text.count(step.block) == 1
    path.write_text(text.replace(step.block, ""), "utf-8")
    assert any(run(command, tmp_path).returncode for command in commands("An elementwise op")[:2])


def test_links_and_paths_of_the_pages_are_there():
    new = {step.path for title in PAGES for step in steps(title) if step.how == "A new file,"}
    paths = set(re.findall(r"`((?:minigrad|nn|tests|examples|benchmarks|docs)/[\w/.]+)`", TEXT)) - new
    assert len(paths) > 20
    assert {path for path in paths if not (ROOT / path).exists()} == set()
    assert all((ROOT / link).exists() for link in re.findall(r"\]\(([^)#:]+)\)", TEXT))
