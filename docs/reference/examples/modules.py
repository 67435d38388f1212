"""Examples of docs/reference/modules.md."""

import numpy as np

import minigrad as mg
import nn


# %% nn.Module
class Affine(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter([2.0])
        self.shift = nn.Parameter([1.0])

    def forward(self, x):
        return x * self.scale + self.shift


model = Affine()
model(np.array([3.0]))
[name for name, _ in model.named_parameters()]

# %% nn.Parameter
nn.Parameter([1.0, 2.0])
nn.Parameter([1.0, 2.0], requires_grad=False).requires_grad

# %% nn.Sequential
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
model(np.ones((5, 3))).shape
model

# %% nn.ModuleList
layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(2))
[name for name, _ in layers.named_parameters()]
len(layers), layers[0]

# %% nn.ModuleDict
heads = nn.ModuleDict({"word": nn.Linear(2, 9), "tag": nn.Linear(2, 3)})
heads["tag"](np.ones((1, 2))).shape
list(heads)

# %% nn.ParameterList
scales = nn.ParameterList([mg.tensor([1.0]), mg.tensor([2.0, 3.0])])
[(name, p.shape) for name, p in scales.named_parameters()]

# %% nn.ParameterDict
scales = nn.ParameterDict({"in": mg.tensor([1.0]), "out": mg.tensor([2.0, 3.0])})
[(name, p.shape) for name, p in scales.named_parameters()]

# %% nn.RemovableHandle
layer = nn.Linear(2, 1)
handle = layer.register_forward_hook(lambda module, inputs, output: print("called"))
isinstance(handle, nn.RemovableHandle)
y = layer(np.ones((1, 2)))
handle.remove()
y = layer(np.ones((1, 2)))

# %% nn.BackwardWatch
layer = nn.Linear(2, 1, bias=False)
tell = lambda module, to_inputs, to_outputs: print(to_outputs)
watch = nn.BackwardWatch(layer, {0: tell}, {})  # as each call makes it of a module with hooks
(x,) = watch.inputs((mg.tensor([[1.0, 2.0]], requires_grad=True),))
watch.outputs(layer(x)).sum().backward()

# %% nn.StateDictError
try:
    nn.Linear(2, 1).load_state_dict(nn.Linear(3, 1, bias=False).state_dict())
except nn.StateDictError as error:
    print(error)

# %% nn.functional_call
model = nn.Linear(2, 1, bias=False)
weights = {"weight": mg.tensor([[1.0, 10.0]])}
nn.functional_call(model, weights, np.array([3.0, 4.0]))
mg.grad(lambda weights: nn.functional_call(model, weights, np.array([3.0, 4.0])).sum())(weights)

# %% nn.summary
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
nn.summary(model, np.ones((5, 3)))

# %% nn.Summary
found = nn.summary(nn.Linear(3, 4), np.ones((5, 3)))
isinstance(found, nn.Summary)
found.rows[0]

# %% nn.convert.to_gpt2
model = nn.GPT(vocabulary=10, context=4, channels=8, layers=1, heads=2)
theirs = nn.convert.to_gpt2(model.state_dict())
sorted(theirs)[:2]

# %% nn.convert.from_gpt2
model = nn.GPT(vocabulary=10, context=4, channels=8, layers=1, heads=2)
theirs = nn.convert.to_gpt2(model.state_dict())
model.load_state_dict(nn.convert.from_gpt2(theirs))

# %% nn.convert.to_nanogpt
model = nn.GPT(vocabulary=10, context=4, channels=8, layers=1, heads=2)
theirs = nn.convert.to_nanogpt(model.state_dict())
sorted(theirs)[:2]

# %% nn.convert.to_torch
tensors = nn.convert.to_torch(nn.Linear(3, 2).state_dict())
type(tensors["weight"]), tuple(tensors["weight"].shape)
