"""Writes the snapshots of `explain` anew: `python -m tests.personas.renew_explained`, in the checkout.

Run it when a text of a persona, an indicator or a register was meant to change, and read the difference aloud before it
is committed: these are the sentences that reviewers and the public read.
"""

from pathlib import Path

from pipelines.context import Context
from pipelines.personas.explain import explain
from pipelines.personas.spec import Persona
from pipelines.rooms import DataRoot

EXPLAINED = Path(__file__).parent / "explained"
SPECS = Path(__file__).resolve().parents[2] / "persona_specs"


def specs_only() -> Context:
    """A context in which only the specs are there."""
    nowhere = Path("nowhere")
    return Context(DataRoot(nowhere), nowhere, SPECS, "test", lambda _message: None, lambda _text: None)


def explained(persona: Persona, context: Context) -> str:
    """What a snapshot holds: a paragraph a line, with blank lines between them."""
    return "\n\n".join(explain(persona, context.indicators(), context.catalogue())) + "\n"


def renew() -> None:
    """Write a file for every persona, and remove those of personas that are gone."""
    context = specs_only()
    personas = context.personas().by_id
    for path in EXPLAINED.glob("*.txt"):
        if path.stem not in personas:
            path.unlink()
    EXPLAINED.mkdir(exist_ok=True)
    for persona in personas.values():
        (EXPLAINED / f"{persona.id}.txt").write_text(explained(persona, context), encoding="utf-8")


if __name__ == "__main__":
    renew()
