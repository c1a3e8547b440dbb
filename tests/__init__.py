"""Tests mirror the packages; contract, journeys and benchmarks stand beside them."""
