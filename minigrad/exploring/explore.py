"""`explore`, and the page that it writes."""

from pathlib import Path

from minigrad.exploring.story import story
from minigrad.pages import page
from minigrad.pages.markup import markup, text
from minigrad.settings import check_texts
from minigrad.tensor import Tensor

_STYLES = "explorer picture panel".split()
_SCRIPTS = "layers layout words facts view picture equations panel explorer".split()

_BODY = """\
<header class="head"><h1>{title}</h1>{notes}
<div class="lens" role="group" aria-label="The picture">{lens}</div></header>
<main class="stage">
<svg id="picture" role="img" aria-label="The graph; its steps are told in the text beside it"><defs>
<marker id="tip" {tip}><path d="M0 0L8 4L0 8z" fill="var(--faint)"/></marker>
<marker id="tip-forth" {tip}><path d="M0 0L8 4L0 8z" fill="var(--value)"/></marker>
<marker id="tip-back" {tip}><path d="M0 0L8 4L0 8z" fill="var(--gradient)"/></marker>
</defs></svg>
</main>
<article class="text" tabindex="0" aria-label="The step">
<div id="panel"></div>
<details id="trace"><summary>All steps</summary><div class="columns">
<section><h3>Forward</h3><ol id="forward"></ol></section>
<section><h3>Backward</h3><ol id="backward"></ol></section>
</div></details>
<p class="quiet">Keys: → or space and ← step, Home, End, b goes to where backward begins, f folds the module
of the step, + − 0 zoom. Drag the picture to move it, click a box to go to its step.</p>
</article>
<nav class="controls" aria-label="Steps">
{steps}
<input id="slider" type="range" min="0" value="0" aria-label="Step">
<span id="count"></span>
</nav>
<p id="spoken" class="unseen" aria-live="polite"></p>
"""
# id: what it is called, its sign, what it does and by which key
_STEPS = {
    "first": ("first", "|◀ ", "first step (Home)"),
    "previous": ("previous", "◀ ", "previous step (←)"),
    "next": ("next", "▶ ", "next step (→ or space)"),
    "turn": ("backward", "↩ ", "where backward begins (b)"),
    "last": ("last", "▶| ", "last step (End)"),
}
_LENS = {
    "fold": ("fold", "▸ ", "fold all modules (f: that of this step)"),
    "unfold": ("unfold", "▾ ", "unfold all modules"),
    "further": ("smaller", "− ", "smaller (-)"),
    "nearer": ("larger", "+ ", "larger (+)"),
    "whole": ("whole", "□ ", "the whole picture (0)"),
}
_TIP = (
    'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" '
    'orient="auto-start-reverse"'
)


def explore(tensor: Tensor, path: str | Path, title: str = "Forward and backward, step by step") -> Path:
    """Write an HTML page on which one walks through the graph of `tensor`, forward and then backward.

    Each step lights its op and shows its formula, operands and result; on the way back the gradient that
    arrives, the local derivative or its formula, what is passed on, what was summed because it had been
    broadcast, and how shares add up.  `with mg.record():` around the computation keeps the values, and around
    `tensor.backward()` what that passed on.  Where no backward was run there, the page walks itself, from a
    gradient of 1, and leaves the graph and every `grad` as they are.

    The page opens from disk and asks nobody; the same graph gives the same bytes.  Modules fold.  Of large
    arrays it holds as much as keeps it near half a megabyte, and says so.

    Gives the path.  Raises TypeError for what is no Tensor, and a title that is no text; ValueError for a
    tensor that no op has made, for one of more than one number without a backward, and for a path that does
    not end in .html; GraphFreedError where an unrecorded backward has freed the graph.
    """
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise ValueError(
            f"explore writes an HTML page, and got {str(path)!r}: give a path that ends in .html"
        )
    check_texts("explore", title=title)
    if not isinstance(tensor, Tensor):
        raise TypeError(
            f"explore walks back from a Tensor, such as a loss, and got a {type(tensor).__name__}"
        )
    root = tensor.node
    if root is None or root.op is None:
        made = "is a leaf" if root is not None else "no recorded op has made"
        raise ValueError(
            f"explore got a tensor of shape {tensor.shape} that {made}, so there is nothing to walk through: "
            "compute with mg.tensor(..., requires_grad=True), outside mg.no_grad(), and give it the result"
        )
    told = story(tensor, root)
    notes = "".join(f"<p>{text(note)}</p>" for note in told["notes"])
    body = _BODY.format(
        title=text(title), notes=notes, tip=_TIP, steps=_buttons(_STEPS), lens=_buttons(_LENS)
    )
    here = Path(__file__)
    scripts = [here.with_name(f"{name}.js").read_text("utf-8") for name in _SCRIPTS]
    styles = [here.with_name(f"{name}.css").read_text("utf-8") for name in _STYLES]
    path.write_text(page(title, body, styles=styles, scripts=scripts, data=told, arrays=True), "utf-8")
    return path


def _buttons(told: dict[str, tuple[str, str, str]]) -> str:
    return "\n".join(
        markup("button", sign, markup("span", name, class_="word"), id=id, aria_label=name, title=title)
        for id, (name, sign, title) in told.items()
    )
