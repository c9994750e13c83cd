"""Tests of what owners do about it."""
