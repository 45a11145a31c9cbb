"""What a training needs around the model: seeds, the device, a quick start, a limit to its time.

Importing it loads no Keras; that waits for the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course_utils.training.preparation import build_optimizer, device, set_seed

if TYPE_CHECKING:
    from course_utils.training.budget import TimeBudget
    from course_utils.training.steps import compiled_step

__all__ = ["TimeBudget", "build_optimizer", "compiled_step", "device", "set_seed"]


def __getattr__(name: str) -> Any:
    if name == "TimeBudget":
        from course_utils.training.budget import TimeBudget

        return TimeBudget
    if name == "compiled_step":
        from course_utils.training.steps import compiled_step

        return compiled_step
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
