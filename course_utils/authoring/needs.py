"""Which cells of a released lab need which exercises, worked out without running anything.

The cells are walked in order with what each name means at that point: the exercises without which
it has no meaning, and the names that its functions will read when they are called. A cell that
reads such a name at once needs those exercises; the names it would have bound then need them too,
until another cell binds them anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from course_utils.authoring import markers
from course_utils.authoring.release import answered_names, released_code
from course_utils.authoring.source import LabSource
from course_utils.authoring.steps import Step, imported_names, steps, steps_of


@dataclass(frozen=True)
class Meaning:
    """What a name stands for.

    exercises: those it cannot do without. later: names read by the functions in it, whenever they
    are called.
    """

    exercises: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()

    def __or__(self, other: Meaning) -> Meaning:
        return Meaning(self.exercises | other.exercises, self.later | other.later)


@dataclass(frozen=True)
class Misuse:
    """What an author has to move: a line of a cell, from 1, and why."""

    cell: int
    line: int
    text: str


@dataclass
class Needs:
    """Return the exercises that each cell which stops in the unsolved lab needs, in its order.

    And what an author has to move before that can be said for certain.
    """

    cells: dict[int, list[str]] = field(default_factory=dict)
    misuses: list[Misuse] = field(default_factory=list)


def find_needs(lab: LabSource) -> Needs:
    """Work out which cells of the released lab need which exercises."""
    walk = _Walk(lab)
    for index, code in enumerate(released_code(lab, aligned=True)):
        if lab.cells[index].tree is not None:
            walk.cell(index, code)
    return walk.found


class _Walk:
    """The state of the walk: what every name means after the cells so far."""

    def __init__(self, lab: LabSource) -> None:
        self.lab = lab
        self.found = Needs()
        self.known: dict[str, Meaning] = {}
        self.imports = imported_names(lab)
        self.order = [check.name for cell in lab.cells for check in cell.checks]

    def cell(self, index: int, code: str) -> None:
        own = self.lab.cells[index].exercise
        answer = self.answer(index)
        needed: set[str] = set()
        try:
            released = steps_of(index, ast.parse(code).body)
        except SyntaxError:  # a stub that does not parse: `verify` says where
            return
        for step in released:
            uses = set() if step.talks else self.exercises(step.effects.now)
            if own in uses:
                text = f"exercise {own}'s answer is used in its own cell; move this to the next"
                self.found.misuses.append(Misuse(index, step.node.lineno, text))
            needed |= uses - {own}
            self.run(step, answer)
        if needed:
            self.found.cells[index] = sorted(needed, key=self.order.index)
            self.block(index, frozenset(needed))

    def answer(self, index: int) -> dict[str, Meaning]:
        """Return what the names mean that the cell's solutions stand for.

        The functions in an answer read what those of the solved exercise read.
        """
        cell = self.lab.cells[index]
        if cell.exercise is None:
            return {}
        solved = [s.effects for s in steps(self.lab) if s.cell == index and not s.talks]
        later = frozenset[str]().union(*(effects.later for effects in solved))
        read = frozenset[str]().union(*(effects.now for effects in solved))
        meaning = Meaning(frozenset({cell.exercise}), later | self.handed_on(read))
        regions, _ = markers.find(cell)
        names = (answered_names(self.lab, index, region) for region in regions)
        return {name: meaning for group in names for name in group}

    def run(self, step: Step, answer: dict[str, Meaning]) -> None:
        """Bring what the names mean up to date, as if the step had run."""
        effects = step.effects
        new = Meaning(later=frozenset(effects.later) | self.handed_on(effects.now))
        for name in effects.binds | effects.may_bind:
            if name in answer:
                self.known[name] = answer[name]
            elif name in effects.imports:
                self.known[name] = Meaning()
            elif name in effects.binds:
                self.known[name] = new
            else:
                self.known[name] = self.known.get(name, Meaning()) | new
        for name in (effects.changes - effects.binds - self.imports) & self.known.keys():
            self.known[name] |= new

    def block(self, index: int, needed: frozenset[str]) -> None:
        """The cell stops at its first line: what it would have bound or changed is missing."""
        for step in steps(self.lab):
            if step.cell != index:
                continue
            if step.effects.imports:
                names = ", ".join(sorted(step.effects.imports))
                text = f"this cell needs exercise {', '.join(sorted(needed))}: import {names} above"
                self.found.misuses.append(Misuse(index, step.node.lineno, text))
            for name in (step.effects.touches - self.imports) & self.known.keys():
                self.known[name] |= Meaning(needed)

    def handed_on(self, names: Iterable[str]) -> frozenset[str]:
        """What is made from these names may hold their functions, and so read what they read."""
        found = (self.known[name].later for name in names if name in self.known)
        return frozenset[str]().union(*found)

    def exercises(self, names: Iterable[str]) -> set[str]:
        """Return the exercises that these names need now, through the functions they call too."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in seen and name in self.known:
                seen.add(name)
                found |= self.known[name].exercises
                waiting += self.known[name].later
        return found
