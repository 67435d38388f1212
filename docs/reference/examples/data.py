"""Examples of docs/reference/training.md: data."""

import numpy as np

import minigrad as mg
import nn

# %% nn.data.Batches
x, y = np.arange(5), np.arange(5) ** 2
batches = nn.data.Batches((x, y), 2, rng=np.random.default_rng(0))
for inputs, targets in batches.epoch():
    print(inputs, targets)

# %% nn.data.Windows
windows = nn.data.Windows(np.arange(20), context=3, size=2, rng=np.random.default_rng(0))
inputs, targets = next(iter(windows))
inputs
targets

# %% nn.data.Vocabulary
vocabulary = nn.data.Vocabulary.of_words(["the cat sat", "the dog"])
ids = vocabulary.encode("the cat", bos=True, eos=True)
ids
vocabulary.decode(ids)

# %% nn.data.VocabularyError
try:
    nn.data.Vocabulary(("a", "b")).encode("abc")
except nn.data.VocabularyError as error:
    print(error)

# %% nn.data.NGram
counted = nn.data.NGram(np.array([0, 1, 0, 1, 0, 2]), vocabulary_size=3, order=2)
counted.probabilities([0])  # of the id after a 0

# %% nn.data.baselines
ids = np.array([0, 1, 2] * 30)
nn.data.baselines(ids[:60], ids[60:], vocabulary_size=3, order=3)

# %% nn.data.encode_file
from pathlib import Path

Path("text.txt").write_text("banana")  # characters
text = nn.data.encode_file("text.txt", "encoded")
np.asarray(text.ids)

# %% nn.data.EncodedText
from pathlib import Path

Path("text.txt").write_text("banana")  # characters
text: nn.data.EncodedText = nn.data.encode_file("text.txt", "encoded")
text.vocabulary.tokens
text.vocabulary.decode(text.ids)

# %% nn.data.pad
nn.data.pad([[1, 2, 3], [4]])

# %% nn.utils.rnn.pad_sequence
nn.utils.rnn.pad_sequence([mg.tensor([1.0, 2.0, 3.0]), mg.tensor([4.0])])
