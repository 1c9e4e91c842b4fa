"""Do the suites tell good tables from bad ones, and keep what they saw to themselves?"""
