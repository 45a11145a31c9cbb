"""One submission from file to result: what its answers earn, and that nothing else costs them."""

import copy
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils.exercises.failure import Failure
from course_utils.exercises.observe import MODEL, VALUE, Observation
from course_utils.grading.hidden.hidden import Drawing, HiddenLab
from course_utils.grading.intake.submissions import Submission
from course_utils.grading.protocol.endings import Crashed
from course_utils.grading.protocol.models import PACKED
from course_utils.grading.results.results import Result
from course_utils.grading.run import attempt, engine
from course_utils.grading.run.attempt import Unavailable
from course_utils.grading.run.engine import grade
from tests.support import sample_lab
from tests.support.fake_kernels import FakeKernels, FakeSession
from tests.support.small_class import COUNTER, RIGHT, SCALE, SLOPE


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> HiddenLab:
    root = tmp_path_factory.mktemp("course")
    sample_lab.write(root)
    with Drawing(sample_lab.NAME, 7, root) as drawn:
        return drawn.result()


Hand = Callable[..., Result]


@pytest.fixture
def kernels() -> FakeKernels:
    return FakeKernels()


@pytest.fixture
def hand_in(lab: HiddenLab, kernels: FakeKernels, tmp_path: Path) -> Hand:
    """Grade the released notebook with some answers in it, and changed by `change`."""

    def hand(
        change: Callable[[NotebookNode], None] = lambda notebook: None, **answers: str
    ) -> Result:
        notebook = copy.deepcopy(lab.released)
        for cell in notebook.cells:
            cell.source = answers.get(cell.id.removeprefix("exercise-"), cell.source)
        change(notebook)
        return grade(submission(tmp_path, nbformat.writes(notebook)), lab, kernels)

    return hand


def submission(folder: Path, content: str, **changes: Any) -> Submission:
    path = folder / "ada.ipynb"
    path.write_text(content)
    digest = hashlib.sha256(content.encode()).hexdigest()
    fields = {"student": "Ada", "slug": "ada", "path": path, "origin": "ada.ipynb"}
    return Submission(**{**fields, "digest": digest, **changes})


def statuses(result: Result) -> dict[str, str]:
    return {one.exercise: one.status for one in result.exercises}


def own_cell(source: str, after: str) -> Callable[[NotebookNode], None]:
    """Put a cell of the student's own behind an exercise's."""

    def change(notebook: NotebookNode) -> None:
        place = next(i for i, cell in enumerate(notebook.cells) if cell.id == f"exercise-{after}")
        notebook.cells.insert(place + 1, new_code_cell(source))

    return change


def test_everything_right_earns_everything(hand_in: Hand, lab: HiddenLab) -> None:
    result = hand_in(**RIGHT)
    assert statuses(result) == dict.fromkeys(RIGHT, "right")
    assert (result.points, result.out_of, result.status) == (5, 5, "graded")
    assert (result.review, result.note) == ([], "")
    assert [len(one.passed) for one in result.exercises] == [2, 1, 2]


def test_an_untouched_notebook_is_empty_and_needs_no_kernel(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    result = hand_in()
    assert statuses(result) == dict.fromkeys(RIGHT, "unattempted")
    assert (result.status, result.points, result.out_of) == ("empty", 0, 5)
    assert kernels.log == []
    assert result.notebook["cells"]


def test_partly_right_earns_part(hand_in: Hand) -> None:
    result = hand_in(scale=SCALE, slope=SLOPE.replace("3.0, 1.0", "2.0, 1.0"))
    assert statuses(result) == {"scale": "right", "slope": "wrong", "Counter": "unattempted"}
    assert result.points == 1
    assert result.exercises[1].message == "On the case 'your answer': Its values are not right."


USES_SCALE = COUNTER.replace("values / values.max()", "scale(values)")


@pytest.mark.parametrize(
    ("scale", "status"),
    [
        (SCALE.replace("max", "sum"), "wrong"),
        (SCALE.replace("values / ", "3 + None + "), "error"),
        (SCALE.replace("def scale", "def scale scale"), "error"),
        (SCALE.replace("    return", "    hang()\n    return"), "not graded"),
        (SCALE.replace("    return", "    crash()\n    return"), "not graded"),
        ("hang()\n" + SCALE.replace("max", "sum"), "not graded"),
        (None, "unattempted"),
    ],
)
def test_an_error_is_not_carried_forward(
    hand_in: Hand, kernels: FakeKernels, scale: str | None, status: str
) -> None:
    """A right answer that calls one that is wrong, does not parse or never ends."""
    answers = {"scale": scale} if scale is not None else {}
    result = hand_in(slope=SLOPE, Counter=USES_SCALE, **answers)
    assert statuses(result) == {"scale": status, "slope": "right", "Counter": "right"}
    assert result.points == 4
    counter = result.exercises[2]
    assert counter.carried == ["scale"]
    assert counter.message == "Right by itself; your `scale` is not."
    assert kernels.log.count("asked scale") <= 1


def test_an_answer_that_is_wrong_itself_stays_so(hand_in: Hand) -> None:
    wrong = USES_SCALE.replace("self.count += 1", "self.count += 2")
    result = hand_in(scale=SCALE.replace("max", "sum"), Counter=wrong)
    assert statuses(result)["Counter"] == "wrong"
    assert result.exercises[2].carried == []
    assert result.points == 0


def test_the_solved_cell_helps_no_answer_but_those_that_call_it(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    """Nor does what is wrong by itself get the solution of the very exercise that is asked."""
    result = hand_in(scale=SCALE.replace("max", "sum"), Counter="Counter = scale\n")
    assert result.points == 0
    assert not [line for line in kernels.log if "BEGIN SOLUTION" in line]


def test_an_endless_answer_is_asked_once(hand_in: Hand, kernels: FakeKernels) -> None:
    endless = SCALE.replace("    return", "    hang()\n    return")
    hand_in(scale=endless, Counter=USES_SCALE)
    asked = [line for line in kernels.log if line.startswith("asked")]
    assert asked == ["asked scale", "asked Counter"]


def test_demonstrations_are_left_out(hand_in: Hand, kernels: FakeKernels) -> None:
    hand_in(**RIGHT)
    assert not [line for line in kernels.log if line.startswith("counter = Counter()")]
    assert kernels.log.count("started") == 1
    assert kernels.log[-1] == "closed"


def test_a_name_from_a_cell_left_out_is_a_reason_to_run_it(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    """The name is put together, so no reader of the code can tell that it is needed."""

    def change(notebook: NotebookNode) -> None:
        notebook.cells.append(new_code_cell("print(eval('coun' + 'ter').count)"))

    result = hand_in(change, **RIGHT)
    assert kernels.log.count("started") == 2
    assert result.points == 5


def test_a_name_that_is_missed_when_asked_is_a_reason_too(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    scale = SCALE.replace("values.max()", "eval('coun' + 'ter').count * values.max()")
    result = hand_in(scale=scale, Counter=COUNTER)
    assert kernels.log.count("started") == 2
    assert statuses(result)["Counter"] == "right"


def test_a_name_that_nothing_defines_is_none(hand_in: Hand, kernels: FakeKernels) -> None:
    result = hand_in(scale=SCALE.replace("values.max()", "largest"))
    assert kernels.log.count("started") == 1
    assert statuses(result)["scale"] == "error"
    assert result.exercises[0].message == "It raised NameError on the case 'three numbers'."


def test_a_cell_that_raises_before_its_answer(hand_in: Hand) -> None:
    result = hand_in(slope=f"1 / 0\n{SLOPE}")
    assert statuses(result)["slope"] == "error"
    assert result.exercises[1].message.endswith("ZeroDivisionError: division by zero")


def test_an_answer_that_ends_the_kernel_costs_itself_only(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    result = hand_in(**(RIGHT | {"scale": SCALE.replace("    return", "    crash()\n    return")}))
    assert statuses(result) == {"scale": "not graded", "slope": "right", "Counter": "right"}
    assert (result.points, result.status) == (4, "crashed")
    assert result.note == (
        "The notebook's process ended itself (exit code 1): scale, on the hidden cases."
    )
    assert result.review[0] == result.note
    assert kernels.log.count("started") == 2
    assert kernels.log.count("asked scale") == 1


def test_a_cell_that_ends_the_kernel_costs_its_exercise_only(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    result = hand_in(**(RIGHT | {"slope": f"crash()\n{SLOPE}"}))
    assert statuses(result) == {"scale": "right", "slope": "not graded", "Counter": "right"}
    assert result.exercises[1].message == "The notebook's process ended itself (exit code 1)."
    assert result.note.endswith(": the cell of slope.")
    assert kernels.log.count("crash()") == 1


def test_a_cell_of_ones_own_that_ends_the_kernel_costs_nothing(hand_in: Hand) -> None:
    result = hand_in(own_cell("crash()", after="scale"), **RIGHT)
    assert (result.points, result.status) == (5, "crashed")
    assert result.note.endswith(": a cell of the student's own.")


def test_a_cell_that_hangs_is_left_and_its_answer_still_asked(
    hand_in: Hand, kernels: FakeKernels
) -> None:
    result = hand_in(own_cell("hang()", after="scale"), **RIGHT)
    assert (result.points, result.status) == (5, "timed out")
    assert kernels.log.count("started") == 1


def test_an_answer_that_hangs_costs_itself_only(hand_in: Hand, kernels: FakeKernels) -> None:
    result = hand_in(**(RIGHT | {"scale": SCALE.replace("    return", "    hang()\n    return")}))
    assert statuses(result) == {"scale": "not graded", "slope": "right", "Counter": "right"}
    assert kernels.log.count("started") == 1


@pytest.mark.parametrize("name", ["Missing", "Inconsistent", "NoData", "TooLarge"])
def test_an_exception_of_ones_own_is_an_error_whatever_its_name(hand_in: Hand, name: str) -> None:
    own = f"class {name}(Exception):\n    pass\n\n"
    raises = SCALE.replace("    return", f"    raise {name}('no')\n    return")
    result = hand_in(scale=own + raises)
    assert statuses(result)["scale"] == "error"
    assert result.exercises[0].message == "It raised an exception on the case 'three numbers'."


def test_a_cell_that_hangs_before_its_answer_is_not_graded(hand_in: Hand) -> None:
    result = hand_in(slope=f"hang()\n{SLOPE}")
    assert statuses(result)["slope"] == "not graded"


def test_restarts_are_bounded(hand_in: Hand, kernels: FakeKernels) -> None:
    def change(notebook: NotebookNode) -> None:
        for _ in range(9):
            own_cell("crash()", after="scale")(notebook)

    result = hand_in(change, **RIGHT)
    assert kernels.log.count("started") == attempt.SANDBOXES
    assert statuses(result) == dict.fromkeys(RIGHT, "not graded")
    assert "used up" in result.exercises[0].message


@pytest.mark.parametrize(
    "line", ["raise MemoryError", "raise BlockingIOError(11, 'again')", "raise OSError(28, 'full')"]
)
def test_a_limit_of_the_sandbox_is_for_a_person(hand_in: Hand, line: str) -> None:
    scale = SCALE.replace("    return", f"    {line}\n    return")
    result = hand_in(**(RIGHT | {"scale": scale}))
    assert statuses(result)["scale"] == "error"
    assert result.status == "graded"
    assert len(result.review) == 1
    assert result.review[0].startswith("A limit of the sandbox was met: scale raised")
    assert "limit" in hand_in(slope=f"{line}\n{SLOPE}").review[0]


def test_a_name_that_stands_nowhere(hand_in: Hand, lab: HiddenLab) -> None:
    def without(notebook: NotebookNode) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id != "exercise-scale"]

    result = hand_in(without, slope=SLOPE)
    assert statuses(result) == {"scale": "missing", "slope": "right", "Counter": "unattempted"}


def test_the_notebook_shows_what_was_executed(hand_in: Hand) -> None:
    result = hand_in(own_cell("print(1)", after="scale"), scale=SCALE)
    nbformat.validate(nbformat.from_dict(result.notebook))
    by_id = {cell["id"]: cell for cell in result.notebook["cells"]}
    answer = by_id["exercise-scale"]
    assert answer["metadata"]["course"] == {
        "role": "answer",
        "exercise": "scale",
        "own": True,
        "needed": True,
    }
    assert answer["execution_count"]
    extra = [c for c in by_id.values() if c["metadata"]["course"]["role"] == "extra"]
    assert [cell["source"] for cell in extra] == ["print(1)"]


@pytest.mark.parametrize(
    ("content", "status"),
    [("no notebook", "unreadable"), ('{"cells": [], "nbformat": 4, "metadata": {}}', "empty")],
)
def test_a_file_that_is_no_notebook(
    lab: HiddenLab, kernels: FakeKernels, tmp_path: Path, content: str, status: str
) -> None:
    result = grade(submission(tmp_path, content), lab, kernels)
    assert (result.status, result.points, result.out_of) == (status, 0, 5)
    assert result.note
    assert len(result.exercises) == 3
    assert bool(result.review) == (status == "unreadable")


def test_a_submission_with_a_problem_is_not_opened(
    lab: HiddenLab, kernels: FakeKernels, tmp_path: Path
) -> None:
    handed = submission(tmp_path, "", path=tmp_path / "nowhere", problem="Two notebooks.")
    result = grade(handed, lab, kernels)
    assert (result.status, result.note, result.review) == (
        "unreadable",
        "Two notebooks.",
        ["Two notebooks."],
    )


def test_a_fault_of_the_graders_own_costs_one_submission(
    hand_in: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(engine, "rebuild", fault)
    result = hand_in(**RIGHT)
    assert (result.status, result.points) == ("not graded", 0)
    assert "RuntimeError" in result.review[0]
    assert "a bug" in result.review[0]
    assert statuses(result) == dict.fromkeys(RIGHT, "not graded")


def test_no_kernels_is_no_result(hand_in: Hand, kernels: FakeKernels) -> None:
    kernels.close()
    with pytest.raises(Unavailable, match="no kernels"):
        hand_in(**RIGHT)


def test_kernels_that_run_out_half_way_are_no_result(lab: HiddenLab, tmp_path: Path) -> None:
    notebook = copy.deepcopy(lab.released)
    for cell in notebook.cells:
        cell.source = {"exercise-scale": f"crash()\n{SCALE}"}.get(cell.id, cell.source)
    with pytest.raises(Unavailable):
        grade(submission(tmp_path, nbformat.writes(notebook)), lab, FakeKernels(after=1))


def test_data_that_cannot_be_compared_is_wrong(
    hand_in: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hostile(self: FakeSession, exercise: str, cases: list[object]) -> list[Observation]:
        return [Observation(VALUE, (10**4_500, 1.0)) for _ in cases]

    monkeypatch.setattr(FakeSession, "observe", hostile)
    result = hand_in(slope=SLOPE)
    assert statuses(result)["slope"] == "wrong"
    assert result.points == 0


# Models.

MODEL_DATA = {
    "kind": PACKED,
    "config": np.frombuffer(b"{}", dtype=np.uint8),
    "weights": [],
    "steps": 0,
    "problem": "",
}


@pytest.fixture
def modelled(hand_in: Hand, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Grade answers all of which are observed as packed models."""

    def hand(rebuild: Callable[..., Any]) -> Result:
        monkeypatch.setattr(
            FakeSession,
            "observe",
            lambda self, name, cases: [Observation(MODEL, MODEL_DATA) for _ in cases],
        )
        monkeypatch.setattr(FakeSession, "rebuild", rebuild)
        return hand_in(**RIGHT)

    return hand


def test_models_are_rebuilt_in_a_session_of_their_own(
    modelled: Callable[..., Result], kernels: FakeKernels
) -> None:
    rooms: list[FakeSession] = []

    def rebuild(self: FakeSession, model: Any, inputs: Any, seed: int) -> Any:
        rooms.append(self)
        return 3.0

    result = modelled(rebuild)
    assert len(rooms) == 5
    assert len(set(map(id, rooms))) == 1
    assert kernels.log.count("started") == 2
    assert kernels.log.count("closed") == 2
    assert set(statuses(result).values()) == {"wrong"}


def test_a_model_that_is_not_rebuilt_is_for_a_person(modelled: Callable[..., Result]) -> None:
    result = modelled(lambda self, model, inputs, seed: Failure("ValueError", "no such layer"))
    assert set(statuses(result).values()) == {"not graded"}
    assert "no such layer" in result.review[0]


def test_a_model_that_ends_its_sandbox_is_for_a_person(
    modelled: Callable[..., Result], kernels: FakeKernels
) -> None:
    def rebuild(self: FakeSession, model: Any, inputs: Any, seed: int) -> Any:
        raise Crashed("It asked for too much memory.")

    result = modelled(rebuild)
    assert set(statuses(result).values()) == {"not graded"}
    assert "too much memory" in result.review[0]
    assert kernels.log.count("started") == kernels.log.count("closed") == 4


# What is put before a person, and costs nothing by itself.


def reasons(result: Result) -> str:
    return " ".join(result.review)


def test_all_answers_that_fail_with_one_error_are_looked_at(hand_in: Hand) -> None:
    broken = {name: source.replace("values.max()", "gone") for name, source in RIGHT.items()}
    result = hand_in(**broken | {"slope": "gone\n" + SLOPE})
    assert "All 3 answers fail with one and the same error, NameError: name 'gone'" in reasons(
        result
    )
    assert hand_in(**RIGHT | {"scale": broken["scale"]}).review == []


def test_a_newer_python_than_this_one_is_looked_at(hand_in: Hand) -> None:
    def newer(notebook: NotebookNode) -> None:
        notebook.metadata.language_info["version"] = "9.1.2"

    result = hand_in(newer, **RIGHT | {"slope": "match slope into 3\n" + SLOPE})
    assert "does not parse with Python 3." in reasons(result)
    assert "made with Python 9.1, where it may be right" in reasons(result)
    assert hand_in(newer, **RIGHT).review == []


def test_another_release_of_the_lab_is_looked_at(hand_in: Hand) -> None:
    def older(notebook: NotebookNode) -> None:
        notebook.metadata.course["source"] = "0" * 64

    result = hand_in(older, **RIGHT)
    assert result.points == 5
    assert "another release of the lab" in reasons(result)


def test_right_on_the_card_and_wrong_in_the_grade_is_looked_at(hand_in: Hand) -> None:
    def with_card(notebook: NotebookNode) -> None:
        cell = next(cell for cell in notebook.cells if cell.id == "exercise-scale")
        text = "[Right: scale]\n  1 point; all 2 cases pass."
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": text})]

    result = hand_in(with_card, **RIGHT | {"scale": SCALE.replace("max", "sum")})
    assert result.points == 4
    assert "Right on the notebook's own card, and not right here: scale." in result.review
    assert hand_in(with_card, **RIGHT).review == []
