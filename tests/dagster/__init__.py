"""Tests of the Dagster front door: its graph, what it runs, and what it must not store."""
