"""What the grading process reads from a sandbox: frames, archives and outputs, all hostile."""

import base64
import io
import json
import struct
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.exercises import Case, archive
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import Observation
from course_utils.grading.protocol import untrusted
from course_utils.grading.protocol.channel import (
    DATA,
    DONE,
    HEADER,
    LARGEST,
    OUTPUT,
    READY,
    Frame,
    FrameReader,
    ProtocolError,
    encode,
)
from course_utils.grading.protocol.outputs import CUT, CellOutputs, clean, overwritten, shortened

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
frames = st.builds(
    Frame,
    st.sampled_from([READY, OUTPUT, DONE, DATA]),
    st.integers(0, 2**64 - 1),
    st.binary(max_size=300),
)


@given(st.lists(frames, max_size=5), st.lists(st.integers(1, 40), min_size=1))
def test_frames_arrive_whole_however_they_are_cut(sent: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(encode(frame.kind, frame.number, frame.payload) for frame in sent)
    reader, received, position = FrameReader(), [], 0
    while position < len(stream):
        for size in cuts:
            received += reader.feed(stream[position : position + size])
            position += size
    assert received == sent


@given(st.binary(min_size=HEADER.size, max_size=200))
def test_garbage_is_a_frame_or_nonsense_and_never_anything_else(garbage: bytes) -> None:
    reader = FrameReader()
    try:
        found = reader.feed(garbage)
    except ProtocolError:
        return
    assert all(len(frame.payload) <= LARGEST[frame.kind] for frame in found)


@pytest.mark.parametrize("kind", [READY, OUTPUT, DONE, DATA])
def test_a_frame_that_is_too_large_is_refused_at_its_header(kind: bytes) -> None:
    with pytest.raises(ProtocolError):
        FrameReader().feed(HEADER.pack(kind, 0, LARGEST[kind] + 1))


def test_what_the_grading_process_sends_is_refused_when_it_comes_back() -> None:
    with pytest.raises(ProtocolError):
        FrameReader().feed(encode(b"R", 0, b"{}"))


def test_an_observation_crosses_unchanged() -> None:
    seen = Observation(
        kind="function",
        value={
            "a": [np.arange(3.0), (1, 2.5, None)],
            3: np.array(["x", "ü"]),
            "o": Opaque("a set"),
        },
        error=Failure("ValueError", "no", "x = 1", 3),
        changed={"0": np.ones((2, 2), dtype=np.float32)},
        printed="hello",
        warnings=["careful"],
    )
    again = untrusted.observation(archive.dumps(seen.to_data()))
    assert again.error == seen.error
    assert again.value["o"] == Opaque("a set")
    np.testing.assert_array_equal(again.value["a"][0], np.arange(3.0))
    assert again.value["a"][1] == (1, 2.5, None)
    assert again.changed["0"].dtype == np.float32
    assert (again.kind, again.printed, again.warnings) == ("function", "hello", ["careful"])


def npz(manifest: Any, compression: int = zipfile.ZIP_STORED, **arrays: bytes) -> bytes:
    """An archive with this manifest, and entries of any bytes."""
    stream = io.BytesIO()
    content = manifest if isinstance(manifest, bytes) else json.dumps(manifest).encode()
    header = io.BytesIO()
    np.lib.format.write_array(header, np.frombuffer(content, dtype=np.uint8))
    with zipfile.ZipFile(stream, "w", compression) as archived:
        for name, entry in arrays.items():
            archived.writestr(f"{name}.npy", entry)
        archived.writestr("manifest.npy", header.getvalue())
    return stream.getvalue()


def npy(shape: tuple[int, ...], descr: str = "<f8", body: bytes = b"") -> bytes:
    """An array file that claims a shape and a dtype, and has any body."""
    stream = io.BytesIO()
    claims = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, claims)
    return stream.getvalue() + body


def pickled() -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.array([print, None], dtype=object), allow_pickle=True)
    return stream.getvalue()


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def saved(**arrays: np.ndarray[Any, Any]) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()


ARRAY = {"$array": "a0"}
HOSTILE = {
    "no zip": b"PK\x03\x04 nothing",
    "empty": b"",
    "no manifest": saved(a0=np.ones(3)),
    "manifest no json": npz(b"{"),
    "manifest json with two tags": npz({"$array": "a0", "$float": "0x1p0"}),
    "unknown tag": npz({"$Eval": "1"}),
    "a case": archive.dumps(Case("a", 1)),
    "deep json": npz(nested(100_000)),
    "deeper than data": npz(nested(200)),
    "a bomb": npz([ARRAY], zipfile.ZIP_DEFLATED, a0=npy((10**6,), "|u1", bytes(10**6))),
    "array larger than its bytes": npz(ARRAY, a0=npy((10**12,))),
    "array of negative size": npz(ARRAY, a0=npy((-1,))),
    "array empty in one way, huge in another": npz(ARRAY, a0=npy((0, 10**12))),
    "array with bytes to spare": npz(ARRAY, a0=npy((1,), body=bytes(16))),
    "objects": npz(ARRAY, a0=pickled()),
    "records": npz(ARRAY, a0=npy((1,), "|V8", bytes(8))),
    "not even an array": npz(ARRAY, a0=b"hello"),
    "characters beyond unicode": npz(ARRAY, a0=npy((1,), "<U1", struct.pack("<I", 0x110000))),
    "halves of surrogates": npz(ARRAY, a0=npy((1,), "<U1", struct.pack("<I", 0xD800))),
    "one array many times": npz([ARRAY] * 1000, a0=npy((1,), body=bytes(8))),
    "an array that is not there": npz(ARRAY),
    "a float that is none": npz({"$float": "x"}),
    "a float that is a number": npz({"$float": 1}),
    "an opaque without words": npz({"$Opaque": 3}),
    "keys that are lists": npz({"$dict": [[[1], 2]]}),
    "a number of a million digits": npz(b"1" * 10**6),
    "too many entries": npz(0, **{f"a{i}": b"" for i in range(50_000)}),
    "a manifest that is too long": npz(b"[" + b"[]," * 3 * 10**6 + b"0]"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_nonsense(name: str) -> None:
    with pytest.raises(ProtocolError):
        untrusted.read(HOSTILE[name])


@given(st.binary(max_size=500))
def test_any_bytes_are_nonsense(content: bytes) -> None:
    with pytest.raises(ProtocolError):
        untrusted.read(content)


@given(st.data())
def test_an_archive_with_a_byte_changed_is_read_or_is_nonsense(data: st.DataObject) -> None:
    content = bytearray(archive.dumps({"x": [np.arange(3), 1.5, "text"]}))
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] = data.draw(st.integers(0, 255))
    try:
        untrusted.read(bytes(content))
    except ProtocolError:
        return


@pytest.mark.parametrize(
    "change",
    [
        {"kind": 3},
        {"kind": "answer"},
        {"error": {"kind": "E"}},
        {"error": {"kind": "E", "message": 3}},
        {"error": {"kind": "E", "message": "x" * 10**6}},
        {"changed": []},
        {"changed": {3: 1}},
        {"printed": None},
        {"warnings": "w"},
        {"warnings": [1]},
        {"more": 1},
    ],
)
def test_an_observation_with_a_wrong_part_is_nonsense(change: dict[str, Any]) -> None:
    data = {**Observation("value", value=1).to_data(), **change}
    with pytest.raises(ProtocolError):
        untrusted.observation(archive.dumps(data))


def test_halves_of_surrogate_pairs_are_replaced_since_no_file_can_hold_them() -> None:
    assert untrusted.read(npz({"$dict": [["k\ud800", ["\udfff"]]]})) == {"k?": ["?"]}


def test_honest_answers_of_many_arrays_are_within_the_bounds() -> None:
    many = archive.dumps([np.float64(x) * np.ones(()) for x in range(10_000)])
    assert not untrusted.too_large(many)
    assert len(untrusted.read(many)) == 10_000
    assert untrusted.too_large(archive.dumps([np.ones(()) for _ in range(50_000)]))


def test_a_stream_is_joined_and_a_progress_bar_keeps_its_last_state() -> None:
    outputs = CellOutputs(1000)
    for text in ("1/2", "\r2/2", "\nnext \x1b[31mred\x1b[0m\x00", " end"):
        outputs.text("stdout", text)
    outputs.text("stderr", "oops")
    assert outputs.done() == [
        {"output_type": "stream", "name": "stdout", "text": "2/2\nnext red end"},
        {"output_type": "stream", "name": "stderr", "text": "oops"},
    ]


def sent(kind: str, **fields: Any) -> bytes:
    return json.dumps({"output_type": kind, **fields}).encode()


def test_only_text_and_pictures_are_kept() -> None:
    outputs = CellOutputs(10_000)
    data = {"text/plain": "x", "text/html": "<script>", "image/svg+xml": "<svg>", "image/png": PNG}
    outputs.add(sent("display_data", data=data))
    outputs.add(sent("execute_result", data={"text/html": "<b>"}))
    outputs.add(sent("execute_result", data={"image/png": "bm90IGEgcG5n", "image/jpeg": "%%%"}))
    assert outputs.done() == [
        {
            "output_type": "display_data",
            "data": {"text/plain": "x", "image/png": PNG},
            "metadata": {},
        }
    ]


def test_outputs_can_be_updated_and_cleared() -> None:
    outputs = CellOutputs(10_000)
    outputs.add(sent("display_data", data={"text/plain": "old"}, id="a"))
    outputs.add(sent("update", data={"text/plain": "new"}, id="a"))
    assert outputs.done()[0]["data"] == {"text/plain": "new"}
    outputs.add(sent("clear", wait=True))
    assert len(outputs.done()) == 1
    outputs.text("stdout", "after")
    assert [output["output_type"] for output in outputs.done()] == ["stream"]
    outputs.add(sent("clear", wait=False))
    assert outputs.done() == []


def test_an_error_is_text_without_colours() -> None:
    outputs = CellOutputs(10_000)
    lines = ["\x1b[31mValueError\x1b[0m", "a\x07b"]
    outputs.add(sent("error", ename="ValueError", evalue="\ud800", traceback=lines))
    (error,) = outputs.done()
    assert error["traceback"] == ["ValueError", "ab"]
    assert error["evalue"] == "?"


def test_outputs_are_bounded_in_size_and_in_number() -> None:
    outputs = CellOutputs(100)
    outputs.text("stdout", "x" * 1000)
    outputs.text("stdout", "y")
    assert outputs.done()[0]["text"] == "x" * 100 + CUT
    outputs = CellOutputs(10**6)
    for _ in range(2000):
        outputs.add(sent("display_data", data={"text/plain": ""}))
    assert len(outputs.done()) == 500


NO_OUTPUTS = {
    "nothing": b"",
    "a list": b"[]",
    "no kind": b"{}",
    "a number": b"3",
    "no text": b"\xff",
    "deep": nested(100_000),
    "a number for text": sent("stream", name="stdout", text=3),
    "a number for data": sent("display_data", data=3),
    "a list for text": sent("display_data", data={"text/plain": ["x"]}),
    "no traceback": sent("error", ename="E", evalue="", traceback=None),
    "another kind": sent("raw", data={}),
}


@pytest.mark.parametrize("name", NO_OUTPUTS)
def test_an_output_that_is_none_is_nonsense(name: str) -> None:
    with pytest.raises(ProtocolError):
        CellOutputs(1000).add(NO_OUTPUTS[name])


@given(st.text(alphabet="ab\r\n", max_size=40), st.integers(0, 40))
def test_shortening_a_part_changes_nothing_in_the_end(text: str, cut: int) -> None:
    parts = shortened(text[:cut]) + shortened(text[cut:])
    assert overwritten(parts) == overwritten(text)


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_clean_text_can_be_written_and_has_no_escapes(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert not set(cleaned) & {"\x1b", "\x00", "\x9b"}
