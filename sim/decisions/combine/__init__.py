"""Whole groups combine: who would take over whom, what it is worth, and how it is carried out."""

from sim.decisions.combine import combine as combine
