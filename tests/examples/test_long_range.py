"""The long-range experiment: its language, its training, its measures, and the small form of its claim."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
import nn
from examples.long_range import language as lang
from examples.long_range.claims import CLAIMS, check
from examples.long_range.measure import (
    DISTANCES,
    PAIRS,
    Hide,
    answers,
    gradient_norms,
    recall_accuracy,
    single_character_rule,
    swap_values,
)
from examples.long_range.model import MODELS, LanguageModel
from examples.long_range.plans import RATES, TUNING, chosen_rate
from examples.long_range.pool import do_all
from examples.long_range.results import Results, Row, interval
from examples.long_range.runs import Job, do
from examples.long_range.training import LEVELS, Plan, Trainer


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


# -- the language ------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "pairs"), [(48, 4), (96, 14), (576, 24)])
def test_recall_texts_follow_their_rules(rng: np.random.Generator, length: int, pairs: int) -> None:
    batch = lang.recall_batch(rng, 20, length, pairs, lang.Filler())
    for ids, answered in zip(batch.ids, batch.answers, strict=True):
        text = lang.decode(ids)
        assert len(text) == length + 1
        assigned = {text[i + 1]: text[i + 2] for i, c in enumerate(text) if c == "="}
        asked = {text[i + 1]: text[i + 2] for i, c in enumerate(text) if c == "?"}
        assert assigned == asked  # each key is assigned once, asked once, and answered rightly
        assert len(assigned) == len(set(assigned.values())) == pairs
        assert all(text.index(f"={key}") < text.index(f"?{key}") for key in asked)
        assert [i - 2 for i in np.flatnonzero(answered)] == [i for i, c in enumerate(text) if c == "?"]


def test_copy_texts_repeat_themselves(rng: np.random.Generator) -> None:
    batch = lang.copy_batch(rng, 5, 9)
    for ids, answered in zip(batch.ids, batch.answers, strict=True):
        text = lang.decode(ids)
        assert text[0] == text[10] == ";"
        assert text[1:10] == text[11:]
        assert list(np.flatnonzero(answered)) == list(range(11, 20))


def test_only_answers_are_targets(rng: np.random.Generator) -> None:
    batch = lang.recall_batch(rng, 3, 60, 4, lang.Filler())
    targets = batch.targets()
    assert (targets >= 0).sum() == 3 * 4
    assert (targets[targets >= 0] >= lang.FIRST_VALUE).all()
    assert batch.inputs.shape == targets.shape == (3, 60)


@pytest.mark.parametrize("distance", DISTANCES)
def test_probes_have_their_value_at_the_distance(rng: np.random.Generator, distance: int) -> None:
    probes = lang.recall_probes(rng, 10, distance, PAIRS, lang.Filler())
    for ids, answer, source in zip(probes.ids, probes.answers, probes.sources, strict=True):
        text = lang.decode(ids)
        assert len(text) == 576
        assert text.count("=") == PAIRS
        assert text.count("?") == 1
        assert lang.check_question(text) == source == 575 - distance
        assert text[source] == lang.ALPHABET[answer]


def test_a_distance_without_room_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="room for distances from 3 to 573, not 600"):
        lang.recall_probes(rng, 1, 600, 8, lang.Filler())


def test_prose_as_filler_is_squeezed_into_the_alphabet(rng: np.random.Generator) -> None:
    filler = lang.Filler("It's 3 o'clock,\nand ALL is well. " * 30)
    drawn = lang.decode(filler.draw(rng, 100))
    assert drawn in "it s o clock and all is well " * 30
    text = lang.decode(lang.recall_probes(rng, 1, 64, 8, filler).ids[0])
    lang.check_question(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("=aK ?b", "question is for 'b', which was never assigned (assigned: a)"),
        ("=aK ?", "must end in a question"),
        ("=aK a", "must end in a question"),
        ("=a! ?a", "'!' at position 2"),
        ("=Ka ?a", "`=` at position 0 is followed by 'Ka'"),
        ("=aK =aL ?a", "'a' is assigned twice, at positions 0 and 4"),
        ("=aK" + " " * 600 + "?a", "605 characters"),
        ("", "must end in a question"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(text: str, words: str) -> None:
    with pytest.raises(lang.LanguageError) as caught:
        lang.check_question(text)
    assert words in str(caught.value)


# -- models and training -------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_every_model_trains_a_few_steps(name: str) -> None:
    trainer = Trainer(MODELS[name], Plan(steps=4), lang.Filler())
    before = trainer.model.state_dict()
    trainer.run()
    assert np.isfinite(trainer.state.loss)
    after = trainer.model.state_dict()
    assert all(not np.array_equal(before[key], after[key]) for key in before if "weight" in key)


def test_controls_have_about_the_same_number_of_parameters(rng: np.random.Generator) -> None:
    counts = {name: sum(p.size for p in LanguageModel(MODELS[name], rng).parameters()) for name in MODELS}
    assert counts["attention"] == counts["window"] == counts["alibi"] == 107_320
    for name in ("lstm", "gru", "elman", "ngram"):
        assert counts[name] == pytest.approx(counts["attention"], rel=0.03)


def test_same_seed_same_numbers_bit_for_bit() -> None:
    def weights(seed: int) -> dict[str, np.ndarray]:
        return Trainer(MODELS["attention"], Plan(steps=6, seed=seed), lang.Filler()).run().state_dict()

    first, again, other = weights(3), weights(3), weights(4)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["head.weight"], other["head.weight"])


def test_the_curriculum_advances_by_accuracy_or_at_its_cap() -> None:
    trainer = Trainer(MODELS["ngram"], Plan(steps=100), lang.Filler())
    trainer.state.recall = trainer.state.copy = 0.95
    trainer._advance()
    assert trainer.state.level == 0  # where it is to be surer
    trainer.state.recall = trainer.state.copy = 0.99
    trainer._advance()
    assert trainer.state.level == 1
    assert trainer.state.recall == 0.0
    trainer.state.step = trainer.state.entered + 19
    trainer._advance()
    assert trainer.state.level == 1
    trainer.state.step += 1  # 20 % of 100 steps
    trainer._advance()
    assert trainer.state.level == 2
    trainer.state.level = len(LEVELS) - 1
    trainer.state.recall = trainer.state.copy = 0.95
    trainer._advance()
    assert trainer.state.solved == trainer.state.step


def test_the_rate_warms_up_stays_and_falls() -> None:
    trainer = Trainer(MODELS["ngram"], Plan(steps=1000), lang.Filler())
    assert trainer._rate(0) == 1 / 50
    assert trainer._rate(49) == trainer._rate(300) == trainer._rate(599) == 1
    assert trainer._rate(800) == pytest.approx(0.525)
    assert trainer._rate(999) == pytest.approx(0.05, abs=0.003)


# -- measures ------------------------------------------------------------------------------------


def test_the_window_twin_cannot_see_further_than_two_windows(rng: np.random.Generator) -> None:
    model = LanguageModel(MODELS["window"], rng)
    for distance in (8, 16):
        assert gradient_norms(model, distance, 2)[0] > 0
    for distance in (32, 64, 512):
        assert gradient_norms(model, distance, 2)[0] == 0.0


def test_attention_reaches_every_distance(rng: np.random.Generator) -> None:
    model = LanguageModel(MODELS["attention"], rng)
    assert all(gradient_norms(model, distance, 2)[0] > 0 for distance in DISTANCES)


def test_hiding_a_place_makes_the_answer_independent_of_it(rng: np.random.Generator) -> None:
    model = LanguageModel(MODELS["attention"], rng)
    probes = lang.recall_probes(rng, 3, 40, 4, lang.Filler(), length=80)
    hide = Hide(probes.sources, layers=2)
    masks = hide.masks(slice(0, 3), 80)
    with mg.no_grad():
        hidden = model(probes.ids, masks).numpy()[:, -1]
        changed = probes.ids.copy()
        changed[np.arange(3), probes.sources] = lang.FIRST_VALUE
        np.testing.assert_array_equal(model(changed, masks).numpy()[:, -1], hidden)
        assert not np.array_equal(model(changed).numpy()[:, -1], model(probes.ids).numpy()[:, -1])
    edge = Hide(probes.sources, layers=2, edge_only=True).masks(slice(0, 3), 80)
    assert edge[0] is None
    assert (~edge[1]).sum() == 3


def test_swapping_exchanges_two_values_and_nothing_else(rng: np.random.Generator) -> None:
    probes = lang.recall_probes(rng, 4, 64, 8, lang.Filler())
    swapped = swap_values(probes)
    assert ((swapped != probes.ids).sum(axis=1) == 2).all()
    for text, answer in zip(swapped, probes.other_answers, strict=True):
        written = lang.decode(text)
        assert written[lang.check_question(written)] == lang.ALPHABET[answer]


class Oracle(nn.Module):
    """Answers every question of the language rightly, by reading it."""

    def forward(self, ids: np.ndarray, masks: object = None) -> mg.Tensor:
        scores = np.zeros((*ids.shape, lang.SIZE), np.float32)
        for row, text in enumerate(map(lang.decode, ids)):
            scores[row, -1, lang.ALPHABET.index(text[lang.check_question(text)])] = 1
        return mg.tensor(scores)


def test_measures_give_an_oracle_all_points_and_a_fresh_model_few(rng: np.random.Generator) -> None:
    assert recall_accuracy(Oracle(), 64, 20) == 1.0  # type: ignore[arg-type]
    assert recall_accuracy(LanguageModel(MODELS["ngram"], rng), 64, 40) < 0.3
    probes = lang.recall_probes(rng, 20, 64, 8, lang.Filler())
    assert (answers(Oracle(), probes.ids) == probes.answers).all()  # type: ignore[arg-type]


def test_the_single_character_rule_is_what_counting_gives(rng: np.random.Generator) -> None:
    right = total = 0
    for _ in range(400):
        s = rng.integers(0, 52, 64)
        for i in range(1, 64):  # copy what followed a random earlier place with the same letter before
            places = np.flatnonzero(s[:-1] == s[i - 1])
            right += float((s[places + 1] == s[i]).mean())
            total += 1
    # The rule counts exact repeats only; chance agreement of other letters adds a little.
    assert right / total == pytest.approx(single_character_rule(64), abs=0.03)


# -- results and claims --------------------------------------------------------------------------


def fake(path: Path, recall: float = 1.0, window_far: float = 0.04) -> Results:
    rows = []
    for seed in range(5):
        for d in DISTANCES:
            rows.append(Row("attention", seed, 2e-3, "recall", str(d), 8, recall, 96))
            near = 1.0 if d <= 16 else window_far
            rows.append(Row("window", seed, 2e-3, "recall", str(d), 8, near, 96))
            gradient = 1.0 if d <= 16 else 0.0
            rows.append(Row("window", seed, 2e-3, "gradient-trained", str(d), 8, gradient, 8))
    results = Results(path)
    results.add(rows)
    return results


def test_results_survive_the_disk(tmp_path: Path) -> None:
    results = fake(tmp_path / "results.csv")
    again = Results(tmp_path / "results.csv")
    assert again.rows == results.rows
    assert again.has("attention", 3, 2e-3)
    assert not again.has("attention", 3, 5e-3)
    assert again.seeds("window") == [0, 1, 2, 3, 4]
    with (tmp_path / "results.csv").open() as lines:
        assert len(list(csv.reader(lines))) == len(results.rows) + 1


def test_verdicts_follow_the_figures(tmp_path: Path) -> None:
    good = fake(tmp_path / "good.csv")
    assert check("E1", good).holds is True
    assert check("E3", good).holds is True
    assert check("E1", fake(tmp_path / "bad.csv", recall=0.9)).holds is False
    assert check("E3", fake(tmp_path / "leaky.csv", window_far=0.4)).holds is False
    for name in ("E2", "E4", "E5", "E6", "E7"):
        assert check(name, good).holds is None, name
    assert set(CLAIMS) == {f"E{i}" for i in range(1, 8)}


def test_intervals_are_students(rng: np.random.Generator) -> None:
    mean, low, high = interval([0.9, 0.95, 1.0])
    assert mean == pytest.approx(0.95)
    assert high - mean == pytest.approx(4.303 * 0.05 / np.sqrt(3), rel=1e-3)
    assert low == pytest.approx(2 * mean - high)
    assert interval([0.5]) == (0.5, 0.5, 0.5)


def test_the_rate_is_chosen_by_its_worst_tuning_seed_alone(tmp_path: Path) -> None:
    results = Results(tmp_path / "r.csv")
    values = {100: (0.5, 0.9, 1.0), 101: (0.5, 0.8, 0.1), 102: (0.5, 0.9, 1.0), 0: (0.9, 0.0, 0.0)}
    results.add(
        Row("lstm", seed, rate, "recall", "8", 8, value, 32)
        for seed, row in values.items()
        for rate, value in zip(RATES, row, strict=True)
    )
    assert list(TUNING) == [100, 101, 102]
    assert chosen_rate(results, "lstm") == 2e-3
    assert chosen_rate(results, "gru") == 2e-3  # nothing known: the middle


def test_a_rate_at_which_a_recurrent_net_holds_one_pair_comes_first(tmp_path: Path) -> None:
    results = Results(tmp_path / "r.csv")
    for seed in TUNING:
        for rate, one, eight in zip(RATES, (0.94, 0.96, 0.99), (0.5, 0.1, 0.2), strict=True):
            results.add([Row("gru", seed, rate, "recall", "512", 1, one, 32)])
            results.add([Row("gru", seed, rate, "recall", "512", 8, eight, 32)])
    assert chosen_rate(results, "gru") == 5e-3


def test_a_job_measures_and_saves(tmp_path: Path) -> None:
    job = Job("attention", Plan(steps=10), probes=8)
    outcome = do(job, tmp_path)
    measured = {row.measure for row in outcome.rows}
    assert measured == {"parameters", "training-seconds", "solved-at-step", "recall", "copy"}
    assert (tmp_path / "attention-0.safetensors").exists()
    assert [moment[0] for moment in outcome.history] == [10]


# -- the claim in its small form ------------------------------------------------------------------


@pytest.mark.slow
def test_attention_learns_both_tasks_and_its_twin_does_not_see_beyond_its_window() -> None:
    """Texts up to 96 characters, 2 seeds; the window's reach is 30 characters."""
    plan = Plan(steps=700, levels=LEVELS[:2])
    jobs = [Job("attention", replace(plan, seed=seed), probes=64, length=96) for seed in (0, 1)]
    jobs.append(Job("window", plan, probes=64, length=96))
    last: dict[tuple[str, int, float], tuple[float, float]] = {}

    def watch(key: tuple[str, int, float], state: object) -> None:
        last[key] = (state.recall, state.copy)  # type: ignore[attr-defined]

    outcomes = {outcome.job.key[:2]: outcome for outcome in do_all(jobs, None, 2, watch)}
    for seed in (0, 1):
        recall, copied = last["attention", seed, plan.learning_rate]
        assert recall > 0.85
        assert copied > 0.85
    recall = {
        (name, row.argument): row.value
        for (name, seed), outcome in outcomes.items()
        for row in outcome.rows
        if row.measure == "recall" and seed == 0
    }
    assert recall["attention", "64"] > 0.85
    assert recall["window", "8"] > 0.6
    assert recall["window", "64"] < 0.2
