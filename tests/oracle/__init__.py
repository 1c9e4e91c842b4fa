"""The naive oracle: what the specs mean, written a second time and as plainly as possible.

What belongs here: persona states by EXISTS over the registers, and the contribution bound in numpy. What does
not: anything of the compilers, the words with bits or the patterns; the oracle must be able to contradict them.
"""

from tests.oracle.states import everyone_sql, oracle_states_sql
from tests.oracle.truncation import LongStates, cell_counts, first_k, totals

__all__ = ["LongStates", "cell_counts", "everyone_sql", "first_k", "oracle_states_sql", "totals"]
