"""The backward pass of a graph, step by step, in one HTML file: `mg.explore(loss, "walk.html")`.

In reading order: `explore` (what a person calls), `walk` (what each op passed on), `account` (how the shares
of each node were fitted and added up), `vertices` and `names` (what is known of each value, and what the
page calls it), `groups` (modules and calls, which fold), `shelf` (the arrays of a page, within a budget) and
`story` (all of it as data).

In the browser: `facts.js` (that data, looked up), `layers.js` and `layout.js` (where boxes stand),
`picture.js` and `view.js` (the graph, and what of it is seen), `words.js`, `equations.js` and `panel.js` (a
step, told), and `explorer.js` (keys and buttons).
"""

from minigrad.exploring.explore import explore as explore
