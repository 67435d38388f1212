"""DLPack both ways: memory shared with other libraries, and recorded tensors kept from them."""

import inspect

import numpy as np
import pytest

import minigrad as mg
from tests.cases import each

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)
needs_numpy_21 = pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.1.0", reason="NumPy 2.0 reads DLPack as read-only memory"
)
DTYPES = [np.float16, np.float32, np.float64, np.int8, np.int64, np.uint8, np.bool_]


# -- with NumPy -----------------------------------------------------------------------------------


@needs_numpy_21
@each("dtype", DTYPES)
@each("shape", [(), (3,), (2, 3), (0, 3)])
def test_to_numpy_and_back_on_the_same_memory(shape, dtype):
    t = mg.tensor(np.ones(shape, dtype))
    array = np.from_dlpack(t)
    assert array.dtype == dtype
    assert array.shape == shape
    back = mg.from_dlpack(array)
    assert type(back) is mg.Tensor
    assert back.dtype == dtype
    assert not back.requires_grad
    if array.size:
        assert np.shares_memory(array, t.data)
        assert np.shares_memory(back.data, t.data)


@needs_numpy_21
def test_what_one_writes_the_other_sees():
    array = np.zeros(3)
    t = mg.from_dlpack(array)
    array[1] = 5
    np.testing.assert_array_equal(t.data, [0, 5, 0])
    t.data[2] = 7
    np.testing.assert_array_equal(array, [0, 5, 7])


@needs_numpy_21
def test_strides_are_kept():
    array = np.arange(12.0).reshape(3, 4).T[::2]
    t = mg.from_dlpack(array)
    assert t.data.strides == array.strides
    np.testing.assert_array_equal(np.from_dlpack(t), array)


@needs_numpy_21
def test_a_copy_for_the_asking():
    array = np.zeros(3)
    assert not np.shares_memory(mg.from_dlpack(array, copy=True).data, array)
    assert not np.shares_memory(np.from_dlpack(mg.Tensor(array), copy=True), array)


@needs_numpy_21
def test_a_read_only_array_stays_so():
    array = np.arange(3.0)
    array.flags.writeable = False
    t = mg.from_dlpack(array)
    assert np.shares_memory(t.data, array)
    assert not t.data.flags.writeable
    assert not np.from_dlpack(t).flags.writeable
    leaf = mg.from_dlpack(array)
    leaf.requires_grad = True
    (leaf * leaf).sum().backward()
    np.testing.assert_array_equal(leaf.grad.data, [0, 2, 4])
    with pytest.raises(BufferError, match="readonly"):  # a consumer too old to be told
        t.__dlpack__()


def test_a_tensor_from_a_tensor():
    t = mg.tensor(np.ones(3))
    assert np.shares_memory(mg.from_dlpack(t).data, t.data)
    assert mg.from_dlpack(t) is not t


def test_where_it_is():
    assert mg.tensor(1.0).__dlpack_device__() == np.ones(1).__dlpack_device__()


def test_the_standards_arguments():
    t = mg.tensor(np.ones(3))
    given = inspect.signature(t.__dlpack__).parameters
    assert list(given) == ["stream", "max_version", "dl_device", "copy"]
    assert all(parameter.default is None for parameter in given.values())
    assert "dltensor" in repr(t.__dlpack__(stream=None, max_version=None, dl_device=None, copy=None))


# -- with PyTorch ---------------------------------------------------------------------------------


@needs_torch
@each("dtype", DTYPES)
def test_to_torch_and_back_on_the_same_memory(dtype):
    t = mg.tensor(np.ones((2, 3), dtype))
    theirs = torch.from_dlpack(t)
    np.testing.assert_array_equal(theirs.numpy(), t.data)
    theirs[0, 1] = 0
    assert t.data[0, 1] == 0
    back = mg.from_dlpack(theirs)
    assert back.dtype == dtype
    assert np.shares_memory(back.data, t.data)


@needs_torch
def test_from_a_transposed_torch_tensor():
    theirs = torch.arange(6.0).reshape(2, 3).T
    t = mg.from_dlpack(theirs)
    np.testing.assert_array_equal(t.data, theirs.numpy())
    theirs[2, 1] = 9
    assert t.data[2, 1] == 9


@needs_torch
def test_what_torch_has_recorded_is_refused_by_torch():
    with pytest.raises(BufferError, match="detach"):
        mg.from_dlpack(torch.ones(2, requires_grad=True))


@needs_torch
def test_what_numpy_cannot_read():
    with pytest.raises(TypeError) as caught:
        mg.from_dlpack(torch.ones(2, dtype=torch.bfloat16))
    assert "got a Tensor that NumPy cannot read (Unsupported dtype" in str(caught.value)
    assert "convert it there first, to float32 for example" in str(caught.value)


# -- refused --------------------------------------------------------------------------------------


@each("use", [np.from_dlpack, mg.from_dlpack, lambda t: t.__dlpack__()])
def test_a_recorded_tensor_is_not_handed_out(use):
    leaf = mg.tensor(np.ones(2), requires_grad=True)
    for t in (leaf, leaf * 2):
        with pytest.raises(BufferError) as caught:
            use(t)
        assert str(caught.value) == (
            "handing the memory of a recorded tensor to another library would silently cut its graph: "
            "write t.detach() if that is meant"
        )
        use(t.detach())


def test_what_has_no_dlpack():
    with pytest.raises(TypeError) as caught:
        mg.from_dlpack([1.0])
    assert str(caught.value) == (
        "from_dlpack takes another library's array, and got a list: write mg.tensor(x)"
    )


def test_complex_numbers():
    with pytest.raises(TypeError, match="real numbers or booleans, not complex128"):
        mg.from_dlpack(np.ones(2, complex))


def test_another_device():
    with pytest.raises(ValueError) as caught:
        mg.from_dlpack(np.ones(2), device="cuda:0")
    assert str(caught.value) == (
        "tensors are on the device \"cpu\" only, and 'cuda:0' was asked for: omit it"
    )
