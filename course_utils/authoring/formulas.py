"""LaTeX formulas as MathML, which browsers draw without a script."""

import html

from latex2mathml.converter import convert

# What latex2mathml does not know, in words that it knows.
SPELLINGS = {
    r"\begin{aligned}": r"\begin{align*}",
    r"\end{aligned}": r"\end{align*}",
    r"\argmax": r"\operatorname{argmax}",
    r"\argmin": r"\operatorname{argmin}",
    r"\arg\m": r"\operatorname{arg}\,\m",
}


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
    return mathml


def _as_text(latex: str, display: bool) -> str:
    text = f"<code>{html.escape(latex)}</code>"
    return f"<p>{text}</p>" if display else text
