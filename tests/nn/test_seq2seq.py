"""Recurrent encoder and decoder: every combination of the decoder's flags, equal to the equations."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minigrad as mg
import nn
from tests.cases import each

try:
    import torch
except ModuleNotFoundError:
    torch = None

needs_torch = pytest.mark.skipif(
    torch is None, reason="torch is absent: pip install torch to compare with it"
)

V, E, H, B, S, T = 7, 3, 4, 3, 5, 4  # vocabulary, embedding, state, batch, source, target
SCORES: dict[str, Callable[..., Any]] = {
    "dot": lambda query, key, rng: nn.DotScore(),
    "scaled dot": lambda query, key, rng: nn.ScaledDotScore(),
    "general": lambda query, key, rng: nn.GeneralScore(query, key, rng=rng),
    "additive": lambda query, key, rng: nn.AdditiveScore(query, key, 3, rng=rng),
    "concat": lambda query, key, rng: nn.ConcatScore(query, key, 3, rng=rng),
    "none": lambda query, key, rng: None,
}


def decoder(score: str = "general", width: int = H, rng: Any = None, **flags: Any) -> nn.RecurrentDecoder:
    rng = rng or np.random.default_rng(1)
    made = nn.RecurrentDecoder(V, E, width, width, score=SCORES[score](width, width, rng), rng=rng, **flags)
    return made.astype(np.float64)


def model(kind: str = "luong", cell: str = "gru", **flags: Any) -> nn.Seq2Seq:
    rng = np.random.default_rng(2)
    encoder = nn.RecurrentEncoder(V, E, H // 2, cell, rng=rng)
    made = nn.Seq2Seq(encoder, getattr(nn.RecurrentDecoder, kind)(V, E, H, H, cell=cell, rng=rng, **flags))
    return made.astype(np.float64)


def inputs(rng: Any, width: int = H) -> tuple[np.ndarray, mg.Tensor, mg.Tensor]:
    """Target ids, annotations and last states."""
    annotations, last = (mg.tensor(rng.normal(size=shape)) for shape in [(B, S, width), (B, width)])
    return rng.integers(0, V, (B, T)), annotations, last


def close(ours: Any, theirs: Any, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


FLAGS = [
    {"query": query, "context_into": into, "input_feeding": feeding, "word_into_output": word, "score": score}
    for query, into, feeding, word, score in itertools.product(
        ("previous", "current"),
        ("cell", "output", "both"),
        (False, True),
        (False, True),
        ("none", "additive"),
    )
]
FLAGS += [
    {"query": query, "score": score, "reach": reach, "window": 1}
    for query, score, reach in itertools.product(
        ("previous", "current"), ("dot", "general", "concat"), ("global", "local-m", "local-p")
    )
]
FLAGS += [
    {"cell": cell, "num_layers": layers, "start": start, "score": "general", "context_into": "both"}
    for cell, layers, start in itertools.product(("rnn", "lstm", "gru"), (1, 2), ("last", "backward"))
]


# -- derivatives --------------------------------------------------------------------------------------


@each("flags", FLAGS, ids=str)
def test_derivatives_to_the_second_order(flags, rng):
    """By annotations, last states, and by all parameters along a direction drawn at random."""
    made = decoder(width=2, rng=rng, **flags)
    target = np.array([[3, 1, 3]])
    directions = {name: rng.normal(size=p.shape) for name, p in made.named_parameters()}

    def scores(along: Any, annotations: Any, last: Any) -> mg.Tensor:
        moved = {name: p.data + along * directions[name] for name, p in made.named_parameters()}
        return nn.functional_call(made, moved, target, annotations, last)

    where = [np.array(0.1), rng.normal(size=(1, 3, 2)), rng.normal(size=(1, 2))]
    mg.check_grads(scores, where, order=2, rtol=1e-4, atol=1e-5)


@each("kind", ["fixed", "bahdanau", "luong"])
def test_every_gradient_of_a_whole_model(kind, rng):
    made = model(kind)
    source, target = np.array([[1, 2, 0]]), np.array([[3, 1]])
    weights = {name: p.data for name, p in made.named_parameters()}
    mg.check_grads(lambda given: nn.functional_call(made, given, source, None, target), [weights], order=1)
    made(source, None, target).sum().backward()
    assert all(p.grad is not None for p in made.parameters())


# -- against the equations, written out ---------------------------------------------------------------


def softmax(x: np.ndarray) -> np.ndarray:
    x = np.exp(x - x.max(axis=-1, keepdims=True))
    return x / x.sum(axis=-1, keepdims=True)


@each("feeding", [False, True])
@each("word", [False, True])
@each("into", ["cell", "output", "both"])
@each("query", ["previous", "current"])
def test_the_flags_say_what_goes_where(query, into, word, feeding, rng):
    made = decoder(
        "general", query=query, context_into=into, input_feeding=feeding, word_into_output=word, cell="rnn"
    )
    target, annotations, last = inputs(rng)
    w = {name: p.data for name, p in made.named_parameters()}
    cell, h = "cells.layers.0.", annotations.data

    def context(state: np.ndarray) -> np.ndarray:
        scores = np.einsum("bq,qm,bsm->bs", state, w["alignment.score.weight"], h)
        return np.einsum("bs,bsm->bm", softmax(scores), h)

    s = np.tanh(last.data @ w["start.weight"].T + w["start.bias"])
    c, vector, scores = np.zeros((B, H)), np.zeros((B, H)), []
    for t in range(T):
        e = w["embedding.weight"][target[:, t]]
        if query == "previous":
            c = context(s)
        x = np.concatenate([e] + [c] * (into != "output") + [vector] * feeding, axis=1)
        s = np.tanh(
            x @ w[cell + "weight_ih"].T
            + w[cell + "bias_ih"]
            + s @ w[cell + "weight_hh"].T
            + w[cell + "bias_hh"]
        )
        if query == "current":
            c = context(s)
        y = np.concatenate([c] * (into != "cell") + [s] + [e] * word, axis=1)
        vector = np.tanh(y @ w["combine.weight"].T + w["combine.bias"])
        scores.append(vector @ w["output.weight"].T + w["output.bias"])
    close(made(target, annotations, last).data, np.stack(scores, axis=1))


class Theirs:
    """Bahdanau's and Luong's model in PyTorch's modules, with the values of ours."""

    def __init__(self, made: nn.Seq2Seq) -> None:
        arrays = {name: torch.from_numpy(p.data.copy()) for name, p in made.named_parameters()}
        layer, cell = made.encoder.layers, made.decoder.cells.layers[0]
        sizes = (layer.input_size, layer.hidden_size)
        kind = getattr(torch.nn, type(layer).__name__)
        self.encoder = kind(*sizes, batch_first=True, bidirectional=True).double()
        self.cell = getattr(torch.nn, type(cell).__name__)(cell.input_size, cell.hidden_size).double()
        self.modules = {"encoder.layers": self.encoder, "decoder.cells.layers.0": self.cell}
        for name in ("encoder.embedding", "decoder.embedding"):
            self.modules[name] = torch.nn.Embedding(V, E).double()
        for name in ("decoder.start", "decoder.combine", "decoder.output"):
            rows, columns = arrays[f"{name}.weight"].shape
            self.modules[name] = torch.nn.Linear(columns, rows).double()
        for name, module in self.modules.items():
            of_it = {k.removeprefix(f"{name}."): v for k, v in arrays.items() if k.startswith(f"{name}.")}
            module.load_state_dict(of_it)
        score = "decoder.alignment.score."
        self.score = {
            k.removeprefix(score): torch.nn.Parameter(v) for k, v in arrays.items() if k.startswith(score)
        }

    def gradients(self) -> dict[str, Any]:
        found = {
            f"{m}.{n}": p.grad for m, module in self.modules.items() for n, p in module.named_parameters()
        }
        return found | {f"decoder.alignment.score.{name}": p.grad for name, p in self.score.items()}

    def read(self, source: Any) -> tuple[Any, Any]:
        """Annotations (B, S, 2H'), and the last states of both directions (2, B, H')."""
        annotations, last = self.encoder(self.modules["encoder.embedding"](source))
        return annotations, last[0] if isinstance(last, tuple) else last

    def bahdanau(self, source: Any, target: Any) -> Any:
        """Bahdanau et al. (2015), section 3.1 and appendix A."""
        annotations, last = self.read(source)
        state = torch.tanh(self.modules["decoder.start"](last[1]))
        scores = []
        for t in range(target.shape[1]):
            w, word = self.score, self.modules["decoder.embedding"](target[:, t])
            pairs = state @ w["query_weight"].T
            energies = torch.tanh(pairs[:, None] + annotations @ w["key_weight"].T) @ w["v"]  # e_tj
            context = (torch.softmax(energies, dim=1)[:, :, None] * annotations).sum(dim=1)
            state = self.cell(torch.cat([word, context], dim=1), state)
            readout = torch.tanh(self.modules["decoder.combine"](torch.cat([context, state, word], dim=1)))
            scores.append(self.modules["decoder.output"](readout))
        return torch.stack(scores, dim=1)

    def luong(self, source: Any, target: Any) -> Any:
        """Luong et al. (2015), section 3.1 with equation 8, general, and section 3.3; an LSTM."""
        annotations, last = self.read(source)
        h = torch.tanh(self.modules["decoder.start"](torch.cat([last[0], last[1]], dim=1)))
        state, vector, scores = (h, torch.zeros_like(h)), torch.zeros_like(h), []
        for t in range(target.shape[1]):
            word = self.modules["decoder.embedding"](target[:, t])
            state = self.cell(torch.cat([word, vector], dim=1), state)
            energies = torch.einsum("bq,qm,bsm->bs", state[0], self.score["weight"], annotations)
            context = torch.einsum("bs,bsm->bm", torch.softmax(energies, dim=1), annotations)
            vector = torch.tanh(self.modules["decoder.combine"](torch.cat([context, state[0]], dim=1)))
            scores.append(self.modules["decoder.output"](vector))
        return torch.stack(scores, dim=1)


@needs_torch
@each(("kind", "cell"), [("bahdanau", "gru"), ("luong", "lstm")])
def test_the_published_models_in_torchs_modules(kind, cell, rng):
    made = model(kind, cell)
    theirs = Theirs(made)
    source, target = rng.integers(0, V, (B, S)), rng.integers(0, V, (B, T))
    out = made(source, None, target)
    expected = getattr(theirs, kind)(torch.from_numpy(source), torch.from_numpy(target))
    close(out.data, expected.detach().numpy())
    g = rng.normal(size=out.shape)
    out.backward(g)
    expected.backward(torch.from_numpy(g))
    gradients = theirs.gradients()
    assert gradients.keys() == dict(made.named_parameters()).keys()
    for name, parameter in made.named_parameters():
        close(parameter.grad.data, gradients[name].numpy(), 1e-10)


@each("cell", ["rnn", "gru", "lstm"])
@each("layers", [1, 2])
@each("both", [True, False])
def test_an_encoder_gives_the_last_states_of_its_top_layer(cell, layers, both, rng):
    made = nn.RecurrentEncoder(V, E, H, cell, layers, both, rng=rng).astype(np.float64)
    source = rng.integers(0, V, (B, S))
    annotations, last = made(source)
    assert annotations.shape == (B, S, made.memory_dim) == (B, S, H * (1 + both))
    close(last.data[:, :H], annotations.data[:, -1, :H])
    if both:
        close(last.data[:, H:], annotations.data[:, 0, H:])
    expected, _ = made.layers(made.embedding(source))
    close(annotations.data, expected.data)


def test_states_start_from_the_last_states_or_the_backward_ones(rng):
    _, annotations, last = inputs(rng)
    for start, seen in [("last", slice(None)), ("backward", slice(H // 2, None))]:
        made = decoder(start=start, num_layers=2, cell="lstm")
        (h, c), _ = made.begin(annotations, last).layers
        expected = np.tanh(last.data[:, seen] @ made.start.weight.data.T + made.start.bias.data)[:, :H]
        close(h.data, expected)
        assert not c.data.any()


# -- where it may look --------------------------------------------------------------------------------


def weights_of(made: nn.RecurrentDecoder, *given: Any) -> tuple[np.ndarray, Any]:
    """Weights (B, T, S) of the one head, and all that was recorded."""
    with nn.record_attention(made) as maps, mg.no_grad():
        made(*given)
    assert list(maps) == [""]
    return maps[""][:, 0], maps


@each("flags", [f for f in FLAGS if f["score"] != "none"], ids=str)
def test_weights_of_all_steps_are_recorded(flags, rng):
    made, (target, annotations, last) = decoder(**flags), inputs(rng)
    weights, maps = weights_of(made, target, annotations, last)
    assert maps[""].shape == maps.scores[""].shape == (B, 1, T, S)
    mask = maps.masks[""]
    assert (mask is None) == (flags.get("reach", "global") == "global")
    shown = np.ones((B, T, S), bool) if mask is None else mask[:, 0]
    assert not weights[~shown].any()
    if flags.get("reach") != "local-p":
        close(weights.sum(axis=-1), 1)
        close(weights, softmax(np.where(shown, maps.scores[""][:, 0], -np.inf)))


@each("query", ["previous", "current"])
def test_who_asks(query, rng):
    """What is read at step t can change the weights of step t only where the query is the current state."""
    made, (target, annotations, last) = decoder("general", query=query), inputs(rng)
    other = target.copy()
    other[:, 1] = (target[:, 1] + 1) % V
    before, after = (weights_of(made, ids, annotations, last)[0] for ids in (target, other))
    np.testing.assert_array_equal(before[:, 0], after[:, 0])
    assert np.array_equal(before[:, 1], after[:, 1]) == (query == "previous")
    assert (before[:, 2] != after[:, 2]).all()


def test_a_decoder_without_a_score_reads_the_last_states_alone(rng):
    made, (target, annotations, last) = decoder("none", context_into="both"), inputs(rng)
    out = made(target, annotations, last).data
    np.testing.assert_array_equal(made(target, annotations * 2, last).data, out)
    assert not np.allclose(made(target, annotations, last * 2).data, out)
    with nn.record_attention(made) as maps:
        made(target, annotations, last)
    assert not maps


def test_local_m_looks_around_the_place_of_the_step(rng):
    made, (target, annotations, last) = decoder("general", reach="local-m", window=1), inputs(rng)
    weights, _ = weights_of(made, target, annotations, last)
    t, s = np.indices((T, S))
    np.testing.assert_array_equal(weights > 0, np.broadcast_to(abs(s - t) <= 1, weights.shape))


def test_local_m_behind_the_end_of_the_source_sees_nothing(rng):
    made, (_, annotations, last) = decoder("general", reach="local-m", window=1), inputs(rng)
    weights, _ = weights_of(made, np.zeros((B, S + 3), int), annotations, last)
    close(weights.sum(axis=-1), np.broadcast_to(np.arange(S + 3) <= S, (B, S + 3)))


def test_local_p_is_a_gaussian_around_a_predicted_place(rng):
    made, (target, annotations, last) = decoder("general", reach="local-p", window=2), inputs(rng)
    lengths = np.array([5, 3, 4])
    weights, maps = weights_of(made, target[:, :1], annotations, last, lengths)
    state = made.begin(annotations, last, lengths)
    s = made.cells(made.embedding(target[:, 0]), state.layers)[-1].data  # s_1
    reach = made.alignment.reach
    inner = np.tanh(s @ reach.inner.weight.data.T) @ reach.outer.weight.data[0]
    centre = lengths / (1 + np.exp(-inner))  # p_t
    away = np.arange(S) - centre[:, None]
    seen = (abs(away) <= 2) & (np.arange(S) < lengths[:, None])
    plain = softmax(np.where(seen, maps.scores[""][:, 0, 0], -np.inf))
    close(weights[:, 0], plain * np.exp(-(away**2) / 2))  # σ = D/2 = 1


def test_what_a_score_makes_of_the_annotations_is_computed_once(rng, monkeypatch):
    made, given = decoder("additive"), inputs(rng)
    calls = []
    prepare = made.alignment.score.prepare
    monkeypatch.setattr(made.alignment.score, "prepare", lambda key: calls.append(key) or prepare(key))
    made(*given)
    assert len(calls) == 1


def test_weights_that_are_taken_instead(rng):
    """With uniform weights every context is the mean of the annotations, padding left out."""
    made, (target, annotations, last) = decoder("general", context_into="output"), inputs(rng)
    lengths = np.array([5, 3, 4])
    inside = (np.arange(S) < lengths[:, None]) / lengths[:, None]
    seen = []

    def uniform(attended: Any) -> np.ndarray:
        seen.append(attended.weights.shape)
        return np.broadcast_to(inside[:, None, None], attended.weights.shape)

    made.reweigh = uniform
    weights, _ = weights_of(made, target, annotations, last, lengths)
    assert seen == [(B, 1, 1, S)] * T
    close(weights, np.broadcast_to(inside[:, None], weights.shape))
    state, _ = made._advance(made.embedding(target[:, 0]), made.begin(annotations, last, lengths))
    close(state.context.data, np.einsum("bs,bsm->bm", inside, annotations.data))


@each("kind", ["bahdanau", "luong"])
def test_it_is_explained_like_any_attention(kind, rng):
    """Other weights, gradient times input and leaving words out, of the first token that is written."""
    made = model(kind).eval()
    source, target, lengths = rng.integers(0, V, (B, S)), rng.integers(0, V, (B, T)), np.array([5, 2, 4])
    with nn.explain.with_weights(made, "uniform"), nn.record_attention(made) as maps, mg.no_grad():
        made(source, lengths, target)
    inside = (np.arange(S) < lengths[:, None]) / lengths[:, None]
    close(maps["decoder"][:, 0], np.broadcast_to(inside[:, None], (B, T, S)))

    def first(embeddings: mg.Tensor) -> mg.Tensor:
        annotations, last = made.encoder.read(embeddings, lengths)
        return made.decoder(target[:, :1], annotations, last, lengths)[:, 0]

    close(first(made.encoder.embedding(source)).data, made(source, lengths, target).data[:, 0])
    measured = nn.explain.measure(made, first, made.encoder.embedding(source), rng)
    assert (measured.uniform > 0).all()
    assert not measured.gradient_times_input[inside == 0].any()
    assert not measured.leave_one_out[inside == 0].any()
    assert (measured.leave_one_out[inside > 0] > 0).all()


# -- lengths ------------------------------------------------------------------------------------------

KINDS = [
    ("fixed", {}),
    ("bahdanau", {}),
    *(("luong", {"score": score}) for score in ("dot", "general", "concat")),
    *(("luong", {"reach": reach, "window": 2}) for reach in ("local-m", "local-p")),
]


@each("cell", ["rnn", "gru", "lstm"])
@each(("kind", "flags"), KINDS)
def test_pads_change_nothing(kind, flags, cell, rng):
    made = model(kind, cell, **flags)
    lengths = np.array([5, 2, 4])
    source, target = rng.integers(0, V, (B, S)), rng.integers(0, V, (B, T))
    out = made(source, lengths, target)
    for b, length in enumerate(lengths):
        close(made(source[b : b + 1, :length], None, target[b : b + 1]).data[0], out.data[b])
    other = np.where(np.arange(S) < lengths[:, None], source, (source + 1) % V)
    np.testing.assert_array_equal(made(other, lengths, target).data, out.data)
    longer = np.pad(source, ((0, 0), (0, 3)))
    close(made(longer, lengths, target).data, out.data)
    made.zero_grad()
    pad = V - 1  # an id that stands in the padding alone
    source[source == pad], source[np.arange(S) >= lengths[:, None]] = 0, pad
    made(source, lengths, target).sum().backward()
    assert not made.encoder.embedding.weight.grad.data[pad].any()


# -- decoding -----------------------------------------------------------------------------------------


@each("cell", ["gru", "lstm"])
@each(("kind", "flags"), KINDS)
def test_step_by_step_is_the_whole(kind, flags, cell, rng):
    made = model(kind, cell, **flags)
    lengths = np.array([5, 2, 4])
    source, target = rng.integers(0, V, (B, S)), rng.integers(0, V, (B, T))
    whole = made(source, lengths, target).data
    stepped = made.decoder_for(source, lengths)
    for t in range(T):
        close(stepped.scores(target[:, t : t + 1]), whole[:, t])
    again = made.decoder_for(source, lengths)
    again.scores(target[:, :2])
    again.keep(np.array([2, 0, 0]))
    close(again.scores(target[[2, 0, 0], 2:3]), whole[[2, 0, 0], 2])


@each(("kind", "flags"), KINDS)
def test_free_running_greedy_and_beam(kind, flags, rng):
    """Greedy: each token is the best of teacher forcing on what was written.  A beam of one is greedy."""
    made = model(kind, **flags)
    source, lengths, begin = rng.integers(0, V, (B, S)), np.array([5, 2, 4]), np.zeros((B, 1), int)
    written = nn.decoding.greedy(made.decoder_for(source, lengths), begin, 6)
    read = np.concatenate([begin, written[:, :-1]], axis=1)
    np.testing.assert_array_equal(made(source, lengths, read).data.argmax(axis=-1), written)
    beams = nn.decoding.beam_search(made.decoder_for(source, lengths), begin, 6, width=1, eos=1)
    ended = nn.decoding.greedy(made.decoder_for(source, lengths), begin, 6, eos=1)
    for row, (best,) in zip(ended, beams, strict=True):
        ids = list(best.ids)
        assert ids == list(row[: len(ids)])


# -- manners ------------------------------------------------------------------------------------------


@each(("kind", "flags"), KINDS)
def test_float32_stays_float32(kind, flags, rng):
    made = model(kind, **flags).astype(np.float32)
    out = made(rng.integers(0, V, (B, S)), np.array([5, 2, 4]), rng.integers(0, V, (B, T)))
    out.sum().backward()
    assert {out.dtype, *(p.grad.dtype for p in made.parameters())} == {np.dtype(np.float32)}


def test_dropout_acts_in_training_alone(rng):
    made = model("bahdanau", dropout=0.5)
    source, target = rng.integers(0, V, (B, S)), rng.integers(0, V, (B, T))
    outs = [made(source, None, target).data for _ in range(2)]
    assert not np.allclose(*outs)
    made.eval()
    outs = [made(source, None, target).data for _ in range(2)]
    np.testing.assert_array_equal(*outs)


def test_presets_can_be_changed(rng):
    made = nn.RecurrentDecoder.bahdanau(V, E, H, H, start="last", num_layers=2, cell="lstm", rng=rng)
    assert made.start.in_features == H
    assert made.cells.has_memory
    assert len(made.cells.layers) == 2


def test_its_flags_are_shown():
    assert "query='previous', context_into='both', input_feeding=False, word_into_output=True" in repr(
        nn.RecurrentDecoder.bahdanau(V, E, H, H)
    )


def test_the_same_generator_gives_the_same_model():
    first, second = model("bahdanau"), model("bahdanau")
    for p, q in zip(first.parameters(), second.parameters(), strict=True):
        np.testing.assert_array_equal(p.data, q.data)


ERRORS: list[tuple[str, Callable[[], Any], str]] = [
    ("cell", lambda: nn.RecurrentEncoder(V, E, H, "qrnn"), 'cell is "rnn", "gru" or "lstm", not \'qrnn\''),
    ("query", lambda: decoder(query="next"), 'query is "previous" or "current", not \'next\''),
    ("context", lambda: decoder(context_into="x"),
     'context_into is "cell", "output" or "both", not \'x\''),
    ("start", lambda: decoder(start="first"), 'start is "last" or "backward", not \'first\''),
    ("reach", lambda: decoder("dot", reach="far"), 'reach is "global", "local-m" or "local-p", not \'far\''),
    ("no layers", lambda: decoder(num_layers=0),
     "RecurrentDecoder got num_layers=0: it must be at least 1"),
    ("no window", lambda: decoder("dot", reach="local-p", window=0),
     "RecurrentDecoder got window=0: it must be at least 1"),
    ("reach of nothing", lambda: decoder("none", reach="local-m"),
     'RecurrentDecoder got reach="local-m" and score=None, which looks nowhere: give a score, such as '
     "nn.GeneralScore(hidden_size, memory_dim)"),
    ("score", lambda: nn.RecurrentDecoder.luong(V, E, H, H, "bilinear"),
     'score is "dot", "general" or "concat", not \'bilinear\''),
    ("a name for a module", lambda: nn.RecurrentDecoder(V, E, H, H, score="dot"),
     "RecurrentDecoder takes a score module, and got 'dot': write score=nn.DotScore(), or "
     "nn.RecurrentDecoder.luong(...), which takes names"),
    ("widths of dot", lambda: nn.RecurrentDecoder.luong(V, E, 6, H, "dot"),
     'score="dot" multiplies states of 6 channels with annotations of 4: take hidden_size=4, or '
     'score="general"'),
    ("memory", lambda: nn.Seq2Seq(nn.RecurrentEncoder(V, E, H), decoder()),
     "the encoder gives annotations of 8 channels, and the decoder takes 4: build it with "
     "memory_dim=encoder.memory_dim"),
    ("annotations", lambda: decoder()(np.zeros((B, T), int), np.zeros((B, S, 6)), np.zeros((B, 6))),
     "RecurrentDecoder takes annotations (B, S, 4) and last states (B, 4), and got (3, 5, 6) and (3, 6): "
     "build it with memory_dim=6"),
    ("no tokens", lambda: decoder()(np.zeros((B, 0), int), np.zeros((B, S, H)), np.zeros((B, H))),
     "RecurrentDecoder takes target ids (B, T), T at least 1, and got (3, 0): begin with that of \"<bos>\""),
]  # fmt: skip


@each(("call", "text"), [e[1:] for e in ERRORS], ids=[e[0] for e in ERRORS])
def test_errors_say_what_to_write(call, text):
    with pytest.raises((ValueError, TypeError)) as caught:
        call()
    assert str(caught.value) == text
