"""The whole line on a few invented people: deliveries in, figures out, and nothing else out."""
