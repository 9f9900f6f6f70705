"""Tables as numbers, as bytes and as points, and the nearest rows among them."""

from skclean.preprocessing._bins import BinEncoder, ColumnBins
from skclean.preprocessing._nearest import Neighbourhood, find_neighbours, neighbour_blocks
from skclean.preprocessing._points import PointEncoder, as_points
from skclean.preprocessing._table import TableEncoder, as_numbers, is_table
from skclean.preprocessing._two_sides import find_sides

__all__ = [
    "BinEncoder",
    "ColumnBins",
    "Neighbourhood",
    "PointEncoder",
    "TableEncoder",
    "as_numbers",
    "as_points",
    "find_neighbours",
    "find_sides",
    "is_table",
    "neighbour_blocks",
]
