"""The computation graph as a picture: `mg.draw(loss)`.

In reading order: `recording` (what is known of a node beside the graph), `recorder` (`mg.record()`, which
keeps that while the program runs), `program` (what the program calls things), `naming` (what a person does)
and `failing` (what raised); then, from a graph to a picture, `drawing` (what a person calls), `quantities`
(the values and gradients to show), `costs` (time and memory), `opening` (fused ops into their compositions),
`constants` (operands that the graph leaves out), `repeats` (blocks of one structure), `folding` (what is
drawn by what), `grouping` (nodes into boxes and clusters), `crossings` (arrows between blocks that repeat),
`blocks` (a table of those), `references` (arrows that would be too long), `mirroring` (the backward beside
the forward), `scale` (tints by a number), `describe` (a vertex in words), `labels` (a box in words),
`dot_labels` and `dot` (all of it in Graphviz's language), `render` (that as SVG, PNG or PDF), `listing` (the
picture in words) and `document` (both as a page).
"""

from minigrad.drawing.drawing import Drawing as Drawing, draw as draw
from minigrad.drawing.naming import name as name
from minigrad.drawing.recorder import record as record
