"""Examples of docs/reference/attention.md."""

import numpy as np

import minigrad as mg
import nn

# %% nn.attention
query, key = mg.tensor([[[1.0, 0.0], [0.0, 9.0]]]), mg.tensor([[[1.0, 0.0], [0.0, 1.0]]])
value = mg.tensor([[[10.0], [20.0]]])
nn.attention(query, key, value)
nn.attention(query, key, value, score="dot", mask=nn.causal_mask(2))

# %% nn.Attended
x = np.random.default_rng(0).normal(size=(1, 3, 4))
seen = nn.attention(x, x, x, mask=nn.causal_mask(3), return_weights=True)
isinstance(seen, nn.Attended)
seen.weights
seen.context.shape

# %% nn.Attention
layer = nn.Attention(nn.GeneralScore(4, 6))
layer(np.ones((2, 3, 4)), np.ones((2, 5, 6)), np.ones((2, 5, 7))).shape

# %% nn.DotScore nn.ScaledDotScore
score = nn.DotScore()
score(mg.tensor([[1.0, 2.0]]), mg.tensor([[3.0, 4.0], [0.0, 1.0]]))

# %% nn.GeneralScore
score = nn.GeneralScore(4, 6)
score(np.ones((2, 3, 4)), np.ones((2, 5, 6))).shape

# %% nn.AdditiveScore nn.ConcatScore
score = nn.AdditiveScore(4, 6, hidden_dim=8)
score(np.ones((2, 3, 4)), np.ones((2, 5, 6))).shape

# %% nn.MultiheadAttention
layer = nn.MultiheadAttention(embed_dim=8, num_heads=2)
x = np.random.default_rng(0).normal(size=(2, 5, 8))
context, weights = layer(x, x, x, need_weights=True)
context.shape, weights.shape

# %% nn.TransformerEncoderLayer
layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16)
layer(np.ones((2, 5, 8)), is_causal=True).shape

# %% nn.TransformerEncoder
layer = nn.TransformerEncoderLayer(d_model=8, nhead=2, dim_feedforward=16)
model = nn.TransformerEncoder(layer, num_layers=2)
model(np.ones((2, 5, 8))).shape

# %% nn.TransformerDecoderLayer
layer = nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16)
layer(np.ones((2, 3, 8)), memory=np.ones((2, 5, 8))).shape

# %% nn.TransformerDecoder
layer = nn.TransformerDecoderLayer(d_model=8, nhead=2, dim_feedforward=16)
model = nn.TransformerDecoder(layer, num_layers=2)
model(np.ones((2, 3, 8)), memory=np.ones((2, 5, 8))).shape

# %% nn.Transformer
model = nn.Transformer(8, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16)
model(np.ones((2, 5, 8)), np.ones((2, 3, 8))).shape

# %% nn.GPT
model = nn.GPT(vocabulary=10, context=4, channels=8, layers=1, heads=2)
model(np.array([[1, 2, 3]])).shape

# %% nn.SinusoidalPosition
layer = nn.SinusoidalPosition(max_length=10, dim=4)
layer(np.zeros((1, 3, 4)))

# %% nn.LearnedPosition
layer = nn.LearnedPosition(max_length=10, dim=4)
layer(np.zeros((1, 3, 4))).shape

# %% nn.RotaryPosition
layer = nn.RotaryPosition(dim=2)
turned = layer(mg.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]))
turned  # by 0, 1 and 2 radians
turned @ turned.T  # the same at equal distances

# %% nn.ALiBi
nn.ALiBi(num_heads=1)(3)

# %% nn.KeyValueCache
model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), num_layers=1).eval()
x = np.random.default_rng(0).normal(size=(1, 5, 8))
cache = nn.KeyValueCache()
with mg.no_grad():
    whole = model(x, is_causal=True)
    model(x[:, :4], is_causal=True, cache=cache)
    last = model(x[:, 4:], is_causal=True, cache=cache)
np.allclose(whole[:, 4:], last, atol=1e-6), cache.length

# %% nn.causal_mask
nn.causal_mask(3)

# %% nn.window_mask
nn.window_mask(4, window=2)

# %% nn.padding_mask
nn.padding_mask(np.array([1, 3]), max_length=4)

# %% nn.record_attention
model = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), num_layers=1)
with nn.record_attention(model) as maps, mg.no_grad():
    y = model(np.ones((2, 5, 8)))
{path: weights.shape for path, weights in maps.items()}

# %% nn.AttentionMaps
model = nn.MultiheadAttention(embed_dim=8, num_heads=2)
with nn.record_attention(model) as maps, mg.no_grad():
    y = model(np.ones((2, 5, 8)), np.ones((2, 5, 8)), np.ones((2, 5, 8)))
isinstance(maps, nn.AttentionMaps)
[(path, maps.scores[path].shape) for path in maps]

# %% nn.draw_attention
weights = np.array([[1.0, 0.0], [0.25, 0.75]])
picture = nn.draw_attention(weights, "ab")
picture.save("attention.svg")
len(picture.figure.axes)  # maps; in a notebook `picture` shows itself

# %% nn.show_attention
weights = np.array([[1.0, 0.0], [0.25, 0.75]])
nn.show_attention(weights, "ab").name

# %% nn.explain.total_variation
nn.explain.total_variation(np.array([0.5, 0.5]), np.array([0.9, 0.1]))

# %% nn.explain.gradient_times_input
embeddings = np.array([[[1.0, 2.0], [3.0, 0.0]]])  # (B, S, C)
output = lambda x: x.sum(axis=1)  # the scores of two classes
nn.explain.gradient_times_input(output, embeddings)

# %% nn.explain.leave_one_out
embeddings = np.array([[[1.0, 2.0], [3.0, 0.0]]])  # (B, S, C)
output = lambda x: x.sum(axis=1)  # the scores of two classes
nn.explain.leave_one_out(output, embeddings)

# %% nn.explain.with_weights
model, x = nn.Attention("dot"), np.array([[[1.0, 0.0], [0.0, 9.0]]])
model(x, x, x)
with nn.explain.with_weights(model, "uniform"):
    print(model(x, x, x))

# %% nn.explain.output_change
model, x = nn.Attention("dot"), np.array([[[1.0, 0.0], [0.0, 9.0]]])
output = lambda x: model(x, x, x).sum(axis=1)
nn.explain.output_change(model, output, x, "uniform")

# %% nn.explain.change_by_head
model, x = nn.Attention("dot"), np.array([[[1.0, 0.0], [0.0, 9.0]]])
output = lambda x: model(x, x, x).sum(axis=1)
nn.explain.change_by_head(model, output, x)

# %% nn.explain.measure
model, x = nn.Attention("dot"), np.array([[[1.0, 0.0], [0.0, 9.0]]])
output = lambda x: model(x, x, x).sum(axis=1)
nn.explain.measure(model, output, x, rng=np.random.default_rng(0))

# %% nn.explain.Measured
model, x = nn.Attention("dot"), np.array([[[1.0, 0.0], [0.0, 9.0]]])
output = lambda x: model(x, x, x).sum(axis=1)
found: nn.explain.Measured = nn.explain.measure(model, output, x, rng=np.random.default_rng(0))
found.leave_one_out
