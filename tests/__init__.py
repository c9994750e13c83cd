"""Tests; each folder mirrors one of sim."""
