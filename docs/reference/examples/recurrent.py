"""Examples of docs/reference/recurrent.md."""

import numpy as np

import nn

# %% nn.RNN nn.GRU
layer = nn.RNN(3, 4, num_layers=2)
out, h = layer(np.ones((2, 5, 3)))  # (B, T, in)
out.shape, h.shape

# %% nn.LSTM
layer = nn.LSTM(3, 4, bidirectional=True)
out, (h, c) = layer(np.ones((2, 5, 3)))  # (B, T, in)
out.shape, h.shape, c.shape

# %% nn.RNNCell nn.GRUCell
cell = nn.RNNCell(3, 4)
h = cell(np.ones((2, 3)))
cell(np.ones((2, 3)), h).shape

# %% nn.LSTMCell
cell = nn.LSTMCell(3, 4)
h, c = cell(np.ones((2, 3)))
h, c = cell(np.ones((2, 3)), (h, c))
h.shape, c.shape

# %% nn.RecurrentEncoder
encoder = nn.RecurrentEncoder(vocabulary_size=10, embedding_dim=3, hidden_size=4)
annotations, last = encoder(np.array([[1, 2, 3]]))
annotations.shape, last.shape

# %% nn.RecurrentDecoder
encoder = nn.RecurrentEncoder(vocabulary_size=10, embedding_dim=3, hidden_size=4)
decoder = nn.RecurrentDecoder(10, embedding_dim=3, hidden_size=4, memory_dim=8, score=nn.GeneralScore(4, 8))
annotations, last = encoder(np.array([[1, 2, 3]]))
decoder(np.array([[5, 6]]), annotations, last).shape

# %% nn.Seq2Seq
encoder = nn.RecurrentEncoder(vocabulary_size=10, embedding_dim=3, hidden_size=4)
decoder = nn.RecurrentDecoder(10, embedding_dim=3, hidden_size=4, memory_dim=8, score=nn.GeneralScore(4, 8))
model = nn.Seq2Seq(encoder, decoder)
model(np.array([[1, 2, 3]]), None, np.array([[5, 6]])).shape

# %% nn.decoding.Whole nn.decoding.Cached
model = nn.GPT(10, context=8, channels=8, layers=1, heads=2, rng=np.random.default_rng(0))
decoder = nn.decoding.Whole(model)
nn.decoding.greedy(decoder, np.array([[1, 2]]), length=4)

# %% nn.decoding.Stepped
table = np.eye(3)[[1, 2, 0]]  # after 0 comes 1, then 2, then 0
decoder = nn.decoding.Stepped(lambda ids, state: (table[ids], state), state=np.zeros((1, 1)))
nn.decoding.greedy(decoder, np.array([[0]]), length=5)


# %% nn.decoding.Decoder
class Counting(nn.decoding.Decoder):
    """After each id comes the next of three."""

    def scores(self, ids):
        return np.eye(3)[(ids[:, -1] + 1) % 3]

    def keep(self, rows):
        """Nothing is remembered."""


nn.decoding.greedy(Counting(), np.array([[0]]), length=5)

# %% nn.decoding.greedy
table = np.eye(3)[[1, 2, 0]]  # after 0 comes 1, then 2, then 0
decoder = nn.decoding.Stepped(lambda ids, state: (table[ids], state), state=np.zeros((1, 1)))
nn.decoding.greedy(decoder, np.array([[0]]), length=5, eos=2)

# %% nn.decoding.generate
table = np.eye(3)[[1, 2, 0]]  # after 0 comes likely 1
decoder = nn.decoding.Stepped(lambda ids, state: (table[ids], state), state=np.zeros((2, 1)))
nn.decoding.generate(decoder, np.array([[0], [0]]), length=6, top_k=2, rng=np.random.default_rng(0))

# %% nn.decoding.beam_search
table = np.log([[0.1, 0.6, 0.3], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]])
decoder = nn.decoding.Stepped(lambda ids, state: (table[ids], state), state=np.zeros((1, 1)))
nn.decoding.beam_search(decoder, np.array([[0]]), length=3, width=2)

# %% nn.decoding.Beam
table = np.log([[0.1, 0.6, 0.3], [0.1, 0.1, 0.8], [0.3, 0.3, 0.4]])
decoder = nn.decoding.Stepped(lambda ids, state: (table[ids], state), state=np.zeros((1, 1)))
best: nn.decoding.Beam = nn.decoding.beam_search(decoder, np.array([[0]]), length=3)[0][0]
best.ids, best.score

# %% nn.decoding.draw
scores = np.array([[0.0, 1.0, 2.0], [9.0, 0.0, 0.0]])
nn.decoding.draw(scores, np.random.default_rng(0).gumbel(size=(2, 3)))

# %% nn.decoding.with_temperature
nn.decoding.with_temperature(np.array([[0.0, 1.0, 2.0]]), 0.5)

# %% nn.decoding.with_top_k
nn.decoding.with_top_k(np.array([[0.0, 1.0, 2.0]]), 2)

# %% nn.decoding.with_top_p
nn.decoding.with_top_p(np.array([[0.0, 1.0, 2.0]]), 0.9)
