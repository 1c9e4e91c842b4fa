"""A release: its plan, the one measurement, the bundle, the manifest.

What belongs here: what crosses the wall from the kluis to the wachtruimte, and how it is packed. What does
not: the review and the public pages (see `pipelines/datacenter`).
"""
