"""Under which name it is installed: a package called minigrad on the public index is somebody else's."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# An installer told to fetch it by name, with options and quotes between, or an extra of it anywhere.
BY_NAME = re.compile(
    r"\b(?:install|add|download|pipx run)\s(?:[^\S\n]*-\S+)*\s*['\"`]*minigrad(?![\w/])", re.IGNORECASE
)
EXTRA = re.compile(r"(?<![\w.])minigrad\[\w+(?:,\w+)*\]")


def tracked() -> list[Path]:
    """The files of the repository; without git, those of its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        return [path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file()]
    folders = ("minigrad", "nn", "examples", "benchmarks", "docs", "tests")
    return [
        *ROOT.glob("*.*"),
        *(path for each in folders for path in (ROOT / each).rglob("*.*") if path.is_file()),
    ]


def unsafe(text: str) -> list[str]:
    return [found[0] for pattern in (BY_NAME, EXTRA) for found in pattern.finditer(text)]


def test_no_text_tells_anybody_to_install_a_strangers_package() -> None:
    here = Path(__file__).name
    found = {
        f"{path.relative_to(ROOT)}: {each}"
        for path in tracked()
        if path.name != here
        for each in unsafe(path.read_bytes().decode("utf-8", errors="ignore"))
    }
    assert found == set()


@pytest.mark.parametrize(
    "text",
    [
        "pip install minigrad",
        "pip install 'minigrad[draw]'",
        'pip install -q --upgrade "minigrad[fast,draw]"',
        "python -m pip install\nminigrad",
        "uv add minigrad",
        "pip install minigrad-numpy",  # not before there is a release
        "Requires minigrad[draw]",
    ],
)
def test_an_unsafe_form_would_be_found(text: str) -> None:
    assert unsafe(text)


@pytest.mark.parametrize(
    "text",
    ["pip install -e '.[draw]'", "pip install pygraphviz", "import minigrad as mg", "minigrad-numpy[draw]"],
)
def test_a_safe_form_is_none(text: str) -> None:
    assert not unsafe(text)


def test_the_extras_name_the_distribution() -> None:
    extras = PROJECT["optional-dependencies"]
    own = [need for needs in extras.values() for need in needs if need.startswith("minigrad")]
    assert len(own) >= 5
    for need in own:
        name, _, wanted = need.removesuffix("]").partition("[")
        assert name == PROJECT["name"]
        assert set(wanted.split(",")) <= set(extras)
