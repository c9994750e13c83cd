"""Tests of the declarations of metrics."""
