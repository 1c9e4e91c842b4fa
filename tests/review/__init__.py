"""Tests of the review app, of duiding and of publishing."""
