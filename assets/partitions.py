"""One partition per peiljaar. Gemeenten and personas are no partitions: a plan is measured as a whole.

What belongs here: the partitions. What does not: which years exist (`pipelines/facts` knows).
"""

import dagster as dg

from pipelines.facts.gemeenten import PEILJAREN

NEWEST = str(max(PEILJAREN))

PEILJAAR = dg.StaticPartitionsDefinition([str(year) for year in sorted(PEILJAREN)])
"""Fixed years and not a window of time: a peiljaar exists when its public population table is carried."""
