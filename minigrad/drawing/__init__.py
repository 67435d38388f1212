"""The computation graph as a picture: `mg.draw(loss)`.

In reading order: `drawing` (what a person calls), `quantities` (the values and gradients to show),
`grouping` (nodes into boxes and clusters, by module), `describe` (a node in words), `dot` (all of it
in Graphviz's language) and `render` (that as SVG, PNG or PDF).
"""

from minigrad.drawing.drawing import Drawing, draw
from minigrad.drawing.recording import record
from minigrad.drawing.render import RenderingError

__all__ = ["Drawing", "RenderingError", "draw", "record"]
