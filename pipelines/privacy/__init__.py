"""Differential privacy: the workload, the noise, the ledger.

What belongs here: everything that turns exact counts into noised measurements, once, and accounts for it.
The only place that imports opendp. What does not: personas, gemeenten, publication.
"""
