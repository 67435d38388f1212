"""The Transformer: an encoder, and a decoder that attends to what it made of the source."""

from typing import Any

import minigrad as mg
from nn import init
from nn.attending.cache import KeyValueCache
from nn.attending.position import RotaryPosition
from nn.attending.transformer_layers import Activation, Mask, TransformerDecoderLayer, TransformerEncoderLayer
from nn.attending.transformer_stacks import TransformerDecoder, TransformerEncoder
from nn.layers.normalization import LayerNorm
from nn.masks import causal_mask, refuse_masks
from nn.module import Module

MASKS = ("src_mask", "tgt_mask", "memory_mask")


class Transformer(Module):
    """The encoder and decoder of Vaswani et al. (2017), section 3.1, without embeddings and output layer.

    src (B, S, C), tgt (B, T, C) -> (B, T, C).  Each stack ends in a LayerNorm of its own, as in PyTorch; with
    `norm_first` it is the one that pre-norm needs, in the paper there is none.  All matrices start by
    Xavier's rule, each layer's its own.  `custom_encoder` and `custom_decoder` stand in for the two
    stacks, and are called as those are.  `rotary` is that of MultiheadAttention, for what attends to itself.

    Masks say True = may attend, and broadcast to (B, H, queries, keys).  Of a source with pads write
    mask = nn.padding_mask(lengths, S), and give it twice, as src_mask and as memory_mask; of a target that
    is read from the left, tgt_is_causal=True.

    To write a target step by step, encode once:

    memory = model.encode(src, mask)
    with mg.no_grad():
        model.decode(prompt, memory, mask, tgt_is_causal=True, cache=cache)  # cache = nn.KeyValueCache()
        model.decode(following, memory, mask, tgt_is_causal=True, cache=cache)  # (B, 1, C)
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: Activation = "relu",
        custom_encoder: Module | None = None,
        custom_decoder: Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = True,
        norm_first: bool = False,
        bias: bool = True,
        *,
        rotary: RotaryPosition | None = None,
        rng: init.Rng = None,
    ) -> None:
        rng = init.generator(rng)
        layer = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first)
        how: dict[str, Any] = {"norm_first": norm_first, "bias": bias, "rotary": rotary, "rng": rng}
        self.encoder: Module = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*layer, **how),
            num_encoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        self.decoder: Module = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*layer, **how),
            num_decoder_layers,
            LayerNorm(d_model, layer_norm_eps, bias=bias),
        )
        self.d_model = d_model
        self.nhead = nhead
        self.reset_parameters(rng)

    def reset_parameters(self, rng: init.Rng = None) -> None:
        """Draw all matrices again, as at first; biases and norms are left as they are."""
        rng = init.generator(rng)
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter, rng=rng)

    def forward(
        self,
        src: mg.Tensor,
        tgt: mg.Tensor,
        src_mask: Mask = None,
        tgt_mask: Mask = None,
        memory_mask: Mask = None,
        *,
        src_is_causal: bool | None = False,
        tgt_is_causal: bool | None = False,
        memory_is_causal: bool = False,
        **theirs: Any,
    ) -> mg.Tensor:
        if "cache" in theirs:
            raise TypeError(
                "Transformer has no argument 'cache', since it would encode in every call: write memory = "
                "model.encode(src) once, and model.decode(tgt, memory, tgt_is_causal=True, cache=cache)"
            )
        for name, mask in theirs.items():
            ours = f"{name.split('_')[0]}_mask"
            refuse_masks(type(self).__name__, ours if ours in MASKS else "src_mask", {name: mask})
        return self.decode(
            tgt,
            self.encode(src, src_mask, src_is_causal),
            memory_mask,
            tgt_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    def encode(self, src: mg.Tensor, src_mask: Mask = None, src_is_causal: bool | None = False) -> mg.Tensor:
        """The memory (B, S, C) of a source (B, S, C)."""
        return self.encoder(src, mask=src_mask, is_causal=bool(src_is_causal))

    def decode(
        self,
        tgt: mg.Tensor,
        memory: mg.Tensor,
        memory_mask: Mask = None,
        tgt_mask: Mask = None,
        *,
        tgt_is_causal: bool | None = False,
        memory_is_causal: bool = False,
        cache: KeyValueCache | None = None,
    ) -> mg.Tensor:
        """The output (B, T, C) for a target (B, T, C); with a `cache` its T places follow those before."""
        return self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_is_causal=bool(tgt_is_causal),
            memory_is_causal=memory_is_causal,
            cache=cache,
        )

    @staticmethod
    def generate_square_subsequent_mask(sz: int) -> Any:
        """nn.causal_mask(sz), booleans where PyTorch has floats to add; tgt_is_causal=True is faster."""
        return causal_mask(sz)
