"""One neuron, whose graph the pictures at the beginning of README.md show.

python -m minigrad draw docs/neuron.py:neuron --values --gradients --out neuron.svg
python -m minigrad explore docs/neuron.py:neuron --out neuron.html
"""

import minigrad as mg


def neuron() -> mg.Tensor:
    """y = tanh(x·w + b)."""
    x = mg.tensor(2.0, requires_grad=True)
    w = mg.tensor(-3.0, requires_grad=True)
    b = mg.tensor(6.8, requires_grad=True)
    y = (x * w + b).tanh()
    mg.name(y=y)
    y.backward()
    return y
