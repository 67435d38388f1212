"""Examples of docs/reference/optim.md."""

import numpy as np

import nn

# %% nn.optim.SGD nn.optim.Adam nn.optim.AdamW nn.optim.Adamax nn.optim.Adagrad nn.optim.ASGD
p = nn.Parameter([1.0, -2.0])
optimizer = nn.optim.SGD([p], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    (p**2).sum().backward()
    optimizer.step()
    print(p.data)

# %% nn.optim.Adadelta nn.optim.Lion nn.optim.NAdam nn.optim.RAdam nn.optim.RMSprop
p = nn.Parameter([1.0, -2.0])
optimizer = nn.optim.Adadelta([p], lr=0.1)
for _ in range(2):
    optimizer.zero_grad()
    (p**2).sum().backward()
    optimizer.step()
    print(p.data)

# %% nn.optim.Muon
p = nn.Parameter([[1.0, 0.0], [0.0, 9.0]])  # of matrices alone
optimizer = nn.optim.Muon([p], lr=0.1)
(p**2).sum().backward()
optimizer.step()
p.data

# %% nn.optim.LBFGS
p = nn.Parameter([1.0, -2.0])
optimizer = nn.optim.LBFGS([p])


def closure():
    optimizer.zero_grad()
    loss = ((p - 3) ** 2).sum()
    loss.backward()
    return loss


optimizer.step(closure)  # the loss before the step
p.data


# %% nn.optim.Optimizer
class Signs(nn.optim.Optimizer):
    """Each element moves by the learning rate."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    def update(self, p, g, state, group):
        p.data -= group["lr"] * np.sign(g)


p = nn.Parameter([1.0, -2.0])
optimizer = Signs([p])
(p**2).sum().backward()
optimizer.step()
p.data

# %% nn.optim.swa_utils.AveragedModel
model = nn.Linear(1, 1, bias=False)
averaged = nn.optim.swa_utils.AveragedModel(model)
for value in (1.0, 2.0, 6.0):
    model.weight.data[:] = value
    averaged.update_parameters(model)
averaged(np.array([1.0]))

# %% nn.optim.swa_utils.get_ema_multi_avg_fn nn.optim.swa_utils.get_swa_multi_avg_fn
average = nn.optim.swa_utils.get_ema_multi_avg_fn()
so_far, now = [np.array([1.0])], [np.array([3.0])]
average(so_far, now, 1)  # the second of the values; in place
so_far

# %% nn.optim.swa_utils.get_ema_avg_fn nn.optim.swa_utils.get_swa_avg_fn
average = nn.optim.swa_utils.get_ema_avg_fn()
average(np.array([1.0]), np.array([3.0]), 1)  # the second of the values

# %% nn.optim.swa_utils.update_bn
model = nn.Sequential(nn.BatchNorm1d(1))
batches = [np.array([[1.0], [3.0]]), np.array([[5.0], [7.0]])]
nn.optim.swa_utils.update_bn(batches, model)
model[0].running_mean
