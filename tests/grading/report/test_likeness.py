"""Answers that are alike: what is found, and what is no hint."""

from course_utils.grading.report.likeness import pairs
from course_utils.grading.report.report import likeness_page

REFERENCE = """
def forward(x, layers):
    for W, b in layers:
        x = np.maximum(x @ W + b, 0.0)
    return x / x.sum(axis=1, keepdims=True)
"""
OWN = """
def forward(x, layers):
    values = [x]
    for number in range(len(layers)):
        weights = layers[number][0]
        bias = layers[number][1]
        z = np.dot(values[-1], weights) + bias
        z[z < 0] = 0
        values.append(z)
    total = values[-1].sum(axis=1)
    return values[-1] / total[:, None]
"""
RENAMED = """
def forward(inputs, net):
    \"\"\"My own work.\"\"\"
    acts = [inputs]  # start here
    for i in range(len(net)):
        w = net[i][0]
        c = net[i][1]

        s = np.dot(acts[-1], w) + c
        s[s < 0] = 0
        acts.append(s)
    norm: float = acts[-1].sum(axis=1)
    return acts[-1] / norm[:, None]
"""
OTHER = """
def forward(x, layers):
    if not layers:
        e = np.exp(x)
        return e / np.sum(e, axis=-1)
    first, *rest = layers
    hidden = np.einsum("ni,io->no", x, first[0])
    hidden = np.where(hidden + first[1] > 0, hidden + first[1], 0)
    return forward(hidden, rest)
"""


def found(**sources: str) -> list[tuple[str, str, str]]:
    handed = {who: {"forward": text} for who, text in sources.items()}
    known = {"forward": [REFERENCE]}
    return [(p.one, p.other, a.how) for p in pairs(handed, known) for a in p.answers]


def test_names_layout_comments_and_annotations_do_not_hide_a_copy() -> None:
    assert found(ada=OWN, bob=RENAMED, eve=OTHER) == [("ada", "bob", "but for names and layout")]


def test_the_very_same_text_is_told_as_such() -> None:
    assert found(ada=OWN, bob=f"{OWN}\n", eve=OTHER) == [("ada", "bob", "to the letter")]


def test_one_line_changed_is_nearly_the_same() -> None:
    nearly = RENAMED.replace("acts.append(s)", "acts += [s]")
    assert found(ada=OWN, bob=nearly)[0][2] == "nearly"


def test_what_equals_the_reference_is_no_hint() -> None:
    assert found(ada=REFERENCE, bob=REFERENCE, eve=REFERENCE.replace("layers", "net")) == []


def test_the_only_short_way_is_no_hint() -> None:
    short = "def scale(v):\n    return v / v.max()\n"
    handed = {who: {"scale": short} for who in ("ada", "bob")}
    assert pairs(handed, {}) == []


def test_what_many_have_is_no_hint() -> None:
    assert found(**{f"s{n}": OWN for n in range(5)}, eve=OTHER) == []
    assert len(found(**{f"s{n}": OWN for n in range(4)}, eve=OTHER)) == 6


def test_code_that_does_not_parse_or_is_endless_is_left_out() -> None:
    assert found(ada="def (", bob="def (") == []
    assert found(ada=OWN + "#" * 30_000, bob=OWN + "#" * 30_000) == []


def test_both_answers_stand_side_by_side_and_are_no_html() -> None:
    sources = {"ada": OWN.replace("z = np", "z = '<b>' and np"), "bob": RENAMED}
    sources["bob"] = sources["ada"]
    html = likeness_page(pairs({w: {"forward": t} for w, t in sources.items()}, {}), "Lab 1")
    assert html.count("&lt;b&gt;") + html.count("&#39;&lt;b&gt;&#39;") >= 2
    assert "<b>" not in html.partition("<main>")[2] and "proves nothing" in html
