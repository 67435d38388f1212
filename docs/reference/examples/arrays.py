"""Examples of docs/reference/arrays.md."""

import numpy as np

import minigrad as mg

# %% mg.reshape
x = mg.tensor([1.0, 2.0, 3.0, 4.0])
mg.reshape(x, (2, -1))

# %% mg.ravel mg.flip mg.flipud mg.fliplr mg.rot90 mg.permute_dims mg.matrix_transpose mg.tril mg.triu mg.copy
x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
mg.ravel(x)
mg.grad(lambda x: (mg.ravel(x) ** 2).sum())(x)

# %% mg.diag mg.diagflat mg.diagonal
x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
mg.diag(x)
mg.grad(lambda x: mg.diag(x).sum())(x)

# %% mg.swapaxes mg.moveaxis mg.rollaxis
mg.swapaxes(np.zeros((2, 3, 4)), 2, 0).shape

# %% mg.expand_dims
mg.expand_dims(mg.tensor([1.0, 2.0]), 0)

# %% mg.squeeze
mg.squeeze(mg.tensor([[1.0], [2.0]]))

# %% mg.atleast_1d mg.atleast_2d mg.atleast_3d
mg.atleast_1d(mg.tensor(5.0), mg.tensor([1.0, 2.0]))

# %% mg.astype
mg.astype(mg.tensor([1.7, -2.2]), int)
mg.astype(mg.tensor([1.7, -2.2]), np.float64)

# %% mg.broadcast_to
x = mg.tensor([1.0, 2.0])
mg.broadcast_to(x, (3, 2))
mg.grad(lambda x: mg.broadcast_to(x, (3, 2)).sum())(x)

# %% mg.broadcast_arrays
mg.broadcast_arrays(mg.tensor([1.0, 2.0]), mg.tensor([[3.0], [4.0]]))

# %% mg.meshgrid
columns, rows = mg.meshgrid([1.0, 2.0, 3.0], [10.0, 20.0])
columns
rows

# %% mg.roll
x = mg.tensor([1.0, 2.0, 3.0])
mg.roll(x, 1)
mg.grad(lambda x: mg.roll(x, 1)[0])(x)

# %% mg.concat mg.hstack mg.vstack mg.dstack mg.column_stack mg.stack
a, b = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0])
mg.concat([a, b])
mg.grad(lambda b: (mg.concat([a, b]) ** 2).sum())(b)

# %% mg.append
a = mg.tensor([1.0, 2.0])
mg.append(a, [3.0, 4.0])
mg.grad(lambda a: (mg.append(a, [3.0, 4.0]) ** 2).sum())(a)

# %% mg.block
a = mg.tensor([[1.0, 2.0]])
mg.block([[a, a], [a, -a]])

# %% mg.array_split
mg.array_split(mg.tensor([1.0, 2.0, 3.0]), 2)

# %% mg.split mg.hsplit
mg.split(mg.tensor([1.0, 2.0, 3.0, 4.0]), 2)

# %% mg.unstack
mg.unstack(mg.tensor([[1.0, 2.0], [3.0, 4.0]]))

# %% mg.vsplit
mg.vsplit(mg.tensor([[1.0, 2.0], [3.0, 4.0]]), 2)

# %% mg.dsplit
[part.shape for part in mg.dsplit(np.zeros((2, 3, 4)), 2)]

# %% mg.insert
x = mg.tensor([1.0, 2.0, 3.0])
mg.insert(x, 1, 9.0)
mg.grad(lambda x: mg.insert(x, 1, 9.0).sum())(x)

# %% mg.delete
x = mg.tensor([1.0, 2.0, 3.0])
mg.delete(x, 1)
mg.grad(lambda x: mg.delete(x, 1).sum())(x)

# %% mg.trim_zeros
mg.trim_zeros(mg.tensor([0.0, 0.0, 1.0, 0.0, 2.0, 0.0]))

# %% mg.pad
x = mg.tensor([1.0, 2.0, 3.0])
mg.pad(x, 1)
mg.pad(x, (0, 2), mode="reflect")
mg.grad(lambda x: mg.pad(x, (0, 2), mode="reflect").sum())(x)

# %% mg.repeat mg.tile
x = mg.tensor([1.0, 2.0])
mg.repeat(x, 2)
mg.grad(lambda x: mg.repeat(x, 2).sum())(x)

# %% mg.resize
x = mg.tensor([1.0, 2.0])
mg.resize(x, (2, 3))
mg.grad(lambda x: mg.resize(x, (2, 3)).sum())(x)

# %% mg.choose
mg.choose([0, 1, 0], [mg.tensor([1.0, 2.0, 3.0]), mg.tensor([10.0, 20.0, 30.0])])

# %% mg.select
x = mg.tensor([-2.0, 0.5, 3.0])
mg.select([x < 0, x < 1], [-x, x**2], default=9.0)
mg.grad(lambda x: mg.select([x < 0, x < 1], [-x, x**2], default=9.0).sum())(x)

# %% mg.compress mg.extract
x = mg.tensor([1.0, 2.0, 3.0])
mg.compress([True, False, True], x)
mg.grad(lambda x: mg.compress([True, False, True], x).sum())(x)

# %% mg.getitem
x = mg.tensor([1.0, 2.0, 3.0])
mg.getitem(x, [0, 2, 2])  # x[[0, 2, 2]]
mg.grad(lambda x: mg.getitem(x, [0, 2, 2]).sum())(x)

# %% mg.take
x = mg.tensor([1.0, 2.0, 3.0])
mg.take(x, [0, 2, 2])
mg.grad(lambda x: mg.take(x, [0, 2, 2]).sum())(x)

# %% mg.take_along_axis
x = mg.tensor([[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]])
mg.take_along_axis(x, np.argsort(x.data, axis=1), axis=1)

# %% mg.index_put
x = mg.tensor([1.0, 2.0, 3.0])
mg.index_put(x, [0, 2], 9.0)
mg.index_put(x, [0, 0], 1.0, accumulate=True)
mg.grad(lambda x: mg.index_put(x, [0, 2], 9.0).sum())(x)

# %% mg.scatter_add
mg.scatter_add(mg.tensor([1.0, 2.0, 3.0]), [0, 2, 2], shape=(4,))

# %% mg.sort
x = mg.tensor([3.0, 1.0, 2.0])
mg.sort(x)
mg.grad(lambda x: mg.sort(x)[0])(x)

# %% mg.median
x = mg.tensor([3.0, 1.0, 2.0, 9.0])
mg.median(x)
mg.grad(mg.median)(x)

# %% mg.nanmedian
x = mg.tensor([3.0, 1.0, np.nan, 9.0])
mg.nanmedian(x)
mg.grad(mg.nanmedian)(x)

# %% mg.partition
mg.partition(mg.tensor([4.0, 1.0, 3.0, 2.0]), 1)

# %% mg.topk
x = mg.tensor([3.0, 1.0, 2.0])
mg.topk(x, 2)
mg.grad(lambda x: mg.topk(x, 2)[0].sum())(x)

# %% mg.quantile
x = mg.tensor([3.0, 1.0, 2.0])
mg.quantile(x, 0.75)
mg.grad(lambda x: mg.quantile(x, 0.75))(x)

# %% mg.nanquantile
x = mg.tensor([3.0, np.nan, 2.0])
mg.nanquantile(x, 0.75)
mg.grad(lambda x: mg.nanquantile(x, 0.75))(x)

# %% mg.nanpercentile
x = mg.tensor([3.0, np.nan, 2.0])
mg.nanpercentile(x, 75)
mg.grad(lambda x: mg.nanpercentile(x, 75))(x)

# %% mg.percentile
x = mg.tensor([3.0, 1.0, 2.0])
mg.percentile(x, 75)
mg.grad(lambda x: mg.percentile(x, 75))(x)

# %% mg.unique mg.unique_values
x = mg.tensor([3.0, 1.0, 3.0])
mg.unique(x)
mg.grad(lambda x: mg.unique(x).sum())(x)

# %% mg.unique_all mg.unique_counts mg.unique_inverse
mg.unique_all(mg.tensor([3.0, 1.0, 3.0]))

# %% mg.union1d mg.intersect1d mg.setdiff1d mg.setxor1d
a, b = mg.tensor([3.0, 1.0, 2.0]), mg.tensor([2.0, 4.0])
mg.union1d(a, b)
mg.grad(lambda a: mg.union1d(a, b).sum())(a)
