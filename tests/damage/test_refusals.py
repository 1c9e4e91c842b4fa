"""Every kind of damage is refused in its own words, nothing changes, and the mended delivery is taken in."""

import pytest

from pipelines.errors import UserError
from pipelines.registers.look import look_at
from tests.damage.by_disk import replaced
from tests.damage.conftest import Make
from tests.damage.kinds import Kind, every_kind
from tests.damage.scene import CANARY, PERSON, Scene, small_catalogue

KINDS = every_kind()
ROWS = (CANARY, "300000001", "300000002", "H300000001", "19X0", "20230230")
"""What stands in rows, good and damaged: none of it may be told."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.wrong.replace(" ", "-"))
def test_damage_is_refused_in_its_own_words_and_changes_nothing(
    scene_in: Make, kind: Kind, before: dict[str, object]
) -> None:
    scene = scene_in(kind.file_format)
    kind.damage(scene)

    message = refused(scene, kind.exit_code)

    assert kind.says in message
    others = [other.wrong for other in KINDS if other.says in message and other is not kind]
    assert others == [], "another kind of damage says the same"
    scene.patch.undo()
    assert scene.state() == before
    scene.mend()
    # The kluis compares the digest with the one that it registered: taken in is taken in unchanged.
    assert scene.take_in()


def refused(scene: Scene, exit_code: int = 5) -> str:
    """The message of a refusal, which tells no row and carries no error that does."""
    with pytest.raises(UserError) as caught:
        scene.take_in()
    message, error = str(caught.value), caught.value
    assert error.exit_code == exit_code
    behind = f"{error.__context__!r} {error.__cause__!r}"
    assert not [row for row in ROWS if row in message or row in behind]
    assert len(message) < 1500
    return message


def test_a_file_that_was_replaced_by_its_like_while_it_was_read_is_refused(scene_in: Make) -> None:
    scene = scene_in("parquet")
    replaced(scene)

    assert "was written to while it was read" in refused(scene)


def test_there_are_sixty_kinds_and_more_each_with_its_own_words() -> None:
    assert len(KINDS) >= 60
    assert len({kind.says for kind in KINDS}) == len(KINDS) == len({kind.wrong for kind in KINDS})


def test_looking_at_a_folder_tells_no_row_of_a_text_without_header(scene_in: Make) -> None:
    scene = scene_in("csv")
    scene.bytes(lambda content: content.split(b"\r\n", 1)[1])

    seen = look_at(scene.deliveries, small_catalogue(), None).found[PERSON]

    assert "its header is missing" in seen.fault
    assert "300000001" not in repr(seen)
