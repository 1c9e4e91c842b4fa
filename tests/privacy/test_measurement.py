"""The measurement file is the same bytes for the same numbers, and damage never reads as numbers."""

import json

import numpy as np
import pytest

from pipelines.errors import RoomError
from pipelines.privacy.measurement import decode, encode
from tests.privacy.noise_for_tests import small_workload


def _blob() -> bytes:
    workload = small_workload()
    noised = {"land": np.array([1, -2, 3, -4]), "gemeente": np.arange(30) - 15}
    sigma = {table.name: workload.sigma(table) for table in workload.tables}
    return encode(workload, noised, sigma, "some noise", valid=False)


def test_a_measurement_reads_back_as_it_was_written() -> None:
    read = decode(_blob())

    assert read.workload == small_workload()
    assert read.tables["land"].tolist() == [1, -2, 3, -4]
    assert read.tables["gemeente"].tolist() == list(range(-15, 15))
    assert read.sigma == {table.name: small_workload().sigma(table) for table in small_workload().tables}
    assert (read.noise, read.valid_for_publication) == ("some noise", False)


def test_the_same_numbers_are_the_same_bytes() -> None:
    assert _blob() == _blob()


def test_cells_are_little_endian_after_a_readable_header() -> None:
    blob = _blob()
    start = blob.index(b"{")
    header, _ = json.JSONDecoder().raw_decode(blob[start:].decode("latin-1"))

    assert header["unit"] == "person, add or remove"
    assert [table["rho"] for table in header["tables"]] == ["0.02", "0.08"]
    assert blob.endswith(np.arange(30, dtype="<i8").__sub__(15).astype("<i8").tobytes())


def test_the_numbers_of_a_measurement_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        decode(_blob()).tables["land"][0] = 0


@pytest.mark.parametrize("cut", [0, 5, 16, 30, 200, -8, -1])
def test_a_damaged_measurement_is_refused(cut: int) -> None:
    with pytest.raises(RoomError, match="do not measure again"):
        decode(_blob()[:cut])
