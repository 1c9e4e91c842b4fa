"""What a comparison of texts says of one value: equal, contains, starts with, and the functions around them.

What belongs here: judging one value in Python. What does not: columns and rows (`conditions.py`): a column of texts has
few different values, and each is judged once.
"""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from odata_query import ast

from pipelines.datacenter.odata.fields import Value
from pipelines.datacenter.odata.grammar import OLD, name_of
from pipelines.datacenter.odata.refusal import Refusal, shown

_ORDERS = {ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge}
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
    f"{OLD}.substringof": lambda part, text: part in text,
}
FUNCTIONS = (
    "contains, startswith, endswith, tolower, toupper, trim, length, indexof, substring en concat; "
    "in versie 3 ook substringof"
)
_DEEPEST = 10
_LONGEST = 20_000


def holds(leaf: ast._Node, value: Value, bare: Callable[[Value], Value]) -> bool:
    """Does the comparison hold when its one column has this value? `bare` takes off what does not count in comparing.

    A comparison with nothing (null) is false, but for `eq null` and `ne`, as OData says. Raises Refusal for functions
    and kinds of values that it cannot compare.
    """
    return _true(_said(leaf, value, bare, 0))


def _true(said: Value) -> bool:
    if said is None or isinstance(said, bool):
        return bool(said)
    raise Refusal(
        400, f"$filter bevat een deel zonder vergelijking: {shown(str(said))}. Schrijf bijvoorbeeld ... eq 'x'."
    )


def _said(node: ast._Node, value: Value, bare: Callable[[Value], Value], depth: int) -> Value:
    if depth > _DEEPEST:
        raise Refusal(400, f"$filter: functies staan dieper in elkaar dan {_DEEPEST}. Schrijf het korter.")
    match node:
        case ast.Identifier():
            return value
        case ast.Null():
            return None
        case ast.Boolean():
            return node.py_val
        case ast.String() | ast.GUID() | ast.Date() | ast.DateTime() | ast.Time():
            return node.val
        case ast.Integer() | ast.Float():
            return float(node.val)
        case ast.Compare():
            left = _said(node.left, value, bare, depth + 1)
            if isinstance(node.comparator, ast.In):
                return any(_equal(left, _said(one, value, bare, depth + 1), bare) for one in _listed(node.right))
            return _compared(node.comparator, left, _said(node.right, value, bare, depth + 1), bare)
        case ast.Call():
            return _called(name_of(node.func), [_said(one, value, bare, depth + 1) for one in node.args])
    raise Refusal(
        400, f"$filter bevat een deel dat niet wordt ondersteund. Zet haakjes achter not. Functies: {FUNCTIONS}."
    )


def _listed(node: ast._Node) -> list[ast._Node]:
    if not isinstance(node, ast.List):
        raise Refusal(400, "Achter 'in' hoort een lijst van twee of meer: RegioS in ('GM0363','GM0344').")
    return list(node.val)


def _equal(left: Value, right: Value, bare: Callable[[Value], Value]) -> bool:
    if left is not None and right is not None and _kind(left) is not _kind(right):
        raise Refusal(
            400, "$filter vergelijkt een tekst met een getal. Codes zijn teksten: schrijf ze tussen aanhalingstekens."
        )
    return bare(left) == bare(right)


def _compared(operator: ast._Comparator, left: Value, right: Value, bare: Callable[[Value], Value]) -> bool:
    same = _equal(left, right, bare)
    if isinstance(operator, ast.Eq | ast.NotEq):
        return same is isinstance(operator, ast.Eq)
    if left is None or right is None:
        return False
    compare: Callable[[Any, Any], bool] = _ORDERS[type(operator)]
    return compare(bare(left), bare(right))


def _kind(value: Value) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


def _called(name: str, given: list[Value]) -> Value:
    if any(one is None for one in given):
        return None
    texts = [one for one in given if isinstance(one, str)]
    numbers = [int(one) for one in given if isinstance(one, float) and abs(one) < _LONGEST]
    match name, len(texts), len(numbers):
        case _, 2, 0 if name in _TESTS:
            return _TESTS[name](texts[0], texts[1])
        case "tolower", 1, 0:
            return texts[0].lower()
        case "toupper", 1, 0:
            return texts[0].upper()
        case "trim", 1, 0:
            return texts[0].strip()
        case "length", 1, 0:
            return float(len(texts[0]))
        case "indexof", 2, 0:
            return float(texts[0].find(texts[1]))
        case "concat", 2, 0:
            return (texts[0] + texts[1])[:_LONGEST]
        case "substring", 1, 1 | 2 if len(given) == 1 + len(numbers) and min(numbers) >= 0:
            start, *length = numbers
            return texts[0][start : start + length[0]] if length else texts[0][start:]
    raise Refusal(400, f"Functie {shown(name)} in $filter krijgt niet wat erbij hoort. Functies: {FUNCTIONS}.")
