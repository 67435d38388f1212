"""Examples of docs/reference/tensors.md."""

import numpy as np

import minigrad as mg

# %% mg.tensor
mg.tensor([1, 2.5])  # Python's numbers become float32
mg.tensor(np.array([1.0, 2.5]))  # an array keeps its dtype
mg.tensor([1.0, 2.5], requires_grad=True)

# %% mg.Tensor
x = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = (x**2).sum()
isinstance(y, mg.Tensor)
y.backward()
x.grad
x.data

# %% mg.GraphCutWarning
import math
import warnings

x = mg.tensor(3.0, requires_grad=True)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always", mg.GraphCutWarning)
    y = math.sin(x)
print(seen[0].message)

# %% mg.GraphCutError
import math

try:
    mg.grad(lambda x: math.sin(x))(3.0)
except mg.GraphCutError as error:
    print(error)

# %% mg.GraphFreedError
x = mg.tensor(3.0, requires_grad=True)
y = x * x
y.backward()
try:
    y.backward()
except mg.GraphFreedError as error:
    print(error)

# %% mg.OPS
mg.OPS["tanh"] is mg.tanh  # every op, by NumPy's name
"linalg.norm" in mg.OPS

# %% mg.alias
x = mg.tensor([1.0, 2.0], requires_grad=True)
y = mg.alias(x)
y.node is x.node
np.shares_memory(y.data, x.data)

# %% mg.no_grad
x = mg.tensor([1.0, 2.0], requires_grad=True)
with mg.no_grad():
    y = x * 2
y.requires_grad

# %% mg.is_recording
mg.is_recording()
with mg.no_grad():
    print(mg.is_recording())

# %% mg.default_dtype
with mg.default_dtype(np.float64):
    print(repr(mg.tensor([1.0, 2.0])))

# %% mg.scope
x = mg.tensor([1.0, 2.0], requires_grad=True)
with mg.scope("encoder"), mg.scope("first"):
    y = x * 2
"encoder" in mg.draw(y).source  # where a picture shows it

# %% mg.current_scope
mg.current_scope()
with mg.scope("encoder"):
    print(mg.current_scope())

# %% mg.is_watched
mg.is_watched()
with mg.no_grad():
    print(mg.is_watched())
with mg.no_grad(), mg.observe(lambda *seen: None):
    print(mg.is_watched())

# %% mg.observe
with mg.observe(lambda op, operands, options, out: print(op.name, out)):
    mg.tanh(mg.tensor([0.0, 1.0]) * 2)

# %% mg.part_of_batch
with mg.part_of_batch():
    print(mg.is_part_of_batch())

# %% mg.is_part_of_batch
mg.is_part_of_batch()
with mg.part_of_batch():
    print(mg.is_part_of_batch())

# %% mg.from_dlpack
array = np.array([1.0, 2.0])
x = mg.from_dlpack(array)
array[0] = 9.0
x
