"""Tests of the core: luck, names, tables and units."""
