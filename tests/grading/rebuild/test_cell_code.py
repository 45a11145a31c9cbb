"""The code of a cell with IPython's magics in it, read by its lines."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from course_utils.authoring import names
from course_utils.grading.rebuild import cell_code
from course_utils.grading.rebuild.cell_code import read_code

CELLS = [
    "%matplotlib inline\nimport numpy as np\nx = 1",
    "!pip install keras\nimport keras",
    "def f():\n    %time g()\n    return 1",
    "if a:\n    !ls\n    x = 2\nelse:\n    %cd ..\n    y = 3",
    "files = !ls\nn = len(files)",
    "t = %timeit -o f()\nz = t",
    "a, b = !echo",
    "np.sum?\ny = 1",
    "?np.sum\ny = 1",
    "np.sum??",
    "x = 7 % 3\ny = x",
    "s = '''\n%not a magic\n'''\n!ls\nz = 1",
    "print(10\n      % x)",
    "%%time\nfor i in range(3):\n    w = i",
    "%%capture out\nv = 1",
    "await g()\nk = 1",
    "%load_ext autoreload\n%autoreload 2\nfrom a import b",
]


@pytest.mark.parametrize("source", CELLS)
def test_the_names_that_a_cell_binds_are_those_that_ipython_finds(source: str) -> None:
    body = source.partition("\n")[2] if source.startswith("%%") else source
    tree = ast.parse(TransformerManager().transform_cell(body))
    bound = set[str]()
    for node in tree.body:
        effects = names.effects(node)
        bound |= effects.binds | effects.may_bind
    code = read_code(source)
    assert code.known and code.effects.binds | code.effects.may_bind == bound


@pytest.mark.parametrize("source", ["%%bash\nx=1", "%%writefile a.py\nx = 1", "%%timeit\nx = 1"])
def test_the_body_of_other_magics_binds_nothing(source: str) -> None:
    code = read_code(source)
    assert not code.known and not code.bound and "x" in code.effects.now


def test_comments_space_and_the_labs_cards_are_no_difference() -> None:
    one = read_code("x = 1  # one\n\nlab.check('f', f)\nlab.needs('g')\ny = (2)")
    assert one.same(read_code("x=1\ny = 2")) and read_code("x = (").same(read_code("x = (\n"))
    for other in ("x = 1", "x = 1\ny = 3", "x = (", "y = 2\nx = 1", "lab = 1\nx = 1\ny = 2"):
        assert not one.same(read_code(other))


@pytest.mark.parametrize(
    "source",
    [
        "a" + ".b()" * 30_000,
        "-" * 90_000 + "1",
        "(" * 90_000,
        "[" * 190 + "]" * 190,
        "f(" * 180 + ")" * 180,
        "x = " + "+".join(["a"] * 40_000),
        "if a: pass\n" + "elif b: pass\n" * 8_000,
        " " * 90_000 + "=",
        ("lab" + " " * 900) * 100,
        "\n".join(f"!ls {n}" for n in range(9_000)) + "\nx = (",
        "%timeit\n" * 10_000,
        "x" * (cell_code.LONGEST + 1),
    ],
    ids=lambda source: ascii(source[:6]),
)
def test_code_made_to_hold_its_reader_up_is_taken_as_it_is(source: str) -> None:
    code = read_code(source)
    assert code.text == source
    assert code.known == source.startswith("%timeit")


@given(st.text(alphabet="ab=%!?()\n\t '\"#\\:.", max_size=80))
def test_no_text_raises(source: str) -> None:
    assert read_code(source).same(read_code(source))
