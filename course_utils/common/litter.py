"""Files and folders that systems and programs leave behind, by their names.

One list for all that reads a folder which somebody else filled: pictures, submissions, what is
packed. Each name is in the manual of the system or program that makes it.
"""

from __future__ import annotations

import re

#: Whole names. Names that begin with a dot are left out anyway: .DS_Store, ._name, .Trashes,
#: .AppleDouble, .Spotlight-V100, .fseventsd, .ipynb_checkpoints, .thumbnails, .picasa.ini, .nfs...
_NAMES = frozenset(
    (
        "__macosx",  # macOS, in zips: what does not fit into them
        "icon\r",  # macOS: a folder's own icon
        "thumbs.db",  # Windows, as the next six
        "ehthumbs.db",
        "ehthumbs_vista.db",
        "desktop.ini",
        "$recycle.bin",
        "recycler",
        "system volume information",
        "@eadir",  # Synology: previews and attributes
        "@tmp",
        "#recycle",
        "#snapshot",
        "@recycle",  # QNAP
        "@recently-snapshot",
        "lost+found",  # Linux
        "__pycache__",  # Python
        "picasa.ini",
    )
)
#: Parts of names: drafts of editors and offices, attributes of Synology and Windows, what
#: Lightroom keeps beside pictures.
_PATTERNS = re.compile(
    r"~\$.*"  # Microsoft Office: who has the document open
    r"|.*~"  # editors: the version before
    r"|.*@syno(eastream|resource)"
    r"|synofile_thumb_.*"
    r"|.*:zone\.identifier"  # Windows, seen from Linux: where a file came from
    r"|.*\.(xmp|lrcat|lrcat-data|lrcat-journal|lrcat-shm|lrcat-wal|lrcat\.lock|lrdata|lrprev)"
    r"|.*\.pyc"
)


def is_litter(name: str) -> bool:
    """Return whether a file or folder of this name, without its path, is nobody's own work."""
    folded = name.casefold()
    return name.startswith(".") or folded in _NAMES or bool(_PATTERNS.fullmatch(folded))
