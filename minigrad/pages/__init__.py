"""Pages for the browser, and markup for notebooks: each holds all it shows, and asks no network.

In reading order: `markup` (elements, in which text stays text), `page` (the document around what is shown),
`arrays` (an array as data, which arrays.js shows as a table or a heat map), `array_markup` (the same where no
script runs), and `tensor_markup` (a Tensor in a notebook).
"""

from minigrad.pages.arrays import array_data as array_data
from minigrad.pages.markup import markup as markup
from minigrad.pages.page import fragment as fragment, page as page
