"""Tests of what the phases of the year do."""
