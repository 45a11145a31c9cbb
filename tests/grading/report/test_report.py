"""The class report: what is said of 200, of 3, of 1 and of no student, and nothing hostile."""

from __future__ import annotations

import base64
import dataclasses
import io
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from course_utils.grading.report.likeness import Alike, Pair
from course_utils.grading.report.report import About, class_report
from course_utils.grading.results.results import ExerciseResult, Result
from tests.support import made_up_class
from tests.support.html_pages import Page, hostile, without_colours

TITLE = "Lab 1: The perceptron"


def said(html: str) -> str:
    found = Page(html)
    assert found.open == []
    return " ".join(found.text("main").split())


def section(html: str, heading: str) -> str:
    """The part of the page below a heading, "" where there is no such heading."""
    _, _, rest = html.partition(f"<h2>{heading}</h2>")
    return rest.partition("<h2>")[0]


def student(name: str, **earned: float) -> Result:
    answers = [
        ExerciseResult(key, "right" if points == 1 else "wrong", points, 1.0)
        for key, points in earned.items()
    ]
    return Result(
        name, "", "", "01_x", points=sum(earned.values()), out_of=len(earned), exercises=answers
    )


def test_a_class_of_200_is_reported_in_numbers_that_are_true() -> None:
    results = made_up_class.students(200)
    html = class_report(results, TITLE)
    text = said(html)
    for status, count in Counter(result.status for result in results).items():
        assert f"{count} {status}" in text
    for_review = [result for result in results if result.review]
    assert f"{len(for_review)} of 200. Everything else" in text
    graded = sorted(result.points for result in results if result.status == "graded")
    assert f"{len(graded)} submissions were graded to the end" in text
    right = sum(one.status == "right" for r in results for one in r.exercises if is_xor(one))
    assert f"xor{right} / " in text


def is_xor(one: ExerciseResult) -> bool:
    return one.exercise == "xor"


def test_the_commonest_mistakes_are_said_with_their_counts() -> None:
    results = made_up_class.students(200)
    counts = Counter(
        (one.exercise, one.mistake or one.why[0])
        for result in results
        for one in result.exercises
        if one.status not in {"right", "not graded"} and (one.mistake or one.why)
    )
    part = said(f"<main>{section(class_report(results, TITLE), 'The commonest mistakes')}</main>")
    (exercise, sentence), count = counts.most_common(1)[0]
    judged = sum(
        one.status != "not graded"
        for result in results
        for one in result.exercises
        if one.exercise == exercise
    )
    assert part.startswith(f"{count} of {judged} in {exercise}: {sentence}")
    found = [int(number) for number in re.findall(r"(\d+) of \d+ in \w+:", part)]
    assert found == [number for _, number in counts.most_common(len(found))]


def test_who_needs_review_comes_first_and_links_to_their_page() -> None:
    results = made_up_class.students(200)
    html = class_report(results, TITLE, lambda result: f"feedback/{result.digest}.html")
    assert html.index("Who needs a human look") < html.index("<h2>Points")
    part = section(html, "Who needs a human look")
    for result in results:
        assert (f"feedback/{result.digest}.html" in part) == bool(result.review)
        assert all(why in part for why in result.review)


def test_nobody_for_review_is_said() -> None:
    html = class_report([student("a", one=1.0)], TITLE)
    assert "Nobody: every submission went as it should." in said(html)


def test_many_for_review_are_folded_behind_the_first() -> None:
    results = [dataclasses.replace(student(f"s{i}", one=1.0), review=["Why."]) for i in range(50)]
    found = Page(class_report(results, TITLE))
    assert "30 more" in found.text("summary")
    assert found.text("details").count("Why.") == 30


def test_the_figure_is_a_picture_with_a_text_that_says_what_it_shows() -> None:
    results = made_up_class.students(60)
    found = Page(class_report(results, TITLE))
    ((_, figure),) = [tag for tag in found.tags if tag[0] == "img"]
    source = str(figure["src"]).removeprefix("data:image/png;base64,")
    assert Image.open(io.BytesIO(base64.b64decode(source))).format == "PNG"
    graded = [result.points for result in results if result.status == "graded"]
    alt = str(figure["alt"])
    assert f"of the points of {len(graded)} students" in alt
    tallest = re.search(r"highest bar, (\d+) students, stands between ([\d.]+) and ([\d.]+)", alt)
    assert tallest is not None
    low, high = float(tallest[2]), float(tallest[3])
    assert sum(low <= points < high for points in graded) == int(tallest[1])


def test_exercises_are_sorted_by_difficulty() -> None:
    results = [student(f"s{i}", easy=1.0, hard=0.0, middle=float(i % 2)) for i in range(12)]
    part = section(class_report(results, TITLE), "Exercises, the hardest first")
    names = re.findall(r'<th scope="row">(\w+)</th>', part)
    assert names == ["hard", "middle", "easy"]


def test_an_exercise_that_the_good_fail_is_doubted_with_care() -> None:
    strong = [student(f"s{i}", a=1.0, b=1.0, c=1.0, d=i % 5 > 0, odd=0.0) for i in range(10)]
    weak = [student(f"w{i}", a=0.0, b=i % 2, c=0.0, d=0.0, odd=1.0) for i in range(10)]
    part = section(class_report(strong + weak, TITLE), "Exercises that may be at fault themselves")
    assert "<code>odd</code>" in part and "<code>a</code>" not in part
    assert "discrimination is −" in part and "may be chance" not in part


def test_a_negative_discrimination_that_may_be_chance_is_said_to_be_or_not_said() -> None:
    def report(count: int) -> str:
        mixed = [student(f"m{i}", a=i % 2, odd=i % 10 in {0, 2, 5}) for i in range(count)]
        return section(class_report(mixed, TITLE), "Exercises that may be at fault themselves")

    assert "may be chance" in report(60)
    assert report(10) == ""


def test_an_exercise_that_hardly_anyone_solves_is_doubted() -> None:
    results = [student(f"s{i}", a=i % 2, b=i % 2, odd=i == 1) for i in range(20)]
    part = section(class_report(results, TITLE), "Exercises that may be at fault themselves")
    assert "Of 20 who tried, one is right." in part
    assert "<code>a</code>" not in part


@pytest.mark.parametrize("count", [0, 1, 2, 3, 9])
def test_a_handful_of_students_gets_no_statistics(count: int) -> None:
    results = [student(f"s{i}", a=float(i % 2), b=0.0) for i in range(count)]
    html = class_report(results, TITLE)
    text = said(html)
    assert "nan" not in text.lower() and "None" not in text
    assert "at fault" not in text and "alpha" not in text
    assert ("There are no submissions." in text) == (count == 0)
    if 1 < count < 8:
        assert "Points, in order: 0, " in text
        assert "fewer than 10" in text


def test_one_student_is_spoken_of_in_the_singular() -> None:
    text = said(class_report([student("a", one=1.0)], TITLE))
    assert "1 submission: 1 graded." in text
    assert "One submission was graded to the end: 1 of 1 point." in text
    assert "The submission took" in text


@pytest.mark.parametrize("status", [*made_up_class.ENDINGS])
def test_a_class_in_which_nothing_could_be_graded_is_reported(status: Any) -> None:
    results = [
        Result(f"s{i}", "", "", "x", status=status, review=["Look."], out_of=17.0)
        for i in range(12)
    ]
    text = said(class_report(results, TITLE))
    assert f"12 submissions: 12 {status}." in text
    assert "No submission was graded to the end." in text


@settings(deadline=None, max_examples=30)
@given(hostile, st.integers(1, 4))
def test_whatever_students_wrote_the_report_keeps_its_structure(wrote: str, count: int) -> None:
    def report(words: str) -> str:
        results = []
        for i in range(count):
            one = student(f"{i}{words}", a=0.5)
            one.exercises[0].why = [f"x{words}"]
            results.append(dataclasses.replace(one, review=[f"x{words}"], note=words, origin=words))
        return class_report(results, TITLE, lambda result: "feedback/x.html")

    html = report(wrote)
    html.encode("utf-8")
    assert without_colours(Page(html).tags) == without_colours(Page(report("")).tags)
    assert not Page(html).attributes("style")


def test_what_changed_who_is_missing_and_who_is_alike_is_said() -> None:
    results = [student("ada", a=1), student("bob", a=0), student("eve", a=1)]
    pair = Pair("ada", "eve", (Alike("a", "nearly", "x", "y"),))
    about = About({"ada": 1.0, "bob": 1.0}, [pair], ["zoe"], ["eve"], 2, "Seed 5.")
    html = class_report(results, TITLE, None, about)
    assert "bob1, now 0" in said(html).replace(": ", "") and "eve: new, 1" in said(html)
    assert "ada:" not in section(html, "Since the last grading")
    assert "handed in nothing (1): zoe" in said(html) and "Not on the roster (1): eve" in said(html)
    assert "2 rows of decisions.csv wait for a decision" in said(html)
    assert 'href="likeness.html#pair-1"' in html and "no verdict" in html
    assert "Seed 5." in said(html)
    again = class_report(results, TITLE, None, About({r.student: r.points for r in results}))
    assert "Nobody’s points have changed." in said(again)
    assert "Since the last grading" not in said(class_report(results, TITLE))


def test_each_exercise_has_its_time() -> None:
    results = [student("ada", a=1), student("bob", a=0)]
    for one in results:
        one.exercises[0].seconds = 61.0
    assert "1 min 01 s" in section(class_report(results, TITLE), "Exercises, the hardest first")
