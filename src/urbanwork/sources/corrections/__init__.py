"""Corrections of places and streets that a city keeps beside its data, in `corrections.yaml`."""

from urbanwork.sources.corrections.applying import Corrected, apply_corrections
from urbanwork.sources.corrections.entries import Correction, Target
from urbanwork.sources.corrections.reading import read_corrections

__all__ = ["Corrected", "Correction", "Target", "apply_corrections", "read_corrections"]
