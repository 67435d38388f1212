"""The page of scaling says what was measured, and its model is the one that it tells of."""

import re

import pytest

from docs.scaling import NETWORKS, PAGE, Model, Network, ends, page, speeds

SLOW, FAST = Network("slow", 1e-3, 1e6), Network("fast", 0.0, 1e15)
MODEL = Model(fixed=0.1, shared=0.9, buckets=(2_000, 1_000))


def test_the_page_is_what_the_measures_say() -> None:
    assert PAGE.read_text("utf-8") == page(), "write it anew: python -m docs.scaling"
    assert max(map(len, PAGE.read_text("utf-8").splitlines())) < 200
    assert all(network.name in page() for network in NETWORKS)
    assert "worked out, not measured" in page()


def test_the_line_through_steps_of_parts() -> None:
    parts = {"1": 1.0, "2": 0.55, "4": 0.325}
    model = Model.of({"1": {"parts": parts, "buckets": [8]}})
    assert (model.fixed, model.shared) == (pytest.approx(0.1), pytest.approx(0.9))
    with pytest.raises(ValueError, match="measure again when the machine is quiet"):
        Model.of({"1": {"parts": {"1": 1.0, "2": 0.4, "4": 0.1}, "buckets": [8]}})


def test_sums_go_round_a_ring() -> None:
    assert MODEL.sums(1, SLOW) == 0
    assert MODEL.sums(4, SLOW) == pytest.approx(6 * (2 * 1e-3 + 3_000 / 4 / 1e6))


def test_a_step_is_fixed_and_shared_and_what_is_left_of_sums() -> None:
    assert MODEL.step(1, SLOW, hidden=False) == MODEL.whole == pytest.approx(1.0)
    assert MODEL.step(9, FAST, hidden=True) == pytest.approx(0.2)
    after = MODEL.step(2, SLOW, hidden=False)
    assert after == pytest.approx(0.55 + 2 * (2e-3 + 1_500 / 1e6))
    hidden = MODEL.step(2, SLOW, hidden=True)  # all but the last bucket
    assert hidden == pytest.approx(0.55 + (after - 0.55) / 3)
    huge = MODEL._replace(buckets=(10**9, 1))  # which no backward can hide
    assert huge.step(2, SLOW, True) == pytest.approx(huge.step(2, SLOW, False) - 2 / 3 * 0.45)


def test_where_it_stops() -> None:
    assert MODEL.fastest(FAST, 12, hidden=False) == 12
    assert MODEL.efficiency(9, FAST) == pytest.approx(1 / 0.2 / 9)
    huge = MODEL._replace(buckets=(10**8,))
    assert huge.fastest(SLOW, 12, hidden=True) == 1
    assert "1 Gbit/s Ethernet: the step is shortest with 1 rank;" in ends(huge, 12)
    small = ends(MODEL._replace(buckets=(4,)), 12).splitlines()
    assert all("shortest with 12 ranks, the most there can be" in line for line in small)
    rows = [re.findall(r"\d+\.\d+|\d+", line) for line in speeds(MODEL, 12).splitlines()[2:]]
    assert [row[0] for row in rows] == ["2", "4", "8", "12"]
    assert all(float(row[1]) <= float(row[2]) <= int(row[0]) for row in rows)
