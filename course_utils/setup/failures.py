"""What went wrong in a set-up, as one sentence with the remedy."""

import errno
import platform
import re
import sys
from pathlib import Path

from course_utils.common.errors import CourseError

NO_DISK = re.compile(r"No space left on device|Errno 28\b|Disk quota exceeded|Errno 122\b")
NO_PERMISSION = re.compile(r"Permission denied|Errno 13\b|Read-only file system|Errno 30\b")
NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish a new connection|Temporary failure in name resolution"
    r"|Name or service not known|getaddrinfo failed|Network is unreachable|Connection refused"
    r"|connection broken by|Max retries exceeded|Read timed out|ReadTimeoutError|ConnectTimeout"
    r"|ConnectionResetError|IncompleteRead|ProxyError|SSLError"
)
NO_MATCH = re.compile(r"No matching distribution found for (\S+)")
AGAIN = "then run the same command again"


class NoMatch(CourseError):
    """No release of a package fits this Python and this system."""


def of_installer(lines: list[str], log: Path) -> CourseError:
    """Return the error for a pip that failed after printing `lines` to `log`."""
    output = "".join(lines)
    if "No module named pip" in output:
        return CourseError(no_pip())
    if "externally-managed-environment" in output:
        return CourseError(
            f"{sys.executable} belongs to the operating system, which installs its packages itself:"
            " run the same command without `--here`."
        )
    if NO_DISK.search(output):
        return CourseError(disk_full(log.parent.parent))
    if NO_PERMISSION.search(output):
        return CourseError(
            f"pip may not write where it has to (see the end of {log}): mend that, {AGAIN}."
        )
    if NO_NETWORK.search(output):
        return CourseError(
            "The packages could not be downloaded because the package index does not answer:"
            f" connect to the internet (behind a proxy, set HTTPS_PROXY), {AGAIN}."
        )
    if match := NO_MATCH.search(output):
        return NoMatch(
            f"pip finds no {match[1]} for Python {platform.python_version()} on"
            f" {platform.system()} {platform.machine()}: look whether the package index can be"
            f" reached, and use a 64-bit Python on Linux, macOS or Windows, {AGAIN}."
        )
    last = "".join("  " + line for line in lines[-8:]).rstrip()
    return CourseError(
        f"The packages could not be installed; the whole log is {log}, and it ends with:\n{last}"
    )


def elsewhere(python: str) -> str:
    """Return the sentence for packages that were installed, but not where they were to go."""
    return (
        f"The packages were installed, but not into the environment of {python}: a setting of pip's"
        " (target, prefix or root; `pip config list` shows it) sends them elsewhere. Remove it,"
        f" {AGAIN}."
    )


def no_pip() -> str:
    """Return the sentence for an interpreter without pip."""
    return (
        f"{sys.executable} has no pip: run `{sys.executable} -m ensurepip`, {AGAIN}, or run it"
        " without `--here`."
    )


def of_system(error: OSError, root: Path) -> str:
    """Return the sentence for a file operation of the set-up that failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(root)
    where = error.filename or root
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The course cannot set itself up because {where} cannot be written: copy {root} to a"
            " folder of your own and run the same command there, or use `--here`."
        )
    return f"The set-up failed at {where} ({error.strerror}): mend that, {AGAIN}."


def disk_full(root: Path) -> str:
    """Return the sentence for a disk that ran full."""
    return (
        f"The disk ran full during the set-up (the environment in {root}, or pip's cache and"
        f" temporary folder): make room, {AGAIN}."
    )
