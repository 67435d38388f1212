"""Write docs/systems.md, every system of the story and what it reached: python -m docs.systems

The words stand here; the figures and pictures are those that the commands left in examples/results.
"""

from typing import NamedTuple

from docs.imports import ROOT
from examples.outcome import Outcome, Summary

PAGE = ROOT / "docs" / "systems.md"
RESULTS = ROOT / "examples" / "results"


class Reached(NamedTuple):
    """Measures of one system in one folder of results: those whose names begin so, or all."""

    folder: str
    system: str
    names: tuple[str, ...] = ("",)

    def measures(self) -> list[Summary]:
        """What was measured. Raises LookupError where the folder holds no such measure."""
        found = [
            one
            for one in Outcome.load(RESULTS / self.folder).measures
            if one.system == self.system and one.name.startswith(self.names)
        ]
        if not found:
            raise LookupError(
                f"examples/results/{self.folder} measures nothing of {self.system!r} {self.names}"
            )
        return found


class System(NamedTuple):
    """One system of the story."""

    title: str
    what: str  # a sentence or two
    equation: str  # in LaTeX
    source: str
    code: tuple[str, ...]  # files
    command: str  # to try it
    reached: tuple[Reached, ...] = ()
    picture: str = ""  # below examples/results


def translated(bottleneck: str, model: str) -> tuple[Reached, ...]:
    """What one model of translation reached: ciphers by length, dates and number words."""
    tasks = {"translate-dates": "dates", "translate-number-words": "number-words"}
    others = (
        Reached(folder, f"{model} on {task}", ("exact match, greedy",)) for folder, task in tasks.items()
    )
    return (Reached("bottleneck", bottleneck, CIPHER), *others)


CIPHER = tuple(f"exact match at {n}" for n in (4, 8, 12, 16, 20, 24))

STORY = (
    System(
        "One fixed context vector",
        "A recurrent encoder reads the source into one vector; all that the decoder learns of the source has "
        "to fit into it, so that long sources are forgotten. Everything after this row is an answer to it.",
        r"c = h_S, \qquad s_t = f(s_{t-1}, y_{t-1}, c)",
        "Cho et al. (2014), section 2.2; Sutskever et al. (2014), section 2",
        ("nn/seq2seq/decoder.py", "examples/translate.py", "examples/bottleneck.py"),
        "python -m examples.translate --model none",
        translated("no attention", "none"),
        "bottleneck/curves.png",
    ),
    System(
        "Additive attention (Bahdanau)",
        "Before it makes its next state, the decoder compares its last one with an annotation of every "
        "source place, and reads a new context vector at each step.",
        r"e_{ti} = v^\top \tanh(W s_{t-1} + U h_i), \quad \alpha_t = \mathrm{softmax}(e_t), \quad "
        r"c_t = \sum_i \alpha_{ti} h_i, \quad s_t = f(s_{t-1}, y_{t-1}, c_t)",
        "Bahdanau et al. (2015), section 3.1 and appendix A.1.2",
        ("nn/attending/scores.py", "nn/seq2seq/decoder.py", "examples/translate.py"),
        "python -m examples.translate --model bahdanau",
        translated("Bahdanau", "bahdanau"),
        "translate-dates/seed-0/bahdanau/alignment.png",
    ),
    System(
        "Dot product attention (Luong)",
        "The query is the state that was just made; the context enters after the cell, by an attentional "
        "vector that is fed to the next step.",
        r"\mathrm{score}(s_t, h_i) = s_t^\top h_i, \qquad \tilde h_t = \tanh(W_c [c_t; s_t])",
        "Luong et al. (2015), sections 3.1 and 3.3",
        ("nn/attending/scores.py", "nn/seq2seq/decoder.py", "examples/translate.py"),
        "python -m examples.translate --model luong-dot",
        translated("Luong dot", "luong-dot"),
    ),
    System(
        "General attention (Luong)",
        "A matrix between query and key: they need not be of one width, nor speak one language. With "
        "reach='local-m' or 'local-p' the decoder looks at a window only (section 3.2).",
        r"\mathrm{score}(s_t, h_i) = s_t^\top W_a h_i",
        "Luong et al. (2015), section 3.1",
        ("nn/attending/scores.py", "examples/translate.py"),
        "python -m examples.translate --model luong-general",
        translated("Luong general", "luong-general"),
    ),
    System(
        "Concat attention (Luong)",
        "Bahdanau's score written with one matrix over both: the same function, as a test shows.",
        r"\mathrm{score}(s_t, h_i) = v_a^\top \tanh(W_a [s_t; h_i])",
        "Luong et al. (2015), section 3.1",
        ("nn/attending/scores.py", "examples/translate.py"),
        "python -m examples.translate --model luong-concat",
        translated("Luong concat", "luong-concat"),
    ),
    System(
        "Scaled dot product attention",
        "Without a recurrent net around it: queries, keys and values are three projections. Divided by √d "
        "the scores keep the variance 1 at any width, so that softmax does not begin saturated.",
        r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d}}\right) V",
        "Vaswani et al. (2017), section 3.2.1, equation 1",
        ("nn/attending/scored_attention.py", "examples/worked_numbers.py"),
        "python -m examples.worked_numbers",
        (Reached("worked_numbers", "scaled dot product"),),
        "worked_numbers/4_sentence.png",
    ),
    System(
        "Self-attention",
        "Queries, keys and values of one sequence: each place becomes a weighted sum of all, in one step "
        "whatever the distance.",
        r"Q = XW_Q, \quad K = XW_K, \quad V = XW_V",
        "Vaswani et al. (2017), section 3.2.3; Lin et al. (2017)",
        ("nn/attending/multihead.py", "examples/worked_numbers.py"),
        "python -m examples.worked_numbers",
    ),
    System(
        "Masked self-attention",
        "A place attends to itself and those before it: what it computes cannot depend on what it has to "
        "predict. The tests ask the Jacobian, which is exactly 0 above the diagonal.",
        r"\mathrm{score}_{ij} = -\infty \ \text{for} \ j > i",
        "Vaswani et al. (2017), section 3.2.3",
        ("nn/masks.py", "examples/tiny_gpt.py"),
        "python -m examples.tiny_gpt",
    ),
    System(
        "Cross-attention",
        "Queries of the decoder, keys and values of the encoder: Bahdanau's idea without a recurrent net.",
        r"Q = YW_Q, \quad K = XW_K, \quad V = XW_V",
        "Vaswani et al. (2017), section 3.2.3",
        ("nn/attending/transformer_layers.py", "examples/translate.py"),
        "python -m examples.translate --model transformer",
    ),
    System(
        "Multi-head attention",
        "h attentions in h subspaces side by side, joined and mixed: each may look elsewhere. In the run "
        "folder `attention.html` shows every head of encoder and decoder: point at a token.",
        r"\mathrm{MultiHead} = [\mathrm{head}_1; \dots; \mathrm{head}_h] W_O, \quad "
        r"\mathrm{head}_i = \mathrm{Attention}(QW^Q_i, KW^K_i, VW^V_i)",
        "Vaswani et al. (2017), section 3.2.2",
        ("nn/attending/multihead.py", "nn/attending/heads.py"),
        "python -m examples.translate --model transformer",
    ),
    System(
        "The Transformer",
        "Encoder and decoder of nothing but attention and perceptrons at each place. Where its norms stand "
        "and how it is told of places are switches (`--norm pre|post`, `--positions "
        "sinusoidal|learned|rotary`).",
        r"x + \mathrm{Sublayer}(\mathrm{LayerNorm}(x)) \ \text{(pre)}, \qquad "
        r"\mathrm{LayerNorm}(x + \mathrm{Sublayer}(x)) \ \text{(post)}",
        "Vaswani et al. (2017), section 3.1; Xiong et al. (2020) for pre-norm",
        ("nn/attending/transformer.py", "nn/attending/transformer_layers.py", "examples/translate.py"),
        "python -m examples.translate --model transformer --task dates",
        translated("Transformer", "transformer"),
    ),
    System(
        "GPT",
        "A decoder alone, trained to predict what comes next, in one file with its block written out. In the "
        "run folder `attention.html` shows every head as it learns to look.",
        r"p(x) = \prod_t p(x_t \mid x_{<t})",
        "Radford et al. (2018), section 3.1; Radford et al. (2019), section 2.3",
        ("examples/tiny_gpt.py", "examples/char_transformer.py"),
        "python -m examples.tiny_gpt",
        (Reached("tiny_gpt", "GPT"),),
        "tiny_gpt/seed-0/attention.png",
    ),
    System(
        "BERT",
        "An encoder alone, which sees both sides: trained to restore words that are hidden from it, then "
        "fine-tuned to classify and to answer by a span.",
        r"\max \sum_{i \in \mathrm{masked}} \log p(x_i \mid x_{\setminus \mathrm{masked}})",
        "Devlin et al. (2019), sections 3.1 and 4.2",
        ("examples/bert.py",),
        "python -m examples.bert",
        (Reached("bert", "BERT"), Reached("bert", "BERT, fine-tuned")),
        "bert/results.png",
    ),
    System(
        "T5",
        "One encoder-decoder for several tasks, which the text itself names by a prefix.",
        r"\text{prefix: source} \to \text{target}",
        "Raffel et al. (2020), sections 2.4 and 3.5.2",
        ("examples/t5.py",),
        "python -m examples.t5",
        (Reached("t5", "T5"),),
        "t5/exact_match.png",
    ),
    System(
        "Vision Transformer",
        "A picture is a sequence of patches, and a learned class token gathers what the answer is made from.",
        r"z_0 = [x_{\mathrm{class}}; x^1 E; \dots; x^N E] + E_{\mathrm{pos}}",
        "Dosovitskiy et al. (2021), section 3.1, equation 1",
        ("examples/vision.py", "examples/patches.py"),
        "python -m examples.vision",
        (Reached("vision", "Vision Transformer"),),
        "vision/seed-0/attention.png",
    ),
    System(
        "Captions",
        "An encoder of patches and a decoder that looks at the picture for each word it writes; a fifth of "
        "the combinations is never trained on. A second setting, of digits varied more, looked better on "
        "other digits than the test's, and came out at 94.9 % and 92.8 % on the test: nearly all errors are "
        "digits misread.",
        r"p(y \mid \text{picture}) = \prod_t p(y_t \mid y_{<t}, \text{patches})",
        "Xu et al. (2015), sections 3.1 and 4.1",
        ("examples/caption.py", "examples/scenes.py"),
        "python -m examples.caption",
        (Reached("caption", "Captioner"),),
        "caption/seed-0/attention.png",
    ),
    System(
        "Sound to text",
        "Patches of a spectrogram in, keys of a telephone out, with noise.",
        r"p(y \mid \text{sound}) = \prod_t p(y_t \mid y_{<t}, \text{spectrogram})",
        "Chan et al. (2016); Dong et al. (2018); Gong et al. (2021)",
        ("examples/sound.py",),
        "python -m examples.sound",
        (Reached("sound", "Listener and speller"),),
        "sound/seed-0/attention.png",
    ),
    System(
        "Answers and summaries",
        "Attention that picks: the answer is the place in a story that the question points to, among "
        "distractors.",
        r"p(i \mid \text{question}) = \mathrm{softmax}_i \ \mathrm{score}(q, h_i)",
        "Vinyals et al. (2015), section 2.3; Weston et al. (2015)",
        ("examples/stories.py",),
        "python -m examples.stories",
        (Reached("stories", "Pointer reader"),),
        "stories/seed-0/answers.png",
    ),
)

LESSONS = """\
## Lessons with evidence

- [The bottleneck](../examples/results/bottleneck/report.md): exact match against length with one fixed vector
  and with every attention, the gradient that reaches the first word, and where two models look while they
  train (`python -m examples.bottleneck`).
- [Attention is not explanation](../examples/results/attention_is_not_explanation/report.md): weights beside
  gradients, leave-one-out, uniform and permuted weights, with both sides of the argument
  (`python -m examples.attention_is_not_explanation`).
- [Long range](../examples/long_range/results/report.html): what attention retrieves from 512 characters back,
  and what a twin that cannot see so far does not (`python -m examples.long_range`).
- [The price](speed.md): time and memory of attention against length.
"""

HEAD = """\
# The systems of the story

From the fixed context vector to BERT, GPT, T5, vision and sound: what each is, where it stands here, how to
train it, and what it reached. All figures were measured by the command beside them (mean over the seeds,
each in brackets), and stand beside what a simpler method gets. `python -m docs.systems` writes this page
from `examples/results`; a test holds it to them. Packages that examples need: `pip install -e '.[systems]'`.
"""


def page() -> str:
    """The page, in Markdown."""
    parts = [HEAD, contents()]
    parts += [section(number, system) for number, system in enumerate(STORY, 1)]
    return "\n".join([*parts, LESSONS])


def contents() -> str:
    """A line a system: what it is, whose, and how to run it."""
    rows = [
        f"| {n} | [{s.title}](#{anchor(n, s)}) | {s.source} | `{s.command}` |" for n, s in enumerate(STORY, 1)
    ]
    return "\n".join(["| | system | source | command |", "|---|---|---|---|", *rows, ""])


def anchor(number: int, system: System) -> str:
    """The name under which a heading can be linked to."""
    words = "".join(c for c in f"{number} {system.title}".lower() if c.isalnum() or c in " -")
    return words.replace(" ", "-")


def section(number: int, system: System) -> str:
    """What is to be said of one system."""
    lines = [f"## {number} {system.title}", "", system.what, "", f"$$ {system.equation} $$", ""]
    lines += [f"{system.source}. In {', '.join(f'[{path}](../{path})' for path in system.code)}.", ""]
    lines += [f"    {system.command}", ""]
    for reached in system.reached:
        lines += [*results(reached), ""]
    if system.picture:
        lines += [f"![{system.title}](../examples/results/{system.picture})", ""]
    return "\n".join(lines)


def results(reached: Reached) -> list[str]:
    """What was measured, and the command that measured it."""
    lines = [f"`{Outcome.load(RESULTS / reached.folder).command}`:", ""]
    for one in reached.measures():
        text = f"- {one.name}: **{one.shown(one.mean)}**"
        if len(one.values) > 1:
            text += f" ({', '.join(one.shown(value) for value in one.values)})"
        if one.wanted is not None:
            sign = "at most" if one.at_most else "at least"
            text += f"; wanted {sign} {one.shown(one.wanted)}" + ("" if one.holds else ", **not reached**")
        if one.beside:
            text += "; beside it " + ", ".join(f"{k} {one.shown(v)}" for k, v in one.beside.items())
        lines.append(text)
    return lines


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
