"""Personas: a stapeling of problems and the voorziening that is missing.

What belongs here: the spec model, its loader, the compiler and the explanation in words. What does not:
privacy and noise (see `pipelines/privacy`), figures (see `pipelines/estimates`).
"""
