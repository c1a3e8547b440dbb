"""Tests of what is handed to Kibana."""
