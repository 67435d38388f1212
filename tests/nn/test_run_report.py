"""What is shown of a run: its report, which is one file, and its figures in TensorBoard."""

import io
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from nn.training.report.charts import chart, path_of
from nn.training.report.film import png
from nn.training.report.scales import Scale, range_of, scale_of, short
from nn.training.snapshots import MOST
from tests.browser import wider_than_window
from tests.cases import each
from tests.nn.test_training import training

TEXT = "<b>어텐션 & \ud800</b>"


def look(one: nn.Training) -> dict[str, Any]:
    """A text, and maps of two heads that say which step it is."""
    weights = np.full((1, 2, 3, 4), one.number / 100, np.float32)
    return {"sample": f"{TEXT} {one.number}", "attn": weights}


def shown(steps: int = 20, **options: Any) -> nn.Training:
    one = training(steps, snapshot=lambda: look(one), health=2, **options)
    return one


class Elements(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data}\n"


# -- the report -----------------------------------------------------------------------------------


def test_the_report_says_what_the_run_was(tmp_path: Path) -> None:
    config = {"width": 8, "text": "/home/somebody/text.txt", "sizes": list(range(50))}
    one = shown(out=tmp_path, config=config)
    rows = one.run()
    page = (tmp_path / "report.html").read_text("utf-8")
    elements = Elements(page)
    said = elements.text
    best = min(rows, key=lambda row: row["val_loss"])
    assert f"Best val_loss: {best['val_loss']:.4g}, after step {best['step']}." in said
    assert "Nothing looked ill." in said
    for row in rows:
        assert f"val_loss {row['val_loss']:.4g} at step {row['step']}" in said
    folded = ["open" not in attributes for tag, attributes in elements.found if tag == "details"]
    assert folded == [False, True, True, True, True]
    for step in (0, 6, 12, 18, 20):
        assert f"<b>어텐션 & �</b> {step}" in said
    figures = one.health.table.rows[-1]
    for path in ("0", "3"):
        assert f"{figures[f'gradient/{path}']:.2g}" in said
    assert "somebody" not in page
    assert "text.txt" in said
    assert "0, 1, 2, 3, 4, 5, … (50)" in said
    assert np.__version__ in said
    images = [attrs for tag, attrs in elements.found if tag == "img"]
    assert [image["alt"] for image in images] == [
        f"attn, head {head}, after step {step}" for head in (0, 1) for step in (0, 6, 12, 18, 20)
    ]
    assert "default-src 'none'" in page


def test_the_report_is_made_of_the_newest_checkpoint(tmp_path: Path) -> None:
    shown(out=tmp_path).run()
    path = tmp_path / "report.html"
    whole = path.read_bytes()
    path.unlink()
    assert nn.write_report(tmp_path) == path
    assert path.read_bytes() == whole
    other = tmp_path / "stopped"
    next(step for step in shown(out=other) if step.number == 14)
    assert not (other / "report.html").exists()
    assert "12 of 20 steps" in nn.write_report(other).read_text("utf-8")


def test_warnings_stand_in_the_report(tmp_path: Path) -> None:
    one = training(12, out=tmp_path, health=1, schedule=None)
    one.optimizer.param_groups[0].update(lr=1e-12, initial_lr=1e-12)
    with pytest.warns(nn.HealthWarning) as told:
        one.run()
    page = Elements((tmp_path / "report.html").read_text("utf-8"))
    assert str(told[0].message) in page.text
    assert "Nothing looked ill." not in page.text


def test_a_run_without_anything_to_show_has_a_report(tmp_path: Path) -> None:
    one = training(
        2, health=None, out=tmp_path, evaluate=None, batches=[(np.ones((2, 3)), np.ones((2, 1)))] * 2
    )
    one.run()
    page = Elements((tmp_path / "report.html").read_text("utf-8"))
    assert "Machine" in page.text
    assert "Layers" not in page.text


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(nn.FileError, match=r"has no checkpoint: save one first$"):
        nn.write_report(tmp_path)
    nn.Checkpoints(tmp_path).save(3, {"weights": np.zeros(3)})
    with pytest.raises(nn.FileError, match=r"step-000000003.safetensors is not of an nn.Training \(KeyError"):
        nn.write_report(tmp_path)


def test_the_page_in_a_browser(tmp_path: Path, browser: Any) -> None:
    shown(out=tmp_path).run()
    for width, dark in ((1280, False), (1280, True), (390, False)):
        page = browser.open(tmp_path / "report.html", width=width, dark=dark)
        assert not wider_than_window(page)
        sizes = page.evaluate("[...document.images].map(image => [image.naturalWidth, image.naturalHeight])")
        assert sizes == [[4, 3]] * 10
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Layers"
        page.locator("summary").nth(1).focus()
        page.keyboard.press("Enter")
        assert page.locator("details[open]").count() == 2


# -- its parts ------------------------------------------------------------------------------------


@each(
    "values, log, low, high, ticks",
    [
        ([1.2, 4.7], False, 1, 5, [1, 2, 3, 4, 5]),
        ([60, 300], False, 50, 300, [50, 100, 150, 200, 250, 300]),
        ([2, 2], False, 1, 3, [1, 1.5, 2, 2.5, 3]),
        ([0.0, -4.0, np.nan, np.inf], False, -4, 0, [-4, -3, -2, -1, 0]),
        ([0.002, 30.0, 0.0], True, 1e-3, 100, [1e-3, 1e-2, 0.1, 1, 10, 100]),
        ([5.0, 5.0], True, 1, 10, [1, 10]),
        ([np.nan], True, 0.1, 1, [0.1, 1]),
        ([], False, 0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    ],
)
def test_scales_end_at_round_numbers(
    values: list[float], log: bool, low: float, high: float, ticks: Any
) -> None:
    scale = scale_of(np.array(values, np.float64), log)
    assert (scale.low, scale.high) == pytest.approx((low, high))
    assert scale.ticks() == pytest.approx(ticks)


def test_places_on_a_scale() -> None:
    np.testing.assert_array_equal(
        Scale(0, 4)(np.array([0, 1, 4, np.nan, np.inf])), [0, 0.25, 1, np.nan, np.nan]
    )
    np.testing.assert_allclose(Scale(0.1, 10, True)(np.array([0.1, 1, 10])), [0, 0.5, 1])
    assert np.isnan(Scale(0.1, 10, True)(np.array([0.0, -1]))).all()
    assert range_of(np.array([3.0, 0.5, 0])) == (0.5, 3.0, True)
    assert range_of(np.array([2.0])) == (0.2, 20.0, True)


def test_a_gap_where_there_is_no_figure() -> None:
    assert path_of(np.arange(5.0), np.array([1, 2, np.nan, 3, 4])) == "M0.0 1.0L1.0 2.0M3.0 3.0L4.0 4.0"
    page = chart("x", {"a": (np.arange(3.0), np.array([1, np.nan, 2])), "<b>": (np.arange(3.0), np.zeros(3))})
    assert page.count("<circle") == 5
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_short_figures() -> None:
    assert [short(x) for x in (1e-5, 0.00123456, 1234567.0, 0.0)] == ["1e-5", "0.00123", "1.23e6", "0"]


def test_a_picture_is_read_back(rng: np.random.Generator) -> None:
    image = pytest.importorskip("PIL.Image")
    shares = rng.random((5, 7))
    shares[0, :3] = [0, 1, np.nan]
    pixels = np.asarray(image.open(io.BytesIO(png(shares))).convert("RGBA"))
    np.testing.assert_array_equal(pixels[..., 3], np.round(np.nan_to_num(shares) * 255))
    assert (pixels[..., :3] == [9, 105, 218]).all()


# -- snapshots ------------------------------------------------------------------------------------


def test_snapshots_are_taken_in_evaluation_mode_and_resumed(tmp_path: Path) -> None:
    modes: list[bool] = []

    def asked(one: nn.Training) -> dict[str, Any]:
        out = one.model(np.zeros((1, 3), np.float32))
        modes.append(one.model.training or out.requires_grad)
        return look(one)

    one = training(snapshot=lambda: asked(one))
    one.run()
    assert modes == [False] * 5
    assert [taken.step for taken in one.snapshots.taken] == [0, 6, 12, 18, 20]
    assert one.snapshots.taken[1].maps["attn"].shape == (2, 3, 4)
    next(step for step in shown(out=tmp_path) if step.number == 14)
    resumed = shown(out=tmp_path)
    resumed.resume()
    resumed.run()
    np.testing.assert_equal(resumed.snapshots.state_dict(), one.snapshots.state_dict())


def test_snapshots_are_bounded() -> None:
    one = shown(100, every=1, schedule=None)
    one.run()
    steps = [taken.step for taken in one.snapshots.taken]
    assert MOST // 2 <= len(steps) <= MOST
    assert (steps[0], steps[-1]) == (0, 100)


@each(
    "given, said",
    [(3, "int of shape ()"), (np.zeros(3), "ndarray of shape (3,)"), (np.ones((2, 2), int), "ndarray")],
)
def test_a_snapshot_of_something_else_is_refused(given: Any, said: str) -> None:
    with pytest.raises(
        TypeError, match=rf"^snapshot\(\) gave it as {re.escape(said)}.*: give texts, and weights"
    ):
        training(snapshot=lambda: {"it": given}).run()


def test_a_model_that_is_no_longer_one_ends_no_run() -> None:
    def look() -> dict[str, Any]:
        raise FloatingPointError("the greatest score is nan")

    one = training(snapshot=look)
    one.run()
    assert one.snapshots.taken[1] == (6, {"nothing": "the greatest score is nan"}, {})


# -- TensorBoard ----------------------------------------------------------------------------------


def scalars(folder: Path) -> dict[str, dict[int, float]]:
    """What TensorBoard reads there: the figures of each tag by step."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"tensors": 0}).Reload()
    return {
        tag: {event.step: float(event.tensor_proto.float_val[0]) for event in events.Tensors(tag)}
        for tag in events.Tags()["tensors"]
    }


def test_tensorboard_reads_the_figures_once_each(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    next(step for step in shown(out=tmp_path, tensorboard=True) if step.number == 14)
    one = shown(out=tmp_path, tensorboard=True)
    assert one.resume() == 12
    rows = one.run()
    read = scalars(tmp_path / "tensorboard")
    assert read["metrics/val_loss"] == pytest.approx({row["step"]: row["val_loss"] for row in rows})
    steps = one.health.table.column("step").astype(int)
    for name in ("loss", "gradient/0", "update/3"):
        figures = dict(zip(steps.tolist(), one.health.table.column(name), strict=True))
        assert read[f"health/{name}"] == pytest.approx(figures)


def test_without_tensorboard_or_a_folder_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"^tensorboard=True writes into the folder of the run: give out=$"):
        training(tensorboard=True)
    monkeypatch.setitem(sys.modules, "tensorboard.summary", None)
    one = training(out=tmp_path, tensorboard=True)
    said = (
        "tensorboard=True writes by the package tensorboard, which is not installed: pip install tensorboard"
    )
    with pytest.raises(ImportError, match=f"^{said}$"):
        one.run()
    assert one.number == 0
