"""The public site: pages over all published releases, made once per publication and served as they are.

What belongs here: one module per kind of page, and `build.build_site`, which makes them all. What does not: the pages that a
bundle carries (`pipelines/datacenter/pages.py`), answering forms (`public_app.py`), deciding what is published.
"""

from pipelines.datacenter.site.build import build_site

__all__ = ["build_site"]
