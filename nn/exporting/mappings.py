"""All mappings, by the names of ops: importing their modules enters them."""

from nn.exporting import elementwise, products, recurrent, shapes, windows
from nn.exporting.graph import MAPPINGS

__all__ = ["MAPPINGS", "elementwise", "products", "recurrent", "shapes", "windows"]
