"""Pages for the browser: one HTML file each, which needs no server and no network.

In reading order: `page` (the document around what is shown) and `arrays` (an array as data, which arrays.js
shows as a table or a heat map).
"""

from minigrad.pages.arrays import array_data as array_data
from minigrad.pages.page import page as page
