"""From predictions to a metric, and from a metric to right or wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.exercises.compare import Difference
from course_utils.exercises.exercise import Metric
from course_utils.exercises.words import name_of

Array = np.ndarray[Any, Any]


def below_bound(metric: Metric, predictions: Any) -> Difference | None:
    """Return a difference where the predictions miss the metric's bound, or None.

    predictions: (n, classes), (n, 1) or (n,) for "accuracy"; the target's shape for "mse".
    """
    target = np.asarray(metric.target)
    if predictions is None:
        return Difference("missing", "", target, None, "Nothing (None) came back.")
    if not isinstance(predictions, np.ndarray) or not _fits(metric, predictions, target):
        message = f"Expected one prediction for each of {len(target)} examples, got "
        return Difference("shape", "", target, predictions, f"{message}{name_of(predictions)}.")
    if not np.isfinite(predictions).all():
        message = "The predictions hold NaN or infinity: the training diverged."
        return Difference("finite", "", target, predictions, message)
    score = _METRICS[metric.name](predictions, target)
    low = metric.at_least is not None and score < metric.at_least
    high = metric.at_most is not None and score > metric.at_most
    if not (low or high):
        return None
    if metric.name == "accuracy" and metric.at_least == 1 and _are_responses(predictions):
        return _wrong_side(target, predictions)
    bound = f"at least {metric.at_least:g}" if low else f"at most {metric.at_most:g}"
    message = f"The {_WORDS[metric.name]} is {score:.4g}; {bound} is asked."
    return Difference("value", "", bound, score, message)


def _are_responses(predictions: Array) -> bool:
    """Whether there is one floating-point number (n,) for each example, split at 0.5."""
    return predictions.dtype.kind == "f" and predictions.ndim == 1


def _wrong_side(target: Array, predictions: Array) -> Difference:
    """Names the first response that lies on the wrong side of the threshold."""
    wrong = np.flatnonzero((predictions >= 0.5) != target)
    first = int(wrong[0])
    side = "0.5 or more" if target[first] else "below 0.5"
    message = (
        f"{side[0].upper()}{side[1:]} is asked, got {predictions[first]:.4g} at index "
        f"[{first}]; {len(wrong)} of {len(target)} are on the wrong side."
    )
    return Difference("value", "", side, predictions, message, (first,))


def _fits(metric: Metric, predictions: Array, target: Array) -> bool:
    """Whether there is one prediction for each example, of a kind that the metric can read."""
    if predictions.dtype.kind not in "biuf" or predictions.shape[:1] != target.shape[:1]:
        return False
    return predictions.size == target.size if metric.name == "mse" else predictions.ndim in (1, 2)


def _accuracy(predictions: Array, target: Array) -> float:
    if predictions.ndim == 2 and predictions.shape[1] > 1:
        labels = predictions.argmax(axis=1)
    elif predictions.dtype.kind == "f":
        labels = (predictions.reshape(len(target)) >= 0.5).astype(int)
    else:
        labels = predictions.reshape(len(target))
    return float(np.mean(labels == target))


def _mse(predictions: Array, target: Array) -> float:
    return float(np.mean((predictions.reshape(target.shape) - target) ** 2))


def _relation(predictions: Array, target: Array) -> float:
    """The largest |sum_n target_nk predictions_n| among the relations k."""
    return float(np.max(np.abs(target.T @ predictions.reshape(len(target)))))


_METRICS = {"accuracy": _accuracy, "mse": _mse, "relation": _relation}
_WORDS = {
    "accuracy": "accuracy",
    "mse": "mean squared error",
    "relation": "largest difference between f(a + b) and f(a) + f(b)",
}
