"""Networks that remember from one batch to the next."""

from __future__ import annotations

from typing import Any

import keras

from course_utils.common.errors import CourseError


@keras.saving.register_keras_serializable(package="course_utils")
class StatefulModel(keras.Model):  # type: ignore[misc]  # has no types
    """A Functional model of stateful layers, which says so where a batch is of another size.

    Row i of each batch goes on where row i of the batch before ended, until `reset_state()`.
    Every way into the model raises a CourseError where the batch is not the one it was made for;
    the `batch_size` of fit, evaluate and predict need not be given.

    On JAX, Keras keeps the state in direct calls and in `predict_on_batch` here alone: fit,
    evaluate and predict begin each batch from an empty memory there.
    """

    def reset_state(self) -> None:
        """Forget: set the state of every recurrent layer to 0."""
        for layer in self.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Return what keras.Model does; raises CourseError for a batch of another size."""
        self._check(inputs, exactly=True)
        return super().__call__(inputs, *args, **kwargs)

    def fit(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """As of keras.Model, in batches of the one possible size, which are not shuffled."""
        self._check(x)
        return super().fit(x, *args, **self._in_order(x, kwargs) | {"shuffle": False})

    def evaluate(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """As of keras.Model, in batches of the one possible size."""
        self._check(x)
        return super().evaluate(x, *args, **self._in_order(x, kwargs))

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """As of keras.Model, in batches of the one possible size."""
        self._check(x)
        return super().predict(x, *args, **self._in_order(x, kwargs))

    def train_on_batch(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """As of keras.Model."""
        self._check(x, exactly=True)
        return super().train_on_batch(x, *args, **kwargs)

    def test_on_batch(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        """As of keras.Model."""
        self._check(x, exactly=True)
        return super().test_on_batch(x, *args, **kwargs)

    def predict_on_batch(self, x: Any) -> Any:
        """As of keras.Model."""
        self._check(x, exactly=True)
        if keras.backend.backend() == "jax":  # where compiled functions drop the new state
            return keras.ops.convert_to_numpy(self(x, training=False))
        return super().predict_on_batch(x)

    def _in_order(self, x: Any, asked: dict[str, Any]) -> dict[str, Any]:
        """The arguments asked for, with the one possible size of a batch where x is an array."""
        return asked | {"batch_size": self.input_shape[0]} if hasattr(x, "shape") else asked

    def _check(self, x: Any, exactly: bool = False) -> None:
        """Refuse arrays whose rows do not fill batches; data sets make their own."""
        rows = x.shape[0] if getattr(x, "shape", None) else None
        size = self.input_shape[0]
        if rows is None or rows == size or (rows % size == 0 and not exactly):
            return
        raise CourseError(
            f"{self.name}: {rows} rows do not fit its batches of {size}; a stateful network keeps "
            f"one state for each of its {size} rows. Give {size} rows"
            f"{'' if exactly else ' or a multiple of it'}, or make the network with "
            f"batch_shape=({rows}, ...)."
        )
