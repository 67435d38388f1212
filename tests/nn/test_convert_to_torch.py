"""A model that is trained here, continues in PyTorch and comes back, is as one that never left."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch")
from safetensors.torch import load_file, save_file

X = np.random.default_rng(3).normal(size=(30, 5, 6, 4))  # 30 steps of 5 texts of 6 places


def mlp(lib: Any) -> Any:
    return lib.Sequential(lib.Linear(4, 8), lib.GELU(), lib.Linear(8, 3))


def convolutions(lib: Any) -> Any:
    return lib.Sequential(
        lib.Conv1d(6, 4, 3), lib.BatchNorm1d(4), lib.ReLU(), lib.Flatten(), lib.Linear(8, 3)
    )


def transformer(lib: Any) -> Any:
    own = {"batch_first": True} if lib is torch.nn else {}
    layer = lib.TransformerEncoderLayer(4, 2, 8, dropout=0.0, norm_first=True, **own)
    return lib.TransformerEncoder(layer, 2, **({"enable_nested_tensor": False} if own else {}))


def lstm(lib: Any) -> Any:
    return lib.LSTM(4, 3, num_layers=2, **({"batch_first": True} if lib is torch.nn else {}))


def value(out: Any) -> Any:
    return out[0] if isinstance(out, tuple) else out  # an LSTM gives its state as well


MODELS = [mlp, convolutions, transformer, lstm]
OPTIMISERS: dict[str, Callable[[Any, Any], Any]] = {
    "AdamW": lambda lib, p: lib.optim.AdamW(p, 0.01, amsgrad=True),
    "SGD": lambda lib, p: lib.optim.SGD(p, 0.05, momentum=0.9, nesterov=True),
    "NAdam": lambda lib, p: lib.optim.NAdam(p, 0.01),
}


def train(model: Any, optimizer: Any, batches: np.ndarray, of: Callable[[Any], Any]) -> list[float]:
    losses = []
    for x in batches:
        optimizer.zero_grad()
        loss = (value(model(of(x))) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.item()))
    return losses


def there(x: np.ndarray) -> Any:
    return torch.tensor(x)


@each("kind", OPTIMISERS)
@each("build", MODELS, ids=lambda build: build.__name__)
def test_here_there_and_back_is_as_never_having_left(build: Any, kind: str, tmp_path: Path) -> None:
    """By files: weights under PyTorch's names, read by safetensors' own reader, and the optimiser's state."""
    make = OPTIMISERS[kind]
    staying, leaving, back = (build(nn).double() for _ in range(3))
    leaving.load_state_dict(staying.state_dict())
    expected = train(staying, make(nn, staying.parameters()), X, mg.tensor)

    optimizer = make(nn, leaving.parameters())
    losses = train(leaving, optimizer, X[:10], mg.tensor)
    nn.save(leaving, tmp_path / "weights")
    nn.save(optimizer.state_dict(), tmp_path / "state")

    theirs = build(torch.nn).double()
    theirs.load_state_dict(load_file(tmp_path / "weights"))
    their_optimizer = make(torch, theirs.parameters())
    their_optimizer.load_state_dict(nn.convert.to_torch(nn.load(tmp_path / "state")))
    losses += train(theirs, their_optimizer, X[10:20], there)
    save_file(theirs.state_dict(), tmp_path / "weights")
    nn.save(their_optimizer.state_dict(), tmp_path / "state")

    back.load_state_dict(nn.load(tmp_path / "weights"))
    optimizer = make(nn, back.parameters())
    optimizer.load_state_dict(nn.load(tmp_path / "state"))
    losses += train(back, optimizer, X[20:], mg.tensor)

    np.testing.assert_allclose(losses, expected, rtol=1e-9)
    for name, array in staying.state_dict().items():
        np.testing.assert_allclose(back.state_dict()[name], array, rtol=1e-7, atol=1e-9, err_msg=name)
    assert losses[-1] < losses[0]


def test_nothing_changes_on_the_way() -> None:
    """There and back at once: bit for bit, in float32."""
    model = transformer(nn)
    optimizer = OPTIMISERS["AdamW"](nn, model.parameters())
    train(model, optimizer, X[:3].astype(np.float32), mg.tensor)
    theirs = transformer(torch.nn)
    theirs.load_state_dict(nn.convert.to_torch(model.state_dict()))
    other = OPTIMISERS["AdamW"](torch, theirs.parameters())
    other.load_state_dict(nn.convert.to_torch(optimizer.state_dict()))

    back = transformer(nn)
    back.load_state_dict(theirs.state_dict())
    again = nn.optim.AdamW(back.parameters())
    again.load_state_dict(other.state_dict())
    np.testing.assert_equal(back.state_dict(), model.state_dict())
    np.testing.assert_equal(again.state_dict(), optimizer.state_dict())


def test_arrays_become_tensors_of_their_own_and_the_rest_stays() -> None:
    x = np.arange(3.0)
    tree = {
        "a": x,
        "b": [1, (2.5, None, "text")],
        "c": mg.tensor([1.5]),
        "d": np.float32(2),
        "e": x.astype(">f4"),
    }
    found = nn.convert.to_torch(tree)
    x[0] = 9
    assert torch.equal(found["a"], torch.tensor([0.0, 1.0, 2.0], dtype=torch.float64))
    assert found["b"] == [1, (2.5, None, "text")]
    assert torch.equal(found["c"], torch.tensor([1.5], dtype=torch.float64))
    assert found["d"].dtype == torch.float32
    assert torch.equal(found["e"], torch.arange(3.0))


def test_without_pytorch_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match="which is not installed: pip install torch"):
        nn.convert.to_torch({"a": np.zeros(2)})
