"""The review of a release: two parties judge it, professionals say what they recognise, everything is written down.

What belongs here: the state of a review, its store, accounts, the checklist, duiding, and the web app for people. What
does not: putting anything in openbaar (`pipelines/datacenter/publishing`), the public site, anything inside the kluis.
"""
