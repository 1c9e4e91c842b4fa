"""OData over published releases: version 3 and version 4, in the shape in which CBS serves StatLine.

What belongs here: the tables of the published bundles, the questions that readers may ask of them, and the answers as
HTTP. What does not: the kluis, the wachtruimte and the budget; pages; starting a server. Nothing here writes a file, and
no request ever names a file: a table is looked up in a list that was made from the folder.
"""

from pipelines.datacenter.odata.service import routes

__all__ = ["routes"]
