"""The synthetic Netherlands: CBS-shaped deliveries with known members per persona.

What belongs here: making a delivery from public figures and a seed. What does not: anything that the
pipeline needs to read a delivery; the truth file is for tests and benchmarks only.
"""
