"""Examples of docs/reference/optim.md: schedules of learning rates."""

import nn

# %% nn.optim.lr_scheduler.ConstantLR nn.optim.lr_scheduler.LinearLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.ConstantLR(optimizer, total_iters=3)
rates = []
for _ in range(5):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.PolynomialLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2.0)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.StepLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.StepLR(optimizer, step_size=2)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.MultiStepLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 4])
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.ExponentialLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
rates = []
for _ in range(5):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.LambdaLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + step))
rates = []
for _ in range(5):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.MultiplicativeLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda step: 1 - 0.1 * step)
rates = []
for _ in range(5):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.CosineAnnealingLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.CosineAnnealingWarmRestarts
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=3)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.WarmupCosineLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.WarmupCosineLR(optimizer, warmup_steps=2, total_steps=6)
rates = []
for _ in range(8):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.OneCycleLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0, momentum=0.9)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=6)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.CyclicLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0, momentum=0.9)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.1, max_lr=1.0, step_size_up=2)
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.swa_utils.SWALR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.swa_utils.SWALR(optimizer, swa_lr=0.1, anneal_epochs=3)
rates = []
for _ in range(5):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.SequentialLR
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
warmup = nn.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
decay = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
schedule = nn.optim.lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[3])
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.ChainedScheduler
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
warmup = nn.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
decay = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
schedule = nn.optim.lr_scheduler.ChainedScheduler([warmup, decay])
rates = []
for _ in range(6):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates

# %% nn.optim.lr_scheduler.ReduceLROnPlateau
weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
rates = []
for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 2.0):
    optimizer.step()
    schedule.step(loss)
    rates += schedule.get_last_lr()
rates


# %% nn.optim.lr_scheduler.LRScheduler
class Halving(nn.optim.lr_scheduler.LRScheduler):
    def get_lr(self):
        return [base / 2**self.last_epoch for base in self.base_lrs]


weight = nn.Parameter([1.0])
optimizer = nn.optim.SGD([weight], lr=1.0)
weight.sum().backward()
schedule = Halving(optimizer)
rates = []
for _ in range(4):
    rates += schedule.get_last_lr()
    optimizer.step()
    schedule.step()
rates
