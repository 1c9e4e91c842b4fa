"""The page about the synthetic Netherlands: `python -m tests.unit.population_reference` writes it.

What belongs here: the words of the page, and its tables from the target table and the generator. What does not: figures.
"""

from pathlib import Path

from pipelines.population.coverage import DELIVERING_SHARE
from pipelines.population.stapeling import DOMAINS, LAWS
from pipelines.population.targets import REFERENCE, Target, every_row, excused, targets

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "synthetic-netherlands.md"

_OPENING = f"""\
# The synthetic Netherlands: what is real, what is calibrated, what is invented

`blindevlek population` makes deliveries of invented people in the shape of CBS files. `blindevlek population report` holds
what came out against the tables below, and ends with exit code 6 when a figure is not where it must be (`--json` and
`--csv` for machines). The last whole population is in `docs/verify/population-{REFERENCE}.md`.

This page is written from `pipelines/population/targets.csv` and the generator (`python -m tests.unit.population_reference`).

## Real

Names and codes of gemeenten and provincies; inhabitants per gemeente, five-year age group and sex on 1 January after the
peildatum (`pipelines/facts/SOURCES.md` says what of these is published and what is carried over from another year); names of
registers, files, columns and codes, with the certainty that the catalogue gives them. At scale 1 every one of the 13,680 cells of
the population holds exactly as many people as the table says.

No person is real, and no row of any real file was ever used.

## Calibrated

Each figure has a label. **exact**: published for this peiljaar. **scaled**: published for another moment, or for a group that
differs, and carried over. **estimated**: the publisher, or we, put a model or a rounding between the figure and a count. **chosen**:
ours, because no public figure was found.

**How near.** At scale 1 a result lies within 2 % of its target. At a smaller scale chance adds to that: six times the square root
of the target, which is six standard deviations or more of a count of people who are drawn one by one (one false alarm in 5e8 per
figure). A cell of the population may then be one person off for rounding, and six in a gemeente that is kept alive. Figures
marked *order* are joint: they need to be of the same order (half to double).

**How counted.** From the finished tables that the files are written from, as if every gemeente delivered, because that is what a
national figure is. The results stand in the folder of the truth (`calibration.json`), which the pipeline never reads.

Figures of peiljaar {REFERENCE}; other peiljaren have their own rows in the table where a figure was found.
"""

_OTHER_YEARS = """\
**Other years.** At one twentieth of the country (`SCALE=0.05 blindevlek population report --peiljaar ...`) every figure of every
peiljaar from 2019 to 2024 is inside its band. Places in the household are public for the base year only; who was there before and
not in 2023 lives with a partner as often as makes the households of the year come out. The AOW begins at the age of the year. The
ages of 2022 and later are carried over from 2021, so there are too few old people in them: the AOW of 2023 is 2 % below what SVB
says, and its target is labelled estimated.
"""

_INVENTED = """\
## Invented

* **Who it is.** Every person has a frailty, part of it shared by the household; the chance of nearly everything goes up with it
  exponentially. How strongly is our choice, and so is every dependence of one thing on another (`pipelines/population`, the weights
  of the chances): debts bring premium arrears, bijstand brings Wmo, a low diploma goes with less work. No public source gives the
  size of a combination of three.
* **The truth per persona.** Planted people and near-misses are as many as we chose; others qualify by chance. No number of
  people in a persona says anything about the real Netherlands.
* **Which people are homeless.** As many as CBS estimates, of whom as large a share as CBS sees in registers is registered at a shelter
  or a briefadres; the sexes and the middle ages are those of the estimate. The others live at an ordinary address on paper, the
  frail more often. Nobody outside the BRP is among them, as in the estimate of CBS.
* **Who has a right to bijstand and does not use it.** Adults under 63 without partner, work, study or another benefit; who of them
  has little enough is a draw, the frail, the young, the self-employed and migrants more often. Their share is public, of 2018, and of
  households: here a person of whom the partner receives bijstand too counts for two.
* **Wijken.** Made up: one for about 5,250 inhabitants, numbered as CBS does, the first ones larger (`pipelines/population/wijken.py`). Dwellings
  fall into them by chance, so a wijk is no place and none has more problems than another. Of three in a thousand it is not known.
* **Everything that is marked *chosen* above**, mortgages, percentiles of income, moves, separations, and the people outside the BRP.

Homelessness and the right to bijstand are in `truth/<peiljaar>/hidden.parquet` (rinpersoon, dakloos, dakloos_gezien,
recht_op_bijstand, ontvangt_bijstand), for tests and benchmarks.

## Stapeling

More laws: a person with something of two or three of {laws}. Domains, by register traces:

{domains}

The public figure for three or more domains is a survey about problems that people feel, of adults; ours are traces in registers, and
see less: it comes out at the lower end of the same order. The report also gives how many adults have problems on 0 to 7
domains beside what that would be if the domains had nothing to do with one another: four or more is then many times rarer.

## Who delivers

{delivering}
"""


def page() -> str:
    """The whole page."""
    wanted = targets(REFERENCE)
    public = [row for row in wanted if row.label != "chosen"]
    chosen = [row for row in wanted if row.label == "chosen"]
    head = ("figure", "target", "unit", "period", "label", "source", "remark")
    other = sorted({row.subject for row in every_row() if row.measure} - {row.subject for row in wanted})
    return "\n".join(
        (
            _OPENING,
            _table(head, [_figure(row) for row in public]),
            "\n### Our own choices\n",
            _table(("figure", "target", "unit", "remark"), [_choice(row) for row in chosen]),
            "\n### Public magnitudes that the files hold nothing of\n",
            _table(("magnitude", "value", "unit", "period", "source", "why"), [_excuse(row) for row in excused()]),
            f"\nOf other peiljaren only: {', '.join(other)}.\n" if other else "",
            _OTHER_YEARS,
            _INVENTED.format(
                laws=", ".join(LAWS),
                domains="\n".join(f"* {name}: {domain.traces}" for name, domain in DOMAINS.items()),
                delivering=_table(
                    ("register", "share of the gemeenten"),
                    [(name, f"{float(share):.0%}") for name, share in DELIVERING_SHARE.items()],
                ),
            ),
        )
    )


def _figure(row: Target) -> tuple[str, ...]:
    label = row.label_in(REFERENCE) + (", order" if row.band == "orde" else "")
    source = f"[{row.source}]({row.url})" if row.url else row.source
    return (row.subject, _number(row), row.unit, row.period, label, source, row.remark)


def _choice(row: Target) -> tuple[str, ...]:
    return (row.subject, _number(row), row.unit, row.remark)


def _excuse(row: Target) -> tuple[str, ...]:
    return (row.subject, _number(row), row.unit, row.period, row.source, row.remark)


def _number(row: Target) -> str:
    return f"{row.value:,.0f}" if row.value == int(row.value) else f"{row.value:,}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
