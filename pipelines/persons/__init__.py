"""The counting population: everyone in the BRP on the peildatum, one row per person.

What belongs here: who is counted, and where, how old, in which household. What does not: what registers say
about a person (see `pipelines/indicators`).
"""
