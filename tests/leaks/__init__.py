"""The leak hunt: a delivery full of recognisable texts, numbers and counts, everything that can be done with it, every
failure that can be provoked, and a search of all that was said or stored outside the kluis.

What belongs here: what concerns the whole way from delivery to bundle. What does not: what one wrapper withholds (beside
the tests of that room).
"""
