"""Files that gemeenten deliver themselves, keyed by BSN: from a raw file to a register that the kluis can take in.

What belongs here: templates, pseudonyms and their keys, sealed deliveries, and linking them to RINs. What does not: the
meaning of a register, and reading what CBS delivers. A raw BSN lives in the memory of one function (`raw_file.py`) and
is never handed to a database, a file, a message or an exception.
"""
