"""Examples of docs/reference/reductions.md."""

import numpy as np

import minigrad as mg

# %% mg.sum mg.mean mg.prod mg.std mg.var mg.amax mg.amin mg.ptp mg.logsumexp
x = mg.tensor([[1.0, 2.0, 3.0], [6.0, 4.0, 5.0]])
mg.sum(x, axis=1)
mg.grad(mg.sum)(x)

# %% mg.nansum mg.nanmean mg.nanprod mg.nanstd mg.nanvar mg.nanmax mg.nanmin
x = mg.tensor([1.0, np.nan, 3.0])
mg.nansum(x)
mg.grad(mg.nansum)(x)

# %% mg.average
x = mg.tensor([1.0, 2.0, 6.0])
mg.average(x, weights=[2.0, 1.0, 1.0])
mg.grad(lambda x: mg.average(x, weights=[2.0, 1.0, 1.0]))(x)

# %% mg.cumsum mg.cumprod mg.cumulative_sum mg.cumulative_prod
x = mg.tensor([1.0, 2.0, 3.0])
mg.cumsum(x)
mg.grad(lambda x: mg.cumsum(x).sum())(x)

# %% mg.nancumsum mg.nancumprod
x = mg.tensor([1.0, np.nan, 3.0])
mg.nancumsum(x)
mg.grad(lambda x: mg.nancumsum(x).sum())(x)

# %% mg.diff mg.ediff1d mg.gradient
x = mg.tensor([1.0, 4.0, 9.0, 16.0])
mg.diff(x)
mg.grad(lambda x: mg.diff(x).sum())(x)

# %% mg.trapezoid
y = mg.tensor([0.0, 1.0, 4.0])
mg.trapezoid(y, dx=0.5)
mg.grad(lambda y: mg.trapezoid(y, dx=0.5))(y)

# %% mg.softmax mg.log_softmax
x = mg.tensor([1.0, 2.0, 3.0])
mg.softmax(x)
mg.grad(lambda x: mg.softmax(x)[0])(x)

# %% mg.trace mg.linalg.trace
x = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
mg.trace(x)
mg.grad(mg.trace)(x)

# %% mg.matmul
a, b = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([[0.0, 1.0], [1.0, 0.0]])
mg.matmul(a, b)
mg.grad(lambda a: mg.matmul(a, b).sum())(a)

# %% mg.dot mg.inner mg.vdot mg.vecdot
a, b = mg.tensor([1.0, 2.0, 3.0]), mg.tensor([4.0, 5.0, 6.0])
mg.dot(a, b)
mg.grad(mg.dot, argnums=(0, 1))(a, b)

# %% mg.outer mg.kron mg.convolve
a, b = mg.tensor([1.0, 2.0]), mg.tensor([3.0, 4.0, 5.0])
mg.outer(a, b)
mg.grad(lambda a: mg.outer(a, b).sum())(a)

# %% mg.correlate
a, v = mg.tensor([1.0, 2.0, 3.0, 4.0]), mg.tensor([1.0, -1.0])
mg.correlate(a, v)
mg.grad(lambda v: mg.correlate(a, v).sum())(v)

# %% mg.cross
a, b = mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0])
mg.cross(a, b)
mg.grad(lambda a: mg.cross(a, b).sum())(a)

# %% mg.matvec
matrix, vector = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, -1.0])
mg.matvec(matrix, vector)

# %% mg.vecmat
matrix, vector = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([1.0, -1.0])
mg.vecmat(vector, matrix)

# %% mg.tensordot
a, b = np.ones((2, 3, 4)), np.ones((4, 3, 5))
mg.tensordot(a, b, axes=([1, 2], [1, 0])).shape

# %% mg.einsum
a, b = mg.tensor([[1.0, 2.0], [3.0, 4.0]]), mg.tensor([[0.0, 1.0], [1.0, 0.0]])
mg.einsum("ij,jk->ik", a, b)
mg.einsum("ii", a)  # the trace
mg.grad(lambda a: mg.einsum("ij,ij->", a, b))(a)

# %% mg.polyval
p, x = mg.tensor([1.0, 0.0, -2.0]), mg.tensor(3.0)  # x² - 2
mg.polyval(p, x)
mg.grad(mg.polyval, argnums=(0, 1))(p, x)

# %% mg.vander
x = mg.tensor([1.0, 2.0, 3.0])
mg.vander(x, 3)
mg.grad(lambda x: mg.vander(x, 3).sum())(x)

# %% mg.interp
xp, fp = [0.0, 1.0, 2.0], mg.tensor([0.0, 10.0, 0.0])
mg.interp([0.5, 1.25], xp, fp)
mg.grad(lambda fp: mg.interp([0.5, 1.25], xp, fp).sum())(fp)

# %% mg.linalg.det mg.linalg.cond
a = mg.tensor([[3.0, 1.0], [1.0, 2.0]])
mg.linalg.det(a)
mg.grad(mg.linalg.det)(a)

# %% mg.linalg.norm mg.linalg.matrix_norm mg.linalg.vector_norm
a = mg.tensor([[3.0, 0.0], [0.0, 4.0]])
mg.linalg.norm(a)
mg.grad(mg.linalg.norm)(a)

# %% mg.linalg.inv mg.linalg.pinv mg.linalg.cholesky
a = mg.tensor([[4.0, 2.0], [2.0, 5.0]])
mg.linalg.inv(a)
mg.grad(lambda a: mg.linalg.inv(a).sum())(a)

# %% mg.linalg.eigvalsh mg.linalg.svdvals mg.linalg.diagonal
a = mg.tensor([[3.0, 1.0], [1.0, 3.0]])
mg.linalg.eigvalsh(a)
mg.grad(lambda a: mg.linalg.eigvalsh(a)[0])(a)

# %% mg.linalg.solve mg.linalg.tensorsolve
a, b = mg.tensor([[3.0, 1.0], [1.0, 2.0]]), mg.tensor([9.0, 8.0])
mg.linalg.solve(a, b)
mg.grad(lambda a, b: mg.linalg.solve(a, b).sum(), argnums=(0, 1))(a, b)

# %% mg.linalg.lstsq
times, seen = mg.tensor([0.0, 1.0, 2.0]), mg.tensor([1.0, 3.0, 4.0])
line = mg.vander(times, 2)  # times, 1
mg.linalg.lstsq(line, seen).x  # slope and intercept

# %% mg.linalg.eigh mg.linalg.qr mg.linalg.svd
a = mg.tensor([[3.0, 1.0], [1.0, 3.0]])
mg.linalg.eigh(a)

# %% mg.linalg.slogdet
a = mg.tensor([[3.0, 1.0], [1.0, 2.0]])
mg.linalg.slogdet(a)
mg.grad(lambda a: mg.linalg.slogdet(a).logabsdet)(a)

# %% mg.linalg.EighResult
found: mg.linalg.EighResult = mg.linalg.eigh(mg.tensor([[2.0, 0.0], [0.0, 1.0]]))
found.eigenvalues
values, vectors = found

# %% mg.linalg.SVDResult
found: mg.linalg.SVDResult = mg.linalg.svd(mg.tensor([[2.0, 0.0], [0.0, 1.0]]))
found.S
u, s, vh = found

# %% mg.linalg.QRResult
found: mg.linalg.QRResult = mg.linalg.qr(mg.tensor([[2.0, 1.0], [0.0, 1.0]]))
found.R
q, r = found

# %% mg.linalg.SlogdetResult
found: mg.linalg.SlogdetResult = mg.linalg.slogdet(mg.tensor([[2.0, 1.0], [0.0, 1.0]]))
found.sign, found.logabsdet

# %% mg.linalg.LstsqResult
found: mg.linalg.LstsqResult = mg.linalg.lstsq(mg.tensor([[1.0], [2.0], [3.0]]), mg.tensor([1.0, 2.0, 4.0]))
found.x
found.residuals

# %% mg.linalg.eig mg.linalg.eigvals
try:
    mg.linalg.eig(mg.tensor([[0.0, -1.0], [1.0, 0.0]]))
except TypeError as error:
    print(error)

# %% mg.linalg.matrix_power
a = mg.tensor([[1.0, 1.0], [0.0, 1.0]])
mg.linalg.matrix_power(a, 5)
mg.grad(lambda a: mg.linalg.matrix_power(a, 5).sum())(a)

# %% mg.linalg.matrix_rank
mg.linalg.matrix_rank([[1.0, 2.0], [2.0, 4.0]])

# %% mg.linalg.tensorinv
a = mg.tensor([[4.0, 2.0], [2.0, 5.0]])
mg.linalg.tensorinv(a, ind=1)

# %% mg.linalg.multi_dot
arrays = [np.ones((2, 9)), np.ones((9, 3)), np.ones((3, 1))]
mg.linalg.multi_dot(arrays).shape
