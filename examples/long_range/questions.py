"""Asking a trained model about a text that a person types."""

import numpy as np

import minigrad as mg
import nn
from examples.long_range.claims import REACH
from examples.long_range.folder import Folder
from examples.long_range.language import ALPHABET, Filler, check_question, decode, encode, recall_probes
from examples.long_range.measure import PAIRS
from examples.long_range.model import MODELS

FURTHEST = MODELS["window"].layers * (REACH - 1)  # what the twin can be told of, from layer to layer
DISTANCE = 200  # of the question that is made up


def far_question() -> str:
    """A text of full length whose answer the twin cannot see, a new one each time."""
    return decode(recall_probes(np.random.default_rng(), 1, DISTANCE, PAIRS, Filler()).ids[0])


def answer(folder: Folder, text: str, seed: int | None = None) -> str:
    """What the model and its twin say to `text`, how sure they are, and where the model looked.

    Raises LanguageError for a text that is not of the language, FolderError without trained models.
    """
    source = check_question(text)
    folder.config()
    seeds = folder.results.seeds("attention")
    if seed is None:
        seed = seeds[0] if seeds else 0
    ids = encode(text)[None]
    right, distance = text[source], len(text) - 1 - source
    lines = [
        marked(text, source),
        f"right: {right}, which stands {distance} characters before the end, {_beyond(distance)}",
    ]
    for name, title in (("attention", "attention"), ("window", "its twin that sees 16 characters")):
        model = folder.model(name, seed)
        with mg.no_grad(), nn.record_attention(model) as maps:
            p = mg.softmax(model(ids)[0, -1]).numpy()
        best = np.argsort(p)[::-1][:3]
        guesses = ", ".join(f"{ALPHABET[i]} {p[i]:.1%}" for i in best)
        lines.append(f"{title} answers {ALPHABET[best[0]]}  ({guesses})")
        if name == "attention":
            last = list(maps.values())[-1][0, :, -1]  # (H, T)
            for head, weights in enumerate(last):
                place = int(weights.argmax())
                lines.append(
                    f"  head {head} of the last layer looks most at {text[place]!r}, position {place} "
                    f"(weight {weights[place]:.2f})"
                )
    return "\n".join(lines)


def _beyond(distance: int) -> str:
    """What the twin can know: each of its two layers looks back REACH characters, itself included."""
    if distance < REACH:
        return f"which the twin sees as well: ask for one more than {FURTHEST} back to tell them apart"
    if distance <= FURTHEST:
        return (
            f"which may reach the twin through a position in between: ask for one more than {FURTHEST} back "
            "to tell them apart"
        )
    return "out of the twin's reach, so that it can only guess"


def marked(text: str, source: int, width: int = 96) -> str:
    """The text in lines, with the pair that is asked for in [brackets]."""
    whole = f"{text[: source - 2]}[{text[source - 2 : source + 1]}]{text[source + 1 :]}"
    return "\n".join("  " + whole[i : i + width] for i in range(0, len(whole), width))
