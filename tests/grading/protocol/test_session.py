"""A session: cells run as in Jupyter, answers are kept and observed, limits of time hold."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from course_utils.common.errors import CourseError
from course_utils.common.paths import ROOT
from course_utils.exercises import Case
from course_utils.exercises.exercise import Call, Fixture, Get, Metric
from course_utils.grading.kernels.kernels import Kernels
from course_utils.grading.protocol import endings
from course_utils.grading.protocol.endings import TimedOut
from course_utils.grading.protocol.models import PACKED
from course_utils.grading.protocol.session import Session
from course_utils.grading.sandbox.limits import Limits
from course_utils.grading.sandbox.processes import descendants
from tests.support.sandboxed import kernels, needs_sandbox

pytestmark = [pytest.mark.slow, needs_sandbox]


@pytest.fixture
def session() -> Iterator[Session]:
    with kernels().start() as started:
        yield started


def shown(session: Session, source: str) -> list[str]:
    """What a cell shows, as text."""
    outputs = session.run(source).outputs
    return [output.get("text") or output["data"]["text/plain"] for output in outputs]


def test_a_cell_prints_and_shows_its_last_value(session: Session) -> None:
    assert shown(session, "print('a'); print('b')\n1 + 1") == ["a\nb\n", "2"]
    assert shown(session, "_ + 1") == ["3"]
    assert shown(session, "3;") == []


def test_output_past_sys_stdout_is_kept_too(session: Session) -> None:
    source = "import os, sys, subprocess\nos.write(2, b'raw')\nsubprocess.run(['echo', 'sub'])\n0;"
    result = session.run(source)
    assert {(output["name"], output["text"]) for output in result.outputs} == {
        ("stderr", "raw"),
        ("stdout", "sub\n"),
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", ["awaited\n"]),
        ("%%capture kept\nprint('x')", []),
        ("!echo from a shell", ["from a shell\n"]),
        ("x = !echo a list\nlist(x)", ["['a list']"]),
        ("%%bash\necho bash", ["bash\n"]),
        ("from IPython.display import display\ndisplay(1)\ndisplay(2)", ["1", "2"]),
        ("h = display('old', display_id=True)\nh.update('new')", ["'new'"]),
        (
            "from IPython.display import clear_output\nprint('a'); clear_output(); print('b')",
            ["b\n"],
        ),
        ("for i in range(3):\n    print(f'\\r{i}', end='')", ["2"]),
        (
            "from IPython.display import HTML\nHTML('<b>x</b>')",
            ["<IPython.core.display.HTML object>"],
        ),
        ("%matplotlib qt", []),
    ],
)
def test_what_jupyter_can_do(session: Session, source: str, expected: list[str]) -> None:
    assert shown(session, source) == expected


def test_magics_time_and_widgets_do_not_fail(session: Session) -> None:
    source = "import ipywidgets\n%timeit -n1 -r1 1 + 1\nipywidgets.interact(lambda x: None, x=3);"
    result = session.run(source)
    assert result.error is None
    assert "loop" in result.outputs[0]["text"]


def test_figures_come_as_png_and_nothing_else(session: Session) -> None:
    result = session.run(
        "import matplotlib.pyplot as plt\nplt.plot([1]); plt.show(); plt.plot([2]);"
    )
    assert [list(output["data"]) for output in result.outputs] == [["text/plain", "image/png"]] * 2


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def f(:", "SyntaxError"),
        ("input('?')", "EOFError"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        # IPython wants its text, so it is this error that is told.
        ("class E(BaseException):\n    def __str__(self): 1 / 0\nraise E", "ZeroDivisionError"),
    ],
)
def test_an_error_is_reported_and_the_session_goes_on(
    session: Session, source: str, kind: str
) -> None:
    result = session.run(source)
    assert result.error is not None and result.error.kind == kind
    assert shown(session, "'on'") == ["'on'"]


def test_an_error_has_the_students_own_line_and_is_shown(session: Session) -> None:
    result = session.run("def f():\n    return 1 / 0\n\nf()")
    assert result.error is not None
    assert (result.error.line, result.error.lineno) == ("return 1 / 0", 2)
    assert result.outputs[-1]["output_type"] == "error"
    assert not any("inside.py" in line for line in result.outputs[-1]["traceback"])


def test_a_failing_command_of_pip_ends_soon(session: Session) -> None:
    said = " ".join(shown(session, "%pip install nothing-of-this-name"))
    assert "nothing-of-this-name" in said
    assert "Retrying" not in said


def test_the_notebooks_lab_checks_nothing(session: Session) -> None:
    source = """
        from course_utils.lab import Lab
        lab = Lab("01_perceptron")
        lab.needs("anything")
        lab.check("no exercise", 3)
        lab.hint("x")
        lab.progress()
    """
    result = session.run(textwrap.dedent(source))
    assert (result.outputs, result.error) == ([], None)


def test_each_session_begins_afresh_and_alike() -> None:
    source = (
        "import random, numpy\n(random.random(), numpy.random.rand(), hash('a'), 'x' in globals())"
    )
    seen = []
    for _ in range(2):
        with kernels().start() as session:
            seen += shown(session, source)
            session.run("x = 1; import sys; sys.path.append('mine'); open('left', 'w').close()")
            assert shown(session, "import os; os.listdir('.')")[0].count("left") == 1
    assert seen[0] == seen[1]
    with kernels().start() as session:
        assert shown(
            session, "import os, sys; ('left' in os.listdir('.'), 'mine' in sys.path)"
        ) == ["(False, False)"]


def test_answers_are_kept_as_they_were_even_if_the_cell_raised(session: Session) -> None:
    result = session.run(
        "w = [1.0, 2.0]\nf = abs\nraise ValueError", {"w": "w", "pair": "(w, f(-3))"}
    )
    assert result.error is not None and result.missing == {}
    session.run("w.append(3.0); del f")
    assert session.observe("w", [Case("it")])[0].value == [1.0, 2.0]
    assert session.observe("pair", [Case("it")])[0].value == ([1.0, 2.0], 3)


def test_a_missing_answer_is_named_with_its_reason(session: Session) -> None:
    result = session.run("a = 1", {"a": "a", "b": "b", "c": "a.nothing"})
    assert {name: error.kind for name, error in result.missing.items()} == {
        "b": "NameError",
        "c": "AttributeError",
    }
    (seen,) = session.observe("b", [Case("it")])
    assert seen.error is not None and seen.error.kind == endings.MISSING


def test_a_later_failure_does_not_take_an_answer_away(session: Session) -> None:
    session.run("a = 1", {"a": "a"})
    assert session.run("del a", {"a": "a"}).missing
    assert session.observe("a", [Case("it")])[0].value == 1


def test_functions_classes_and_fixtures_are_observed(session: Session) -> None:
    source = """
        class Counter:
            def __init__(self, start): self.n = start
            def add(self, k): self.n += k

        def double(x):
            x *= 2
            print("doubling")
            return x

        def apply(f, x): return f(x)
    """
    names = {"Counter": "Counter", "double": "double", "apply": "apply"}
    assert session.run(textwrap.dedent(source), names).missing == {}
    (counted,) = session.observe("Counter", [Case("c", 1, steps=[Call("add", 2), Get("n")])])
    assert (counted.kind, counted.value) == ("class", [None, 3])
    cases = [Case("a", np.arange(2.0)), Case("b", 4)]
    doubled = session.observe("double", cases)
    np.testing.assert_array_equal(doubled[0].value, [0.0, 2.0])
    np.testing.assert_array_equal(doubled[0].changed["0"], [0.0, 2.0])
    assert (doubled[1].value, doubled[1].printed) == (8, "doubling\n")
    (applied,) = session.observe("apply", [Case("a", Fixture("cube"), 2.0)])
    assert float(applied.value) == 8.0


def test_an_answer_that_raises_is_an_observation(session: Session) -> None:
    session.run("def f(x): raise SystemExit('no')", {"f": "f"})
    (seen,) = session.observe("f", [Case("a", 1)])
    assert seen.error is not None and (seen.error.kind, seen.error.message) == ("SystemExit", "no")


INCONSISTENT = {
    "counts its calls": "n += 1; return n",
    "right at first only": "n += 1; return x if n < 3 else 0",
    "raises the second time": "n += 1; assert n < 3; return x",
    "remembers the order": "n, y = x, n; return y",
}


@pytest.mark.parametrize("name", INCONSISTENT)
def test_an_answer_that_differs_the_second_time_is_inconsistent(
    session: Session, name: str
) -> None:
    session.run(f"n = 0\ndef f(x):\n    global n\n    {INCONSISTENT[name]}", {"f": "f"})
    seen = session.observe("f", [Case("a", 1), Case("b", 2)])
    assert any(one.error is not None and one.error.kind == endings.INCONSISTENT for one in seen)


def test_an_answer_from_the_global_generator_is_consistent(session: Session) -> None:
    session.run("import numpy as np\ndef f(n): return np.random.normal(size=n)", {"f": "f"})
    (seen,) = session.observe("f", [Case("a", 3)])
    assert seen.error is None and seen.value.shape == (3,)


def test_the_labels_of_a_metric_stay_outside(session: Session) -> None:
    source = """
        import sys
        def f(x):
            frame, found = sys._getframe(), []
            while frame:
                case = frame.f_locals.get("case")
                found += [case.metric.target] if getattr(case, "metric", None) else []
                frame = frame.f_back
            return [str(item) for item in found]
    """
    session.run(textwrap.dedent(source), {"f": "f"})
    case = Case("a", np.zeros(2), metric=Metric("accuracy", np.array([1, 0]), at_least=0.9))
    (seen,) = session.observe("f", [case])
    assert seen.value and set(seen.value) == {"None"}


def test_too_much_data_is_an_error_and_no_crash(session: Session) -> None:
    source = "import numpy as np\ndef f(n): return [np.zeros(n) for _ in range(3)]"
    session.run(source, {"f": "f"})
    seen = session.observe("f", [Case("a", 3 * 2**20), Case("b", 3)])
    assert [one.error and one.error.kind for one in seen] == [endings.TOO_LARGE, None]


def test_a_keras_answer_crosses_packed_and_is_rebuilt_in_a_clean_session(
    session: Session,
) -> None:
    source = """
        import keras
        layers = [keras.layers.Input((3,)), keras.layers.Dense(2, activation="tanh")]
        model = keras.Sequential(layers)
        model.compile("sgd", "mse")
    """
    assert session.run(textwrap.dedent(source), {"model": "model"}).missing == {}
    (packed,) = session.observe("model", [Case("it")])
    assert packed.kind == "model" and "computes" not in packed.value
    with kernels().start() as clean:
        facts = clean.rebuild(packed.value)
    assert facts["layers"] == ["Dense 2 tanh"]
    assert facts["compiled"]["loss"] == "mean_squared_error"


def test_whose_weights_a_model_has_is_told_by_the_process_that_made_it(session: Session) -> None:
    source = """
        import keras
        def extended(network):
            return keras.Sequential([network, keras.layers.Dense(2)])
        def copied(network):
            return extended(keras.models.clone_model(network))
    """
    names = ("extended", "copied")
    session.run(textwrap.dedent(source), {name: name for name in names})
    case = Case("it", Fixture("dense_model", inputs=2, units=[3]), shares=True)
    own, copied = (session.observe(name, [case])[0] for name in names)
    assert own.shared == {"is": "", "weights": {"0": 9}}
    assert copied.shared == {"is": "", "weights": {"0": 0}}
    assert own.value["kind"] == copied.value["kind"] == PACKED


def test_a_model_that_cannot_be_rebuilt_is_a_failure(session: Session) -> None:
    failure = session.rebuild({"kind": "x", "config": np.zeros(3, np.uint8), "weights": []})
    assert failure.kind and failure.message


TRAINING = """
import keras, numpy as np
keras.utils.set_random_seed(7)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, activation="relu"),
                          keras.layers.Dropout(0.2), keras.layers.Dense(1)])
model.compile("adam", "mse")
x = np.random.normal(size=(64, 4))
losses = model.fit(x, x @ np.ones((4, 1)), epochs=3, verbose=0).history["loss"]
print([loss.hex() for loss in losses], (x @ x.T).sum().hex())
"""


def test_training_gives_the_same_bits_as_in_a_process_that_was_not_forked(
    session: Session,
) -> None:
    ours = shown(session, TRAINING)[-1]
    environment = {**os.environ, "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    environment |= {"CUDA_VISIBLE_DEVICES": "", "OPENBLAS_NUM_THREADS": "1"}
    program = [sys.executable, "-c", TRAINING]
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    assert ours == done.stdout
    assert ours.count("0x") == 4


def test_a_cell_that_takes_too_long_is_interrupted_and_keeps_what_it_printed() -> None:
    with _quick() as quick, quick.start() as session:
        with pytest.raises(TimedOut, match="A cell took longer than 3 s") as caught:
            session.run("y = 5\nprint('so far')\nwhile True: pass", {"y": "y"})
        assert (caught.value.limit, caught.value.alive) == ("cell", True)
        assert caught.value.result.outputs[0]["text"] == "so far\n"
        assert session.observe("y", [Case("it")])[0].value == 5

        source = "def f(x):\n    while x: pass\n    return 1\n\ng = abs"
        session.run(source, {"f": "f", "g": "g"})
        with pytest.raises(TimedOut, match="An answer took longer than 3 s"):
            session.observe("f", [Case("a", 0), Case("b", 1)])
        assert session.observe("g", [Case("a", -2)])[0].value == 2

        stubborn = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
        with pytest.raises(TimedOut) as ended:
            session.run(stubborn)
        # The second interrupt never comes: after two seconds the sandbox is ended.
        if not ended.value.alive:
            with pytest.raises(TimedOut):
                session.run("1")


def test_all_cells_together_have_a_limit_too() -> None:
    with _quick(wall=3, cell=60) as quick, quick.start() as session:
        with pytest.raises(TimedOut, match="The notebook took longer than 3 s") as caught:
            for _ in range(20):
                session.run("import time; time.sleep(0.7)")
        assert (caught.value.limit, caught.value.alive) == ("wall", False)
        assert session.seconds >= 3


def test_processor_time_has_a_limit_of_its_own() -> None:
    limits = Limits(cpu=2, memory=2**30, processes=48)
    with Kernels(limits, packages=("numpy",)) as short, short.start() as session:
        with pytest.raises(TimedOut, match="more than 2 s of processor time") as caught:
            session.run("while True: pass")
        assert not caught.value.alive


def test_the_template_has_one_thread_so_that_a_fork_of_it_is_whole() -> None:
    assert len(list(Path(f"/proc/{kernels().helper}/task").iterdir())) == 1


def test_processes_and_modules_of_the_notebooks_own_work(session: Session) -> None:
    session.run("%%writefile own.py\ndef double(x): return 2 * x")
    source = """
        import multiprocessing, own
        with multiprocessing.Pool(2) as pool:
            print(pool.map(own.double, range(4)))
    """
    assert shown(session, textwrap.dedent(source)) == ["[0, 2, 4, 6]\n"]


def test_a_forked_child_that_comes_back_from_its_cell_is_ended(session: Session) -> None:
    """It would take the next request, which is meant for its parent."""
    result = session.run("import os\nfor _ in range(3): os.fork()\nprint(0)\nraise ValueError")
    assert result.error is not None and result.error.kind == "ValueError"
    source = """
        import time
        def running(n):
            return open(f"/proc/{n}/stat").read().split()[2] != "Z"
        while sum(running(n) for n in os.listdir("/proc") if n.isdigit()) > 2: time.sleep(0.05)
    """
    assert session.run(textwrap.dedent(source)).error is None
    assert shown(session, "6 * 7") == ["42"]


def test_sessions_run_side_by_side_from_several_threads() -> None:
    def work(number: int) -> str:
        with kernels().start() as session:
            session.run(f"x = {number}\nimport time; time.sleep(0.1)")
            return shown(session, "x")[0]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(8))) == [str(number) for number in range(8)]


def _quick(wall: float = 60, cell: float = 3) -> Kernels:
    """Kernels that import next to nothing, with little time: seconds, as a busy computer takes."""
    limits = Limits(wall=wall, cell=cell, observe=cell, memory=2**30, processes=48)
    return Kernels(limits, packages=("numpy",))


def test_a_template_that_is_gone_means_no_more_kernels() -> None:
    with _quick() as quick, quick.start() as running:
        os.kill(quick.helper, signal.SIGKILL)
        with pytest.raises(CourseError, match="nothing is graded without one"):
            quick.start()
        assert shown(running, "'still here'") == ["'still here'"]


def test_closing_the_kernels_ends_what_runs_at_once() -> None:
    quick = Kernels(Limits(memory=2**30, processes=48), packages=("numpy",))
    with quick.start() as session:
        threading.Timer(0.5, quick.close).start()
        with pytest.raises(CourseError, match="The grading was stopped"):
            session.run("while True: pass")
    with pytest.raises(CourseError):
        quick.start()


def test_nothing_is_left_when_the_grading_process_is_killed() -> None:
    program = """
        import sys, time
        from course_utils.grading.kernels.kernels import Kernels
        from course_utils.grading.sandbox.limits import Limits
        kernels = Kernels(Limits(memory=2**30, processes=48), packages=("numpy",))
        session = kernels.start()
        session.run("import subprocess")
        session.run("p = subprocess.Popen(['sleep', '987654'], start_new_session=True)")
        print("ready", flush=True)
        session.run("while True: pass")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    before = _family(process.pid)
    assert len(before) >= 4  # the template, the init, the student's process and its child
    process.kill()
    process.wait()
    deadline = time.monotonic() + 100
    while (left := [pid for pid in before if _alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _family(pid: int) -> list[int]:
    return descendants(pid)[1:]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
