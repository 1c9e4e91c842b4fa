"""From the text of a `$filter` to a tree: the grammar of odata-query, and the few words of version 3 it does not know.

What belongs here: limits on a filter, and rewriting tokens of version 3 before they are parsed. What does not: what a
tree means for a table (`conditions.py`).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException, UnknownFunctionException
from odata_query.grammar import ODataLexer, ODataParser

from pipelines.datacenter.odata.refusal import Refusal, shown

MAX_LETTERS = 10_000
"""Enough for every gemeente by its code, as clients write lists: `RegioS eq 'GM0003' or ...`."""
MAX_NUMBER = 40
OLD = "v3"
"""Namespace that marks functions of version 3 which version 4 does not have, so that the parser lets them through."""

_HOW = "Voorbeeld: RegioS eq 'GM0363' and Leeftijd eq '10000'. Teksten staan tussen enkele aanhalingstekens."
_NAVIGATION = frozenset({"/", ":", "="})
"""Paths to other tables; there are none, and a long one would cost the parser its stack."""
_SUFFIXES = frozenset("LlMmDdFf")
_TYPED_TEXTS = frozenset({"datetime", "guid"})


@lru_cache(maxsize=128)
def parsed(text: str, *, old: bool) -> ast._Node:
    """The tree of a filter; `old`: written for version 3. Raises Refusal for what cannot be read or is too long."""
    if len(text) > MAX_LETTERS:
        raise Refusal(
            400, f"$filter telt {len(text)} tekens; toegestaan zijn er {MAX_LETTERS}. Vraag in delen, of haal alles op."
        )
    tree, fault = None, "$filter is leeg of niet te lezen."
    try:
        tree = ODataParser().parse(_tokens(text, old))
    except UnknownFunctionException as error:
        fault = f"Functie {shown(error.function_name)} in $filter wordt niet ondersteund."
    except (ODataException, ValueError, TypeError, AttributeError, NotImplementedError):
        # What the library raises on odd input quotes its own grammar; none of that is told.
        hint = " Achter 'in' hoort een lijst van twee of meer." if " in " in text.lower() else ""
        fault = f"$filter is niet te lezen.{hint}"
    if not isinstance(tree, ast._Node):
        raise Refusal(400, f"{fault} {_HOW}")
    return tree


def name_of(identifier: ast.Identifier) -> str:
    """A name with its namespace before it, as it was written."""
    return ".".join((*identifier.namespace, identifier.name))


def _tokens(text: str, old: bool) -> Iterator[Any]:
    """The tokens of a filter, each as this service means it; a type glued to a literal of version 3 is left out."""
    last: Any = None
    for token in ODataLexer().tokenize(text.strip()):
        if old and last is not None and _belongs_to(last, token):
            last = token if token.type == "STRING" else last
            continue
        if last is not None:
            yield _meant(last, token.type, old)
        last = token
    if last is not None:
        yield _meant(last, "", old)


def _belongs_to(first: Any, second: Any) -> bool:
    """`5L` and `datetime'2024-01-01'` of version 3: a type glued to a literal."""
    if first.index + _length(first) != second.index:
        return False
    if first.type in ("INTEGER", "DECIMAL") and second.type == "ODATA_IDENTIFIER":
        return name_of(second.value) in _SUFFIXES
    return first.type == "ODATA_IDENTIFIER" and second.type == "STRING" and name_of(first.value) in _TYPED_TEXTS


def _length(token: Any) -> int:
    return len(name_of(token.value)) if token.type == "ODATA_IDENTIFIER" else len(getattr(token.value, "val", ""))


def _meant(token: Any, following: str, old: bool) -> Any:
    if token.type in _NAVIGATION:
        raise Refusal(400, f"'{token.type}' in $filter wordt niet ondersteund. {_HOW}")
    if token.type in ("INTEGER", "DECIMAL") and len(token.value.val) > MAX_NUMBER:
        raise Refusal(400, f"Een getal in $filter telt meer dan {MAX_NUMBER} tekens. Schrijf het korter.")
    if token.type == "ODATA_IDENTIFIER" and following == "(":
        name = name_of(token.value)
        if name == "not":
            token.type, token.value = "NOT", ast.Not()
        elif old and name == "substringof":
            token.value = ast.Identifier(name, (OLD,))
    return token
