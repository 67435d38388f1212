"""Attention as a page: what stands in the file is what was given, and what does not fit is refused."""

import base64
import json
import re
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from nn.pictures import compact
from nn.pictures.attention_page import CAPTION
from tests.cases import each

HOSTILE = ["</script><script>alert(1)</script>", "\"'&", "\0", "\u202e", "שלום", "고양이"]


def weights(*shape: int, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).random(shape) ** 4
    return (found / found.sum(axis=-1, keepdims=True)).astype(np.float32)


class Page:
    """What stands in the file that show_attention wrote."""

    def __init__(self, path: Path) -> None:
        self.text = path.read_text("utf-8")
        [written] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', self.text)
        self.data = json.loads(written)

    def array(self, place: int) -> np.ndarray:
        packed = self.data["arrays"][place]
        content = zlib.decompress(base64.b64decode(packed["zlib"]))
        return np.frombuffer(content, packed["dtype"]).reshape(packed["shape"])

    def all(self, kind: str, snapshot: int = 0) -> dict[str, np.ndarray]:
        """Weights, scores or mask, by path."""
        layers = self.data["layers"]
        return {
            one["path"]: self.array(one[kind][snapshot]) for one in layers if one[kind][snapshot] is not None
        }


@pytest.fixture
def show(tmp_path: Path) -> Callable[..., Page]:
    def shown(maps: Any, tokens: Any = None, **options: Any) -> Page:
        return Page(nn.show_attention(maps, tokens, tmp_path / "attention.html", **options))

    return shown


def recorded(model: nn.Module, *inputs: Any, **options: Any) -> nn.AttentionMaps:
    with nn.record_attention(model) as maps, mg.no_grad():
        model(*inputs, **options)
    return maps


def embedded(length: int, width: int = 8, batch: int = 1) -> mg.Tensor:
    return mg.tensor(np.random.default_rng(3).normal(size=(batch, length, width)).astype(np.float32))


# -- weights of any rank ----------------------------------------------------------------------------


@each("lead", [(), (1,), (3,), (2, 1), (2, 3)], ids=str)
def test_an_array_is_of_one_layer(lead: tuple[int, ...], show: Callable[..., Page]) -> None:
    given = weights(*lead, 2, 5)
    page = show(mg.tensor(given) if lead else given)
    heads = given[0] if len(lead) == 2 else given
    np.testing.assert_array_equal(page.all("weights")[""], heads.reshape(-1, 2, 5))
    assert page.data["snapshots"] == [""]


@each("pack", [lambda array: array, list, tuple, lambda array: list(map(mg.tensor, array))])
def test_five_axes_or_a_list_are_layers(pack: Callable[[Any], Any], show: Callable[..., Page]) -> None:
    given = weights(3, 2, 4, 5, 5)
    shown = show(pack(given), index=1).all("weights")
    assert list(shown) == ["layer 0", "layer 1", "layer 2"]
    np.testing.assert_array_equal(list(shown.values()), given[:, 1])


def test_pytorchs_tensors_are_read(show: Callable[..., Page]) -> None:
    torch = pytest.importorskip("torch")
    given = weights(2, 1, 4, 5, 5)
    shown = show(tuple(map(torch.tensor, given))).all("weights")  # as its models give them, a layer each
    np.testing.assert_array_equal(list(shown.values()), given[:, 0])


def test_scores_and_masks_that_were_recorded_stand_beside_the_weights(show: Callable[..., Page]) -> None:
    model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 8, dropout=0.0), 2)
    maps = recorded(model, embedded(4, batch=3), is_causal=True)
    page = show(maps, "text", index=2)
    for path in maps:
        np.testing.assert_array_equal(page.all("weights")[path], maps[path][2])
        np.testing.assert_array_equal(page.all("scores")[path], maps.scores[path][2])
        np.testing.assert_array_equal(page.all("mask")[path], np.tri(4, dtype=bool)[None])
    masks = [layer["mask"] for layer in page.data["layers"]]
    assert masks[0] == masks[1]  # equal arrays stand in the page once


def test_a_mask_of_each_head_is_kept(show: Callable[..., Page]) -> None:
    maps = nn.AttentionMaps()  # as one fills it in with arrays from elsewhere
    maps["a"], maps.scores["a"] = weights(1, 2, 3, 3), np.zeros((1, 2, 3, 3))
    maps.masks["a"] = np.stack([np.ones((3, 3), bool), np.eye(3, dtype=bool)])[None]
    np.testing.assert_array_equal(show(maps).all("mask")["a"], maps.masks["a"][0])
    maps.masks["a"] = None
    assert show(maps).all("mask") == {}


@each("named", [False, True])
def test_snapshots_are_a_film(named: bool, show: Callable[..., Page]) -> None:
    given = [{"a": weights(2, 3, 3, seed=i), "b": weights(1, 3, 4, seed=i)} for i in range(3)]
    page = show({f"step {i}": maps for i, maps in enumerate(given)} if named else given)
    assert page.data["snapshots"] == (["step 0", "step 1", "step 2"] if named else ["0", "1", "2"])
    for snapshot, maps in enumerate(given):
        for path, array in page.all("weights", snapshot).items():
            np.testing.assert_array_equal(array, maps[path])


# -- how exact --------------------------------------------------------------------------------------


def test_many_numbers_are_float16_and_the_page_says_so(
    show: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = weights(2, 8, 8)
    few = show(given)
    assert few.all("weights")[""].dtype == np.float32
    assert few.data["precision"] == "Numbers are float32: seven digits of what was computed."
    monkeypatch.setattr(compact, "EXACT", given.size - 1)
    many = show(given)
    np.testing.assert_array_equal(many.all("weights")[""], given.astype(np.float16))
    assert (
        "rounded to float16, to within 0.05 % (below 0.00006 to within 0.00000003)" in many.data["precision"]
    )


def test_what_the_page_says_of_float16_is_so() -> None:
    x = np.concatenate([np.linspace(0.00006, 1, 10**5), np.geomspace(1e-9, 0.00006, 10**4)])
    error = np.abs(x.astype(np.float16) - x)
    assert (error <= np.where(x >= 0.00006, 0.0005 * x, 3e-8)).all()


def test_scores_beyond_float16_stay_float32(
    show: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compact, "EXACT", 0)
    maps = nn.AttentionMaps()
    maps["a"] = weights(2, 2)
    maps.scores["a"] = np.array([[0, -1e9], [-np.inf, np.nan]], np.float32)
    page = show(maps)
    assert page.all("weights")["a"].dtype == np.float16
    np.testing.assert_array_equal(page.all("scores")["a"][0], maps.scores["a"])


def test_the_same_is_the_same_file(show: Callable[..., Page]) -> None:
    assert show(weights(3, 3), "abc").text == show(weights(3, 3), "abc").text


def test_the_darkest_weight_is_that_of_a_middling_row(show: Callable[..., Page]) -> None:
    assert show(np.eye(4)).data["black"] == 1
    assert show(np.full((100, 100), 0.01)).data["black"] == 0.01
    assert show(np.full((4, 4), 0.25)).data["black"] == 0.5
    assert show(np.zeros((4, 4))).data["black"] == 0.002
    page = show(np.eye(4), black=0.3)
    assert page.data["black"] == 0.3
    assert page.data["steps"] == [1.0, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002]


# -- what is read -----------------------------------------------------------------------------------


def labels(page: Page, path: str = "") -> tuple[list[str], list[str]]:
    [layer] = [one for one in page.data["layers"] if one["path"] == path]
    return layer["queries"], layer["keys"]


def test_tokens_are_of_both_sides_unless_keys_are_given(show: Callable[..., Page]) -> None:
    assert labels(show(weights(2, 2))) == (["0", "1"], ["0", "1"])
    assert labels(show(weights(2, 2), "a ")) == (["a", "␣"], ["a", "␣"])
    assert labels(show(weights(2, 3), ["a", "b"])) == (["a", "b"], ["0", "1", "2"])
    assert labels(show(weights(2, 2), ["a", "b"], keys=[7, 8])) == (["a", "b"], ["7", "8"])


def test_layers_that_read_different_texts(show: Callable[..., Page]) -> None:
    model = nn.Transformer(8, 2, 1, 1, 8, dropout=0.0)
    maps = recorded(model, embedded(3), embedded(2))
    page = show(maps, {"encoder.*": "src", "*": "to"}, keys={"*.multihead_attn": "src"})
    assert labels(page, "encoder.layers.0.self_attn") == (["s", "r", "c"], ["s", "r", "c"])
    assert labels(page, "decoder.layers.0.self_attn") == (["t", "o"], ["t", "o"])
    assert labels(page, "decoder.layers.0.multihead_attn") == (["t", "o"], ["s", "r", "c"])


def test_hostile_tokens_stay_text(show: Callable[..., Page]) -> None:
    page = show(weights(6, 6), HOSTILE, title=HOSTILE[0])
    assert "<script>alert" not in page.text
    assert labels(page)[0] == ["</script><scrip…", "\"'&", "\\x00", "\\u202e", "שלום", "고양이"]


@each("extra", [0, 1])
@each("colours", [(), (3,)], ids=["grey", "colours"])
def test_keys_may_be_an_image(colours: tuple[int, ...], extra: int, show: Callable[..., Page]) -> None:
    image = np.random.default_rng(0).random((4, 8, *colours))
    page = show(weights(2, 3, 8 + extra), "abc", keys=image)
    [layer] = page.data["layers"]
    assert layer["patches"] == [2, 4]
    assert layer["queries"] == ["a", "b", "c"]
    patches = ["0,0", "0,1", "0,2", "0,3", "1,0", "1,1", "1,2", "1,3"]
    assert layer["keys"] == ["0"] * extra + patches
    shown = page.array(layer["image"])
    assert shown.shape == (4, 8, 3)
    assert (shown.min(), shown.max()) == (102, 255)
    assert np.ptp(shown, axis=-1).any() == bool(colours)
    assert labels(show(weights(8, 8), keys=image)) == (patches, patches)  # patches that attend to patches
    assert show(weights(3, 8), keys=image, patches=(1, 8)).data["layers"][0]["patches"] == [1, 8]


def test_measures_stand_beside_the_maps(show: Callable[..., Page]) -> None:
    given = {"gradient × input": np.array([-1.5, 0.25, 3.0]), "uniform": 0.125}
    page = show({"a": weights(2, 2, 3), "b": weights(1, 3, 3)}, beside=given)
    for layer in page.data["layers"]:
        shown = {one["name"]: page.array(one["array"]) for one in layer["beside"]}
        assert list(shown) == list(given)
        for name, measure in given.items():
            np.testing.assert_array_equal(shown[name], measure)
    only = show({"a": weights(2, 3), "b": weights(2, 4)}, beside={"a": given})
    assert [len(layer["beside"]) for layer in only.data["layers"]] == [2, 0]


def test_measures_may_be_of_each_head(show: Callable[..., Page]) -> None:
    given = {"of heads": np.array([[0.5], [0.25]]), "of both": np.arange(6.0).reshape(2, 3)}
    [layer] = (page := show(weights(2, 2, 3), beside=given)).data["layers"]
    assert layer["of_heads"] == ["of heads"]
    for one in layer["beside"]:
        np.testing.assert_array_equal(page.array(one["array"]), given[one["name"]])


def test_what_explain_measures_is_taken_as_it_is(show: Callable[..., Page]) -> None:
    model = nn.TransformerEncoderLayer(8, 2, 8, dropout=0.0).eval()
    x = embedded(4, batch=2)
    found = nn.explain.measure(model, lambda e: model(e).mean(axis=1), x, np.random.default_rng(0))
    page = show(recorded(model, x), "text", beside=found, index=1)
    shown = {one["name"]: page.array(one["array"]) for one in page.data["layers"][0]["beside"]}
    np.testing.assert_array_equal(shown["gradient × input"], found.gradient_times_input[1])
    np.testing.assert_array_equal(shown["leave-one-out"], found.leave_one_out[1])
    assert shown["change of the output with uniform weights"] == found.uniform[1]
    assert shown["change of the output with permuted weights"] == found.permuted[1]


def test_the_page_says_that_weights_are_not_what_was_used(show: Callable[..., Page]) -> None:
    assert show(weights(2, 2)).data["caption"] == CAPTION
    assert "not what the model “used”" in CAPTION
    assert show(weights(2, 2), caption="mine").data["caption"] == "mine"


def test_no_drawing_package_is_needed(show: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        show(weights(2, 2), "한글")


# -- errors -----------------------------------------------------------------------------------------


def beside(**given: Any) -> nn.AttentionMaps:
    """Weights with scores or a mask."""
    maps = nn.AttentionMaps()
    maps["a"] = weights(2, 3, 3)
    for kind, array in given.items():
        getattr(maps, kind)["a"] = array
    return maps


PAIR = {"a": weights(2, 3, 3), "b": weights(2, 2, 3)}
IMAGE = np.zeros((4, 4))


RANKS = "show_attention takes weights (T, S), (H, T, S) or (B, H, T, S), and got "
RANGE = ": give maps[path], not maps.scores[path]"
LABELS = ': give one for each, or where layers read different texts a dict by path, {"encoder.*": source}'
WRONG: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: nn.show_attention({}),
        ValueError,
        "show_attention got no maps: call the model inside of nn.record_attention(model)",
    ),
    (lambda: nn.show_attention([]), ValueError, f"{RANKS}(0,)"),
    (lambda: nn.show_attention(np.ones(3)), ValueError, f"{RANKS}(3,)"),
    (lambda: nn.show_attention({"a": np.ones((1, 1, 1, 3, 3))}), ValueError, f"{RANKS}(1, 1, 1, 3, 3)"),
    (
        lambda: nn.show_attention(np.full((2, 2), 3.5)),
        ValueError,
        f"show_attention takes weights, from 0 to 1, and got 3.5 to 3.5{RANGE}",
    ),
    (
        lambda: nn.show_attention(np.full((2, 2), np.nan)),
        ValueError,
        f"show_attention takes weights, from 0 to 1, and got nan to nan{RANGE}",
    ),
    (
        lambda: nn.show_attention(weights(2, 1, 3, 3), index=2),
        IndexError,
        "show_attention got index=2, and there are 2 in the batch",
    ),
    (
        lambda: nn.show_attention(beside(scores=np.zeros((3, 2)))),
        ValueError,
        "show_attention got scores (3, 2) beside weights (2, 3, 3) of 'a': give what broadcasts to them",
    ),
    (
        lambda: nn.show_attention(beside(masks=np.ones((3, 3, 3), bool))),
        ValueError,
        "show_attention got a mask (3, 3, 3) beside weights (2, 3, 3) of 'a': give what broadcasts to them",
    ),
    (
        lambda: nn.show_attention(PAIR, "abc"),
        ValueError,
        f"show_attention got 3 labels for the 2 queries of 'b', whose maps are (2, 2, 3){LABELS}",
    ),
    (
        lambda: nn.show_attention(PAIR, {"a": "abc"}, keys={"b": "ab"}),
        ValueError,
        f"show_attention got 2 labels for the 3 keys of 'b', whose maps are (2, 2, 3){LABELS}",
    ),
    (
        lambda: nn.show_attention(PAIR, {"c.*": "abc"}),
        ValueError,
        "show_attention got tokens for 'c.*', and there are maps of 'a', 'b': write a path or a pattern, "
        "such as 'encoder.*'",
    ),
    (
        lambda: nn.show_attention(weights(2, 3), beside={"left out": np.zeros(5)}),
        ValueError,
        "show_attention got (5,) of 'left out' beside the maps (1, 2, 3) of '': give numbers of each key "
        "(3,), of each head (1, 1), of both (1, 3), or one of the whole",
    ),
    (
        lambda: nn.show_attention(weights(3, 7), keys=IMAGE),
        ValueError,
        "show_attention got 7 keys and an image (4, 4), and patches=None: write patches=(rows, columns) "
        "with no more patches than keys",
    ),
    (
        lambda: nn.show_attention([{"a": weights(2, 2)}, {"a": weights(3, 3)}]),
        ValueError,
        "show_attention got snapshots of {'a': (1, 2, 2)} and, in '1', of {'a': (1, 3, 3)}: record the "
        "same layers of the same input each time",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), keys=np.zeros((4, 4)), patches=(0, 3)),
        ValueError,
        "show_attention got 3 keys and an image (4, 4), and patches=(0, 3): write patches=(rows, columns) "
        "with no more patches than keys",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), keys=np.zeros((4, 4, 5)), patches=(1, 3)),
        ValueError,
        "show_attention takes an image as (rows, columns) or (rows, columns, 3), and got (4, 4, 5)",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), "abc", patches=(1, 3)),
        ValueError,
        "show_attention got patches=(1, 3) and no image that they are of: give it as keys, an array (rows, "
        "columns) or (rows, columns, 3)",
    ),
    (
        lambda: nn.show_attention(weights(3, 3).astype(complex)),
        TypeError,
        "show_attention takes weights as real numbers, and got complex128 (of a ndarray): write "
        "np.asarray(x, float)",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), beside={"seen": ["a", "b", "c"]}),
        TypeError,
        "show_attention takes 'seen' as real numbers, and got <U1 (of a list): write np.asarray(x, float)",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), beside=3),
        TypeError,
        "show_attention takes measures by name, and got a int beside the maps of '': write "
        'beside={"what it is": numbers}',
    ),
    (
        lambda: nn.show_attention(weights(3, 3), 3),
        TypeError,
        "show_attention takes labels as a text or a list of them, and got a int for the queries of ''",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), caption=3),
        TypeError,
        "show_attention takes caption as a text, and got 3: write it in quotes",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), index="x"),
        TypeError,
        "show_attention takes index as an integer, the place in the batch, and got 'x'",
    ),
    (
        lambda: nn.show_attention(weights(3, 3), black="x"),
        ValueError,
        "show_attention got black='x': it is the weight drawn darkest, above 0, such as 0.5",
    ),
    (
        lambda: nn.show_attention(weights(2, 2), "ab", "attention.svg"),
        ValueError,
        "show_attention writes an HTML page, and got 'attention.svg': give a path that ends in .html",
    ),
    (
        lambda: nn.show_attention(weights(6, 6), "a.html"),
        ValueError,
        "show_attention got 'a.html' for tokens, which stand before the path: write show_attention(maps, "
        "tokens, 'a.html'), or path='a.html'",
    ),
    (
        lambda: nn.show_attention(weights(2, 2), black=0),
        ValueError,
        "show_attention got black=0: it is the weight drawn darkest, above 0, such as 0.5",
    ),
    (
        lambda: nn.show_attention(np.broadcast_to(np.float32(0), (65, 1024, 1024))),
        ValueError,
        "show_attention got 68,157,440 weights and scores, and a page carries 67,108,864: give some of "
        "the layers, {path: maps[path] for path in ...}, or fewer snapshots",
    ),
]


@each("provoke, error, said", WRONG, ids=lambda value: value[:60] if isinstance(value, str) else "")
def test_what_cannot_be_shown(
    provoke: Callable[[], Any],
    error: type[Exception],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error) as raised:
        provoke()
    assert str(raised.value) == said
    assert not list(tmp_path.iterdir())
