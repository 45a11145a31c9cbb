"""Numbers in a lab's text and alt texts stand in the code or the outputs of their section.

Looked at are numbers that say a result: with decimals, of per cent, or from 1,000 on. Numbers that
an alt text computes need no test. What was recorded may stand in the card of its data; what comes
from elsewhere is listed in `ELSEWHERE`, with its reason.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import nbformat
import pytest
from nbformat import NotebookNode

from course_utils.authoring import source
from course_utils.common.catalog import notebook as notebook_of
from course_utils.common.paths import DATA, SOLUTIONS

LABS = [path.parent.name for path in source.find_labs()]
#: A number that says a result, and one that may bear it out.
CLAIM = re.compile(r"(?<![\w.,/^-])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\d+(?= ?%))(?![\w,]*\d)")
NUMBER = re.compile(r"\d[\d,_]*(?:\.\d+)?(?:e[-+]?\d+)?")
#: Formulas, code, headings, addresses and lists of sources say no results.
SILENT = (
    re.compile(r"\$\$.+?\$\$", re.DOTALL),
    re.compile(r"^#+ .*$|\*\*Sources\*\*(?:.|\n)*", re.MULTILINE),
    re.compile(r"\$[^$]+\$|`[^`]+`|arXiv:? ?[\d.]+"),
)
ELSEWHERE = {
    "01_perceptron": {
        "1.5": "mean length of setosa's petals in the data, 1.46 cm",
        "4.5": "the shortest petal of virginica in the data",
        "5.1": "the longest petal of versicolor in the data",
    },
    "02_backpropagation": {
        "0.001": "an example of a small number",
        "0.82": "logistic(0.6 + 0.9) = 0.818",
        "0.98": "logistic(2 + 2) = 0.982",
        "0.2": "a label of the last question",
        "0.9": "a label of the last question",
    },
    "03_cnn": {
        "0.9": "the range of ink that an exercise promises; its cases have it",
        "1.2": "millions of images of ILSVRC (Russakovsky and others, 2015)",
        "15.3": "AlexNet's entry of 2012 (Krizhevsky and others, 2012)",
    },
    "04_rnn": {
        "0.05": "a value that the reader is asked to try",
        "60": "`split_in_time`; its test has it",
        "300,000": "characters of Python's reference, about; its loader's test has the number",
    },
    "05_transfer": {
        "1.2": "millions of images of ILSVRC (Szegedy and others, 2014)",
        "1.5": "millions of weights: 1,508,480 of the shipped network without its classifier",
    },
    "06_autoencoders": {
        "65,536": "2^16",
        "0.01": "a value that the reader is asked to try",
        "1.5": "millions of weights, from the shape of the network in the text",
        "1.3": "the square root of 0.2 * 0.8 / 1,000",
        "269,000": "784 * 256 + 256 + 256 * 256 + 256 + 256 * 10 + 10 = 269,322",
    },
    "07_training": {
        "0.35": "per cent (Ciresan and others, 2010)",
        "0.0001": "the lower end of a search, 1e-4",
    },
}


def sections(book: NotebookNode) -> Iterator[list[NotebookNode]]:
    """Yield the cells from each heading of the second level to the next."""
    section: list[NotebookNode] = []
    for cell in book.cells:
        if cell.cell_type == "markdown" and re.search(r"^## ", cell.source, re.MULTILINE):
            yield section
            section = []
        section.append(cell)
    yield section


def claims(text: str) -> set[str]:
    """Return the numbers of a text that say results, as they are written."""
    for silent in SILENT:
        text = silent.sub(" ", text)
    return set(CLAIM.findall(text))


def numbers(text: str) -> list[float]:
    return [float(re.sub("[,_]", "", number)) for number in NUMBER.findall(text)]


def borne_out(claim: str, evidence: list[float]) -> bool:
    """Whether some number, or a hundred times it, is the one claimed, as exactly as that says."""
    if len(re.sub(r"\D", "", claim).lstrip("0")) > 2:  # shorter ones stand in some card or other
        evidence = [*evidence, *of_cards()]
    value, half = float(claim.replace(",", "")), 0.5001 * 10.0 ** -len(claim.partition(".")[2])
    return any(abs(u - value) <= half or abs(100 * u - value) <= half for u in evidence)


def code_and_alts(code: str) -> tuple[str, str]:
    """Return a cell's code without the alt texts in it, and what these say without computing it."""
    tree = ast.parse(code)
    alts = []
    for call in ast.walk(tree):
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg == "alt":
                parts = [n.value for n in ast.walk(keyword.value) if isinstance(n, ast.Constant)]
                alts += [part for part in parts if isinstance(part, str)]
                keyword.value = ast.Constant("")
    return ast.unparse(tree), " … ".join(alts)


def output_text(cell: NotebookNode) -> str:
    """Return what a cell's outputs say to be read; the picture of a figure says nothing."""
    texts = []
    for output in cell.outputs:
        data = output.get("data", {})
        if "<img" not in data.get("text/html", ""):
            texts += [output.get("text", ""), data.get("text/plain", "")]
            texts.append(re.sub(r"<[^>]+>", " ", data.get("text/html", "")))
    return "\n".join(texts)


@cache
def of_cards() -> tuple[float, ...]:
    return tuple(n for card in DATA.glob("*.md") for n in numbers(card.read_text("utf-8")))


def unsupported(book: NotebookNode) -> set[str]:
    """Return the numbers that nothing in their section, and no card of data, bears out."""
    found = set()
    for section in sections(book):
        said: set[str] = set()
        evidence: list[float] = []
        for cell in section:
            if cell.cell_type == "markdown":
                said |= claims(cell.source)
            else:
                code, alts = code_and_alts(cell.source)
                said |= claims(alts)
                evidence += numbers(code) + numbers(output_text(cell))
        found |= {number for number in said if not borne_out(number, evidence)}
    return found


@pytest.mark.parametrize("lab", LABS)
def test_numbers_are_borne_out(lab: str) -> None:
    book = nbformat.read(notebook_of(SOLUTIONS, lab), as_version=4)
    found, known = unsupported(book), ELSEWHERE.get(lab, {})
    assert found - known.keys() == set(), "neither in code nor in outputs of their section"
    assert known.keys() - found == set(), "no exceptions any more: take them off the list"


def book_of(*cells: NotebookNode) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def test_a_number_that_nothing_bears_out_is_found() -> None:
    output = nbformat.v4.new_output("stream", text="error 0.0312, weights 61706\n")
    code = 'plots.show(fig, alt=f"It falls to 4.7 of {n:.2f}, below 12 %.")\nrate = 0.12'
    cell = nbformat.v4.new_code_cell(code, outputs=[output])
    text = nbformat.v4.new_markdown_cell("## A\n3.1 % of 61,706 weights, not 61,707; $x = 9.9$.")
    assert unsupported(book_of(text, cell)) == {"61,707", "4.7"}
    elsewhere = nbformat.v4.new_markdown_cell("## B\nAs above: 3.1 %.")
    assert unsupported(book_of(text, cell, elsewhere)) == {"61,707", "4.7", "3.1"}
