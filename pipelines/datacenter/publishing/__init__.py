"""Publishing: from the wachtruimte to openbaar, only what two parties approved, all or nothing.

What belongs here: the copy of a release, what is written beside it, the switch of the public site. What does not: deciding
(`pipelines/datacenter/review`), what the site looks like (handed in), the kluis.
"""
