"""Every spec: its examples, its words, and that the compiled query does what the rules describe."""
