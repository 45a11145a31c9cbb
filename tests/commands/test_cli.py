"""The commands: how they read their arguments, what they print, what they exit with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from course_utils.__main__ import __doc__ as usage
from course_utils.authoring import build
from course_utils.commands import cli, jupyter, suite
from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import LABS, ROOT, SOLUTIONS
from tests.labs import test_exercises, test_notebooks


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that would have been started."""
    calls: list[list[str]] = []

    def call(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> int:
        calls.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    return calls


@pytest.mark.parametrize("word", ["1", "01", "001", "perceptron", "01_perceptron"])
def test_a_lab_has_many_names(word: str) -> None:
    assert catalog.choose(word, LABS) == "01_perceptron"


@pytest.mark.parametrize("word", ["99", "percep", "", "-1"])
def test_an_unknown_lab_is_answered_with_those_there_are(word: str) -> None:
    with pytest.raises(CourseError, match=r"(choose one of|There are) 01_perceptron"):
        catalog.choose(word, LABS)


def test_lab_opens_jupyterlab_on_the_labs(launched: list[list[str]]) -> None:
    assert cli.main(["lab"]) == 0
    assert launched[0][1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={LABS}" in launched[0]
    assert not [argument for argument in launched[0] if "default_url" in argument]


def test_lab_opens_one_lab_and_passes_options_on(launched: list[list[str]]) -> None:
    assert cli.main(["lab", "1", "--no-browser", "--port=9999"]) == 0
    assert "--LabApp.default_url=/lab/tree/01_perceptron/perceptron.ipynb" in launched[0]
    assert launched[0][-2:] == ["--no-browser", "--port=9999"]
    assert cli.main(["lab", "--no-browser"]) == 0
    assert launched[1][-1] == "--no-browser"


def test_jupyterlab_starts_with_the_courses_defaults_before_those_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/elsewhere")
    ours, *others = jupyter.environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert others == ["/elsewhere"]
    file = Path(ours, "labconfig", "default_setting_overrides.json")
    schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    for plugin, settings in json.loads(file.read_text(encoding="utf-8")).items():
        package, _, name = plugin.partition(":")
        schema = json.loads((schemas / package / f"{name}.json").read_text(encoding="utf-8"))
        assert set(settings) <= set(schema["properties"])


@pytest.mark.slow
def test_jupyterlab_reads_these_options() -> None:
    command = jupyter.command("01_perceptron", ("--show-config",))
    shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert shown.returncode == 0, shown.stderr
    assert "default_url = '/lab/tree/01_perceptron/perceptron.ipynb'" in shown.stdout


def test_an_unknown_lab_is_one_sentence_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lab", "77"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("There is no lab '77' in ")
    assert len(printed.err.splitlines()) == 1


def test_an_unknown_command_and_option_are_usage_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["labs"]) == 2
    assert "No such command 'labs'" in capsys.readouterr().err
    assert cli.main(["build", "--check", "--force"]) == 2
    assert "give it alone" in capsys.readouterr().err


def test_build_check_tells_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "check_labs", lambda: ["labs/x is stale."])
    assert cli.main(["build", "--check"]) == 1
    assert "labs/x is stale." in capsys.readouterr().err
    monkeypatch.setattr(build, "check_labs", list)
    assert cli.main(["build", "--check"]) == 0


def test_build_is_told_which_labs(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[object, bool]] = []
    monkeypatch.setattr(build, "build_labs", lambda names, force, say: told.append((names, force)))
    assert cli.main(["build"]) == 0
    assert cli.main(["build", "1", "--force"]) == 0
    assert told == [(None, False), (["01_perceptron"], True)]


def test_test_runs_everything_and_fails_if_anything_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[list[str]] = []

    def call(command: list[str], cwd: Path, env: dict[str, str] | None = None) -> int:
        ran.append(command[1:])
        return 1 if "mypy" in command else 0

    monkeypatch.setattr(subprocess, "call", call)
    assert cli.main(["test"]) == 1
    assert [command[1] for command in ran] == ["ruff", "ruff", "mypy", "course_utils", "pytest"]
    assert capsys.readouterr().err.splitlines()[-1] == "Failed: mypy --strict course_utils"
    assert ran[-1][2:] == suite.WHOLE
    assert cli.main(["test", "--fast"]) == 1
    assert ran[-1][2:] == suite.FAST


def test_test_with_arguments_is_pytest(launched: list[list[str]]) -> None:
    assert cli.main(["test", "tests/commands/test_cli.py", "-x", "-k", "lab"]) == 0
    assert launched == [
        [sys.executable, "-m", "pytest", "tests/commands/test_cli.py", "-x", "-k", "lab"]
    ]


def test_test_of_a_lab_chooses_what_concerns_it(launched: list[list[str]]) -> None:
    assert cli.main(["test", "1", "-x"]) == 0
    assert launched[0][3:] == [*suite.of_lab("01_perceptron"), "-x"]


def test_another_backend_runs_the_notebooks_and_the_networks_tests(
    launched: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setattr(suite.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["test", "--backend", "jax"]) == 2
    assert "pip install -e" in capsys.readouterr().err and not launched
    monkeypatch.setattr(suite.importlib.util, "find_spec", lambda name: name)
    assert cli.main(["test", "--backend", "jax"]) == 0
    assert launched[0][3:] == suite.ANY_BACKEND and os.environ["KERAS_BACKEND"] == "jax"
    assert cli.main(["test", "--backend", "jax", "--fast"]) == 2


def test_what_concerns_a_lab_bears_its_name() -> None:
    """`test NN` chooses by name."""
    labs = catalog.names(SOLUTIONS)
    for parameters in (*test_exercises.EXERCISES, *test_notebooks.RUNS):
        assert parameters.id is not None and parameters.id.partition("-")[0] in labs
    numbers = {name.partition("_")[0] for name in labs}
    files = {path.name for path in Path(test_exercises.__file__).parent.glob("test_*.py")}
    named = {name for name in files if name.removeprefix("test_lab")[:2] in numbers}
    of_all = {"test_exercises.py", "test_notebooks.py", "test_numbers.py", "test_settings.py"}
    assert files - named == of_all


def test_an_unknown_lab_to_test_is_answered_with_those_there_are(
    launched: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["test", "77"]) == 2
    assert "choose one of 01_perceptron" in capsys.readouterr().err
    assert cli.main(["test", "--fast", "-x"]) == 2
    assert not launched


def test_ctrl_c_is_one_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "build_labs", interrupted)
    assert cli.main(["build"]) == 130
    assert "Stopped." in capsys.readouterr().err


def test_the_help_before_the_set_up_names_every_command() -> None:
    assert usage is not None
    for name in cli.course.commands:
        assert f"\n  {name} " in usage


def test_every_command_has_help() -> None:
    for name in cli.course.commands:
        shown = CliRunner().invoke(cli.course, [name, "--help"])
        assert shown.exit_code == 0
        assert "Usage:" in shown.output


def test_reading_the_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from course_utils.commands import cli; cli.main(['--help'])\n"
        "assert not {'numpy', 'keras', 'rich', 'nbformat'} & set(sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True).returncode == 0
    )
