"""Which labs there are."""

from pathlib import Path

from course_utils.common import catalog


def test_labs_are_folders_of_a_number_and_a_topic(tmp_path: Path) -> None:
    for name in ("10_late", "02_early", "3_short", "04-dash", "05_a-b", "notes", "06_"):
        (tmp_path / name).mkdir()
    (tmp_path / "07_file").write_text("")
    assert catalog.names(tmp_path) == ["02_early", "10_late"]
    assert catalog.names(tmp_path / "missing") == []
    assert catalog.notebook(tmp_path, "02_early") == tmp_path / "02_early" / "early.ipynb"
