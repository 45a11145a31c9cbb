"""What systems and programs leave behind, and what looks like it and is somebody's work."""

import pytest

from course_utils.common.litter import is_litter

LEFT = """.DS_Store ._cat.jpg .Trashes .AppleDouble __MACOSX Icon\r Thumbs.db thumbs.DB ehthumbs.db
desktop.ini $RECYCLE.BIN .ipynb_checkpoints @eaDir #recycle SYNOFILE_THUMB_M.png
cat.jpg@SynoEAStream cat.xmp Catalog.lrcat Previews.lrdata ~$essay.docx .~lock.essay.odt# cat.jpg~
__pycache__ lost+found cat.jpg:Zone.Identifier .directory .picasa.ini @Recycle
.nfs0001 .thumbnails"""
OWN = ["cat.jpg", "Icons", "thumbs", "macosx", "@ada", "recycling", "a~b.png", "xmp", "_a", "#1"]


@pytest.mark.parametrize("name", [name for name in LEFT.replace("\n", " ").split(" ") if name])
def test_left_behind(name: str) -> None:
    assert is_litter(name)


@pytest.mark.parametrize("name", OWN)
def test_somebodys_own(name: str) -> None:
    assert not is_litter(name)
