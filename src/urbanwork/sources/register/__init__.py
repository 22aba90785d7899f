"""A bureau's own register of places, and its merger with OpenStreetMap."""

from urbanwork.sources.register.description import ColumnNames, Description, RegisterSource
from urbanwork.sources.register.matching import MergeRule
from urbanwork.sources.register.merge import MergeResult, merge_places, merge_register
from urbanwork.sources.register.reader import Register, read_register

__all__ = [
    "ColumnNames",
    "Description",
    "MergeResult",
    "MergeRule",
    "Register",
    "RegisterSource",
    "merge_places",
    "merge_register",
    "read_register",
]
