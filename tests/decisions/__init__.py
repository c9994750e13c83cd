"""Kinds of decisions, one folder or file a kind."""
