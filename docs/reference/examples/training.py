"""Examples of docs/reference/training.md."""

import numpy as np

import nn

# %% nn.utils.clip_grad_norm_
p = nn.Parameter([3.0, 4.0])
(p**2).sum().backward()
nn.utils.clip_grad_norm_([p], max_norm=1.0)  # the norm before
p.grad

# %% nn.utils.clip_grad_value_
p = nn.Parameter([0.1, -4.0])
(p**2).sum().backward()
nn.utils.clip_grad_value_([p], 1.0)
p.grad

# %% nn.utils.parameters_to_vector
layer = nn.Linear(2, 1)
nn.utils.parameters_to_vector(layer.parameters()).shape

# %% nn.utils.vector_to_parameters
layer = nn.Linear(2, 1)
nn.utils.vector_to_parameters(np.array([1.0, 2.0, 3.0], np.float32), layer.parameters())
layer.weight.data, layer.bias.data

# %% nn.utils.weight_norm
layer = nn.utils.weight_norm(nn.Linear(2, 1))
[name for name, _ in layer.named_parameters()]

# %% nn.utils.remove_weight_norm
layer = nn.utils.weight_norm(nn.Linear(2, 1))
layer = nn.utils.remove_weight_norm(layer)
[name for name, _ in layer.named_parameters()]

# %% nn.init.zeros_ nn.init.ones_ nn.init.eye_
p = nn.Parameter([[5.0, 6.0], [7.0, 8.0]])
nn.init.zeros_(p)

# %% nn.init.constant_
nn.init.constant_(nn.Parameter([5.0, 6.0]), 0.25)

# %% nn.init.trunc_normal_
p = nn.Parameter(np.empty((2, 3)))
nn.init.trunc_normal_(p, a=-0.5, b=0.5, rng=np.random.default_rng(0))

# %% nn.init.uniform_ nn.init.normal_
p = nn.Parameter(np.empty((2, 3)))
nn.init.uniform_(p, rng=np.random.default_rng(0))

# %% nn.init.xavier_uniform_ nn.init.xavier_normal_ nn.init.kaiming_uniform_ nn.init.kaiming_normal_
p = nn.Parameter(np.empty((2, 3)))
nn.init.xavier_uniform_(p, rng=np.random.default_rng(0))

# %% nn.init.orthogonal_
p = nn.init.orthogonal_(nn.Parameter(np.empty((2, 3))), rng=np.random.default_rng(0))
p @ p.T

# %% nn.init.sparse_
p = nn.Parameter(np.empty((4, 3)))
nn.init.sparse_(p, sparsity=0.5, rng=np.random.default_rng(0))

# %% nn.init.dirac_
nn.init.dirac_(nn.Parameter(np.empty((2, 2, 3))))  # (out, in, K)

# %% nn.init.calculate_gain
nn.init.calculate_gain("relu")
nn.init.calculate_gain("leaky_relu", 0.2)

# %% nn.init.generator
nn.init.generator(np.random.default_rng(0)).integers(10)
try:
    nn.init.generator(0)
except TypeError as error:
    print(error)

# %% nn.save
nn.save(nn.Linear(2, 1), "model.safetensors")
model = nn.Linear(2, 1)
model.load_state_dict(nn.load("model.safetensors"))

# %% nn.load
nn.save({"weights": np.array([1.0, 2.0]), "step": 3}, "state.safetensors")
nn.load("state.safetensors")

# %% nn.load_metadata
nn.save(nn.Linear(2, 1), "model.safetensors", metadata={"licence": "MIT"})
nn.load_metadata("model.safetensors")

# %% nn.FileError
try:
    nn.load("nowhere.safetensors")
except nn.FileError as error:
    print(error)

# %% nn.Checkpoints
with nn.Checkpoints("runs", keep=2) as checkpoints:
    for step in (100, 200, 300):
        checkpoints.save(step, {"weights": np.array([float(step)])})
    print(checkpoints.steps())
    print(checkpoints.load())

# %% nn.Progress
import io

stream = io.StringIO()
with nn.Progress(3, title="step", stream=stream) as progress:
    for _ in range(3):
        progress.advance("loss 0.31")
progress.done

# %% nn.Training
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 2))
batches = nn.data.Batches((x, x @ [[1.0], [-2.0]]), 16, rng=rng)
model = nn.Linear(2, 1, rng=rng)
optimizer = nn.optim.Adam(model.parameters(), lr=0.1)
loss = lambda batch: nn.functional.mse_loss(model(batch[0]), batch[1])
training = nn.Training(model, optimizer, loss, batches, steps=200, progress=None)
training.run()
model.weight.data

# %% nn.Step
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 2))
model = nn.Linear(2, 1, rng=rng)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
loss = lambda x: (model(x) ** 2).mean()
for step in nn.Training(model, optimizer, loss, nn.data.Batches(x, 16, rng=rng), steps=2, progress=None):
    print(isinstance(step, nn.Step), step)

# %% nn.TrainingError
p = nn.Parameter([1.0])
model = nn.ParameterList([p])
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
training = nn.Training(model, optimizer, lambda x: (p * x).sum(), [np.nan] * 2, steps=2, progress=None)
try:
    training.run()
except nn.TrainingError as error:
    print(error)

# %% nn.HealthWarning
import warnings

rng = np.random.default_rng(0)
x = rng.normal(size=(64, 2))
model = nn.Sequential(nn.Linear(2, 8, rng=rng), nn.ReLU(), nn.Linear(8, 1, rng=rng))
model[0].bias.data[:] = -99.0  # no unit ever fires
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
loss = lambda x: (model(x) ** 2).mean()
training = nn.Training(model, optimizer, loss, nn.data.Batches(x, 16, rng=rng), steps=60, progress=None)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always", nn.HealthWarning)
    training.run()
print(seen[0].message)

# %% nn.find_learning_rate
rng = np.random.default_rng(0)
x = rng.normal(size=(64, 2))
model = nn.Linear(2, 1, rng=rng)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
loss = lambda x: ((model(x) - 1) ** 2).mean()
training = nn.Training(model, optimizer, loss, nn.data.Batches(x, 16, rng=rng), steps=9, progress=None)
found = nn.find_learning_rate(training)
found.suggested

# %% nn.LearningRates
found = nn.LearningRates(np.array([0.01, 0.1, 1.0]), np.array([2.0, 1.0, 9.0]), np.array([2.0, 1.5, 5.0]))
found.rates[found.losses.argmin()]

# %% nn.write_report
rng = np.random.default_rng(0)
model = nn.Linear(2, 1, rng=rng)
optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
batches = nn.data.Batches(rng.normal(size=(64, 2)), 16, rng=rng)
loss = lambda x: (model(x) ** 2).mean()
nn.Training(model, optimizer, loss, batches, steps=3, out="runs", progress=None).run()
nn.write_report("runs").name

# %% nn.export_onnx
model = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
nn.export_onnx(model, np.ones((2, 3), np.float32), "model.onnx")

import onnx

[node.op_type for node in onnx.load("model.onnx").graph.node]


# %% nn.ExportError
class Pseudoinverse(nn.Module):
    def forward(self, x):
        return np.linalg.pinv(x)


try:
    nn.export_onnx(Pseudoinverse(), np.ones((2, 3), np.float32), "model.onnx")
except nn.ExportError as error:
    print(error)
