"""From the tree of a filter to the rows that it means.

What belongs here: and, or, not, and which column a comparison is about. What does not: reading the text (`grammar.py`),
judging texts (`texts.py`). Names are looked up in a closed list and values are compared, never written into a query.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import eq, ge, gt, le, lt, ne

import polars as pl
from odata_query import ast

from pipelines.datacenter.odata.fields import Fields, Numbers, Words
from pipelines.datacenter.odata.grammar import name_of
from pipelines.datacenter.odata.refusal import Refusal, unknown
from pipelines.datacenter.odata.texts import holds

MAX_COMPARISONS = 500
MAX_NUMBERS = 30
"""Comparisons with numbers: each looks at every row, while codes are looked up."""
MAX_DEPTH = 25
_ORDERS = {ast.Eq: eq, ast.NotEq: ne, ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


@dataclass(frozen=True)
class _Chosen:
    """Rows whose text is one of those in these places of a field."""

    words: Words
    places: frozenset[int]


Rows = bool | pl.Expr
_Part = bool | pl.Expr | _Chosen


@dataclass
class Condition:
    """A parsed filter, to be asked of one set of columns after another; the answer on a shared column is kept."""

    tree: ast._Node
    _columns: dict[int, str] = field(default_factory=dict)
    _numbers: set[int] = field(default_factory=set)
    _kept: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if sum(isinstance(node, ast.Compare | ast.Call) for node in _nodes(self.tree)) > MAX_COMPARISONS:
            raise Refusal(400, f"$filter telt meer dan {MAX_COMPARISONS} vergelijkingen. Vraag in delen.")

    @property
    def names(self) -> frozenset[str]:
        """Every column that the filter speaks of."""
        return frozenset(_names(self.tree))

    def rows(self, fields: Fields) -> Rows:
        """The rows that are meant: all, none, or those where the expression holds. Raises Refusal with what is wrong."""
        return _settled(self._part(self.tree, fields, 0))

    def _part(self, node: ast._Node, fields: Fields, depth: int) -> _Part:
        if depth > MAX_DEPTH:
            raise Refusal(400, f"$filter: haakjes staan dieper in elkaar dan {MAX_DEPTH}. Schrijf het vlakker.")
        if isinstance(node, ast.BoolOp):
            parts = [self._part(one, fields, depth + 1) for one in _chain(node)]
            return _joined(parts, every=isinstance(node.op, ast.And))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return _not(self._part(node.operand, fields, depth + 1))
        return self._comparison(node, fields)

    def _comparison(self, leaf: ast._Node, fields: Fields) -> _Part:
        name = self._columns.get(id(leaf)) or _one_column(leaf, fields)
        self._columns[id(leaf)] = name
        found = fields[name]
        if isinstance(found, Numbers):
            self._numbers.add(id(leaf))
            if len(self._numbers) > MAX_NUMBERS:
                raise Refusal(
                    400, f"$filter vergelijkt meer dan {MAX_NUMBERS} keer met een getal. Gebruik grenzen (ge, le)."
                )
            return _of_numbers(leaf, found)
        key = (id(leaf), id(found))
        if key not in self._kept:
            self._kept[key] = _places(leaf, found)
        return _Chosen(found, self._kept[key])


def _one_column(leaf: ast._Node, fields: Fields) -> str:
    """The column that a comparison is about. Raises Refusal when it is unknown, or when there are none or several."""
    names = sorted(set(_names(leaf)))
    for name in names:
        if name not in fields:
            raise unknown("Kolom in $filter", name, fields)
    if len(names) != 1:
        raise Refusal(
            400, "$filter: elke vergelijking noemt precies één kolom, zoals RegioS eq 'GM0363'. Verbind ze met and."
        )
    return names[0]


def _names(node: ast._Node) -> Iterator[str]:
    """Columns below a node; the name of a function is none."""
    for one in _nodes(node):
        if isinstance(one, ast.Identifier):
            yield name_of(one)


def _nodes(node: ast._Node) -> Iterator[ast._Node]:
    """A node and all below it that hold columns or values, without recursion: a chain of `or` is as deep as it is long."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        match one:
            case ast.BoolOp() | ast.Compare() | ast.BinOp():
                waiting += (one.left, one.right)
            case ast.UnaryOp():
                waiting.append(one.operand)
            case ast.Call():
                waiting += one.args
            case ast.List():
                waiting += one.val


def _chain(node: ast.BoolOp) -> list[ast._Node]:
    """The parts of `a or b or c`, which the parser lays in each other."""
    parts: list[ast._Node] = []
    waiting: list[ast._Node] = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BoolOp) and type(one.op) is type(node.op):
            waiting += (one.right, one.left)
        else:
            parts.append(one)
    return parts


def _places(leaf: ast._Node, words: Words) -> frozenset[int]:
    match leaf:
        case ast.Compare(ast.Eq(), ast.Identifier(), ast.String(text)):
            place = words.places.get(words.bare(text))
            kinds = {type(value) for value in words.values} - {type(None)}
            if place is not None or kinds <= {str}:
                return frozenset() if place is None else frozenset({place})
    return frozenset(place for place, value in enumerate(words.values) if holds(leaf, value, words.bare))


def _joined(parts: list[_Part], *, every: bool) -> _Part:
    """All parts (`every`) or any of them; choices from one column become one choice."""
    choices: dict[int, _Chosen] = {}
    others: list[pl.Expr] = []
    for part in parts:
        if isinstance(part, _Chosen):
            before = choices.get(id(part.words))
            places = part.places if before is None else _both(before.places, part.places, every)
            choices[id(part.words)] = _Chosen(part.words, places)
        elif isinstance(part, pl.Expr):
            others.append(part)
        elif part is not every:
            return part
    open_still: list[_Part] = []
    for choice in choices.values():
        certain = choice.words.certain(choice.places)
        if certain is None:
            open_still.append(choice)
        elif certain is not every:
            return certain
    if not open_still and not others:
        return every
    if len(open_still) == 1 and not others:
        return open_still[0]
    others += [one for one in map(_settled, open_still) if isinstance(one, pl.Expr)]
    return pl.all_horizontal(others) if every else pl.any_horizontal(others)


def _both(first: frozenset[int], second: frozenset[int], every: bool) -> frozenset[int]:
    return first & second if every else first | second


def _not(part: _Part) -> _Part:
    if isinstance(part, _Chosen):
        return _Chosen(part.words, frozenset(range(len(part.words.values))) - part.places)
    return ~part if isinstance(part, pl.Expr) else not part


def _settled(part: _Part) -> Rows:
    return part.words.chosen(part.places) if isinstance(part, _Chosen) else part


def _of_numbers(leaf: ast._Node, numbers: Numbers) -> pl.Expr:
    """A comparison of a column of numbers: with one number, with nothing (null), or with a list."""
    if isinstance(leaf, ast.Compare):
        operator, left, right = type(leaf.comparator), leaf.left, leaf.right
        if isinstance(right, ast.Identifier):
            operator, left, right = _TURNED.get(operator, operator), right, left
        if isinstance(left, ast.Identifier) and operator is ast.In and isinstance(right, ast.List):
            if len(right.val) > MAX_NUMBERS:
                raise Refusal(400, f"$filter: een lijst van getallen telt er hoogstens {MAX_NUMBERS}.")
            return pl.any_horizontal([_number_is(numbers, ast.Eq, one) for one in right.val])
        if isinstance(left, ast.Identifier) and operator in _ORDERS:
            return _number_is(numbers, operator, right)
    raise Refusal(400, "$filter: vergelijk een kolom met getallen alleen met een getal of null, zoals ... ge 100.")


def _number_is(numbers: Numbers, operator: type[ast._Comparator], said: ast._Node) -> pl.Expr:
    if isinstance(said, ast.Null) and operator in (ast.Eq, ast.NotEq):
        return numbers.number.is_null() if operator is ast.Eq else numbers.number.is_not_null()
    if not isinstance(said, ast.Integer | ast.Float):
        raise Refusal(
            400, "$filter vergelijkt een kolom met getallen met iets anders. Schrijf een getal zonder aanhalingstekens."
        )
    found: pl.Expr = _ORDERS[operator](numbers.number.cast(pl.Float64), float(said.val))
    # OData: a comparison with nothing is false, but not being equal to nothing is true.
    return found.fill_null(operator is ast.NotEq)
