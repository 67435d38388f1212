"""Asking a trained model about a text that a person types."""

import numpy as np

import minigrad as mg
import nn
from examples.long_range.folder import Folder
from examples.long_range.language import ALPHABET, check_question, encode


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
    right = text[source]
    lines = [f"right: {right}, which stands {len(text) - 1 - source} characters before the end"]
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
