"""Statistics of a city: tables of figures by area and year, and the words that they are in."""

from urbanwork.sources.statistics.reader import read_statistics
from urbanwork.sources.statistics.variables import Variable, Vocabulary, load_variables

__all__ = ["Variable", "Vocabulary", "load_variables", "read_statistics"]
