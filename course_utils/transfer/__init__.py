"""Transfer learning: reuse a trained network on other images.

    bottlenecks = Bottlenecks(backbone(), preprocess=course_input, cache="build/bottlenecks")
    z, labels, class_names, _ = bottlenecks.folder("my_pictures")
    head = new_head(z.shape[1], len(class_names))
    head.fit(z, labels, epochs=50)
    model = assemble(bottlenecks.network, head)
    fine_tune(model, images, labels, trainable_from="inception_5a", epochs=5)

Importing it loads no Keras; that waits for the first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.transfer.bottlenecks import Bottlenecks, Pictures, Piped
    from course_utils.transfer.extraction import Report
    from course_utils.transfer.fine_tuning import fine_tune, set_trainable
    from course_utils.transfer.networks import assemble, backbone, new_head

__all__ = [
    "Bottlenecks",
    "Pictures",
    "Piped",
    "Report",
    "assemble",
    "backbone",
    "fine_tune",
    "new_head",
    "set_trainable",
]

_PLACES = {
    "Bottlenecks": "bottlenecks",
    "Pictures": "bottlenecks",
    "Piped": "bottlenecks",
    "Report": "extraction",
    "assemble": "networks",
    "backbone": "networks",
    "fine_tune": "fine_tuning",
    "new_head": "networks",
    "set_trainable": "fine_tuning",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f"course_utils.transfer.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
