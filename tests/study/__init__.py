"""Tests of studies: the base year and its calibration."""
