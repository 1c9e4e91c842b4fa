"""Measurements of speed and memory, and the long proofs. Nothing here is imported by the product."""
