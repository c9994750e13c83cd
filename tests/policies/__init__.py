"""Tests of instruments of government, and of what every one of them owes."""
