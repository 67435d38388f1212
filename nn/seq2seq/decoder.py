"""What writes the target, a token at a time, looking at the source as it goes.

Four switches say in which of the ways that have been proposed: see RecurrentDecoder.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

import numpy as np

import minigrad as mg
from nn import init
from nn.attending.attended import Attended
from nn.attending.scores import AdditiveScore, ConcatScore, DotScore, GeneralScore, Score
from nn.layers.dropout import Dropout
from nn.layers.embedding import Embedding
from nn.layers.linear import Linear
from nn.module import Module
from nn.seq2seq.alignment import Alignment, Memory, all_steps
from nn.seq2seq.cells import StackedCells, States, hidden
from nn.seq2seq.choices import check_choice
from nn.sizes import check_sizes


class DecoderState(NamedTuple):
    """What a decoder goes on from: everything has a row for each target."""

    memory: Memory
    layers: States  # s_{t-1} of each layer
    context: mg.Tensor  # c_{t-1} (B, M)
    vector: mg.Tensor  # the attentional vector h~_{t-1} (B, H)
    place: np.ndarray  # t (B,), from 0


class RecurrentDecoder(Module):
    """The target so far, ids (B, T), and an encoder's output -> scores (B, T, V) of each next token.

    With e_t the embedding of the token before, s_t the state and c_t = Σ_j a_tj·h_j the context, of
    annotations h_j and weights a_t that a score of the query makes:

        query="previous":  c_t of s_{t-1}, then s_t = cell([e_t; c_t], s_{t-1})   Bahdanau et al. (2015), 3.1
        query="current":   s_t = cell(e_t, s_{t-1}), then c_t of s_t              Luong et al. (2015), 3.1
        in both:           h~_t = tanh(W_c·[c_t; s_t]), scores = W_s·h~_t         Luong, equations 5 and 6

    - `score` is a score module, such as nn.GeneralScore(hidden_size, memory_dim); with None nothing is
      weighed, and c_t = c, the encoder's last states, at every step (Cho et al., 2014, section 2.2).
    - `context_into` says whether c_t enters the "cell", the "output" h~_t, or "both".  Where the query is the
      current state, the cell gets c_{t-1}, at first 0 (Chan et al., 2016, equation 7).
    - `input_feeding` puts h~_{t-1} into the cell, at first 0 (Luong, section 3.3), and `word_into_output`
      puts e_t into h~_t (Bahdanau, equation 4).
    - `reach` is "global", or with "local-m" and "local-p" a window of `window` places to both sides (Luong,
      section 3.2).

    The state starts as s_0 = tanh(W·x), x being the encoder's last states, or with start="backward" those
    of the backward direction alone, which has just read the first word (Bahdanau, appendix A.2.2).

    `on_attention` is called with the weights (B, 1, T, S) of all steps, `reweigh` at every step.
    """

    def __init__(
        self,
        vocabulary_size: int,
        embedding_dim: int,
        hidden_size: int,
        memory_dim: int,
        cell: str = "gru",
        score: Score | None = None,
        query: str = "current",
        context_into: str = "output",
        input_feeding: bool = False,
        word_into_output: bool = False,
        reach: str = "global",
        window: int = 10,
        start: str = "last",
        num_layers: int = 1,
        dropout: float = 0.0,
        *,
        rng: init.Rng = None,
    ) -> None:
        check_choice("query", query, ("previous", "current"))
        check_choice("context_into", context_into, ("cell", "output", "both"))
        check_choice("start", start, ("last", "backward"))
        sizes = {"hidden_size": hidden_size, "memory_dim": memory_dim, "num_layers": num_layers}
        check_sizes("RecurrentDecoder", 1, **sizes, window=window)
        if isinstance(score, str):
            raise TypeError(
                f"RecurrentDecoder takes a score module, and got {score!r}: write score=nn.DotScore(), or "
                "nn.RecurrentDecoder.luong(...), which takes names"
            )
        if score is None and reach != "global":
            raise ValueError(
                f'RecurrentDecoder got reach="{reach}" and score=None, which looks nowhere: give a score, '
                "such as nn.GeneralScore(hidden_size, memory_dim)"
            )
        rng = init.generator(rng)
        self.memory_dim = memory_dim
        self.query = query
        self.context_into = context_into
        self.input_feeding = input_feeding
        self.word_into_output = word_into_output

        into_cell = embedding_dim + memory_dim * (context_into != "output") + hidden_size * input_feeding
        into_output = memory_dim * (context_into != "cell") + hidden_size + embedding_dim * word_into_output
        started_by = memory_dim // 2 if start == "backward" else memory_dim
        self.embedding = Embedding(vocabulary_size, embedding_dim, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.start = Linear(started_by, num_layers * hidden_size, rng=rng)
        self.alignment = None if score is None else Alignment(score, reach, window, hidden_size, rng=rng)
        self.cells = StackedCells(cell, into_cell, hidden_size, num_layers, rng=rng)
        self.combine = Linear(into_output, hidden_size, rng=rng)  # W_c
        self.output = Linear(hidden_size, vocabulary_size, rng=rng)  # W_s
        self.on_attention: Callable[[Attended], None] | None = None
        self.reweigh: Callable[[Attended], np.ndarray] | None = None

    @classmethod
    def bahdanau(
        cls, vocabulary_size: int, embedding_dim: int, hidden_size: int, memory_dim: int, **options: Any
    ) -> Self:
        """Of a bidirectional encoder; the additive score of s_{t-1}, the context into cell and output.

        Where the paper has a maxout layer before the scores (appendix A.2.2) stands h~_t, a plain layer of
        [c_t; s_t; e_t].
        """
        rng = init.generator(options.pop("rng", None))
        given: dict[str, Any] = {
            "score": AdditiveScore(hidden_size, memory_dim, hidden_size, rng=rng),
            "query": "previous",
            "context_into": "both",
            "word_into_output": True,
            "start": "backward",
        }
        return cls(vocabulary_size, embedding_dim, hidden_size, memory_dim, rng=rng, **(given | options))

    @classmethod
    def luong(
        cls,
        vocabulary_size: int,
        embedding_dim: int,
        hidden_size: int,
        memory_dim: int,
        score: str = "general",
        **options: Any,
    ) -> Self:
        """The "dot", "general" or "concat" score of s_t, the context into the output, and input feeding.

        The paper starts from the encoder's last state as it is; here it goes through tanh(W·x), so that
        the widths may differ.
        """
        rng = init.generator(options.pop("rng", None))
        check_choice("score", score, ("dot", "general", "concat"))
        if score == "dot" and hidden_size != memory_dim:
            raise ValueError(
                f'score="dot" multiplies states of {hidden_size} channels with annotations of {memory_dim}: '
                f'take hidden_size={memory_dim}, or score="general"'
            )
        scores: dict[str, Callable[[], Score]] = {
            "dot": DotScore,
            "general": lambda: GeneralScore(hidden_size, memory_dim, rng=rng),
            "concat": lambda: ConcatScore(hidden_size, memory_dim, hidden_size, rng=rng),
        }
        given: dict[str, Any] = {"score": scores[score](), "input_feeding": True}
        return cls(vocabulary_size, embedding_dim, hidden_size, memory_dim, rng=rng, **(given | options))

    @classmethod
    def fixed(
        cls, vocabulary_size: int, embedding_dim: int, hidden_size: int, memory_dim: int, **options: Any
    ) -> Self:
        """No attention: one vector for the whole source, at every step (Cho et al., 2014, section 2.2)."""
        given: dict[str, Any] = {"context_into": "both", "word_into_output": True}
        return cls(vocabulary_size, embedding_dim, hidden_size, memory_dim, **(given | options))

    def begin(
        self, annotations: mg.Tensor, last: mg.Tensor, lengths: np.ndarray | None = None
    ) -> DecoderState:
        """The state before the first step, of what an encoder gives of sources of these `lengths` (B,)."""
        batch, size, width = annotations.shape
        if width != self.memory_dim or last.shape != (batch, width):
            raise ValueError(
                f"RecurrentDecoder takes annotations (B, S, {self.memory_dim}) and last states "
                f"(B, {self.memory_dim}), and got {tuple(annotations.shape)} and {tuple(last.shape)}: build "
                f"it with memory_dim={width}"
            )
        lengths = np.full(batch, size) if lengths is None else np.asarray(lengths)
        layers = self.cells.begin(mg.tanh(self.start(last[:, -self.start.in_features :])))
        vector = mg.tensor(np.zeros(hidden(layers[-1]).shape, last.dtype))
        place = np.zeros(batch, np.int64)
        if self.alignment is None:
            return DecoderState(Memory(annotations, annotations, lengths), layers, last, vector, place)
        context = mg.tensor(np.zeros(last.shape, last.dtype))
        return DecoderState(self.alignment.remember(annotations, lengths), layers, context, vector, place)

    def forward(
        self, target: Any, annotations: mg.Tensor, last: mg.Tensor, lengths: np.ndarray | None = None
    ) -> mg.Tensor:
        if np.ndim(target) != 2 or np.shape(target)[1] == 0:
            raise ValueError(
                f"RecurrentDecoder takes target ids (B, T), T at least 1, and got {np.shape(target)}: begin "
                'with that of "<bos>"'
            )
        state = self.begin(annotations, last, lengths)
        vectors, looks = [], []
        for word in mg.unstack(self.dropout(self.embedding(target)), axis=1):  # (B, E)
            state, attended = self._advance(word, state)
            vectors.append(state.vector)
            looks.append(attended)
        if self.on_attention is not None and self.alignment is not None:
            with mg.no_grad():
                self.on_attention(all_steps(looks))
        return self.output(self.dropout(mg.stack(vectors, axis=1)))  # (B, T, V)

    def step(self, ids: Any, state: DecoderState) -> tuple[mg.Tensor, DecoderState]:
        """One token of each target, (B,) -> scores (B, V) of the next, and the state after it."""
        state, _ = self._advance(self.dropout(self.embedding(ids)), state)
        return self.output(self.dropout(state.vector)), state

    def _advance(self, word: mg.Tensor, state: DecoderState) -> tuple[DecoderState, Attended | None]:
        context, attended = state.context, None
        if self.alignment is not None and self.query == "previous":
            context, attended = self._attend(self.alignment, hidden(state.layers[-1]), state)

        into_cell = [word]
        into_cell += [context] if self.context_into != "output" else []
        into_cell += [state.vector] if self.input_feeding else []
        layers = self.cells(mg.concatenate(into_cell, axis=-1), state.layers)
        top = hidden(layers[-1])  # s_t

        if self.alignment is not None and self.query == "current":
            context, attended = self._attend(self.alignment, top, state)

        into_output = [context] if self.context_into != "cell" else []
        into_output += [top]
        into_output += [word] if self.word_into_output else []
        vector = mg.tanh(self.combine(mg.concatenate(into_output, axis=-1)))
        return DecoderState(state.memory, layers, context, vector, state.place + 1), attended

    def _attend(
        self, alignment: Alignment, query: mg.Tensor, state: DecoderState
    ) -> tuple[mg.Tensor, Attended]:
        """The context (B, M) of queries (B, H), and the weights and scores (B, 1, S) behind it."""
        attended = alignment(query, state.memory, state.place)
        if self.reweigh is not None:
            with mg.no_grad():
                changed = self.reweigh(all_steps([attended]))  # (B, 1, 1, S)
            attended = attended._replace(weights=mg.tensor(changed[:, 0]))
        return (attended.weights @ state.memory.annotations)[:, 0], attended

    def extra_repr(self) -> str:
        flags = ("query", "context_into", "input_feeding", "word_into_output")
        return ", ".join(f"{flag}={getattr(self, flag)!r}" for flag in flags)
