"""The commands: they read arguments and print; the work is done by the rooms they call."""

import functools
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils import __version__
from course_utils.common import catalog
from course_utils.common.errors import CourseError
from course_utils.common.paths import BUILD, LABS, ROOT, SOLUTIONS

if TYPE_CHECKING:
    import rich.progress

PASS_ON = {"ignore_unknown_options": True}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version")
def course() -> None:
    """Labs on deep learning with Keras and TensorFlow."""


@course.command(context_settings=PASS_ON, short_help="Open JupyterLab on the labs, or on lab NN.")
@click.argument("number", required=False, metavar="[NN]")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[JUPYTERLAB OPTIONS]")
def lab(number: str | None, options: tuple[str, ...]) -> int:
    """Open JupyterLab on the labs, or on lab NN (1, 01, perceptron or 01_perceptron)."""
    from course_utils.commands import jupyter

    if number is None or number.startswith("-"):
        return jupyter.launch(None, (*filter(None, [number]), *options))
    return jupyter.launch(catalog.choose(number, LABS), options)


@course.command(short_help="Execute solved labs, each into one HTML page.")
@click.argument("numbers", nargs=-1, metavar="[NN ...]")
def run(numbers: tuple[str, ...]) -> None:
    """Execute solved labs, all or those named, each into one HTML page in build/."""
    names = _authors_labs("run", numbers) or catalog.names(SOLUTIONS)
    from course_utils.commands import runs

    with _progress() as bar:
        for name in names:
            task = bar.add_task(name, total=None)
            page = runs.run(name, functools.partial(_advance, bar, task))
            bar.console.print(f"{name}: {_from_root(page)}", highlight=False)


@course.command(context_settings=PASS_ON, short_help="Run every check and test.")
@click.argument("number", required=False, metavar="[NN]")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST ARGUMENTS]")
@click.option("--fast", is_flag=True, help="Leave out notebooks and what is marked slow.")
@click.option(
    "--backend",
    type=click.Choice(["jax"]),
    help="Run the notebooks and the networks' tests with Keras on it.",
)
def test(number: str | None, options: tuple[str, ...], fast: bool, backend: str | None) -> int:
    """Run every check and test, notebooks included.

    With NN, all that concerns that lab; with other arguments, only pytest with them.
    """
    _authors_labs("test", ())
    from course_utils.commands import suite

    if backend is not None:
        if number is not None or fast:
            raise click.UsageError("--backend runs a choice of its own: give it alone.")
        return suite.on_backend(backend)
    if number is None:
        return suite.run(_note, fast)
    if fast:
        raise click.UsageError("--fast runs a choice of its own: give it alone.")
    if number.startswith("-") or (ROOT / number.partition("::")[0]).exists():
        return suite.pytest([number, *options])
    (name,) = _authors_labs("test", (number,))
    return suite.pytest([*suite.of_lab(name), *options])


@course.command()
@click.argument("numbers", nargs=-1, metavar="[NN ...]")
@click.option("--force", is_flag=True, help="Build even what is up to date.")
@click.option(
    "--check", is_flag=True, help="Only say what is not as its source gives; run nothing."
)
def build(numbers: tuple[str, ...], force: bool, check: bool) -> int:
    """Make labs/ from solutions/, all or those named."""
    names = _authors_labs("build", numbers)
    from course_utils.authoring import build as building

    if not check:
        building.build_labs(names or None, force, _print)
        return 0
    if names or force:
        raise click.UsageError("--check looks at every lab: give it alone.")
    problems = building.check_labs()
    for problem in problems:
        _note(problem)
    _print(
        f"{len(problems)} problems." if problems else "Every generated file is as its source gives."
    )
    return 1 if problems else 0


@course.command(short_help="Try a lab's checks on answers from outside.")
@click.argument("number", metavar="NN")
@click.option(
    "--answers",
    required=True,
    type=click.Path(path_type=Path),
    help="A Python file with RIGHT and WRONG: {exercise: [answers]}.",
)
def prove(number: str, answers: Path) -> int:
    """Try a lab's checks on answers that somebody wrote from the student's notebook alone.

    Prints which right answers are refused, which wrong ones pass, and what the card says of each
    of the others, beside its first line, so that a person can judge whether it is true.
    """
    (name,) = _authors_labs("prove", (number,))
    from course_utils.authoring import source, trial
    from course_utils.common import settings

    settings.state()
    lab = source.read(SOLUTIONS / name / f"{name.partition('_')[2]}.py")
    tried = trial.try_answers(lab, answers)
    for line in trial.report(tried):
        _print(line)
    return 0 if trial.sound(tried) else 1


@course.command(short_help="Begin a new lab.")
@click.argument("name", metavar="NN_topic")
def new(name: str) -> None:
    """Begin a lab: a source with one section and one exercise, which builds and passes."""
    _authors_labs("new", ())
    from course_utils.authoring import skeleton

    path = skeleton.new_lab(name)
    _print(f"{_from_root(path)} and its exercises/. Next: `python3 -m course_utils build {name}`.")


@course.command(short_help="Grade a class's notebooks.")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--lab", "number", required=True, metavar="NN", help="The lab: 1 or 01_perceptron.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder of the grades."
)
@click.option("--seed", type=click.IntRange(1, 2**31), help="Draw the hidden cases from this seed.")
@click.option(
    "--again", multiple=True, metavar="STUDENT", help="Grade this one anew; may be repeated."
)
@click.option("--jobs", type=click.IntRange(1), help="Submissions at once [as many as cores].")
@click.option(
    "--format",
    "fmt",
    type=click.Choice(["moodle", "canvas", "nbgrader"]),
    help="Write that gradebook's CSV, too.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv",
    help="Name the students as this export of Moodle's, Canvas's, ... does.",
)
@click.option(
    "--pattern",
    default="",
    metavar="REGEX",
    help="Read names by groups (?P<student>...), id, time and file.",
)
@click.option("--newest", is_flag=True, help="Of a student's notebooks take the one changed last.")
@click.option("--due", default="", metavar="TIME", help="Show days late after 2026-03-12 23:59.")
@click.option(
    "--penalty",
    type=click.FloatRange(0, 100),
    default=0.0,
    metavar="PERCENT",
    help="Take this off the earned points for each day begun after --due.",
)
@click.option("--cluster", default="", metavar="TCP://HOST:PORT", help="Grade on a Dask cluster.")
@click.option("--trust-students", is_flag=True, help="Grade without a sandbox where there is none.")
def grade(
    submissions: Path,
    number: str,
    out: Path,
    seed: int | None,
    again: tuple[str, ...],
    jobs: int | None,
    fmt: str | None,
    roster: Path | None,
    pattern: str,
    newest: bool,
    due: str,
    penalty: float,
    cluster: str,
    trust_students: bool,
) -> None:
    """Grade a class: a folder or a zip of notebooks becomes grades, feedback and a report.

    What is graded is on disk at once. Stopped, the same command goes on where it was.
    """
    (name,) = _authors_labs("grade", (number,))
    from course_utils.grading import command, console

    order = command.Order(
        submissions,
        name,
        out,
        seed,
        again,
        jobs,
        fmt or "",
        cluster,
        trust_students,
        roster,
        pattern,
        newest,
        due,
        penalty,
    )
    console.show(command.grade_class(order, _print), out)


@course.command(short_help="Make the course's website, in build/site/.")
@click.option(
    "--solutions", is_flag=True, help="With the answers, folded, in build/site-solutions/."
)
@click.option(
    "--repository",
    default="",
    metavar="https://github.com/OWNER/NAME",
    help="Let readers open a lab on Binder or Colab from there.",
)
def site(solutions: bool, repository: str) -> None:
    """Make a website of the built labs, static and without an answer, for any web server.

    Nothing is executed and nothing fetched: pages show the outputs that `build` stored.
    """
    _authors_labs("site", ())
    from course_utils.site import build as making

    target = BUILD / ("site-solutions" if solutions else "site")
    size = making.build(target, BUILD / "site-work", solutions, repository)
    _print(f"{_from_root(target)}/index.html: {size / 1e6:.1f} MB in all.")


@course.command()
def pack() -> None:
    """Make one zip of what students get, this course's website in it, in build/."""
    _authors_labs("pack", ())
    from course_utils.commands import pack as packing
    from course_utils.site import build as making

    making.build(BUILD / "site", BUILD / "site-work")
    path, count = packing.pack(ROOT, BUILD, BUILD / "site")
    _print(f"{_from_root(path)}: {count} files, {path.stat().st_size / 1e6:.1f} MB.")


@course.command()
def doctor() -> int:
    """Say what is wrong here, and how to mend it."""
    from course_utils.commands import doctor as doctors

    findings = doctors.examine(ROOT)
    doctors.show(findings)
    return 0 if all(finding.well for finding in findings) else 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status: 0 well, 1 found something wrong, 2 cannot."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the console cannot write is no end
            stream.reconfigure(errors="backslashreplace")
    try:
        status = course.main(args=arguments, standalone_mode=False)
    except CourseError as error:
        _note(str(error))
        return 2
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _note("Stopped.")
        return 130
    return status if isinstance(status, int) else 0


def _authors_labs(command: str, numbers: tuple[str, ...]) -> list[str]:
    """Return the names of the labs that `numbers` mean; refuse a copy that has no sources."""
    if not SOLUTIONS.is_dir():
        raise CourseError(
            f"This is the students' copy ({ROOT}), without solutions/ and tests/: `{command}` works"
            " in the authors' repository only."
        )
    return [catalog.choose(number, SOLUTIONS) for number in numbers]


def _progress() -> "rich.progress.Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )


def _advance(
    bar: "rich.progress.Progress", task: "rich.progress.TaskID", done: int, of: int
) -> None:
    bar.update(task, completed=done, total=of)


def _from_root(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _print(line: str) -> None:
    click.echo(line)


def _note(line: str) -> None:
    click.echo(line, err=True)
