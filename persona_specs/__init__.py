"""Specs as data: personas, indicators, release plans, approvals. No code."""
