"""Explanations: why an agent did what it did."""
