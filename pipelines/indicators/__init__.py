"""Indicators: one three-valued fact per person, from one register or a combination.

What belongs here: the indicator specs, their compilation to SQL, coverage, and the pattern table. What does
not: personas (see `pipelines/personas`).
"""
