"""Writes the card of the weights that train_googlenet.py exports."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

Measured = dict[str, float]

_TEXT = """# {stem}: weights of a small GoogLeNet

A GoogLeNet of half width with batch normalisation for images of 64 x 64 pixels, float16,
{megabytes:.1f} MB. Load it with `course_utils.models.googlenet.googlenet()`; prepare pictures with
`course_input`; `class_names()` gives the {classes} classes.

## Data

Tiny ImageNet (Stanford CS231n): {training} training and {validation} validation images of {classes}
classes. Its images come from ImageNet and are for research and education only; no image is part of
these weights, but whoever uses them beyond that should know where they come from.

## Recipe

`scripts/train_googlenet.py` as it stands beside this card: random crops, mirrored half of the time;
smaller images in the first parts; AdamW with a warm-up and a cosine down to 0, label smoothing 0.1,
mixed precision with bfloat16. {epochs} epochs (the last may be a part), {images} images,
{minutes:.0f} minutes of training on {machine} processors.

## Accuracy

On the validation images, with the weights as they are in the file: top-1 {top1:.1%}, top-5
{top5:.1%}. By chance: {chance1:.1%} and {chance5:.1%}. The network was not chosen by these images:
it is the one at the end of the schedule.

| epoch | pixels | images | minutes | top-1 | top-5 |
|---|---|---|---|---|---|
{rows}

## Classes

{names}.
"""


def write(
    weights: Path,
    history: Sequence[Measured],
    measured: Measured,
    counts: tuple[int, int],
    names: list[str],
) -> None:
    """Write `<weights>.md` beside the weights.

    Args:
        weights: the npz file that the card speaks of.
        history: what was measured after each epoch, as train_googlenet.py keeps it.
        measured: accuracies "top1" and "top5" of the weights in the file.
        counts: numbers of training and validation images.
        names: of the classes, in order.
    """
    rows = [
        f"| {number} | {epoch['side']} | {epoch['images']} | {epoch['seconds'] / 60:.1f} | "
        f"{epoch['top1']:.1%} | {epoch['top5']:.1%} |"
        for number, epoch in enumerate(history, start=1)
    ]
    text = _TEXT.format(
        stem=weights.stem,
        megabytes=weights.stat().st_size / 1e6,
        training=counts[0],
        validation=counts[1],
        classes=len(names),
        epochs=len(history),
        images=sum(int(epoch["images"]) for epoch in history),
        minutes=history[-1]["seconds"] / 60,
        machine=f"{os.cpu_count()} {platform.machine()}",
        top1=measured["top1"],
        top5=measured["top5"],
        chance1=1 / len(names),
        chance5=min(1, 5 / len(names)),
        rows="\n".join(rows),
        names=", ".join(names),
    )
    weights.with_suffix(".md").write_text(text, encoding="utf-8")
