"""The Remote Access profile, proved with the old versions that were seen there and against the index for Windows.

What belongs here: what needs an environment of its own or the package index; `make remote-access` runs it. What does not:
tests of pytest (they run in the normal environment).
"""
