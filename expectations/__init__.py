"""Great Expectations: what tables must satisfy, and the runner that tells pass from fail.

What belongs here: suites and their runner. What does not: Dagster, and row values in any result.
"""
