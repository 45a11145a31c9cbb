"""A student's page: what stands where, and nothing of the student's that is taken for HTML."""

from __future__ import annotations

import base64
import copy
import dataclasses
import hashlib
import io
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from course_utils.authoring import page
from course_utils.common.paths import ROOT
from course_utils.grading.report import page as grading_page
from course_utils.grading.report.feedback import FeedbackPages, is_current
from course_utils.grading.report.outputs import MOST_PIXELS, picture, shown_outputs
from course_utils.grading.report.page import clean, line
from course_utils.grading.results.results import EXERCISE_STATUSES, ExerciseResult, Result
from tests.support import made_up_class
from tests.support.html_pages import ATTACKS, Page, hostile, without_colours


@cache
def pages() -> FeedbackPages:
    return FeedbackPages(made_up_class.released(), made_up_class.folder())


def student(seed: int = 0, ability: float = 0.0) -> Result:
    rng = np.random.default_rng(seed)
    answers = [made_up_class.exercise(check, rng, ability) for check in made_up_class.checks()]
    result = Result("Ada", "ada.ipynb", "", made_up_class.LAB, exercises=answers)
    result.notebook = made_up_class.notebook(answers, rng)
    return made_up_class.finish(result)


def with_own(*cells: dict[str, Any]) -> Result:
    """A student who added cells of their own at the end."""
    result = student()
    result.notebook["cells"] += cells
    return result


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    course = {"role": "extra"}
    cell = {"cell_type": "code", "source": source, "outputs": list(outputs)}
    return {**cell, "metadata": {"course": course}}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source, "metadata": {"course": {"role": "extra"}}}


def shown(**data: Any) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {kind.replace("__", "/"): value for kind, value in data.items()},
        "metadata": {},
    }


def everywhere(said: str) -> Result:
    """A student who wrote the same thing wherever a student can write."""
    result = with_own(
        text(f"x{said}"),
        code(f"#{said[:1000]}", {"output_type": "stream", "name": "stdout", "text": f"x{said}x"}),
        code("1", {"output_type": "stream", "name": "stderr", "text": f"x{said}x"}),
        code("1", shown(text__plain=f"x{said}", text__html=said, image__svg_xml=said)),
        code("1", {"output_type": "error", "ename": f"x{said}", "evalue": said, "traceback": []}),
        code("1", {"output_type": "error", "ename": "x", "evalue": "", "traceback": [f"x{said}"]}),
    )
    result.student, result.note = f"x{said}", f"x{said}"
    for one in result.exercises:
        one.line, one.message, one.mistake = f"x{said}", f"x{said}", f"x{said}"
        one.why, one.status, one.passed = [f"y{said}"], "error", [(f"x{said}", False)]
    return result


@settings(deadline=None, max_examples=60)
@given(hostile)
def test_whatever_a_student_writes_the_page_keeps_its_structure(said: str) -> None:
    html = pages().page(everywhere(said))
    html.encode("utf-8")
    found = Page(html)
    assert found.open == []
    assert without_colours(found.tags) == plain_structure()
    assert "\x00" not in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)


@cache
def plain_structure() -> list[str]:
    return without_colours(Page(pages().page(everywhere(""))).tags)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_on_a_page_can_run_or_load(attack: str) -> None:
    found = Page(pages().page(everywhere(attack)))
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "base", "form", "input"}
    assert not [name for _, given in found.tags for name in given if name.startswith("on")]
    assert all(re.match(r"data:image/(png|jpeg);base64,", s) for s in found.attributes("src"))
    assert not [href for href in found.attributes("href") if not re.match("#|https?://", href)]


def test_the_policy_forbids_scripts_and_names_the_only_style() -> None:
    html = pages().page(student())
    found = Page(html)
    policies = [
        given["content"]
        for tag, given in found.tags
        if tag == "meta" and given.get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    ]
    assert html.index("Content-Security-Policy") < html.index("<style>")
    assert found.attributes("style") == [], "the policy would drop them"


def test_each_exercise_has_its_card_below_its_last_cell() -> None:
    result = student()
    for index, cell in enumerate(result.notebook["cells"]):
        if cell["metadata"]["course"].get("exercise") == "neuron":
            second = copy.deepcopy(cell)
            second["source"] = "def neuron(): 'again'"
            result.notebook["cells"].insert(index + 1, second)
            break
    html = pages().page(result)
    for one, following in zip(result.exercises, [*result.exercises[1:], None], strict=True):
        start = html.index(f'id="exercise-{one.exercise}"')
        end = html.index(f'id="exercise-{following.exercise}"') if following else len(html)
        part = html[start:end]
        assert part.count('<section class="card') == 1
        assert f'aria-label="Result of {one.exercise}"' in part
        assert part.index("input_area") < part.index('<section class="card')
        if one.exercise == "neuron":
            assert part.index("again") < part.index('<section class="card')


def test_every_link_within_the_page_leads_somewhere() -> None:
    found = Page(pages().page(student()))
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    inner = [href[1:] for href in found.attributes("href") if href.startswith("#")]
    assert len(inner) == 20 and set(inner) <= set(ids)


def test_headings_do_not_skip_a_level() -> None:
    levels = [int(tag[1]) for tag, _ in Page(pages().page(student())).tags if tag in HEADINGS]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in zip(levels, levels[1:], strict=False))


HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}


def with_neuron(one: ExerciseResult) -> Result:
    """A student of whose exercises only this one was graded."""
    return dataclasses.replace(student(), exercises=[one], out_of=one.out_of)


@pytest.mark.parametrize("status", EXERCISE_STATUSES)
def test_every_state_is_said_in_words(status: Any) -> None:
    found = Page(pages().page(with_neuron(ExerciseResult("neuron", status, 0.0, 2.0))))
    said = found.text("section").split()
    assert len(said) > 5 or status in {"right", "error"}
    points = "– of 2" if status == "not graded" else "0 of 2 points"
    assert points in " ".join(said)


def test_a_card_says_why_in_the_checks_words_and_which_cases_pass() -> None:
    one = ExerciseResult(
        "neuron",
        "wrong",
        0.5,
        1.0,
        passed=[("a batch", True), ("zero bias", False)],
        message="The values differ.",
        why=["You sum.", "It is off by a factor."],
        mistake="You sum.",
    )
    found = Page(pages().page(with_neuron(one)))
    said = " ".join(found.text("section").split())
    assert said == (
        "◐ Partly right 0.5 of 1 point Why: You sum. Why: It is off by a factor. "
        "The values differ. 1 of 2 hidden cases pass: ✓ a batch: passes ✗ zero bias: fails"
    )


def test_the_labs_cells_are_folded_and_say_if_they_did_not_run() -> None:
    result = student(ability=9)
    found = Page(pages().page(result))
    folded = " ".join(found.text("details").split())
    assert "Now let it look at flowers" in folded
    assert "Not run when grading" in folded
    assert "Write the step function" not in folded
    open_text = " ".join(
        "".join(text for tags, text in found.texts if "details" not in tags).split()
    )
    assert "Write the step function" in open_text
    assert "Now let it look at flowers" not in open_text


def test_formulas_of_the_lab_are_drawn_and_those_of_a_student_are_text() -> None:
    found = Page(pages().page(with_own(text("My $x^2$ and *this*"))))
    assert "math" in {tag for tag, _ in found.tags}
    assert "My $x^2$ and *this*" in found.text()


def test_text_of_the_lab_that_a_student_changed_is_theirs() -> None:
    result = student()
    for cell in result.notebook["cells"]:
        if cell["cell_type"] == "markdown" and "Exercise 1:" in cell["source"]:
            cell["source"] += "\n<b>mine</b>"
    html = pages().page(result)
    assert "&lt;b&gt;mine&lt;/b&gt;" in html
    assert 'id="exercise-heaviside"' in html


def test_outputs_are_text_and_pictures_that_are_pictures() -> None:
    png = made_up_class.png()
    kept = shown_outputs(
        [
            shown(image__png=png, text__plain="<Figure>"),
            shown(image__png="PHN2Zz4=", text__plain="as text"),
            shown(text__html="<b>x</b>"),
            shown(application__javascript="alert()"),
            {"output_type": "stream", "name": "stdout", "text": ["1/2 ━ 1s\r", "2/2 ━ 2s\n"]},
            {"output_type": "unknown"},
        ]
    )
    assert [output.kind for output in kept] == ["picture", "result", "stdout"]
    assert kept[0].picture and kept[0].picture.source.startswith("data:image/png;base64,")
    assert kept[1].text == "as text"
    assert kept[2].text == "2/2 ━ 2s"


def test_very_many_and_very_long_outputs_are_cut() -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}
    html = pages().page(with_own(code("1", *[stream] * 100)))
    assert "980000 more characters are left out" in html
    assert "60 more outputs are left out." in html


def test_very_many_cells_of_a_students_own_are_cut() -> None:
    html = pages().page(with_own(*[code("x = 1\n" * 3_000)] * 100))
    assert html.count("The cells from here on are left out.") == 1
    assert html.count("Your own cell") < 20


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/png", "not base64!"),
        ("image/png", base64.b64encode(b"<svg onload=alert(1)>").decode()),
        ("image/svg+xml", made_up_class.png()),
        ("image/jpeg", made_up_class.png()),
        ("image/png", made_up_class.png()[:80]),
        ("image/png", made_up_class.png() + '"><script>'),
        ("image/png", None),
        ("image/png", ["a"]),
    ],
)
def test_what_is_no_picture_is_not_shown(kind: str, data: object) -> None:
    assert picture(kind, data) is None


def test_a_picture_that_pretends_to_be_enormous_is_not_shown() -> None:
    stream = io.BytesIO()
    Image.new("1", (6000, MOST_PIXELS // 6000 + 1)).save(stream, "PNG")
    assert picture("image/png", base64.b64encode(stream.getvalue()).decode()) is None


def test_jpeg_and_wrapped_base64_are_pictures() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (30, 20)).save(stream, "JPEG")
    found = picture("image/jpeg", base64.encodebytes(stream.getvalue()).decode())
    assert found is not None
    assert (found.width, found.height, found.kind) == (30, 20, "JPEG")
    assert "\n" not in found.source


@pytest.mark.parametrize("status", [*made_up_class.ENDINGS])
def test_a_submission_that_went_wrong_has_a_page_that_says_so(status: Any) -> None:
    note = made_up_class.ENDINGS[status]
    result = Result("Ada", "", "", made_up_class.LAB, status=status, note=note, out_of=17.0)
    result.exercises = [ExerciseResult("neuron", "not graded", 0.0, 1.0)]
    html = pages().page(result)
    assert 'href="#exercise' not in html and "<section" not in html
    said = " ".join(Page(html).text().split())
    assert f"{status.capitalize()}. {note}" in said
    assert "Your points: not decided yet" in said
    assert "1 exercise could not be checked and is listed for your instructor" in said


def test_pages_of_a_whole_class_are_well_formed_and_name_their_student() -> None:
    for result in made_up_class.students(25, seed=4):
        found = Page(pages().page(result))
        assert found.open == []
        assert result.student in found.text("title")
        assert {given.get("lang") for tag, given in found.tags if tag == "html"} == {"en"}
        assert all(given.get("alt") for tag, given in found.tags if tag == "img")


def test_a_notebook_as_nbformat_stores_it_gives_the_same_page() -> None:
    result = student()
    split = copy.deepcopy(result)
    split.notebook = nbformat.v4.rwbase.split_lines(nbformat.from_dict(split.notebook))
    assert isinstance(split.notebook["cells"][0]["source"], list)
    assert pages().page(split) == pages().page(result)


@given(hostile)
def test_clean_text_can_be_written_and_shows_what_it_holds(said: str) -> None:
    kept = clean(said)
    kept.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", kept)
    assert "\n" not in line(said) and len(line(said)) <= 300


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(scheme: str) -> None:
    """At least 4.5 : 1, Web Content Accessibility Guidelines 2.2, criterion 1.4.3."""
    colours: dict[str, str] = {}
    for sheet in (page.TEMPLATES / "page.css", grading_page.TEMPLATES / "grading.css"):
        light, _, dark = sheet.read_text("utf-8").partition("prefers-color-scheme")
        for part in [light] if scheme == "light" else [light, dark]:
            colours |= dict(re.findall(r"--(\w+): (#\w+)", part))
    inks = {"ink", "soft", "link"}
    code_inks = {"ink", "soft", "red", "navy", "blue", "purple", "green", "yellow", "cyan"}
    pairs = [(ink, "paper") for ink in inks | {"good", "bad", "calm"}]
    pairs += [(ink, "card") for ink in ("ink", "good", "bad", "calm")]
    pairs += [(ink, "tint") for ink in code_inks] + [("ink", "alert")]
    for ink, ground in pairs:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_table_of_points_says_why_each_is_missing() -> None:
    wrong = ExerciseResult("neuron", "wrong", 0.0, 1.0, passed=[("a", True), ("b", False)])
    wrong.message, wrong.mistake = "Its values are not right.", "The bias is missing."
    page = Page(pages().page(with_neuron(wrong)))
    assert "neuron✗ Not right0 of 1The bias is missing." in page.text("tbody")
    said = " ".join(page.text("section").split())
    assert "1 of 2 hidden cases pass; the points are for all of them together:" in said


def test_the_page_says_what_was_graded_with_what() -> None:
    result = dataclasses.replace(
        student(),
        **{"origin": "prof-smith/ada/p.ipynb", "digest": "ab" * 32, "graded_on": "2026-03-12"},
        **{"handed_in": "2026-03-11T23:05:00", "lab_version": "0123456789ab", "seed": 5},
        notes=["gates: its answer was found in cell 7 of prof-smith/ada/p.ipynb."],
    )
    html = pages().page(result)
    text = Page(html).text("main")
    for said in ("ada/p.ipynb", "abababababab", "2026-03-11 23:05:00", "2026-03-12"):
        assert said in text
    assert "lab 0123456789ab, seed 5" in text and "found in cell 7" in text
    assert "prof-smith" not in html


def test_what_could_not_be_graded_is_not_nothing_of_so_many() -> None:
    result = student()
    result.status, result.points = "unreadable", 0.0
    for one in result.exercises:
        one.status, one.points = "not graded", 0.0
    assert "Your points: not decided yet" in Page(pages().page(result)).text("main")
    result.exercises[0].status = "wrong"
    assert "Your points so far: 0 of" in Page(pages().page(result)).text("main")


def test_no_place_on_the_graders_machine_is_on_a_page() -> None:
    trace = [f'File "{sys.prefix}/lib/x.py"', f"{ROOT}/course_utils/y.py", f"{Path.home()}/z.txt"]
    error = {"output_type": "error", "ename": "E", "evalue": "", "traceback": trace}
    html = pages().page(with_own(code("1", error)))
    for place in (sys.prefix, str(ROOT), f"{Path.home()}/"):
        assert place not in html
    assert "python/lib/x.py" in html and "course/course_utils/y.py" in html and "~/z.txt" in html


def test_a_page_is_current_until_what_it_shows_changes(tmp_path: Path) -> None:
    result, path = student(), tmp_path / "p.html"
    path.write_text(pages().page(result), encoding="utf-8")
    assert is_current(path, dataclasses.replace(result, notebook={}, key="another"))
    assert not is_current(path, dataclasses.replace(result, comment="See me."))
