"""The text of the Python language reference."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from course_utils.sequences.text import plain

#: Topics held out, about a tenth of the text each. Python 3.10 to 3.13 have all of them.
_VALIDATION = ("assignment", "calls", "objects", "raise", "strings")
_TEST = ("binary", "comparisons", "import", "typesmapping")


class Reference(NamedTuple):
    """The parts of the text: to learn from, to choose by, to report on."""

    training: str
    validation: str
    test: str


def python_reference() -> Reference:
    """Return the Python language reference in three parts, which share no paragraph.

    The text differs a little from one Python to the next: 373,000 characters in Python 3.11,
    397,000 in 3.12, 414,000 in 3.13. Its characters do not: they are those of
    `course_utils.sequences.text.VOCABULARY`, the few others are replaced.

    Validation and test are whole topics, always the same ones, a tenth of the text each: a network
    trained on one Python has not seen another's test topics. The reference repeats itself (a
    statement has its own topic and stands among the compound statements again); each paragraph is
    kept where it comes first, the training topics before the others.

    Source: the module `pydoc_data.topics` of the Python that runs, which `help()` reads (Python
    Software Foundation License 2). Nothing is downloaded.
    """
    from pydoc_data.topics import topics

    seen: set[str] = set()
    held_out = {*_VALIDATION, *_TEST}
    training = [topics[name] for name in sorted(topics) if name not in held_out]
    return Reference(
        _unseen(training, seen),
        _unseen([topics[name] for name in _VALIDATION], seen),
        _unseen([topics[name] for name in _TEST], seen),
    )


def _unseen(topics: Iterable[str], seen: set[str]) -> str:
    """The paragraphs that are not in `seen`, which they join, whatever their indentation."""
    kept = []
    for topic in topics:
        for paragraph in re.split(r"\n\s*\n", plain(topic).strip("\n")):
            words = " ".join(paragraph.split())
            if words not in seen:
                seen.add(words)
                kept.append(paragraph)
    return "\n\n".join(kept) + "\n"
