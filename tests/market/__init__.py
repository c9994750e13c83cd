"""Tests of how alumina is priced and moved."""
