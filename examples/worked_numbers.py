"""Attention by numbers that can be followed by hand, each step printed and drawn.

python -m examples.worked_numbers        the steps, and a picture of each in runs/worked_numbers

Two vectors and their product; one query and four keys; "i am a student" from embedding to attention value;
"AI가 세상을 바꾼다", where AI becomes a weighted sum of all values; and why scores are divided by √d.
Every result is computed by hand here, in NumPy, and once more by nn.attention.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import nn
from examples import worked_pictures as pictures
from examples.command import main
from examples.outcome import Measure
from examples.terminal import say

WIDTHS = (4, 16, 64, 256, 1024)  # of queries and keys, for the variance of their scores


@dataclass(frozen=True)
class Config:
    seed: int = 0  # of the normal numbers in the last step; all others are written here
    queries: int = 2000  # with 10 keys each, for each width


def work(config: Config, folder: Path) -> list[Measure]:
    """All steps; how far nn.attention is from the numbers worked by hand, and the variances measured."""
    products(folder)
    off = max(four_keys(folder), student(folder), sentence(folder))
    plain, scaled = variances(config, folder)
    name = f"variance of scores at d = {WIDTHS[-1]}"
    return [
        Measure("attention", "largest difference from the numbers by hand", off, "", {}, 1e-12, at_most=True),
        Measure("scaled dot product", name, scaled[-1], "", {"without 1/√d": plain[-1]}),
    ]


def products(folder: Path) -> None:
    say("1. A product of two vectors says how far they point the same way.\n")
    q, keys = np.array([2.0, 3.0]), np.array([[4.0, 5.0], [-5.0, 2.0]])
    for key in keys:
        factors = [number(x) if x >= 0 else f"({number(x)})" for x in key]
        terms = " + ".join(f"{number(x)}·{factor}" for x, factor in zip(q, factors, strict=True))
        say(f"   {vector(q)}·{vector(key)} = {terms} = {number(q @ key)}")
    pictures.arrows(q, keys, folder / "1_products.png")


def four_keys(folder: Path) -> float:
    say("\n2. One query asks four keys, and takes of each value by how well its key fits.\n")
    q = np.array([2.0, 1.0])
    k = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.0]])
    v = np.array([[10.0, 0.0], [0.0, 10.0], [5.0, 5.0], [-10.0, 0.0]])
    scores = k @ q
    powers = np.exp(scores)
    weights = powers / powers.sum()
    context = weights @ v
    say(f"   query {vector(q)}\n\n   key        q·k   e^(q·k)   weight   value")
    for key, score, power, weight, value in zip(k, scores, powers, weights, v, strict=True):
        say(f"   {vector(key):8} {number(score):>5} {power:9.3f} {weight:8.3f}   {vector(value)}")
    say(f"   sum            {powers.sum():9.3f} {weights.sum():8.3f}\n")
    say(f"   context = {weighted_sum(weights, v)}\n           = {vector(context, 2)}")
    pictures.bars(scores, powers, weights, folder / "2_four_keys.png")
    return apart(context, nn.attention(q[None], k, v, "dot").numpy()[0])


def student(folder: Path) -> float:
    say("\n3. “i am a student”: every word is a query, a key and a value.\n")
    words = "i am a student".split()
    x = np.array([[1.0, 0, 1, 0], [0, 2, 0, 2], [1, 1, 0, 0], [0, 1, 2, 1]])  # the embedding of each word
    w_q = np.array([[1.0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]])
    w_k = np.array([[0.0, 1, 0, 1], [1, 0, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1]])
    w_v = np.array([[2.0, 0, 0, 1], [0, 1, 0, 0], [0, 0, 3, 0], [1, 0, 0, 1]])
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    scores = q @ k.T / 2  # d = 4 channels, and √d = 2
    weights = softmax(scores)
    context = weights @ v
    steps = {"X": x, "Q = X·W_Q": q, "K = X·W_K": k, "V = X·W_V": v}
    steps |= {"S = Q·Kᵀ/√d": scores, "A = softmax(S)": weights, "A·V": context}
    for name, matrix in steps.items():
        digits = 0 if (matrix == matrix.round()).all() else 2
        rows = [f"      {word:8}{vector(row, digits)}" for word, row in zip(words, matrix, strict=True)]
        say("\n".join([f"   {name}", *rows]))
    pictures.matrices(steps, words, folder / "3_student.png")
    return apart(context, nn.attention(q, k, v).numpy())


def sentence(folder: Path) -> float:
    say("\n4. “AI가 세상을 바꾼다”, AI changes the world: what AI becomes.\n")
    tokens, read = ["AI", "가", "세상을", "바꾼다"], ["AI", "ga", "sesangeul", "bakkunda"]
    x = np.array([[2.0, 0, 1, 0], [0, 0, 0, 1], [0, 2, 1, 0], [1, 1, 1, 0]])  # queries, keys and values alike
    weights = softmax(x @ x.T / 2)
    context = weights @ x
    for token, value in zip(tokens, x, strict=True):
        say(f"   v({token}) = {vector(value)}")
    named = " + ".join(f"{weight:.2f}·v({token})" for weight, token in zip(weights[0], tokens, strict=True))
    say(f"\n   AI' = {named}\n       = {weighted_sum(weights[0], x)}\n       = {vector(context[0], 2)}")
    found = nn.attention(x, x, x, return_weights=True)
    labels = [a if a == b else f"{a}/{b}" for a, b in zip(tokens, read, strict=True)]
    nn.draw_attention(found.weights, labels, title="AI가 세상을 바꾼다").save(folder / "4_sentence.png")
    return max(apart(weights, found.weights.numpy()), apart(context, found.context.numpy()))


def variances(config: Config, folder: Path) -> tuple[list[float], list[float]]:
    say("\n5. The variance of q·k grows with the width d; divided by √d it stays at 1, and weights soft.\n")
    say("                 variance of        greatest of 10 weights, mean, with\n")
    say("      d        q·k    q·k/√d           q·k    q·k/√d")
    rng = np.random.default_rng(config.seed)
    plain, scaled = [], []
    for width in WIDTHS:
        q, k = (rng.normal(size=(config.queries, count, width)).astype(np.float32) for count in (1, 10))
        found = [
            nn.attention(q, k, k[..., :1], score, return_weights=True) for score in ("dot", "scaled_dot")
        ]
        one, other = (float(attended.scores.numpy().var()) for attended in found)
        plain.append(one)
        scaled.append(other)
        soft = [float(attended.weights.numpy().max(-1).mean()) for attended in found]
        say(f"   {width:4} {one:10.2f} {other:9.3f} {soft[0]:13.2f} {soft[1]:9.2f}")
    pictures.variances(WIDTHS, plain, scaled, folder / "5_variance.png")
    return plain, scaled


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores)
    return powers / powers.sum(-1, keepdims=True)


def apart(x: np.ndarray, y: np.ndarray) -> float:
    return float(np.abs(x - y).max())


def number(x: float, digits: int = 0) -> str:
    return f"{x:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def vector(x: Iterable[float], digits: int = 0) -> str:
    return "[" + ", ".join(number(value, digits) for value in x) + "]"


def weighted_sum(weights: np.ndarray, values: np.ndarray) -> str:
    return " + ".join(f"{weight:.2f}·{vector(value)}" for weight, value in zip(weights, values, strict=True))


if __name__ == "__main__":
    sys.exit(main("worked_numbers", __doc__, Config(), work))
