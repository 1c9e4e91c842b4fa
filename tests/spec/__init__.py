"""Specs as people write them: what is refused and how that is told, the schemas for editors, and the lint."""
