"""An executed notebook as one HTML page that needs nothing else: no script, no network."""

import html
import itertools
import re
from pathlib import Path
from typing import Any

import jinja2
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from course_utils.authoring.markers import without_markers

TEMPLATES = Path(__file__).with_name("templates")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
# What needs a running kernel or a script from the network.
LIVE = ("application/vnd.jupyter.widget-view+json", "application/javascript")
# Where the template leaves room for the contents, and what stands in them.
_CONTENTS = "<!-- contents -->"
_SECTION = re.compile(r"<h2>(.*?)</h2>")
LIVE_NOTE = "This figure moves in JupyterLab only."
# What latex2mathml does not know, in words that it knows.
SPELLINGS = {
    r"\begin{aligned}": r"\begin{align*}",
    r"\end{aligned}": r"\end{align*}",
    r"\argmax": r"\operatorname{argmax}",
    r"\argmin": r"\operatorname{argmin}",
    r"\arg\m": r"\operatorname{arg}\,\m",
}


class _Renderer(IPythonRenderer):
    """Markdown to HTML, with formulas as MathML."""

    def block_math(self, body: str) -> str:
        return to_mathml(body, display=True)

    def inline_math(self, body: str) -> str:
        return to_mathml(body, display=False)

    def latex_environment(self, name: str, body: str) -> str:
        return to_mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)


class _Exporter(HTMLExporter):
    """nbconvert's exporter with our Markdown and our template."""

    def __init__(self) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            template_name="basic",
            template_file="page.html.j2",
            extra_loaders=[jinja2.FileSystemLoader(TEMPLATES)],
            exclude_input_prompt=True,
            exclude_output_prompt=True,
        )

    @jinja2.pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        folder = context.get("resources", {}).get("metadata", {}).get("path", "")
        return markdown(source, folder, context.get("cell", {}).get("attachments", {}))


def markdown(
    source: str, folder: str | Path, attachments: dict[str, dict[str, str]] | None = None
) -> str:
    """Return the Markdown of the course's authors as HTML: formulas as MathML, images embedded.

    folder: where the notebook lies. attachments: of its cell. HTML in `source` stays what it is, so
    that only text of the course's own may come here.
    """
    renderer = _Renderer(
        escape=False,
        attachments=attachments or {},
        embed_images=True,
        exclude_anchor_links=True,
        path=str(folder),
    )
    return MarkdownWithMath(renderer=renderer).render(source)


def render(notebook: NotebookNode, folder: Path) -> str:
    """Return an executed notebook as a self-contained HTML page.

    folder: where the notebook lies; the images that its text names are looked up there.
    """
    resources = {
        "metadata": {"path": str(folder)},
        "course": {
            "title": title(notebook),
            "style": (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        },
    }
    html, _ = _Exporter().from_notebook_node(_still(notebook), resources)
    return _with_contents(str(html))


def _with_contents(html: str) -> str:
    """Return the page with links to its sections at its head, where it has two of them or more."""
    sections = _SECTION.findall(html)
    if len(sections) < 2:
        return html
    numbers = itertools.count(1)
    html = _SECTION.sub(lambda found: f'<h2 id="section-{next(numbers)}">{found[1]}</h2>', html)
    links = "".join(
        f'<li><a href="#section-{number}">{words}</a></li>'
        for number, words in enumerate(sections, 1)
    )
    return html.replace(_CONTENTS, f'<nav aria-label="Contents"><ul>{links}</ul></nav>', 1)


def title(notebook: NotebookNode) -> str:
    """Return the notebook's first heading as plain text, or "Lab" where it has none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (found := HEADING.search(cell.source)):
            return re.sub(r"[*_`$]", "", found[1])
    return "Lab"


def _still(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without what only moves in a running JupyterLab; a note stands in its place."""
    copy: NotebookNode = NotebookNode(notebook)
    copy.cells = [_still_cell(cell) for cell in notebook.cells]
    return copy


def _still_cell(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type != "code":
        return cell
    still = NotebookNode(cell)
    still.source = without_markers(cell.source)
    still.outputs = [_still_output(output) for output in cell.outputs]
    return still


def _still_output(output: NotebookNode) -> NotebookNode:
    data = output.get("data", {})
    if not any(kind in data for kind in LIVE):
        return output
    kept = {kind: value for kind, value in data.items() if kind not in LIVE}
    if set(kept) <= {"text/plain"}:
        kept = {"text/plain": LIVE_NOTE}
    still = NotebookNode(output)
    still.data = NotebookNode(kept)
    return still


def to_mathml(latex: str, display: bool) -> str:
    """Return `latex` (without its dollar signs) as a <math> element, or as <code> where it cannot.

    display: True for a formula on a line of its own.
    """
    spelled = latex.strip()
    for theirs, ours in SPELLINGS.items():
        spelled = spelled.replace(theirs, ours)
    try:
        mathml = convert(spelled, display="block" if display else "inline")
    except Exception:  # noqa: BLE001 - its parser fails in many ways, all of them mean the same
        return _as_text(latex, display)
    # An unknown command or a stray & comes back as an identifier of that name.
    if "<mi>\\" in mathml or "<mi>&</mi>" in mathml:
        return _as_text(latex, display)
    # A long formula scrolls, which the keyboard must be able to do.
    return mathml.replace("<math ", '<math tabindex="0" ', 1) if display else mathml


def _as_text(latex: str, display: bool) -> str:
    text = f"<code>{html.escape(latex)}</code>"
    return f"<p>{text}</p>" if display else text
