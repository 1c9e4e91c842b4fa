"""JSON Schemas (draft 2020-12) of persona and indicator files, for editors that complete and check while one types.

What belongs here: the schemas, made from the models and from what is known now. What does not: the rules themselves; the
loader has the last word, and checks more than a schema can say.
"""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from pipelines.indicators.collection import Indicators
from pipelines.indicators.names import LONGEST
from pipelines.indicators.spec import Indicator
from pipelines.personas.checks import LONGEST_ID
from pipelines.personas.schema_words import WORDS
from pipelines.personas.spec import Persona
from pipelines.registers.catalogue_model import Catalogue

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def persona_schema(indicators: Indicators, mechanisms: tuple[str, ...]) -> Schema:
    """The schema of a persona file; names of indicators and mechanisms are those that exist now."""
    schema = _of_model(Persona, "Een persona")
    every = tuple(indicators.by_id)
    voorzieningen = tuple(name for name in every if indicators.by_id[name].kind == "voorziening")
    base = tuple(indicator.id for indicator in indicators.base)
    parts = schema["$defs"]
    missing, example = parts["MissingVoorziening"]["properties"], parts["Example"]["properties"]
    schema["properties"]["id"]["maxLength"] = LONGEST_ID
    schema["properties"]["population"]["enum"] = list(every)
    schema["properties"]["characteristic_voorzieningen"]["items"]["enum"] = list(every)
    parts["Problem"]["properties"]["indicator"]["enum"] = list(every)
    missing["voorziening"]["enum"] = list(voorzieningen)
    missing["need"]["enum"] = list(every)
    missing["uitsluitingsmechanismen"]["items"]["enum"] = list(mechanisms)
    for key in ("has", "unknown"):
        example[key]["items"]["enum"] = list(base)
    return schema


def indicators_schema(indicators: Indicators, catalogue: Catalogue) -> Schema:
    """The schema of a file of indicators: a mapping of id to spec. Combinations name what exists now, or what the same
    file adds (which a schema cannot know), so their names are completed and not enforced."""
    schema = _of_model(Indicator, "Een indicator")
    parts = schema.pop("$defs")
    name = schema["properties"].pop("id")
    schema["required"].remove("id")
    registers = [register.name for register in catalogue.loadable.values() if register.has_persons]
    schema["properties"]["source"] = {**_title("source"), "enum": registers}
    parts["RowsOf"]["properties"]["source"]["enum"] = registers
    parts["Rule"] |= {"minProperties": 1, "maxProperties": 1}
    for key in ("all_of", "any_of", "none_of"):
        parts["Rule"]["properties"][key] = _names(key, indicators, name["pattern"])
    return {
        "$schema": schema.pop("$schema"),
        "title": "Een bestand met indicatoren: bij elke naam de definitie",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": name["pattern"], "maxLength": LONGEST},
        "additionalProperties": {"$ref": "#/$defs/Indicator"},
        "$defs": {**parts, "Indicator": schema},
    }


def _of_model(model: type[BaseModel], title: str) -> Schema:
    """The schema that the model gives, with Dutch titles for its keys and without the words for programmers."""
    schema: Schema = {"$schema": DIALECT, **model.model_json_schema(by_alias=True)}
    for part in _objects(schema):
        part.pop("description", None)
        part.pop("title", None)
        for key, described in part.get("properties", {}).items():
            described.pop("title", None)
            described.update(_title(key))
            if "patternProperties" in described:
                described["additionalProperties"] = False
    schema["title"] = title
    return schema


def _objects(schema: Schema) -> Iterator[Schema]:
    yield schema
    yield from schema.get("$defs", {}).values()


def _title(key: str) -> Schema:
    return {"title": WORDS[key]}


def _names(key: str, indicators: Indicators, pattern: str) -> Schema:
    known = {"enum": list(indicators.by_id)}
    return {
        **_title(key),
        "type": "array",
        "minItems": 1,
        "items": {"anyOf": [known, {"pattern": pattern}], "type": "string"},
    }
