"""What a sandbox shows of the file system: Python, the libraries, the course's package and data.

Not the course's folder as a whole: it holds the solutions.
"""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from course_utils.common.paths import DATA, LABS, ROOT, SOLUTIONS, TESTS

#: Programs and libraries of the system; on most systems all but the first are links into it.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
#: What the dynamic linker, the clock and the system's links need of /etc.
_ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/fonts")
#: Package managers that keep libraries in a tree of their own, needed where Python lies in it.
_STORES = ("/nix", "/gnu")
#: What a Python environment needs at run time, of whatever else may lie beside it.
_OF_PREFIX = ("bin", "lib", "lib64", "pyvenv.cfg")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
#: Private to each sandbox and writable.
HOME = "/home/student"
PRIVATE = (HOME, "/tmp", "/dev/shm")
#: Files and folders that there may be in them, empty ones too: each takes memory of the kernel's.
MOST_FILES = 50_000

#: Never shown, even where they lie in something that is.
SECRET = (SOLUTIONS, LABS, TESTS, ROOT / ".git")


@functools.cache
def readable() -> tuple[str, ...]:
    """Return the files and folders to show, read-only, none within another."""
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    wanted = [*SYSTEM, *_ETC]
    wanted += [f"{prefix}/{part}" for prefix in prefixes for part in _OF_PREFIX]
    wanted += [store for store in _STORES if sys.base_prefix.startswith(f"{store}/")]
    wanted += [entry for entry in _search_path() if not _holds_secrets(Path(entry))]
    wanted += [str(ROOT / "course_utils"), str(DATA)]
    return outermost(path for path in wanted if os.path.isabs(path) and os.path.exists(path))


def _search_path() -> list[str]:
    """Where a Python that is started with nothing set looks for modules.

    Not this process's sys.path: it begins with the folder of the script that was started.
    """
    program = [sys.executable, "-P", "-c", "import sys; print(*sys.path, sep='\\n')"]
    done = subprocess.run(program, env={}, cwd="/", capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def hidden(more: Sequence[Path]) -> tuple[str, ...]:
    """Return what to cover where it lies in something that is shown: SECRET and `more`."""
    return tuple(str(path.resolve()) for path in (*SECRET, *more))


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths that lie in no other of them, sorted."""
    found: list[str] = []
    for path in sorted(set(map(os.path.normpath, paths))):
        if not any(path.startswith(f"{other}/") for other in found):
            found.append(path)
    return tuple(found)


def ways_through_private(shown: Iterable[str]) -> set[str]:
    """Return the folders in private ones that lead to what is shown; they are not written to."""
    return {
        str(folder)
        for path in shown
        for folder in Path(path).parents
        if any(str(folder).startswith(f"{private}/") for private in PRIVATE)
    }


def real_and_links(path: str) -> tuple[str, list[tuple[str, str]]]:
    """Return where a path really lies, and the links on the way: (link, what it says)."""
    links: list[tuple[str, str]] = []
    done, waiting = "/", Path(path).parts[1:]
    while waiting and len(links) < 40:
        step, waiting = os.path.join(done, waiting[0]), waiting[1:]
        if not os.path.islink(step):
            done = step
            continue
        says = os.readlink(step)
        links.append((step, says))
        target = os.path.normpath(os.path.join(done, says))
        done, waiting = "/", (*Path(target).parts[1:], *waiting)
    return done, links


def _holds_secrets(folder: Path) -> bool:
    """Whether the search path names the course's folder, or one around it."""
    return any(secret.is_relative_to(folder.resolve()) for secret in SECRET)
