"""Telling drift from noise: shares, terms and calibration, without SQL and without HTTP."""
