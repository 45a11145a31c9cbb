"""Verify a lab's source: every problem there is, each one sentence that names file and line."""

from __future__ import annotations

import ast

from course_utils.authoring import headings, markers
from course_utils.authoring.listing import Listed, listed
from course_utils.authoring.needs import find_needs
from course_utils.authoring.release import answered_names, released_code
from course_utils.authoring.source import Cell, Check, LabSource, is_lab_call
from course_utils.authoring.steps import answer_names
from course_utils.common.errors import CourseError


def verify(lab: LabSource) -> None:
    """Raise CourseError, one line for each problem, unless the lab can be built."""
    found = problems(lab)
    if found:
        raise CourseError("\n".join(found))


def problems(lab: LabSource) -> list[str]:
    """Return what keeps the lab from being built, one sentence each; [] if nothing does."""
    found: list[str] = []
    for index, cell in enumerate(lab.cells):
        found += _unreadable(lab, cell) or _markers(lab, cell) or _cell(lab, index, cell)
    exercises, wrong = listed(lab)
    found += wrong + _agreement(lab, exercises) + headings.problems(lab, exercises)
    found += _first_cell(lab)
    if not found:  # an analysis of code that is wrong would only add confusion
        for misuse in find_needs(lab).misuses:
            found.append(_say(lab, lab.cells[misuse.cell], misuse.line, misuse.text))
    return found


def _say(lab: LabSource, cell: Cell, line: int, text: str) -> str:
    return f"{lab.where(cell.line + line - 1)}: {text}."


def _unreadable(lab: LabSource, cell: Cell) -> list[str]:
    if cell.kind == "raw":
        return [_say(lab, cell, 0, "a raw cell is shown to nobody; make it [markdown]")]
    if cell.kind != "code" or cell.tree is not None:
        return []
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        line, why = error.lineno or 1, f"this does not parse ({error.msg})"
        text = (cell.source.splitlines() or [""])[line - 1].strip()
        if text.startswith(("%", "!")) or text.endswith("?"):
            why = f"{text!r} is no Python; a lab has no magics and no shell commands"
        return [_say(lab, cell, line, why)]
    except ValueError as error:
        return [_say(lab, cell, 1, f"this does not parse ({error})")]
    return []


def _markers(lab: LabSource, cell: Cell) -> list[str]:
    return [_say(lab, cell, problem.line, problem.text) for problem in markers.find(cell)[1]]


def _cell(lab: LabSource, index: int, cell: Cell) -> list[str]:
    """What is wrong within one code cell whose markers are well."""
    if cell.tree is None:
        return []
    found = _calls(lab, cell)
    regions, _ = markers.find(cell)
    if regions and not cell.checks and not found:
        text = 'a solution without its check; end the cell with lab.check("name", name)'
        found.append(_say(lab, cell, regions[0].begin, text))
    if cell.checks and not regions:
        text = (
            f"exercise {cell.exercise} has no solution in this cell; mark it with {markers.BEGIN}"
        )
        found.append(f"{lab.where(cell.checks[0].line)}: {text}.")
    for check in cell.checks[1:]:
        text = f"one cell, one check; give {check.name} a cell of its own"
        found.append(f"{lab.where(check.line)}: {text}.")
    if regions and cell.checks:
        found += _answer(lab, index, regions, cell.checks[0])
        found += _stubs_parse(lab, index, cell)
    return found


def _calls(lab: LabSource, cell: Cell) -> list[str]:
    """Calls of lab and statements that the build cannot follow."""
    assert cell.tree is not None
    found = []
    well = {check.line for check in cell.checks}
    for node in ast.walk(cell.tree):
        if is_lab_call(node, "check") and isinstance(node, ast.Call):
            if cell.line + node.lineno - 1 not in well:
                text = 'a check is a line of its own: lab.check("name", name), not indented'
                found.append(_say(lab, cell, node.lineno, text))
        elif is_lab_call(node, "needs") and isinstance(node, ast.Call):
            found.append(_say(lab, cell, node.lineno, "the build writes lab.needs; remove this"))
        elif isinstance(node, ast.Global):
            text = "global hides which cells depend on this function; return the value instead"
            found.append(_say(lab, cell, node.lineno, text))
        elif isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            found.append(_say(lab, cell, node.lineno, "import the names that you use, not *"))
    return found


def _answer(lab: LabSource, index: int, regions: list[markers.Region], check: Check) -> list[str]:
    place = lab.where(check.line)
    used = answer_names(check.answer)
    if used is None:
        return [f"{place}: check a name, or a tuple, list or dict of names; not an expression."]
    answered = [answered_names(lab, index, region) for region in regions]
    for region, names in zip(regions, answered, strict=True):
        if not names:
            text = "this solution binds no name that is used after it; let it assign the answer"
            return [_say(lab, lab.cells[index], region.begin, text)]
    if not set(used) & {name for names in answered for name in names}:
        return [f"{place}: {', '.join(used)} is not what this cell's solution answers."]
    return []


def _stubs_parse(lab: LabSource, index: int, cell: Cell) -> list[str]:
    try:
        ast.parse(released_code(lab, aligned=True)[index])
    except SyntaxError as error:
        text = f"with its stub this cell does not parse ({error.msg})"
        return [_say(lab, cell, error.lineno or 1, text)]
    return []


def _agreement(lab: LabSource, exercises: list[Listed]) -> list[str]:
    """Each exercise is defined once and checked once."""
    found = []
    defined = {exercise.name: exercise for exercise in exercises}
    first: dict[str, int] = {}
    for check in (check for cell in lab.cells for check in cell.checks):
        place = lab.where(check.line)
        if check.name in first:
            where = first[check.name]
            found.append(f"{place}: exercise {check.name} is checked on line {where} already.")
        elif check.name not in defined and lab.exercises_paths[0].is_file():
            found.append(f"{place}: exercise {check.name} is not defined in exercises.py.")
        first.setdefault(check.name, check.line)
    for name, exercise in defined.items():
        if name not in first:
            place = lab.where(exercise.line, exercise.path)
            found.append(f'{place}: no cell checks exercise {name}; add lab.check("{name}", ...).')
    return found


def _first_cell(lab: LabSource) -> list[str]:
    """The first code cell makes the lab's `lab`."""
    cell = next((cell for cell in lab.cells if cell.kind == "code"), None)
    if cell is None:
        return [f"{lab.where(1)}: the lab has no code cell."]
    for node in cell.tree.body if cell.tree else []:
        match node:
            case ast.Assign(
                targets=[ast.Name(id="lab")],
                value=ast.Call(func=ast.Name(id="Lab"), args=[ast.Constant(value=lab.name)]),
            ):
                return []
    return [_say(lab, cell, 1, f'the first code cell binds the lab: lab = Lab("{lab.name}")')]
