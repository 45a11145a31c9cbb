"""Every exercise there is proves its own check, and its lab's checks hold no code."""

import os
import re
import tokenize
from functools import cache
from tokenize import COMMENT

import pytest

from course_utils.authoring import references
from course_utils.authoring.prove import prove
from course_utils.authoring.source import LabSource, find_labs, read
from course_utils.exercises import Case, Exercise
from course_utils.exercises.check import make_check
from course_utils.grading.hidden.drawing import hidden_check

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

LABS = {path.parent.name: read(path) for path in find_labs()}
EXERCISES = [
    pytest.param(lab.name, check.name, id=f"{lab.name}-{check.name}")
    for lab in LABS.values()
    for cell in lab.cells
    for check in cell.checks
]
#: Exercises of which one seed in twenty draws cases that a known mistake passes.
RARE = [
    pytest.param(lab, name, id=f"{lab}-{name}")
    for lab, name in (
        ("02_backpropagation", "ReLU"),
        ("03_cnn", "max_pool_backward"),
        ("06_autoencoders", "cd_gradient"),
        ("06_autoencoders", "free_energy"),
    )
]


@cache
def solved(lab: LabSource):
    return references.solved(lab)


@pytest.mark.slow
@pytest.mark.parametrize(("lab", "name"), EXERCISES)
def test_the_check_is_proved(lab, name):
    assert prove(name, *solved(LABS[lab])[name]) == []


@pytest.mark.slow
@pytest.mark.parametrize(("lab", "name"), EXERCISES)
def test_an_author_gave_what_the_house_asks_for(lab, name):
    exercise = solved(LABS[lab])[name].exercise
    assert len(exercise.mistakes) >= 4
    assert len(exercise.hints) >= 2
    assert len(exercise.alternatives) >= 1
    assert all(sentence.endswith((".", "?", ".)")) for sentence in exercise.mistakes)


@pytest.mark.slow
@pytest.mark.parametrize(("lab", "name"), RARE)
def test_hidden_cases_of_any_seed_catch_every_known_mistake(lab, name):
    for seed in range(1, 21):
        check = hidden_check(name, *solved(LABS[lab])[name], seed)
        for mistake in check.mistakes:
            assert any(seen is not None for seen in mistake.observations), (seed, mistake.sentence)


def test_a_check_holds_no_line_of_its_authors_code() -> None:
    def wrong(x: object) -> object:
        raise ValueError("a telling line")

    exercise = Exercise(points=1, cases=lambda rng: [Case("one", 1)], mistakes={"No.": wrong})
    check = make_check("task", exercise, lambda x: x)
    seen = check.mistakes[0].observations[0]
    assert seen is not None and seen.error is not None
    assert (seen.error.kind, seen.error.line, seen.error.lineno) == ("ValueError", "", 0)


def plainly(text: str) -> str:
    """A text's words alone: without marks of comments, markup and line breaks."""
    return " ".join(re.sub(r"[#`$*\"\\]", " ", text).lower().split())


@pytest.mark.parametrize("lab", LABS)
def test_a_sentence_that_a_case_quotes_stands_in_the_text(lab: str) -> None:
    """The comment beside a case quotes the sentence that it tests; both change together."""
    text = plainly(LABS[lab].path.read_text("utf-8").replace("−", "-"))
    stale = []
    for path in LABS[lab].exercises_paths:
        with path.open("rb") as file:
            comments = [t.string for t in tokenize.tokenize(file.readline) if t.type == COMMENT]
        quoted = re.findall(r'"([^"]+)"', joined(comments))
        stale += [f"{path.stem}: {one}" for one in quoted if plainly(one.strip(".:")) not in text]
    assert stale == []


def joined(comments: list[str]) -> str:
    """Comments one behind the other: a quotation may go on in the next line."""
    return " ".join(comment.lstrip("#").strip() for comment in comments)
