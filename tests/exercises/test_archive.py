"""The npz archives: what goes in comes out, byte for byte the same each time, and never code."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given

from course_utils.common.errors import CourseError
from course_utils.exercises import Call, Case, Fixture, Get, Metric, archive
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.plain import identical
from tests.support.plain_data import plain


@given(plain)
def test_round_trip_and_same_bytes(data):
    content = archive.dumps(data)
    assert identical(archive.loads(content, "here"), data)
    assert archive.dumps(data) == content


@given(plain)
def test_a_small_archive_holds_the_same(data):
    assert identical(archive.loads(archive.dumps(data, small=True), "here"), data)


def test_equal_arrays_are_written_once():
    """One array for all that are equal; another type or shape is another array."""
    ones = [np.ones(6), np.ones(6), np.ones(6, dtype="float32"), np.ones((2, 3)), np.zeros(6)]
    content = archive.dumps(ones, small=True)
    with np.load(io.BytesIO(content)) as file:
        assert file["<f8"].size == 8 * (6 + 6 + 6)  # bytes: ones, ones of another shape, zeros
        assert file["<f4"].size == 4 * 6
    back = archive.loads(content, "here")
    assert all(identical(one, other) for one, other in zip(back, ones, strict=True))


def test_many_small_arrays_cost_little_more_than_their_numbers():
    data = list(np.random.default_rng(0).normal(size=(500, 10)))
    assert len(archive.dumps(data, small=True)) < 1.25 * 500 * 10 * 8


def test_cases_with_all_they_may_hold():
    case = Case(
        "all",
        np.arange(3),
        Fixture("rng", seed=4),
        Opaque("a function"),
        ...,
        steps=[Call("update", np.ones(2), rate=0.5), Get("w")],
        metric=Metric("accuracy", np.array([0, 1]), at_least=0.9),
        bias=0.5,
    )
    back = archive.loads(archive.dumps(case), "here")
    assert (back.name, back.kwargs, back.args[1:]) == (case.name, case.kwargs, case.args[1:])
    assert back.steps[0].method == "update"
    assert back.steps[0].kwargs == {"rate": 0.5}
    assert back.steps[1] == Get("w")
    assert back.metric.at_least == 0.9
    np.testing.assert_array_equal(back.metric.target, [0, 1])


def test_what_is_no_plain_data_is_refused():
    with pytest.raises(TypeError, match="function is no plain data"):
        archive.dumps([test_round_trip_and_same_bytes])


def _pickled() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, manifest=np.array([{"a": 1}], dtype=object))
    return buffer.getvalue()


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.npy", b"0" * (archive.MAX_FILE_BYTES + 1))
    return buffer.getvalue()


def _no_manifest() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, a=np.ones(3))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"not a zip", archive.dumps([1, 2])[:-30], _pickled(), _bomb(), _no_manifest()],
    ids=["empty", "text", "cut", "pickle", "bomb", "no manifest"],
)
def test_damaged_or_hostile_files_get_one_sentence(content):
    with pytest.raises(CourseError, match=r"^checks\.npz is damaged \("):
        archive.loads(content, "checks.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"gone\.npz cannot be read"):
        archive.read(tmp_path / "gone.npz")
