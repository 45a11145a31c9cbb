"""Renders the pictures of chairs that come with the course, one sheet each, without loss.

    python -m scripts.chairs

It writes data/chairs_studio.webp and data/chairs_varied.webp, in some 160 seconds, of which
more than half go into packing them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from course_utils.datasets.chairs import CHAIRS, SIZE, VIEWS, sheet
from scripts.chairs import scene

SEED = 0


def draw(views: int, varied: bool, seed: int, size: int) -> NDArray[np.uint8]:
    """Render `views` pictures of each class: (10 * views, size, size, 3), class by class."""
    todo = [(name, view) for name in CHAIRS for view in range(views)]
    pictures = [
        scene.picture(
            scene.varied(name, view, seed) if varied else scene.studio(name, view, views, seed),
            size,
        )
        for name, view in track(todo, description="rendering chairs", transient=True)
    ]
    return np.stack(pictures)


def save_sheet(pictures: NDArray[np.uint8], path: Path) -> None:
    """Write pictures, class by class, as one sheet, without loss."""
    size, rows = pictures.shape[1], len(CHAIRS)
    grid = pictures.reshape(rows, -1, size, size, 3).transpose(0, 2, 1, 3, 4)
    Image.fromarray(grid.reshape(rows * size, -1, 3)).save(
        path, lossless=True, quality=80, method=4
    )


def main() -> None:
    for varied, views in VIEWS.items():
        path = sheet(varied)
        save_sheet(draw(views, varied, SEED, SIZE), path)
        print(f"{path.name}: {views} views of each class, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
