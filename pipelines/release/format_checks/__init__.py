"""Release checks: every file of a bundle held to its format, before it is put in place and whenever somebody asks.

What belongs here: validators (libraries, and rules of our own that read whole tables at once) that look at a folder and at
nothing else. What does not: writing files (`pipelines/release/formats`), the kluis, and any network: descriptions are
rebuilt from the facts of the folder and never fetched.
"""
