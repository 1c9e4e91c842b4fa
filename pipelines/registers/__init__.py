"""What CBS and gemeenten deliver, and how it enters the kluis.

What belongs here: the catalogue of files and columns (data, not code), reading a delivery, coverage, the
encrypted warehouse. What does not: what a register means for a person (see `pipelines/indicators`).
"""
