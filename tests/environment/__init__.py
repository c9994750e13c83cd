"""Tests of red mud and the ponds that cap what may run."""
