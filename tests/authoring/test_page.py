"""An executed notebook as one page: nothing from a network, formulas drawn, nothing lost."""

import base64
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.authoring import page
from course_utils.authoring.page import to_mathml

PIXEL = base64.b64encode(b"not really a picture").decode()
WIDGET = "application/vnd.jupyter.widget-view+json"


class Tags(HTMLParser):
    """Collects the tags of a page and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of each tag of that name."""
        return [attributes for tag, attributes in self.found if tag == name]


def code(*outputs: NotebookNode) -> NotebookNode:
    return new_code_cell("x = 1  # a comment", outputs=list(outputs), execution_count=1)


def shown(**data: object) -> NotebookNode:
    return new_output("display_data", data={key.replace("__", "/"): v for key, v in data.items()})


def render(*cells: NotebookNode, folder: Path = Path()) -> str:
    return page.render(new_notebook(cells=list(cells)), folder)


def test_nothing_comes_from_a_network() -> None:
    html = render(
        new_markdown_cell("# A lab\n\n$z = Wx + b$\n\n```mermaid\ngraph TD\n```"),
        code(shown(image__png=PIXEL), shown(text__html="<b>card</b>", text__plain="card")),
        code(new_output("display_data", data={WIDGET: {"model_id": "1"}, "text/plain": "w"})),
    )
    tags = Tags(html)
    assert tags.all("script") == [] == tags.all("link") == tags.all("iframe")
    assert all(str(image["src"]).startswith("data:") for image in tags.all("img"))
    assert "@import" not in html and "url(" not in html
    assert "<b>card</b>" in html


def test_language_title_and_width_are_set() -> None:
    html = render(new_markdown_cell("Before.\n\n## The *first* `heading`\n"), code())
    tags = Tags(html)
    assert tags.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tags.all(
        "meta"
    )
    assert "<title>The first heading</title>" in html


def test_formulas_are_mathml_inline_displayed_and_in_outputs() -> None:
    html = render(
        new_markdown_cell("$a_1$ and $$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$"),
        new_markdown_cell("\\begin{align} x &= 1 \\end{align}"),
        code(shown(text__latex="$x^2$", text__plain="x squared")),
    )
    displays = [formula["display"] for formula in Tags(html).all("math")]
    assert displays == ["inline", "block", "block", "inline"]
    assert "$" not in html and "\\begin" not in html


def test_folded_code_is_there_for_those_who_ask_and_its_figure_for_all() -> None:
    plain, folded = code(shown(image__png=PIXEL)), code(shown(image__png=PIXEL))
    folded.metadata["jupyter"] = {"source_hidden": True}
    assert Tags(render(plain)).all("details") == []
    html = render(folded)
    assert html.index("<details") < html.index("a comment") < html.index("</details>")
    assert html.index("</details>") < html.index("<img")


@pytest.mark.parametrize("latex", [r"\frac{1}{", r"\nobodyknows{x}", r"a & b", "<b>"])
def test_a_formula_that_cannot_be_converted_stays_readable(latex: str) -> None:
    html = to_mathml(latex, display=False)
    tags = [tag for tag, _ in Tags(html).found]
    assert tags[0] in ("code", "math")
    assert "b" not in tags


@pytest.mark.parametrize(
    "latex",
    [
        r"\hat{y} = \operatorname{softmax}(W x + b)",
        r"f(z) = \begin{cases} 1 & z \ge 0 \\ 0 & z < 0 \end{cases}",
        r"\delta^{(l)} = \frac{\partial E}{\partial z^{(l)}} = \left(W^\top \delta\right) \odot f'",
        r"\mathbf{x} \in \mathbb{R}^{n}, \quad \|w\|_2 \leq \left(\frac{R}{\gamma}\right)^2",
        r"\hat{k} = \arg\max_k a_k, \qquad \mathrm{ReLU}(z) = \max(0, z)",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \cdot \sum_{i=1}^{n} x_i \approx \text{m}",
        r"\sigma(z) = \frac{1}{1 + e^{-z}}, \; \mathcal{L} = -\sum_k t_k \log y_k",
    ],
)
def test_the_labs_kind_of_formula_is_converted(latex: str) -> None:
    assert to_mathml(latex, display=True).startswith("<math")


def test_pictures_that_the_text_names_are_embedded(tmp_path: Path) -> None:
    (tmp_path / "net.png").write_bytes(b"picture")
    html = render(new_markdown_cell("![a net](net.png)"), folder=tmp_path)
    (image,) = Tags(html).all("img")
    assert image["alt"] == "a net"
    assert image["src"] == "data:image/png;base64," + base64.b64encode(b"picture").decode()


def test_a_moving_figure_leaves_a_note_or_its_still() -> None:
    bare = {WIDGET: {"model_id": "1"}, "text/plain": "interactive(children=...)"}
    still = {WIDGET: {"model_id": "1"}, "text/html": "<b>still</b>"}
    notebook = new_notebook(
        cells=[code(new_output("display_data", data=bare), new_output("display_data", data=still))]
    )
    html = page.render(notebook, Path())
    assert page.LIVE_NOTE in html
    assert "<b>still</b>" in html
    assert "interactive(" not in html
    assert WIDGET in notebook.cells[0].outputs[0].data, "the notebook itself stays as it is"


def test_what_a_cell_printed_is_escaped() -> None:
    html = render(code(new_output("stream", name="stdout", text="<script>alert()</script>")))
    assert Tags(html).all("script") == []


def test_a_page_of_sections_begins_with_links_to_them() -> None:
    html = render(new_markdown_cell("# A lab\n\n## 1. First\n\ntext\n\n## 2. *Second*\n"))
    links = [link["href"] for link in Tags(html).all("a")]
    assert links == ["#section-1", "#section-2"]
    assert [heading.get("id") for heading in Tags(html).all("h2")] == ["section-1", "section-2"]
    assert Tags(render(new_markdown_cell("# A lab\n\n## One\n"))).all("nav") == []


def test_markers_of_the_build_are_not_shown() -> None:
    cell = new_code_cell("def f():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION")
    html = render(cell)
    assert "SOLUTION" not in html and "return" in html


def test_a_dark_page_dims_its_figures_and_leaves_no_colour_light() -> None:
    sheet = (page.TEMPLATES / "page.css").read_text("utf-8")
    light, _, dark = sheet.partition("prefers-color-scheme: dark")
    assert "brightness" not in light and re.search(r"img \{[^}]*brightness\(0\.\d\)", dark)
    assert set(re.findall(r"--\w+(?=:)", light)) == set(re.findall(r"--\w+(?=:)", dark))
    assert "prefers-color-scheme" in render(new_markdown_cell("# A"))
