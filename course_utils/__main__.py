"""Deep-learning labs.

Usage: python3 -m course_utils [--here] COMMAND

The first start makes .venv beside the code and installs everything into it; --here uses the
environment that it is started in instead. Commands:

  lab [NN]        open JupyterLab on the labs, or on lab NN
  run [NN ...]    execute solved labs, each into one HTML page in build/
  test            run every check and test, notebooks included
  build [NN ...]  make labs/ from solutions/; build --check compares them
  prove NN        try a lab's checks on the answers in --answers FILE
  new NN_topic    begin a lab
  grade FOLDER    grade a class's notebooks: --lab NN --out grades/
  site            make the course's website, in build/site/
  pack            zip what students get
  doctor          say what is wrong here and how to mend it
"""

# Any Python 3, however old, has to parse this file, both __init__.py and setup/versions.py: it is
# then refused in a sentence and not with a SyntaxError. All else is imported after the check.
import sys

from course_utils.setup import versions


def main() -> int:
    """Refuse an unsupported Python in one sentence; otherwise set up and run the command."""
    if not versions.supported():
        sys.stderr.write(versions.refusal() + "\n")
        return 2
    from course_utils.setup.start import set_up

    return run(set_up(sys.argv[1:], usage=__doc__ or ""))


def run(arguments):  # type: (list[str]) -> int
    """Run the command in this very interpreter."""
    try:
        from course_utils.commands import cli
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "course_utils":
            raise
        command = " ".join([sys.executable, "-m course_utils --here"] + arguments)
        sys.stderr.write(
            "The package {} is missing from {}: run `{}` to add it.\n".format(
                error.name, sys.prefix, command
            )
        )
        return 2
    return cli.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
