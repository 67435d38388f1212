"""Files of weights and of whole states: they come back as they were, or are refused with a sentence."""

import contextlib
import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.saving.packing import pack
from nn.saving.safetensors_format import DTYPES
from nn.saving.weights import _checksum

TREE: dict[str, Any] = {
    "step": 3,
    "rate": 1e-3,
    "none": None,
    "ok": True,
    "worst": float("inf"),
    "text": 'a "한글" \n',
    "rng": np.random.default_rng(5).bit_generator.state,
    "empty": [{}, [], ()],
    "state": {0: {"m": np.arange(6.0).reshape(2, 3), "step": np.int64(4)}, 7: {"m": np.float32([1])}},
    "pair": (np.zeros((0, 3), np.float16), [np.array(2.5), "x"]),
    "flags": np.array([True, False]),
    "__array__": "no array",
}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


def test_a_tree_comes_back(tmp_path: Path) -> None:
    nn.save(TREE, tmp_path / "tree.safetensors")
    back = nn.load(tmp_path / "tree.safetensors")
    assert back["state"][0].pop("step") == 4
    expected = {**TREE, "state": {0: {"m": TREE["state"][0]["m"]}, 7: TREE["state"][7]}}
    assert same(expected, back)


@pytest.mark.parametrize("tree", [np.arange(3), [], {}, 5, None, (1, np.ones(2))], ids=repr)
def test_small_trees_come_back(tree: Any, tmp_path: Path) -> None:
    nn.save(tree, tmp_path / "it")
    assert same(tree, nn.load(tmp_path / "it"))


def test_a_module_is_saved_under_the_names_of_its_state_dict(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    model = nn.TransformerEncoderLayer(8, 2, 16, rng=rng)
    nn.save(model, tmp_path / "weights.safetensors", {"license": "MIT"})
    other = nn.TransformerEncoderLayer(8, 2, 16)
    other.load_state_dict(nn.load(tmp_path / "weights.safetensors"))
    assert same(model.state_dict(), other.state_dict())
    assert nn.load_metadata(tmp_path / "weights.safetensors") == {"license": "MIT"}


def test_torch_reads_and_writes_the_same_files(tmp_path: Path, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    files = pytest.importorskip("safetensors.torch")
    ours, theirs = nn.Linear(3, 2, rng=rng), torch.nn.Linear(3, 2)
    nn.save(ours, tmp_path / "weights.safetensors")
    theirs.load_state_dict(files.load_file(tmp_path / "weights.safetensors"))
    np.testing.assert_array_equal(theirs.weight.detach().numpy(), ours.weight.numpy())
    files.save_file(torch.nn.Linear(3, 2).state_dict(), tmp_path / "theirs.safetensors")
    ours.load_state_dict(nn.load(tmp_path / "theirs.safetensors"))


@pytest.mark.parametrize("seed", range(5))
def test_files_are_those_of_safetensors(seed: int, tmp_path: Path) -> None:
    """Of all dtypes, in any order, as many as there are: theirs are read here, ours there."""
    files = pytest.importorskip("safetensors.numpy")
    rng = np.random.default_rng(seed)
    arrays = {}
    for i in range(int(rng.integers(0, 20))):
        dtype = np.dtype(list(DTYPES.values())[rng.integers(len(DTYPES))])
        shape = tuple(rng.integers(0, 4, rng.integers(0, 4)))
        arrays[f"{rng.integers(1000)}.한글.{i}"] = rng.integers(0, 2, shape).astype(dtype)
    nn.save(arrays, tmp_path / "ours", {"who": "한글"})
    files.save_file(arrays, tmp_path / "theirs", {"who": "한글"})
    for found in (nn.load(tmp_path / "theirs"), files.load_file(tmp_path / "ours")):
        assert same(dict(sorted(arrays.items())), dict(sorted(found.items())))
    assert nn.load_metadata(tmp_path / "theirs") == {"who": "한글"}


def test_bfloat16_is_read_as_float32(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install torch to compare")
    files = pytest.importorskip("safetensors.torch")
    x = torch.randn(7, 3).bfloat16()
    x[0] = torch.tensor([float("inf"), float("nan"), -0.0])
    files.save_file({"x": x, "odd": torch.zeros(1, dtype=torch.uint8)}, tmp_path / "theirs")
    np.testing.assert_array_equal(nn.load(tmp_path / "theirs")["x"], x.float().numpy(), strict=True)
    files.save_file({"x": x.to(torch.float8_e5m2)}, tmp_path / "theirs")
    with pytest.raises(nn.FileError, match=r"damaged \(x is F8_E5M2, which NumPy does not have\)"):
        nn.load(tmp_path / "theirs")


def test_arrays_that_lie_anywhere_are_read(tmp_path: Path) -> None:
    """Not only where their dtype would have them."""
    facts = {"a": {"dtype": "U8", "shape": [1], "data_offsets": [0, 1]},
             "b": {"dtype": "F64", "shape": [1], "data_offsets": [1, 9]}}  # fmt: skip
    (tmp_path / "it").write_bytes(header(facts, b"\x07" + np.float64(2.5).tobytes()))
    assert {name: array.tolist() for name, array in nn.load(tmp_path / "it").items()} == {
        "a": [7],
        "b": [2.5],
    }


def test_what_is_loaded_can_be_written_to_and_kept(tmp_path: Path) -> None:
    nn.save({"a": np.zeros(3)}, tmp_path / "it")
    found = nn.load(tmp_path / "it")["a"]
    found += 1
    assert nn.load(tmp_path / "it")["a"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(10)[::-2],
        np.arange(4, dtype=">f4"),
        np.broadcast_to(np.float32(2), (3, 4)),
        np.array(1.5),
        np.zeros((2, 0)),
        mg.tensor([1.0, 2.0], requires_grad=True),
    ],
    ids=["fortran", "transposed", "backwards", "big-endian", "broadcast", "0-d", "empty", "tensor"],
)
def test_arrays_of_any_layout_come_back(array: Any, tmp_path: Path) -> None:
    nn.save({"a": array}, tmp_path / "it")
    found = nn.load(tmp_path / "it")["a"]
    wanted = array.numpy() if isinstance(array, mg.Tensor) else array
    np.testing.assert_array_equal(found, wanted, strict=wanted.dtype.isnative)


@pytest.mark.parametrize(
    ("tree", "error", "sentence"),
    [
        ({"a": [object()]}, TypeError, r"^a\.0 is object, which no file here can hold: save arrays, numbers"),
        (np.zeros(2, complex), TypeError, r"^what is saved is ndarray, which no file here can hold"),
        (np.zeros(2, np.longdouble), TypeError, r"^what is saved is ndarray, which no file here can hold"),
        ({(1, 2): 3}, TypeError, r"^what is saved has the key \(1, 2\): keys are texts or integers$"),
        (
            {"a": {"b": np.ones(1)}, "a.b": np.ones(1)},
            ValueError,
            r"^two arrays would be called a\.b: rename one of the keys that hold them$",
        ),
    ],
)
def test_what_cannot_be_saved(tree: Any, error: type[Exception], sentence: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=sentence):
        nn.save(tree, tmp_path / "it")
    assert list(tmp_path.iterdir()) == []


def test_metadata_are_texts(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"metadata are texts by name, and these are \{'step': 3\}"):
        nn.save({}, tmp_path / "it", {"step": 3})  # type: ignore[dict-item]


# -- files that are no good -----------------------------------------------------------------------


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    nn.save({"a": np.arange(6.0), "b": [np.ones((2, 2))], "c": 1}, tmp_path / "good")
    return (tmp_path / "good").read_bytes()


def header(facts: Any, data: bytes = b"") -> bytes:
    text = json.dumps(facts).encode()
    return struct.pack("<Q", len(text)) + text + data


F64 = {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}

TWICE = f'{{"a": {json.dumps(F64)}, "a": {json.dumps(F64)}}}'.encode()


def summed(form: str) -> str:
    """What goes with the array a = [0.0] in a file whose checksum is right."""
    return json.dumps({"crc32": _checksum({"a": np.zeros(1)}, form, {}), "form": form})


BAD = {
    "empty": b"",
    "short": b"\x01\x00",
    "text": b"no safetensors file at all",
    "huge header": struct.pack("<Q", 2**62) + b"{}",
    "header is no JSON": struct.pack("<Q", 4) + b"{{{{",
    "header is a list": header([1]),
    "deep": struct.pack("<Q", 200_000) + b"[" * 200_000,
    "metadata are no texts": header({"__metadata__": {"a": 1}}),
    "overlapping": header({"a": F64, "b": {**F64, "data_offsets": [4, 12]}}, bytes(12)),
    "hole": header({"a": F64, "b": {**F64, "data_offsets": [16, 24]}}, bytes(24)),
    "too short": header({"a": F64}, bytes(4)),
    "too long": header({"a": F64}, bytes(16)),
    "a name twice": struct.pack("<Q", len(TWICE)) + TWICE + bytes(8),
    "no entry": header({"a": 1}),
    "too few in an entry": header({"a": {"dtype": "F64", "shape": [1]}}, bytes(8)),
    "a negative size": header({"a": {**F64, "shape": [-1, -1]}}, bytes(8)),
    "a size that is no number": header({"a": {**F64, "shape": [1.0]}}, bytes(8)),
    "three offsets": header({"a": {**F64, "data_offsets": [0, 4, 8]}}, bytes(8)),
    "backwards": header({"a": {**F64, "data_offsets": [8, 0]}}, bytes(8)),
    "another shape": header({"a": {**F64, "shape": [2]}}, bytes(8)),
    "unknown dtype": header({"a": {**F64, "dtype": "F99"}}, bytes(8)),
    "dtype is no text": header({"a": {**F64, "dtype": ["F64"]}}, bytes(8)),
    "size that overflows": header({"a": {**F64, "shape": [2**40, 2**40]}}, bytes(8)),
    "form without its arrays": header(
        {"__metadata__": {"minigrad": summed('{"x": {"__array__": "x"}}')}, "a": F64}, bytes(8)
    ),
    "form that is no JSON": header({"__metadata__": {"minigrad": summed("{")}, "a": F64}, bytes(8)),
    "other checksum": header(
        {"__metadata__": {"minigrad": '{"crc32": "00000000", "form": null}'}, "a": F64}, bytes(8)
    ),
    "our part is no JSON": header({"__metadata__": {"minigrad": "x"}, "a": F64}, bytes(8)),
    "our part is a list": header({"__metadata__": {"minigrad": "[]"}, "a": F64}, bytes(8)),
    "array that belongs nowhere": header({"__metadata__": {"minigrad": summed("[]")}, "a": F64}, bytes(8)),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_a_sentence(bad: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(bad)
    with pytest.raises(nn.FileError, match=r"bad is (damaged|cut off).*: take it from a backup$") as told:
        nn.load(tmp_path / "bad")
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 400


def test_a_file_cut_off_anywhere_is_refused(content: bytes, tmp_path: Path) -> None:
    for size in range(len(content)):
        (tmp_path / "cut").write_bytes(content[:size])
        with pytest.raises(nn.FileError):
            nn.load(tmp_path / "cut")


def test_a_flipped_bit_anywhere_is_refused(content: bytes, tmp_path: Path) -> None:
    name = content.index(b'"minigrad"') + 1  # under another name it is nothing to us, and the rest is whole
    ours, arrays = range(name, name + 8), pack(nn.load(tmp_path / "good"))[0]
    for place in range(8 * len(content)):
        changed = bytearray(content)
        changed[place // 8] ^= 1 << (place % 8)
        (tmp_path / "flipped").write_bytes(changed)
        if place // 8 in ours:
            with contextlib.suppress(nn.FileError):
                assert same(sorted(nn.load(tmp_path / "flipped").items()), sorted(arrays.items()))
        else:
            with pytest.raises(nn.FileError, match=r"^[^\n]*$"):
                nn.load(tmp_path / "flipped")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, sentence in {
        "pipe": "is no regular file: give the path of a file",
        "zero": "is no regular file",
        "loop": "cannot be read",
        ".": "is a folder: give the path of a file",
        "nothing": "there is no file",
        "nothing/at all": "there is no file",
    }.items():
        with pytest.raises(nn.FileError, match=sentence):
            nn.load(tmp_path / name)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no such device here")
def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")  # so that a fault would not harm the machine
    with pytest.raises(nn.FileError, match=r"full is a device: give the path of a file$"):
        nn.save([1], tmp_path / "full")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    assert (tmp_path / "full").is_symlink()


def test_what_is_no_path_is_refused() -> None:
    for path in ("", "a\0b"):
        for use in (nn.load, lambda path: nn.save([1], path)):
            with pytest.raises(nn.FileError, match=r"is no path of a file: give its folder and name$"):
                use(path)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nn.save([1], tmp_path / "it")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sentence = r"it in .* cannot be written \(No space left on device\): what was saved before is whole"
    with pytest.raises(nn.FileError, match=sentence):
        nn.save([2], tmp_path / "it")
    assert nn.load(tmp_path / "it") == [1]
    assert [path.name for path in tmp_path.iterdir()] == ["it"]
