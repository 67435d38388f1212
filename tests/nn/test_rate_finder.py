"""The rate that is found trains well, and looking for it leaves no trace."""

import re
from typing import Any

import numpy as np
import pytest

import nn
from tests.cases import each
from tests.nn.test_training import X, Y, same, training, weights


@each("begun", [0, 7])
def test_looking_leaves_no_trace(begun: int) -> None:
    """With dropout, whose generator also orders the batches, a schedule and averages."""
    one, other = training(), training()
    for _ in range(begun):
        one.step()
        other.step()
    one.model.eval()
    state, gradients = one.state_dict(), [p.grad for p in one.model.parameters()]
    nn.find_learning_rate(one, steps=20)
    np.testing.assert_equal(one.state_dict(), state)
    assert all(p.grad is before for p, before in zip(one.model.parameters(), gradients, strict=True))
    assert not any(module.training for module in one.model.modules())
    assert one.run() == other.run()
    assert same(weights(one), weights(other))


@each("optimizer", [nn.optim.SGD, nn.optim.Adam])
def test_what_it_suggests_trains_better_than_far_less_or_far_more(
    optimizer: type[nn.optim.Optimizer],
) -> None:
    def trained(rate: float | None) -> float:
        rng = np.random.default_rng(0)
        model = nn.Sequential(nn.Linear(3, 32, rng=rng), nn.Tanh(), nn.Linear(32, 1, rng=rng))
        by = optimizer(model.parameters(), lr=rate or 1.0)
        loss = lambda batch: ((model(batch[0]) - batch[1]) ** 2).mean()
        batches = nn.data.Batches((X, Y), 16, rng=rng)
        one = nn.Training(model, by, loss, batches, 100, progress=None, health=None, clip=None)
        if rate is None:
            return nn.find_learning_rate(one).suggested
        try:
            with np.errstate(all="ignore"):
                return one.run()[-1]["train_loss"]
        except nn.TrainingError:  # diverged
            return np.inf

    rate = trained(None)
    assert trained(rate) < min(trained(rate / 100), trained(rate * 100)) / 2


def test_groups_keep_the_ratio_of_their_rates() -> None:
    one = training(schedule=None)
    first, *others = one.model.parameters()
    one.optimizer = one.update.optimizer = nn.optim.SGD(
        [{"params": [first]}, {"params": others, "lr": 3e-3}], 1e-3
    )
    seen: list[tuple[float, float]] = []
    loss = one.update.loss

    def watched(batch: Any) -> Any:
        seen.append(tuple(group["lr"] for group in one.optimizer.param_groups))
        return loss(batch)

    one.update.loss = watched
    found = nn.find_learning_rate(one, 1e-4, 1e-1, steps=10)
    np.testing.assert_allclose(seen, [(rate, 3 * rate) for rate in np.geomspace(1e-4, 1e-1, 10)])
    assert len(found.rates) == len(found.losses) == len(found.smoothed) == 9  # each with the loss after it


def test_it_ends_where_the_loss_explodes() -> None:
    one = training(schedule=None, clip=None)
    one.optimizer = one.update.optimizer = nn.optim.SGD(one.model.parameters(), 1.0)
    with np.errstate(all="ignore"):
        found = nn.find_learning_rate(one, 1e-3, 1e6)
    assert found.rates[-1] < 1e3
    assert found.suggested < 1


def test_it_is_drawn() -> None:
    pytest.importorskip("matplotlib")
    assert "learning rate" in nn.find_learning_rate(training(), steps=10).draw()._repr_svg_()


def test_what_cannot_be_is_said() -> None:
    said = (
        "find_learning_rate tries rates from lowest to highest, and got 1 and 0.1: give 0 < lowest < "
        "highest, such as 1e-6 and 10"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        nn.find_learning_rate(training(), 1, 0.1)
    with pytest.raises(ValueError, match=r"^find_learning_rate got steps=3: it must be at least 10$"):
        nn.find_learning_rate(training(), steps=3)
    with pytest.raises(TypeError, match=r"^the order of the batches cannot be saved, since a list has no"):
        nn.find_learning_rate(training(batches=[(X, Y)] * 200))
    ill = training(loss=lambda batch: (ill.model(batch[0]) * np.nan).mean())
    with pytest.raises(nn.TrainingError, match=r"^the loss became nan: lower the learning rate"):
        nn.find_learning_rate(ill)
