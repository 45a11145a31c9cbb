"""Which of a student's notebooks is the one to grade."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from course_utils.common.errors import CourseError
from course_utils.common.wording import listed
from course_utils.grading.intake import archives, reading
from course_utils.grading.intake.archives import NESTED, NoSpace, Quota, Store
from course_utils.grading.intake.entries import Entry, read_file, stem
from course_utils.grading.intake.layouts import Handed, names_lab
from course_utils.grading.intake.platforms import Name
from course_utils.grading.intake.slugs import readable

#: Files beside a notebook that go with it, and the bytes of one.
MOST_BESIDE, LARGEST_BESIDE = 20, 256 * 1024
#: Notebooks of one student that are looked at.
MOST = 30
#: What Canvas adds to a file's name when a student hands it in again: "-1".
_AGAIN = re.compile(r"-(\d{1,4})$")
_AGAIN_FILE = re.compile(r"-\d{1,4}(?=\.\w+$)")
#: The folder that Teams makes for each time that a student hands in.
_VERSION = re.compile(r"(?i)version (\d{1,6})")


@dataclass(frozen=True)
class Candidate:
    """A notebook of a student's.

    shown: its path below the class's folder, for a person. top: the name at the top of the class's
    folder that it was found under.
    """

    entry: Entry
    name: Name
    shown: str
    path: Path
    digest: str
    top: str


@dataclass(frozen=True)
class Choice:
    """The notebook to grade, or None and the problem.

    notes: what else was found and left out. files: small ones that lay beside it, by the names that
    the student gave them.
    """

    chosen: Candidate | None
    shown: str
    digest: str
    problem: str = ""
    notes: tuple[str, ...] = ()
    files: tuple[tuple[str, Path], ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a person says of how to choose.

    newest: of several notebooks take the one changed last. released: the code of the cells that the
    lab was given out with.
    """

    newest: bool = False
    released: frozenset[str] = frozenset()


def choose(
    handed: Handed,
    lab: str,
    store: Store,
    place: str,
    ask: Asked = Asked(),  # noqa: B008
) -> Choice:
    """Choose the notebook of the asked lab among what a student handed in; unpack where need be.

    place: the class's folder or zip, as it is shown before each path.
    """
    quota, problems = Quota(), list[str]()
    found: list[Candidate] = []
    beside: list[tuple[Entry, Name, str]] = []
    try:
        with ExitStack() as stack:
            for entry, name, shown, top in _opened(handed, store, quota, place, problems, stack):
                if entry.beside:
                    beside.append((entry, name, shown))
                    continue
                if len(found) == MOST:
                    raise CourseError(
                        f"{handed.student} handed in more than {MOST} notebooks: keep one."
                    )
                found += _fetched(entry, name, shown, top, quota, problems)
            choice = _chosen_of(found, handed, lab, place, problems, ask)
            return replace(choice, files=tuple(_files(choice, beside, quota)))
    except NoSpace:
        raise
    except CourseError as error:
        return _nothing(handed, place, [str(error)])


def _chosen_of(
    found: Sequence[Candidate],
    handed: Handed,
    lab: str,
    place: str,
    problems: Sequence[str],
    ask: Asked,
) -> Choice:
    if not found:
        return _nothing(handed, place, problems)
    return _among(_newest(_distinct(found)), lab, problems, ask)


def _files(
    choice: Choice, beside: Sequence[tuple[Entry, Name, str]], quota: Quota
) -> Iterator[tuple[str, Path]]:
    """Yield the small files in the folder of the notebook, fetched."""
    folder = choice.shown.rpartition("/")[0]
    near = [one for one in beside if choice.chosen and one[2].rpartition("/")[0] == folder]
    for entry, name, shown in near[:MOST_BESIDE]:
        path = _fetch(entry, shown, quota)
        if path.stat().st_size <= LARGEST_BESIDE:
            given = name.file if name.file and entry.name.endswith(name.file) else entry.name
            yield _AGAIN_FILE.sub("", given) if name.upload else given, path


def _opened(
    handed: Handed, store: Store, quota: Quota, place: str, problems: list[str], stack: ExitStack
) -> Iterator[tuple[Entry, Name, str, str]]:
    """Yield every notebook of the student's, those in zips and in zips within zips too."""
    waiting = [
        (entry, name, f"{place}/{_path(entry)}", entry.parts[0], 0)
        for entry, name in handed.entries
    ]
    while waiting:
        entry, name, shown, top, depth = waiting.pop(0)
        if entry.problem:
            problems.append(f"{shown} {entry.problem}.")
        elif entry.notebook or entry.beside:
            yield entry, name, shown, top
        elif entry.archive and depth == NESTED:
            problems.append(f"{shown} is a zip in {NESTED} others: hand in the notebook itself.")
        elif entry.archive:
            try:
                path = _fetch(entry, shown, quota)
                opened = archives.opened(path, shown, store, quota)
                inner = stack.enter_context(opened)
            except NoSpace:
                raise
            except CourseError as error:
                problems.append(str(error))
                continue
            kept = [one for one in inner if not one.ignored]
            waiting += [(one, name, f"{shown}/{_path(one)}", top, depth + 1) for one in kept]


def _fetched(
    entry: Entry, name: Name, shown: str, top: str, quota: Quota, problems: list[str]
) -> list[Candidate]:
    try:
        path = _fetch(entry, shown, quota)
        digest = hashlib.sha256(read_file(path, shown)).hexdigest()
    except NoSpace:
        raise
    except CourseError as error:
        problems.append(str(error))
        return []
    return [Candidate(entry, name, shown, path, digest, top)]


def _fetch(entry: Entry, shown: str, quota: Quota) -> Path:
    try:
        return entry.fetch(quota)
    except NoSpace:
        raise
    except CourseError as error:
        raise CourseError(f"{shown} {error}.") from None


def _path(entry: Entry) -> str:
    return "/".join(readable(part, 80) for part in entry.parts)


def _nothing(handed: Handed, place: str, problems: Sequence[str]) -> Choice:
    """No notebook can be graded: say why."""
    names = sorted({readable(e.name, 60) for e, _ in handed.entries if not e.folder})
    top = f"{place}/{readable(handed.entries[0][0].parts[0], 80)}"
    holds = f"It holds {listed(names)}." if names else "It is empty."
    problem = " ".join(problems[:3]) or f"{top} holds no notebook (.ipynb). {holds}"
    return Choice(None, top, hashlib.sha256(problem.encode()).hexdigest(), problem)


def _distinct(found: Sequence[Candidate]) -> list[Candidate]:
    """Leave out copies of the same bytes; the last upload's stays."""
    return list({one.digest: one for one in sorted(found, key=_age)}.values())


def _newest(found: Sequence[Candidate]) -> list[Candidate]:
    """Of a file that was uploaded to Canvas more than once, keep the newest."""
    newest: dict[object, Candidate] = {}
    for one in sorted(found, key=_age):
        other = len(one.entry.parts) > 1 or not one.name.upload
        newest[one.digest if other else _AGAIN.sub("", stem(one.name.file))] = one
    return list(newest.values())


def _age(one: Candidate) -> tuple[tuple[float, int], int, int, str]:
    again = _AGAIN.search(stem(one.name.file))
    return _attempt(one), one.name.upload, int(again[1]) if again else 0, one.shown


def _attempt(one: Candidate) -> tuple[float, int]:
    """Return what grows from one attempt of a student's to the next.

    That is the time that the platform gives, and Teams's folder "Version 2".
    """
    when = one.name.when
    versions = [int(found[1]) for part in one.entry.parts if (found := _VERSION.fullmatch(part))]
    return when.timestamp() if when else 0.0, max(versions, default=0)


def _among(found: Sequence[Candidate], lab: str, problems: Sequence[str], ask: Asked) -> Choice:
    """Choose the newest attempt's notebook of the lab.

    What its metadata say counts first, else its file's or folder's name; an untouched original
    beside it does not count.
    """
    if len(found) == 1:
        return _chosen(found[0], problems)
    glances = {one.digest: reading.glance(one.path) for one in found}
    labs = {digest: glance.lab for digest, glance in glances.items()}
    of_lab = _newest_attempt(found, labs, lab)
    touched = [one for one in of_lab if not glances[one.digest].code <= ask.released]
    of_lab = touched or of_lab
    if len(of_lab) > 1 and ask.newest:
        of_lab = [max(of_lab, key=lambda one: (one.entry.modified, _age(one)))]
    if len(of_lab) == 1:
        others = [one.shown for one in found if one is not of_lab[0]]
        taken = f"{of_lab[0].shown} was taken, not {listed(others)}."
        return _chosen(of_lab[0], [taken, *problems])
    names = listed([one.shown for one in sorted(of_lab or found, key=lambda one: one.shown)])
    count = len(of_lab or found)
    if of_lab:
        problem = (
            f"There are {count} notebooks of lab {lab}: {names}; keep one, or take the newest with "
            "--newest."
        )
    else:
        problem = f"None of {count} notebooks is of lab {lab}: {names}; keep the one to grade."
    together = hashlib.sha256("".join(sorted(one.digest for one in found)).encode()).hexdigest()
    return Choice(None, found[0].shown, together, " ".join([problem, *problems[:1]]))


def _newest_attempt(
    found: Sequence[Candidate], labs: Mapping[str, str], lab: str
) -> list[Candidate]:
    """The lab's notebooks in the newest attempt that has any."""
    attempts: dict[tuple[float, int], list[Candidate]] = {}
    for one in found:
        attempts.setdefault(_attempt(one), []).append(one)
    for _, group in sorted(attempts.items(), reverse=True):
        of_lab = [one for one in group if labs[one.digest] == lab]
        unknown = [one for one in group if not labs[one.digest]]
        alone = len(attempts) > 1 and len(group) == 1
        of_lab = of_lab or [one for one in unknown if alone or _named(one, lab)]
        if of_lab:
            return of_lab
    return []


def _chosen(one: Candidate, notes: Sequence[str]) -> Choice:
    return Choice(one, one.shown, one.digest, notes=tuple(notes[:5]))


def _named(one: Candidate, lab: str) -> bool:
    """True if the notebook's own name, or that of a folder around it, means the lab."""
    own = stem(one.name.file) if len(one.entry.parts) == 1 else stem(one.entry.name)
    folders = one.entry.parts[1:-1]
    return any(names_lab(word, lab) for word in (own, *folders))
