"""What the README shows can be run as it stands."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import lines

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_there_are_blocks():
    assert len(BLOCKS) >= 8


def run(arguments: list[str], folder: Path, typed: str = "") -> str:
    """What a fresh interpreter in an empty folder prints, and what it complains of."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "OPENBLAS_NUM_THREADS": "1",
    }
    ran = subprocess.run(
        [sys.executable, *arguments],
        input=typed,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    complaints = re.sub(
        r"^((>>>|\.\.\.) )+", "", ran.stderr, flags=re.MULTILINE
    ).strip()  # without the prompts
    assert not re.search(r"Error|Warning|Traceback", complaints), complaints
    return ran.stdout


@pytest.mark.parametrize(
    "block", BLOCKS, ids=lambda block: re.sub(r"(import .*\n|\s)+", " ", block)[:40].strip()
)
def test_a_block_runs_alone(block: str, tmp_path: Path) -> None:
    """As a file, and pasted at the prompt, where a blank line ends an indented block, and nothing else."""
    if "import torch" in block and find_spec("torch") is None:
        pytest.skip("torch is not installed: pip install torch to run this block")
    if "onnx" in block and find_spec("onnx") is None:
        pytest.skip("onnx is not installed: pip install onnx to run this block")
    (tmp_path / "block.py").write_text(block, "utf-8")
    run(["-W", "error", "block.py"], tmp_path)
    run(["-W", "error", "-i", "-q"], tmp_path, block + "\n")


@pytest.mark.parametrize(
    "block",
    [
        "np.ones(3)\n",
        "if True:\n    x = 1\nprint(x)\n",
        "if True:\n    x = 1\n\n    y = 1\n",
        "import warnings\nwarnings.warn('x')\n",
    ],
)
def test_what_does_not_run_at_the_prompt_would_be_found(block: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run(["-i", "-q"], tmp_path, block + "\n")


def test_the_gradient_that_is_printed_first_is_the_one_that_the_comment_says(tmp_path: Path) -> None:
    first, second = run(["-c", BLOCKS[0]], tmp_path).strip().rsplit("\n", 1)
    shown = [
        number
        for line in re.findall(r"print.*# (.*)", BLOCKS[0])
        for number in re.findall(r"-?\d\.\d{3}", line)
    ]
    printed = re.findall(r"-?\d\.\d+", first + second)
    assert len(shown) == 5
    assert [f"{float(number):.3f}" for number in printed] == shown
    assert all(abs(float(number)) > 0.1 for number in shown)


def test_the_pictures_are_what_the_blocks_draw(tmp_path: Path) -> None:
    pictures = re.findall(r"!\[.*\]\((docs/(\w+\.svg))\)", README)
    assert len(pictures) == 3
    for block in (block for block in BLOCKS if "mg.record()" in block):
        run(["-c", block], tmp_path)
    for path, name in pictures:
        assert words(ROOT / path) == words(tmp_path / name)


def words(svg: Path) -> list[str]:
    """All that is written in a picture; where it stands depends on the fonts."""
    return sorted(re.findall(r"<text.*?>(.*?)</text>", svg.read_text("utf-8")))


def test_the_training_loop_prints_what_the_comments_say(tmp_path: Path) -> None:
    [block] = (block for block in BLOCKS if "# before: " in block)
    before, after, predicted = run(["-c", block], tmp_path).splitlines()
    shown = re.findall(r"# (?:before: |after: |(?=\[))(.+)", block)
    assert [f"{float(before):.3f}", f"{float(after):.3f}", predicted] == shown
    assert float(after) < 0.01 < float(before)


READING_ORDER = re.findall(r"^\d\. `(.*?)`: (.*)$", README, re.MULTILINE)


def test_the_reading_order_names_where_things_are() -> None:
    for path, text in READING_ORDER:
        source = (ROOT / path).read_text("utf-8")
        names = re.findall(r"`(\w+)`", text)
        assert names, f"nothing is named in {path}"
        for name in names:
            assert re.search(rf"\b{name}\b", source), f"{path} has no {name}"


def test_the_reading_order_is_the_core_that_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Two files lead to it; of the core all are listed, or named below the list."""
    first, *others = [path.removeprefix("minigrad/") for path, _ in READING_ORDER]
    assert (first, others[0]) == ("tensor/operators.py", "ops/elementwise/arithmetic.py")
    assert sorted([*others[1:], "modes.py"]) == sorted(lines.CORE)
    [(below, numbers)] = re.findall(
        r"The last five, and `minigrad/(.*)`,.*\n?.*: at most\n(.*) lines in six files", README
    )
    assert below == "modes.py"
    assert len(others[1:]) == 5
    lines.main()
    printed = re.search(r"(\d+) lines in (\d+) files \(at most (\d+) in 6\)", capsys.readouterr().out)
    assert printed
    assert printed[3] == numbers
    assert int(printed[1]) <= int(numbers)
    assert printed[2] == "6"


def test_the_test_command_is_the_one_that_ci_looks_for():
    assert re.search(r"^    python3 -m venv .*pytest.*$", README, re.MULTILINE)


def test_the_page_on_speed_shows_the_table_of_the_last_run():
    root = Path(__file__).parents[1]
    page, table = (
        (root / path).read_text("utf-8") for path in ("docs/speed.md", "benchmarks/results/table.md")
    )
    assert table.strip() in page


@pytest.mark.parametrize("page", ["README.md", "docs/speed.md"])
def test_links_lead_to_files(page):
    path = Path(__file__).parents[1] / page
    links = re.findall(r"\]\((?!http)([^)#]+)\)", path.read_text("utf-8"))
    assert links
    missing = [link for link in links if not (path.parent / link).exists()]
    assert missing == []


def test_the_way_there_and_back_runs_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All but the pictures at the end of each run."""
    from examples import char_transformer

    section = README.partition("## There and back")[2].partition("\n## ")[0]
    commands = re.findall(
        r"^    \.venv/bin/python -m examples\.char_transformer (.*)$", section, re.MULTILINE
    )
    assert len(commands) == 5
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(char_transformer, "finish", lambda *_: None)
    for command in commands:
        if "--in-pytorch" in command and find_spec("torch") is None:
            continue
        assert char_transformer.main(shlex.split(command)) == 0
    printed = capsys.readouterr().out
    assert "resuming    from step 200 of 250" in printed or find_spec("torch") is None
    assert re.search(r"^The ", printed, re.MULTILINE)
