"""The directive `{reference}`: an entry for each public name that is defined in some part of the packages.

    ```{reference} minigrad.ops.elementwise
    ```

lists what `minigrad`, `nn` and their public modules offer from there: signature, documentation, methods of
classes, and an example with what it gave when the page was made.  Docstrings are plain text with code between
single backticks, as Markdown has it.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import minigrad as mg
import nn
from docs.extensions.examples import examples, run

# Public modules, by what a person writes before a name of theirs; the first that offers an object names it.
NAMESPACES = {
    "mg": mg,
    "mg.linalg": mg.linalg,
    "mg.kernels": mg.kernels,
    "nn": nn,
    "nn.functional": nn.functional,
    "nn.optim": nn.optim,
    "nn.optim.lr_scheduler": nn.optim.lr_scheduler,
    "nn.optim.swa_utils": nn.optim.swa_utils,
    "nn.init": nn.init,
    "nn.data": nn.data,
    "nn.decoding": nn.decoding,
    "nn.explain": nn.explain,
    "nn.utils": nn.utils,
    "nn.utils.rnn": nn.utils.rnn,
    "nn.convert": nn.convert,
}

# Public names that are neither functions nor classes.
CONSTANTS = {"mg.OPS": 'A dict of all differentiable functions by NumPy\'s name: "exp", "linalg.norm".'}


class Entry(NamedTuple):
    """A public name, the object that it is, where that is defined, and its other names."""

    name: str
    value: Any
    module: str
    others: list[str]


def entries() -> Iterable[Entry]:
    """Every public object that is no module, once."""
    found: dict[int | str, Entry] = {}
    for space, module in NAMESPACES.items():
        for short in public_names(module):
            name, value = f"{space}.{short}", getattr(module, short)
            key = id(value) if callable(value) else name
            if key in found:
                found[key].others.append(name)
            elif not inspect.ismodule(value):
                found[key] = Entry(name, value, _home(f"{module.__name__}.{short}", value), [])
    return found.values()


def public_names(module: Any) -> list[str]:
    """What a module offers: its `__all__`, or else what it defines itself."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    own = lambda value: str(getattr(value, "__module__", "")).startswith(module.__name__)
    return [name for name, value in vars(module).items() if not name.startswith("_") and own(value)]


def _home(name: str, value: Any) -> str:
    """The module in which a value is defined; of what is no function and no class, its own name."""
    home = getattr(value, "__module__", None)
    return home if isinstance(home, str) and home != "builtins" else name


def signature_of(value: Any) -> str:
    """Names and defaults, without types; "" where there is none to be had."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return "(...)" if callable(value) else ""
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
        if parameter.name != "self"
    ]
    written = str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty))
    return re.sub(r"<op ([\w.]+)\(.*?\) -> .*?>", r"mg.\1", written)  # an op that is a default


def markdown(docstring: str) -> str:
    """A docstring as Markdown: code marked as code, and what means something there but not here escaped."""
    return "\n\n".join(map(_paragraph, inspect.cleandoc(docstring).split("\n\n")))


def _paragraph(text: str) -> str:
    if _is_code(text):
        return f"```python\n{text}\n```"
    if all(line.startswith("    ") for line in text.splitlines()):  # code in both
        return text
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = [re.sub(r"([*_<>\[\]$#|~\\])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def _is_code(text: str) -> bool:
    """Whether a paragraph that is not indented is a piece of a program."""
    if not re.match(r"(with |for |import |from |@|\w+(, \w+)* = |(nn|mg|np)\.\w)", text):
        return False
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def methods_of(kind: type) -> Iterator[tuple[str, Any]]:
    """The public methods and properties that a class defines itself and that say what they do."""
    for name, value in vars(kind).items():
        function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if name.startswith("_") or not (inspect.isfunction(function) or isinstance(function, property)):
            continue
        if function.__doc__:
            yield name, function


def text_of(entry: Entry, example: str) -> str:
    """An entry in Markdown, with code as its example."""
    signature = signature_of(entry.value)
    if _is_exception(entry):
        signature = f"({', '.join(base.__name__ for base in entry.value.__bases__)})"
    parts = [f"```python\n{_folded(entry.name + signature)}\n```"]
    parts.append(markdown(entry.value.__doc__ if callable(entry.value) else CONSTANTS[entry.name]))
    if inspect.isclass(entry.value):
        for name, function in methods_of(entry.value):
            call = "" if isinstance(function, property) else signature_of(function)
            parts.append(f"- `.{name}{call}`: {markdown(function.__doc__).splitlines()[0]}")
    if entry.others:
        parts.append(f"Also {', '.join(f'`{name}`' for name in entry.others)}.")
    parts.append(f"```python\n{example}\n```")
    return "\n\n".join(parts)


def _folded(call: str) -> str:
    """A call over several lines, but not within a text."""
    whole = re.sub(r"'[^']*'", lambda text: text[0].replace(" ", "\0"), call)
    lines = textwrap.wrap(whole, 84, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)
    return "\n".join(lines).replace("\0", " ")


class Reference(SphinxDirective):
    """See the module's docstring."""

    required_arguments = 1
    optional_arguments = 20

    def run(self) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        example_of = examples()
        for entry in sorted(entries(), key=_is_exception):
            if not any(_is_in(entry.module, part) for part in self.arguments):
                continue
            if entry.name not in example_of:
                raise self.error(
                    f"{entry.name} has no example: add a cell `# %% {entry.name}` to a file in "
                    "docs/reference/examples"
                )
            # nn.Attention and nn.attention differ in their case alone, which an id in HTML has not.
            kind = "class-" if inspect.isclass(entry.value) else ""
            section = nodes.section(ids=[kind + nodes.make_id(entry.name)])
            section += nodes.title("", "", nodes.literal("", entry.name))
            section += self.parse_text_to_nodes(text_of(entry, run(example_of[entry.name])))
            found.append(section)
        if not found:
            raise self.error(f"nothing public is defined in {' '.join(self.arguments)}")
        return found


def _is_exception(entry: Entry) -> bool:
    return inspect.isclass(entry.value) and issubclass(entry.value, BaseException)


def _is_in(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def _always(app: Sphinx, env: Any, *changed: Any) -> list[str]:
    """Pages of reference are read anew: what they show stands in other files."""
    return [page for page in env.found_docs if page.startswith("reference/")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("reference", Reference)
    app.connect("env-get-outdated", _always)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
