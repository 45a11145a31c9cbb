"""Renders the pictures of chairs that come with the course, one sheet each, without loss.

    python scripts/render_chairs.py

It writes data/chairs_studio.webp and data/chairs_varied.webp, in some 160 seconds, of which
more than half go into packing them.
"""

from __future__ import annotations

from course_utils.datasets.chairs import store


def main() -> None:
    for varied, views in store.SHIPPED_VIEWS.items():
        path = store.shipped(varied)
        store.save_sheet(store.draw(views, varied, 0, store.SHIPPED_SIZE), path)
        print(f"{path.name}: {views} views of each class, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
