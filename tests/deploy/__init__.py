"""Tests of the files that run monitor elsewhere."""
