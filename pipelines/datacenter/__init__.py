"""The data centre: the pages that partners read.

What belongs here: pages, tables and maps made from published or reviewable figures. What does not: anything
inside the kluis.
"""
