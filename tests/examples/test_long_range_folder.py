"""A folder whose files are damaged, or are none: one sentence, whatever is asked of it."""

import shutil
from pathlib import Path

import pytest

from examples.long_range.__main__ import main
from examples.long_range.folder import SHIPPED, Folder, FolderError

GARBAGE = {
    "config.json": [b"", b"\xff", b"[]", b"{}", b'{"format": "minigrad long_range 1", "what": 5}', None],
    "results.csv": [b"\xff\xfe", b"model,seed\nattention,x\n", b"\0", None],
    "history.csv": [b"\xff\xfe", b"model,seed\nattention,x\n", b"model,seed,step\nattention,10,x\n", None],
    "weights/attention-10.safetensors": [b"", b"\xff" * 100, None],
}


@pytest.mark.parametrize(
    ("name", "content"), [(name, content) for name, all_ in GARBAGE.items() for content in all_]
)
def test_damage_is_said(
    name: str, content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    shutil.copytree(SHIPPED, out, ignore=shutil.ignore_patterns("figures", "report.html"))
    (out / name).unlink()
    if content is None:
        (out / name).mkdir()
    else:
        (out / name).write_bytes(content)
    if name == "history.csv":  # which the report reads, after it has drawn much
        with pytest.raises(FolderError, match=r"^[^\n]*history.csv is damaged[^\n]*$"):
            Folder(out).history()
        return
    assert main(["--demo" if "weights" in name else "--claim=E1", "--out", str(out)]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("error: ")
    assert printed.err.count("\n") == 1
    assert "damaged" in printed.err
