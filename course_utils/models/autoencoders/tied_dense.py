"""A dense layer that runs both ways with one kernel: the heart of a tied autoencoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from course_utils.models.autoencoders.shapes import flattened, mark_code, reshaped


@keras.saving.register_keras_serializable(package="course_utils")
class TiedDense(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """A dense layer with a way back that shares its kernel.

    layer(x) = h(x W + b), from (..., features) to (..., units);
    layer(a, transpose=True) = g(a W^T + c), from (..., units) to (..., features).

    Both are calls of one layer, so a Functional model that makes both holds W once, trains it once,
    and saves and loads it as one weight. For one example as a column, layer(layer(x),
    transpose=True) is r(x) = W h(W^T x + b), where g is the identity and there is no c.

    Args:
        units: of the code. activation: h. back_activation: g. use_back_bias: whether there is a c.

    Weights: kernel (features, units), bias (units,), and back_bias (features,) if asked for.
    Each is drawn or zero as in keras.layers.Dense. The first call goes forward: it sets the sizes.

    P. Vincent and others, Stacked denoising autoencoders, JMLR 11, 2010, section 2.2.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "sigmoid",
        back_activation: Any = None,
        use_back_bias: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.use_back_bias = units, use_back_bias
        self.activation = keras.activations.get(activation)
        self.back_activation = keras.activations.get(back_activation)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights for inputs (..., features)."""
        features = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(features, self.units), initializer="glorot_uniform", name="kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.back_bias = None
        if self.use_back_bias:
            self.back_bias = self.add_weight(
                shape=(features,), initializer="zeros", name="back_bias"
            )
        self.built = True

    def call(self, x: Any, transpose: bool = False) -> Any:
        """Return (..., units) of x (..., features); with transpose the way back."""
        if not transpose:
            return self.activation(ops.matmul(x, self.kernel) + self.bias)
        z = ops.matmul(x, ops.transpose(self.kernel))
        return self.back_activation(z if self.back_bias is None else z + self.back_bias)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make the layer anew."""
        own = {
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "back_activation": keras.activations.serialize(self.back_activation),
            "use_back_bias": self.use_back_bias,
        }
        return {**super().get_config(), **own}


def there_and_back(
    name: str,
    shape: Sequence[int],
    layer: TiedDense,
    *,
    before: Callable[[Any], Any] | None = None,
    behind: Callable[[Any], Any] | None = None,
) -> keras.Model:
    """Return the autoencoder of one tied layer, untrained: there, the code, and back.

    shape: of one example, without the batch. before, behind: layers that work on the input of the
    way there, and on what comes of it: noise, say, or a penalty. The code is what they leave.
    """
    x, row = flattened(tuple(shape))
    code = layer(before(row) if before else row)
    code = mark_code(behind(code) if behind else code)
    return keras.Model(x, reshaped(layer(code, transpose=True), tuple(shape)), name=name)
