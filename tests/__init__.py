"""Tests, by kind. What belongs here: behaviour, stated as sentences. What does not: work of the pipelines."""
