"""From noised measurements to figures: least squares over the tree, intervals, quality.

What belongs here: post-processing of noised numbers, which costs no privacy. What does not: exact counts.
"""
