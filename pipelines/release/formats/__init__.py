"""The bundle in every format: what each file says, from one description of its columns.

What belongs here: the columns and tables of a release, and one module per format that writes them. What does not: making
figures, and judging what was written (`pipelines/release/format_checks`).
"""
