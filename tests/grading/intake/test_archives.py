"""Zips of somebody else's: nothing in them chooses where a byte is written, or how many."""

import io
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.common.errors import CourseError
from course_utils.grading.intake import archives
from course_utils.grading.intake.submissions import Found, find
from tests.support.submitted import LAB, notebook, snapshot, write, zipped

GOOD = notebook("good = 1")
EVIL = notebook("evil = 1")


def zip_of(*members: tuple[zipfile.ZipInfo | str, bytes | str]) -> bytes:
    """Return a zip with members in this order, names as given, double ones too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return buffer.getvalue()


def special(name: str, kind: int) -> zipfile.ZipInfo:
    """Return a member of a kind that is no regular file: a link, a pipe."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o777) << 16
    return info


def class_of(tmp_path: Path, **students: bytes) -> Found:
    """Find the submissions of a class of zips and of one good student, `zoe`; see that nothing is
    written but below the work folder."""
    files: dict[str, bytes | str] = {f"{name}.zip": data for name, data in students.items()}
    place = write(tmp_path / "class", {**files, "zoe.ipynb": GOOD})
    before = snapshot(tmp_path)
    found = find(place, LAB, tmp_path / "work")
    after = snapshot(tmp_path)
    assert {name: after[name] for name in before} == before
    assert all(name.split("/")[0] == "work" for name in after.keys() - before.keys())
    assert found.submissions[-1].path.read_text() == GOOD
    return found


def problem_of(tmp_path: Path, data: bytes) -> str:
    """What is wrong with the zip of student `ada`."""
    ada, zoe = class_of(tmp_path, ada=data).submissions
    assert ada.student == "ada" and not zoe.problem
    return ada.problem


@pytest.mark.parametrize(
    "name",
    ["../evil.ipynb", "a/../../evil.ipynb", "/etc/evil.ipynb", "C:/evil.ipynb", "..\\evil.ipynb"],
)
def test_a_path_out_of_the_zip_is_reported_and_left_out(tmp_path: Path, name: str) -> None:
    text = problem_of(tmp_path, zip_of((name, EVIL)))
    assert "has a path that leads out of its zip" in text and "evil.ipynb" in text
    found = class_of(tmp_path, ada=zip_of((name, EVIL), ("p.ipynb", GOOD)))
    assert found.submissions[0].path.read_text() == GOOD
    assert "leads out of its zip" in found.submissions[0].notes[0]


def test_links_and_pipes_in_a_zip_are_left_out(tmp_path: Path) -> None:
    link = special("p.ipynb", stat.S_IFLNK)
    assert "is a link, which is not followed" in problem_of(tmp_path, zip_of((link, "/etc/passwd")))
    pipe = special("p.ipynb", stat.S_IFIFO)
    assert "is a pipe or a device" in problem_of(tmp_path, zip_of((pipe, "")))


def test_a_file_below_a_link_of_the_same_zip_lands_nowhere_else(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"kept.txt": "kept"})
    link = special("door", stat.S_IFLNK)
    found = class_of(tmp_path, ada=zip_of((link, str(outside)), ("door/p.ipynb", GOOD)))
    assert found.submissions[0].path.read_text() == GOOD
    assert list(outside.iterdir()) == [outside / "kept.txt"]


def test_a_bomb_by_its_ratio(tmp_path: Path) -> None:
    bomb = zip_of(("p.ipynb", b"\0" * (archives.FREE + 2**20)))
    assert len(bomb) < 20_000
    assert "unpacks to over 100 times its size" in problem_of(tmp_path, bomb)


def test_a_bomb_by_its_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "QUOTA", 3 * 2**20)
    bomb = zip_of(*((f"{n}.ipynb", b"\0" * 2**20 + bytes([n])) for n in range(4)))
    assert "holds more than 3 MB, unpacked" in problem_of(tmp_path, bomb)


def test_a_header_that_lies_about_its_size(tmp_path: Path) -> None:
    honest = zip_of(("p.ipynb", b"\0" * (archives.FREE + 2**20)))
    size = struct.pack("<I", archives.FREE + 2**20)
    assert honest.count(size) == 2
    assert problem_of(tmp_path, honest.replace(size, struct.pack("<I", 10)))


def test_a_bomb_by_its_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST", 50)
    many = zip_of(*((f"{n}.txt", b"") for n in range(60)))
    assert "holds more than 50 files" in problem_of(tmp_path, many)


def test_a_long_list_of_contents_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_LIST", 70_000)
    many = zip_of(*((f"{n:05}.txt", b"") for n in range(2_000)))
    assert "has too long a list of contents" in problem_of(tmp_path, many)


def test_zips_in_zips_in_zips(tmp_path: Path) -> None:
    data = zipped({"p.ipynb": GOOD})
    found = class_of(tmp_path, ada=zipped({"b.zip": zipped({"c.zip": data})}))
    assert found.submissions[0].path.read_text() == GOOD
    for _ in range(5):
        data = zipped({"again.zip": data})
    assert "is a zip in 3 others" in problem_of(tmp_path, data)


def test_a_zip_that_holds_itself_many_times(tmp_path: Path) -> None:
    data = b""
    for _ in range(4):
        data = zip_of(*((f"{n}.zip", data) for n in range(12)))
    assert problem_of(tmp_path, data)


def encrypted() -> bytes:
    """Return a zip whose member says that it is encrypted, in both of its headers."""
    data = bytearray(zip_of(("p.ipynb", GOOD)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def damaged() -> bytes:
    """Return a zip with a byte turned in the middle of its member."""
    data = bytearray(zip_of(("p.ipynb", GOOD)))
    data[60] ^= 0xFF
    return bytes(data)


def unusual() -> bytes:
    """Return a zip that is packed by a method of which the size cannot be bounded while reading."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("p.ipynb", GOOD)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (encrypted, "is encrypted: hand it in without a password"),
        (damaged, "is damaged in its zip"),
        (unusual, "is packed in an unusual way"),
        (lambda: b"", "is no zip that can be read"),
        (lambda: b"Rar!\x1a\x07", "is no zip that can be read"),
        (lambda: zip_of(("p.ipynb", GOOD))[:-30], "is no zip that can be read"),
        (lambda: zip_of(("essay.docx", "x"), ("a/", "")), "holds no notebook (.ipynb)"),
    ],
)
def test_zips_that_cannot_be_used(tmp_path: Path, make: Callable[[], bytes], words: str) -> None:
    assert words in problem_of(tmp_path, make())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(tmp_path: Path) -> None:
    same = zip_of(("p.ipynb", GOOD), ("p.ipynb", GOOD))
    assert class_of(tmp_path, ada=same).submissions[0].path.read_text() == GOOD
    assert "There are 2 notebooks" in problem_of(
        tmp_path, zip_of(("p.ipynb", GOOD), ("p.ipynb", EVIL))
    )


def test_a_name_in_utf_8_that_does_not_say_so(tmp_path: Path) -> None:
    data = zipped({"José/p.ipynb": GOOD, "bob/p.ipynb": GOOD})
    said = bytearray(data)
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        place = said.index(start) + (6 if start.endswith(b"\x04") else 8)
        assert said[place + 1] == 0x08
        said[place + 1] = 0
    (tmp_path / "class.zip").write_bytes(said)
    found = find(tmp_path / "class.zip", LAB, tmp_path / "work")
    assert [one.student for one in found.submissions] == ["José", "bob"] or [
        one.student for one in found.submissions
    ] == ["bob", "José"]


def test_an_enormous_name(tmp_path: Path) -> None:
    name = "n" * 60_000 + ".ipynb"
    (tmp_path / "class.zip").write_bytes(zipped({name: GOOD, "ada.ipynb": EVIL}))
    found = find(tmp_path / "class.zip", LAB, tmp_path / "work")
    assert [one.path.read_text() for one in found.submissions] == [EVIL, GOOD]
    assert all(len(one.student) <= 120 and len(one.slug) < 100 for one in found.submissions)
    assert max(map(len, found.notes)) < 1_000


def test_a_zip_with_a_damaged_member_spoils_only_this_one(tmp_path: Path) -> None:
    data = bytearray(zip_of(("ada.ipynb", EVIL), ("bob.ipynb", GOOD)))
    data[60] ^= 0xFF
    (tmp_path / "class.zip").write_bytes(data)
    ada, bob = find(tmp_path / "class.zip", LAB, tmp_path / "work").submissions
    assert ada.problem == "class.zip/ada.ipynb is damaged in its zip: hand it in again."
    assert bob.path.read_text() == GOOD


def test_a_full_disk_is_no_students_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archives, "_copy", full)
    with pytest.raises(CourseError, match="There is no space left in"):
        class_of(tmp_path, ada=zipped({"p.ipynb": GOOD}))


def test_nothing_is_overwritten_in_the_work_folder(tmp_path: Path) -> None:
    write(tmp_path / "work", {"unpacked-x/000001.ipynb": "mine"})
    found = class_of(tmp_path, ada=zipped({"p.ipynb": GOOD}))
    assert found.submissions[0].path.read_text() == GOOD
    assert (tmp_path / "work" / "unpacked-x" / "000001.ipynb").read_text() == "mine"


NAMES = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from(
            ["..", ".", "", "a", "b.zip", "ada", "p.ipynb", "C:", "con", "\\", "submitted", LAB]
        ),
        max_size=6,
    ).map("/".join),
)
CONTENTS = st.one_of(
    st.binary(max_size=40), st.just(GOOD.encode()), st.just(zipped({"../q.ipynb": GOOD}))
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, CONTENTS, st.integers(0, 0xFFFF)), max_size=8), st.data())
def test_no_zip_writes_outside_or_raises_anything_else(
    members: list[tuple[str, bytes, int]], data: st.DataObject
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            info = zipfile.ZipInfo("x")
            info.filename = name.encode("utf-8", "replace").decode()
            info.external_attr = mode << 16
            if info.filename not in archive.NameToInfo:
                archive.writestr(info, content)
    raw = bytearray(buffer.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=3)):
        raw[place] ^= data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, {"class/ada.zip": bytes(raw), "class/zoe.ipynb": GOOD, "class.zip": bytes(raw)})
        before = snapshot(root)
        found = find(root / "class", LAB, root / "work")
        assert [one.student for one in found.submissions] == ["ada", "zoe"]
        try:
            found = find(root / "class.zip", LAB, root / "work")
            assert len({one.slug.casefold() for one in found.submissions}) == len(found.submissions)
        except CourseError as error:
            assert str(error)
        after = snapshot(root)
        assert {name: after[name] for name in before} == before
        assert all(name.split("/")[0] == "work" for name in after.keys() - before.keys())
