"""Limits of the house that hold over the whole tree: layers, lengths, units, luck, safety, speech."""
