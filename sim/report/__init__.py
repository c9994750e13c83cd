"""Faces of a run: figures, a page and the notebook display."""
