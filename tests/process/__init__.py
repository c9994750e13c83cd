"""Tests of how the product is made."""
