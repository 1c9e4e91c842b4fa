"""Public facts that the project carries: gemeenten, provincies, population.

What belongs here: open figures with their source and licence, and their loaders. What does not: anything
that comes from a delivery.
"""
