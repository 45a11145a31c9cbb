"""The states of exercises and submissions, and numbers, in the words that people read."""

from __future__ import annotations

from course_utils.grading.results.results import ExerciseResult, Result

_EXERCISE = {
    "right": "Right",
    "wrong": "Not right",
    "error": "Stopped with an error",
    "unattempted": "Not attempted",
    "missing": "Not found",
    "waiting": "Waits for another exercise",
    "not graded": "Not graded",
}
#: What a card says where the check has nothing to say.
_DEFAULT = {
    "right": "",
    "wrong": "The answer differs from what is asked for.",
    "error": "",
    "unattempted": "Its cell stands as the lab gave it.",
    "missing": "Nothing in the notebook has this name.",
    "waiting": "It calls an exercise that is not solved.",
    "not graded": "It could not be checked: a person looks at it.",
}


def state(result: ExerciseResult) -> str:
    """Return an exercise's state in words; part of the points makes a wrong answer partly right."""
    if result.status == "wrong" and result.points > 0:
        return "Partly right"
    return _EXERCISE[result.status]


def explanation(result: ExerciseResult) -> str:
    """Return the check's sentence, or what there is to say without one."""
    return result.message or _DEFAULT[result.status]


def reasons(result: ExerciseResult) -> list[str]:
    """Return what explains a wrong answer, best first: the named mistake, then the rest."""
    return list(dict.fromkeys(filter(None, [result.mistake, *result.why])))


def in_short(result: ExerciseResult) -> str:
    """Return the one sentence on why points were lost that a table has room for.

    A person's goes before the check's; "" for none.
    """
    if result.comment:
        return result.comment
    if result.status == "right":
        return result.message
    return next(iter([*reasons(result), explanation(result)]), "")


def earned(result: ExerciseResult) -> str:
    """Return the points of an exercise, a dash where nobody has decided on them."""
    return "–" if result.status == "not graded" else number(result.points)


def late(result: Result) -> str:
    """Return a sentence on when the work came and what that cost, "" where it came in time."""
    if not result.days_late:
        return "Handed in late." if result.marked_late else ""
    days = f"{result.days_late} day{'s' * (result.days_late > 1)} late"
    if not result.taken_off:
        return f"Handed in {days}."
    return f"Handed in {days}, which costs {number(result.taken_off)} points."


def undecided(result: Result) -> str:
    """Return a sentence on exercises that were not graded, "" where all were."""
    count = sum(one.status == "not graded" for one in result.exercises)
    if not count or result.decided:
        return ""
    are, they = ("is", "its") if count == 1 else ("are", "their")
    return (
        f"{count} exercise{'s' * (count > 1)} could not be checked and {are} listed for your "
        f"instructor to look at; {they} points are not decided."
    )


def number(value: float) -> str:
    """Return "2", "1.5" or "0.67"."""
    return f"{round(value, 2):g}"


def signed(value: float) -> str:
    """Return "0.31" or "−0.20", with a true minus sign."""
    return f"{value:.2f}".replace("-", "−")


def points(earned: float, out_of: float) -> str:
    """Return "1.5 of 2 points"."""
    return f"{number(earned)} of {number(out_of)} point{'' if out_of == 1 else 's'}"
