"""The lines of the solutions that tell an answer, and the files that hold one."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from course_utils.common.paths import SOLUTIONS

REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
# Shorter lines ("return z", "total = 0") say nothing about an answer.
TELLING = 12
#: Lines that many a program holds and that tell nothing of the answer they stand in.
IDIOMS = {
    "Z = X - mean",
    "backbone.trainable = False",
    "backbone.trainable = True",
    "for _ in range(epochs):",
    "digest = hashlib.sha256()",
    "keras.Input((features,)),",
    "layers = keras.layers",
    "layers.Flatten(),",
    "model.compile(",
    "model = keras.Sequential(",
    "return digest.hexdigest()",
    "return keras.Sequential(",
    "return model",
}


def solution_lines() -> Iterator[str]:
    """Yield each telling line of a solution that stands in no lab outside of the solutions."""
    texts = [path.read_text(encoding="utf-8") for path in SOLUTIONS.glob("*/*.py")]
    outside = {line.strip() for text in texts for line in REGION.sub("", text).splitlines()}
    for text in texts:
        for region in REGION.findall(text):
            lines = {line.strip() for line in region.splitlines()}
            telling = (line for line in lines - outside - IDIOMS if len(line) >= TELLING)
            yield from telling


def leaked(folder: Path) -> list[str]:
    """Return each file of a folder that holds a line of an answer, with that line."""
    answers = set(solution_lines())
    assert answers, "there are solutions"
    found = []
    for path in folder.rglob("*"):
        if path.is_file():
            content = _text(path)
            found += [f"{path}: {answer}" for answer in answers if _stands_in(answer, content)]
    return found


def _text(path: Path) -> bytes:
    """Return a file's bytes; of a page, what it says but for the hints, which may name a line."""
    content = path.read_bytes()
    if path.suffix != ".html":
        return content
    page = re.sub(r'<details class="hint">.*?</details>', "", content.decode(), flags=re.DOTALL)
    plain = re.sub(r"<[^>]+>", "", page)  # code is coloured word by word
    return html.unescape(plain).encode()


def _stands_in(answer: str, content: bytes) -> bool:
    """Return whether a file holds the line as it is, or as a notebook's JSON writes it."""
    escaped = answer.replace("\\", "\\\\").replace('"', '\\"')
    return answer.encode() in content or escaped.encode() in content
