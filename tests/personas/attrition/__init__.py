"""Attrition: right to the person, inside the kluis and nowhere else, and never unnoticed on real data."""
