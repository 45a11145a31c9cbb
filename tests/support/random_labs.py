"""Random labs whose solved code runs, made of code cells only, and how they are executed."""

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from course_utils.authoring.source import Cell, LabSource
from tests.support import sample_lab


def lab_of(*codes: str) -> LabSource:
    """A lab of these code cells, without a file."""
    cells = tuple(Cell("code", code, line=1) for code in codes)
    return LabSource("01_lines", Path("solutions/01_lines/lines.py"), cells)


class NeedsExercise(Exception):
    """What the stand-in for `lab` raises."""


class FakeLab:
    """Stands for `lab`: knows which exercises have an answer that runs."""

    def __init__(self) -> None:
        self.attempted: set[str] = set()

    def check(self, name: str, answer: Any) -> None:
        try:
            done = answer() if callable(answer) else answer
        except Exception:  # a card says so
            return
        if done is not ...:
            self.attempted.add(name)

    def needs(self, *names: str) -> None:
        if not set(names) <= self.attempted:
            raise NeedsExercise(names)


def run(codes: list[str]) -> list[str]:
    """Execute cells one after the other as a notebook does: what each raises, "" for none."""
    namespace: dict[str, Any] = {"lab": FakeLab()}
    raised = []
    for code in codes:
        try:
            exec(code, namespace)
            raised.append("")
        except Exception as error:
            raised.append(type(error).__name__)
    return raised


@st.composite
def labs(draw: st.DrawFn, tidy: bool) -> LabSource:
    """A random lab whose solved code runs.

    tidy: every name is bound once and nothing is changed in place, so that a cell of the unsolved
    lab raises by itself exactly when it needs an exercise.
    """
    functions, values, codes = (
        ["len_"],
        ["one"],
        ["one = 1\nbox = [1]\n\ndef len_():\n    return 1"],
    )
    exercises = 0

    def expression() -> str:
        terms = draw(st.lists(st.sampled_from(functions + values), min_size=1, max_size=3))
        texts = [f"{term}()" if term in functions else term for term in terms]
        forms = ["{}", "sum([{} for _ in range(2)])", "(lambda: {})()"]
        if not tidy:
            forms += ["{} + sum(box)", "max({}, 0)"]
        # 0 + ... raises, where a copy of the dots of an unsolved exercise would not.
        return draw(st.sampled_from(forms)).format(" + ".join(["0", *texts]))

    def new(prefix: str) -> str:
        return f"{prefix}{len(codes)}_{len(functions) + len(values)}"

    def statement() -> str:
        kinds = ["value", "function", "again", "change", "loop", "alias"]
        kind = draw(st.sampled_from(kinds[:2] if tidy else kinds))
        text = expression()
        if kind == "function":
            name = new("h")
            functions.append(name)
            return f"def {name}():\n    return {text}"
        if kind == "change":
            forms = ["box.append({})", "box[0] = {}", "box += [{}]"]
            return draw(st.sampled_from(forms)).format(text)
        if kind == "loop":
            return f"for k in range(2):\n    {draw(st.sampled_from(values))} = {text}"
        if kind == "alias":
            name = new("a")
            functions.append(name)
            return f"{name} = {draw(st.sampled_from(functions[:-1]))}"
        name = draw(st.sampled_from(values)) if kind == "again" else new("v")
        values.append(name)
        return f"{name} = {text}"

    for _ in range(draw(st.integers(2, 9))):
        kind = draw(st.sampled_from(["exercise", "answer", "plain", "plain", "plain"]))
        if kind == "exercise":
            name, body = f"f{exercises}", expression()
            codes.append(sample_lab.function(name, f"return {body}"))
            functions.append(name)
        elif kind == "answer":
            name, body = f"w{exercises}", expression()
            codes.append(sample_lab.value(name, body))
            values.append(name)
        else:
            count = 1 if tidy else draw(st.integers(1, 3))
            codes.append("\n".join(statement() for _ in range(count)))
            continue
        exercises += 1
    return lab_of(*codes)
