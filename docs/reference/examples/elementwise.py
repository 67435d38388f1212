"""Examples of docs/reference/elementwise.md."""

import numpy as np

import minigrad as mg

# %% mg.abs mg.fabs mg.negative mg.positive mg.square mg.real mg.conj mg.real_if_close
x = mg.tensor([-2.0, 0.0, 3.0])
mg.abs(x)
mg.elementwise_grad(mg.abs)(x)

# %% mg.imag
mg.imag(mg.tensor([-2.0, 3.0]))

# %% mg.sin mg.cos mg.tan mg.sinh mg.cosh mg.tanh mg.arctan mg.arcsinh mg.exp mg.exp2 mg.expm1 mg.erf mg.sinc
x = mg.tensor([-1.0, 0.0, 0.5])
mg.sin(x)
mg.elementwise_grad(mg.sin)(x)

# %% mg.arcsin mg.acos mg.arctanh
x = mg.tensor([-0.5, 0.0, 0.5])
mg.arcsin(x)
mg.elementwise_grad(mg.arcsin)(x)

# %% mg.acosh
x = mg.tensor([1.5, 2.0, 3.0])
mg.acosh(x)
mg.elementwise_grad(mg.acosh)(x)

# %% mg.log mg.log2 mg.log10 mg.log1p mg.sqrt mg.cbrt mg.reciprocal
x = mg.tensor([0.5, 1.0, 8.0])
mg.log(x)
mg.elementwise_grad(mg.log)(x)

# %% mg.deg2rad mg.radians
x = mg.tensor([0.0, 90.0, 180.0])
mg.deg2rad(x)
mg.elementwise_grad(mg.deg2rad)(x)

# %% mg.rad2deg mg.degrees
x = mg.tensor([0.0, 1.0, np.pi])
mg.rad2deg(x)
mg.elementwise_grad(mg.rad2deg)(x)

# %% mg.unwrap
angles = mg.tensor([0.0, 3.0, 6.0, 9.0]) % (2 * np.pi)
angles
mg.unwrap(angles)

# %% mg.ceil mg.floor mg.trunc mg.fix mg.rint mg.sign
x = mg.tensor([-1.7, -0.2, 0.5, 2.5])
mg.ceil(x)
mg.elementwise_grad(mg.ceil)(x)

# %% mg.round mg.around
x = mg.tensor([-1.234, 0.125, 2.5])
mg.round(x, 1)
mg.elementwise_grad(mg.round)(x)

# %% mg.modf
fraction, whole = mg.modf(mg.tensor([-1.75, 2.5]))
fraction
whole

# %% mg.add mg.subtract mg.multiply mg.divide mg.maximum mg.minimum mg.hypot mg.arctan2
a, b = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([4.0, 2.0, -1.0])
mg.add(a, b)
mg.grad(lambda a, b: mg.add(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.copysign mg.logaddexp mg.logaddexp2
a, b = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([4.0, 2.0, -1.0])
mg.copysign(a, b)
mg.grad(lambda a, b: mg.copysign(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.fmax mg.fmin
a, b = mg.tensor([1.0, 2.0, np.nan]), mg.tensor([4.0, 2.0, -1.0])
mg.fmax(a, b)
mg.grad(lambda a, b: mg.fmax(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.mod mg.fmod mg.floor_divide
a, b = mg.tensor([7.0, -7.0, 7.5]), mg.tensor([3.0, 3.0, -2.0])
mg.mod(a, b)
mg.grad(lambda a, b: mg.mod(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.pow mg.float_power
a, b = mg.tensor([1.0, 4.0, 7.0]), mg.tensor([2.0, 0.5, 3.0])
mg.pow(a, b)
mg.grad(lambda a, b: mg.pow(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.divmod
mg.divmod(mg.tensor([7.0, -7.0]), 3.0)

# %% mg.ldexp
x = mg.tensor([1.0, 3.0])
mg.ldexp(x, 4)
mg.grad(lambda x: mg.ldexp(x, 4).sum())(x)

# %% mg.heaviside
mg.heaviside(mg.tensor([-1.0, 0.0, 2.0]), 0.5)

# %% mg.clip
x = mg.tensor([-2.0, 0.5, 3.0])
mg.clip(x, 0.0, 1.0)
mg.grad(lambda x: mg.clip(x, 0.0, 1.0).sum())(x)

# %% mg.nan_to_num
x = mg.tensor([1.0, np.nan, np.inf])
mg.nan_to_num(x, posinf=99.0)
mg.grad(lambda x: mg.nan_to_num(x).sum())(x)

# %% mg.where
x = mg.tensor([-1.0, 4.0])
mg.where(x > 0, x, 10 * x)
mg.grad(lambda x: mg.where(x > 0, x, 10 * x).sum())(x)

# %% mg.relu mg.leaky_relu mg.elu mg.celu mg.selu mg.silu mg.mish mg.sigmoid mg.logsigmoid mg.softplus
x = mg.tensor([-2.0, 0.0, 3.0])
mg.relu(x)
mg.elementwise_grad(mg.relu)(x)

# %% mg.relu6 mg.hardshrink mg.hardsigmoid mg.hardswish mg.hardtanh mg.softshrink mg.softsign mg.tanhshrink
x = mg.tensor([-2.0, 0.0, 3.0])
mg.relu6(x)
mg.elementwise_grad(mg.relu6)(x)

# %% mg.threshold
x = mg.tensor([-2.0, 0.0, 3.0])
mg.threshold(x, threshold=1.0, value=-9.0)
mg.grad(lambda x: mg.threshold(x, threshold=1.0, value=-9.0).sum())(x)

# %% mg.rotate
quarter = mg.tensor([[np.pi / 2]])  # one place, one pair of channels
mg.rotate(mg.tensor([[1.0, 2.0]]), mg.cos(quarter), mg.sin(quarter))
