"""What a reader asks besides the table: `$filter`, `$select`, `$top`, `$skip`, `$orderby`, counting.

What belongs here: reading the options of a request, with their limits, and the address of the next page. What does not:
answering (`finding.py`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlencode

from pipelines.datacenter.odata.conditions import Condition
from pipelines.datacenter.odata.grammar import parsed
from pipelines.datacenter.odata.refusal import Refusal, shown, unknown

MAX_QUERY = 60_000
"""Bytes of everything behind the question mark, as sent."""
_SHARED = ("$filter", "$select", "$top", "$skip", "$orderby", "$format")
_OPTIONS = {True: (*_SHARED, "$inlinecount"), False: (*_SHARED, "$count")}
_MAX_SORTED = 5
_MOST = 1_000_000_000


@dataclass(frozen=True)
class Question:
    """The options of a request. `options` keeps them as sent, for the next page and the tag of an answer."""

    options: Mapping[str, str]
    condition: Condition | None = None
    select: tuple[str, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    """(column, descending)."""
    top: int | None = None
    skip: int = 0
    count: bool = False

    def next_page(self, rows: int) -> str:
        """The options of what comes after these rows. `$skip` stands last: a client of R reads it from there."""
        options = {name: value for name, value in self.options.items() if name != "$skip"}
        if self.top is not None:
            options["$top"] = str(self.top - rows)
        options["$skip"] = str(self.skip + rows)
        return urlencode(options, quote_via=quote, safe="$,()'")

    def only(self, names: Iterable[str]) -> "Question":
        """The same question with the columns it may select and sort by checked. Raises Refusal."""
        known = list(names)
        for name in self.select:
            if name not in known:
                raise unknown("Kolom in $select", name, known)
        for name, _ in self.order:
            if name not in known:
                raise unknown("Kolom in $orderby", name, known)
        return self if self.select else replace(self, select=tuple(known))


def question(query: bytes, *, old: bool) -> Question:
    """The question in a query string; `old`: as version 3 has it. Raises Refusal for what it does not know."""
    if len(query) > MAX_QUERY:
        raise Refusal(
            414, f"De vraag is langer dan {MAX_QUERY} tekens. Vraag in delen, of haal alles op en filter zelf."
        )
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20)
    except (UnicodeDecodeError, ValueError):
        raise Refusal(400, "De vraag is niet te lezen: schrijf bijzondere tekens als UTF-8 met %-codes.") from None
    options: dict[str, str] = {}
    for name, value in pairs:
        if name not in _OPTIONS[old]:
            raise unknown("Optie", name, _OPTIONS[old])
        if name in options:
            raise Refusal(400, f"Optie {name} staat er twee keer. Geef elke optie één keer.")
        options[name] = value
    if not options.get("$format", "json").lower().replace("application/", "").startswith("json"):
        raise Refusal(
            400, "Alleen $format=json wordt ondersteund. Voor Excel en Power BI: gebruik versie 4 (odata/v1)."
        )
    return Question(
        options,
        Condition(parsed(options["$filter"], old=old)) if options.get("$filter", "").strip() else None,
        _columns(options.get("$select", "")),
        _order(options.get("$orderby", "")),
        _whole(options, "$top"),
        _whole(options, "$skip") or 0,
        _counted(options),
    )


def _columns(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if "*" in names:
        return ()
    if len(set(names)) != len(names):
        raise Refusal(400, "$select noemt een kolom twee keer. Noem elke kolom één keer.")
    return names


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    parts = [part.split() for part in text.split(",") if part.strip()]
    if len(parts) > _MAX_SORTED or len({part[0] for part in parts}) != len(parts):
        raise Refusal(400, f"$orderby noemt een kolom twee keer, of meer dan {_MAX_SORTED} kolommen.")
    for part in parts:
        if len(part) > 2 or part[1:] not in ([], ["asc"], ["desc"]):
            raise Refusal(400, f"$orderby {shown(' '.join(part))} is niet te lezen. Voorbeeld: RegioS desc, Leeftijd.")
    return tuple((part[0], part[1:] == ["desc"]) for part in parts)


def _whole(options: Mapping[str, str], name: str) -> int | None:
    text = options.get(name, "").strip()
    if name not in options:
        return None
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > _MOST:
        raise Refusal(400, f"{name} {shown(text)} is geen heel getal van 0 tot {_MOST}.")
    return int(text)


def _counted(options: Mapping[str, str]) -> bool:
    said = options.get("$count", options.get("$inlinecount", "none"))
    if said not in ("true", "false", "allpages", "none"):
        raise Refusal(400, "Schrijf $count=true (versie 4) of $inlinecount=allpages (versie 3).")
    return said in ("true", "allpages")
