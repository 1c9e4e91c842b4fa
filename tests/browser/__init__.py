"""The public site in a real browser: tests of what a machine can see, and screenshots for the eyes.

What belongs here: what needs Chromium. What does not: tests of the pages' content (`tests/unit/test_site_*.py`).
"""
