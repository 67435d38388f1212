"""A run that is continued in PyTorch and comes back reaches what one reaches that never left."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from examples import char_transformer
from examples.char.model import POSITIONS, CharTransformer, ModelConfig
from examples.char_transformer import main
from nn.saving.packing import pack
from tests.cases import each
from tests.examples.test_char_transformer import SMALL, written

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
from examples.char.torch_twin import Cache, TorchCharTransformer

COMMON = [*SMALL, "--evaluate-every", "4", "--warmup", "2", "--steps", "12"]


@each("positions", POSITIONS)
def test_the_twin_computes_the_same(positions: str) -> None:
    config = ModelConfig(11, 9, 2, 2, 16, positions)
    model = CharTransformer(config, np.random.default_rng(0))
    twin = TorchCharTransformer(config, model.state_dict())
    ids = np.random.default_rng(1).integers(0, 11, (2, 9))
    expected = model(ids).numpy()
    with torch.no_grad():
        np.testing.assert_allclose(twin(torch.tensor(ids)).numpy(), expected, rtol=1e-4, atol=1e-6)
        cache = Cache(config, 2)
        pieces = [twin(torch.tensor(ids[:, part]), cache) for part in (slice(5), slice(5, 6), slice(6, 7))]
    np.testing.assert_allclose(torch.cat(pieces, 1).numpy(), expected[:, :7], rtol=1e-4, atol=1e-6)


def test_there_and_back_is_as_never_having_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four steps here, four in PyTorch, four here, beside twelve here: weights, averages and metrics."""
    monkeypatch.setattr(char_transformer, "finish", lambda *_: None)
    text = ["--text", str(written(tmp_path))]
    stays, leaves = tmp_path / "stays", tmp_path / "leaves"
    assert main([*text, *COMMON, "--out", str(stays)]) == 0

    go_on = ["--out", str(leaves), "--resume"]
    for given, last in ((text + COMMON + go_on[:2], 4), ([*go_on, "--in-pytorch"], 8)):
        with monkeypatch.context() as patch:
            patch.setattr(nn.Training, "next_batches", ending_at(last))
            assert main(given) == 128 + signal.SIGTERM
        assert nn.Checkpoints(leaves).steps()[-1] == last
    assert main(go_on) == 0

    there, here = (nn.Checkpoints(folder).load(12)[1] for folder in (leaves, stays))
    for part in ("model", "optimizer"):
        found, expected = (pack(state[part])[0] for state in (there, here))
        assert found.keys() == expected.keys()
        for name, array in expected.items():
            np.testing.assert_allclose(found[name], array, rtol=2e-3, atol=2e-5, err_msg=name)
    assert there["batches"] == here["batches"]
    for other, row in zip(there["evaluations"]["rows"], here["evaluations"]["rows"], strict=True):
        assert other == pytest.approx(row, rel=1e-4)


def ending_at(last: int) -> Callable[[nn.Training], Any]:
    """nn.Training.next_batches, with a signal that has step `last` be the last."""
    whole = nn.Training.next_batches

    def next_batches(training: nn.Training) -> Any:
        if training.number == last - 1:
            signal.raise_signal(signal.SIGTERM)
        return whole(training)

    return next_batches


def test_what_pytorch_cannot_do_here_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--text", str(written(tmp_path)), *COMMON, "--in-pytorch", "--out", str(tmp_path / "run")]
    assert main([*given, "--dropout", "0.1"]) == 2
    said = capsys.readouterr().err
    assert "--in-pytorch does the same steps in PyTorch, without dropout, which is 0.1: leave out" in said
    monkeypatch.setitem(sys.modules, "examples.char.in_pytorch", None)
    assert main(given) == 2
    assert "--in-pytorch needs PyTorch, which is not installed: pip install torch" in capsys.readouterr().err
    assert main(["--sample", "a", "--in-pytorch"]) == 2
    assert "--in-pytorch is of training, and --sample uses a trained model" in capsys.readouterr().err


def test_a_gradient_that_is_no_number_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(TorchCharTransformer, "loss", lambda self, *_: self.head.weight.sum() * float("inf"))
    given = ["--text", str(written(tmp_path)), *COMMON, "--in-pytorch", "--out", str(tmp_path / "run")]
    assert main(given) == 2
    assert "at step 1 the gradient became inf: lower the learning rate" in capsys.readouterr().err
