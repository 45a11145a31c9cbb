"""GoogLeNet: 22 weighted layers, nine of its steps Inception modules."""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import layers

from course_utils.common.errors import CourseError
from course_utils.models.layers import LocalResponseNormalization, softmax


class Module(NamedTuple):
    """Feature maps of the branches of one Inception module (Szegedy et al. 2014, table 1)."""

    ones: int
    threes_reduce: int
    threes: int
    fives_reduce: int
    fives: int
    pool_projection: int


MODULES = {
    "inception_3a": Module(64, 96, 128, 16, 32, 32),
    "inception_3b": Module(128, 128, 192, 32, 96, 64),
    "inception_4a": Module(192, 96, 208, 16, 48, 64),
    "inception_4b": Module(160, 112, 224, 24, 64, 64),
    "inception_4c": Module(128, 128, 256, 24, 64, 64),
    "inception_4d": Module(112, 144, 288, 32, 64, 64),
    "inception_4e": Module(256, 160, 320, 32, 128, 128),
    "inception_5a": Module(256, 160, 320, 32, 128, 128),
    "inception_5b": Module(384, 192, 384, 48, 128, 128),
}
SMALLEST = 32  # five steps halve it to 1 x 1
_AUXILIARY_WINDOW = 5


class Builder:
    """Adds the parts of one network; width and normalisation are the same in all of them."""

    def __init__(self, width: float, normalised: bool) -> None:
        self._width, self._normalised = width, normalised

    def features(self, x: Any, small_images: bool) -> tuple[Any, dict[str, Any]]:
        """Images to the last feature maps, and the output of every Inception module by name."""
        x = self._stem(x, small_images)
        outputs = {}
        for name, module in MODULES.items():
            if name in ("inception_4a", "inception_5a"):
                x = halve(x, f"pool{int(name[-2]) - 1}")
            x = outputs[name] = self._inception(x, module, name)
        return x, outputs

    def _stem(self, x: Any, small_images: bool) -> Any:
        x = layers.ZeroPadding2D(3, name="conv1_pad")(x)
        x = self.convolve(x, 64, 7, "conv1_7x7_s2", stride=2, padding="valid")
        x = self._respond(halve(x, "pool1"), "norm1")
        x = self.convolve(x, 64, 1, "conv2_3x3_reduce")
        x = self.convolve(x, 192, 3, "conv2_3x3")
        x = self._respond(x, "norm2")
        return x if small_images else halve(x, "pool2")

    def _respond(self, x: Any, name: str) -> Any:
        """Batch normalisation makes local response normalisation superfluous."""
        return x if self._normalised else LocalResponseNormalization(name=name)(x)

    def _inception(self, x: Any, module: Module, name: str) -> Any:
        threes = self.convolve(x, module.threes_reduce, 1, f"{name}_3x3_reduce")
        fives = self.convolve(x, module.fives_reduce, 1, f"{name}_5x5_reduce")
        pooled = layers.MaxPooling2D(3, 1, "same", name=f"{name}_pool")(x)
        branches = [
            self.convolve(x, module.ones, 1, f"{name}_1x1"),
            self.convolve(threes, module.threes, 3, f"{name}_3x3"),
            self.convolve(fives, module.fives, 5, f"{name}_5x5"),
            self.convolve(pooled, module.pool_projection, 1, f"{name}_pool_proj"),
        ]
        return layers.Concatenate(name=name)(branches)

    def auxiliary_head(self, x: Any, classes: int, name: str) -> Any:
        """A classifier on the output of a module in the middle (Szegedy et al. 2014, section 5)."""
        if any(side is None or side < _AUXILIARY_WINDOW for side in x.shape[1:3]):
            raise CourseError(
                f"googlenet: the auxiliary heads need {_AUXILIARY_WINDOW} x {_AUXILIARY_WINDOW} "
                f"positions in inception_4a, here are {x.shape[1]} x {x.shape[2]}; take a fixed "
                "input_shape of at least 80 x 80, or auxiliary_heads=False."
            )
        x = layers.AveragePooling2D(_AUXILIARY_WINDOW, 3, name=f"{name}_ave_pool")(x)
        x = layers.Flatten(name=f"{name}_flatten")(self.convolve(x, 128, 1, f"{name}_conv"))
        x = layers.Dense(self._scaled(1024), activation="relu", name=f"{name}_fc")(x)
        x = layers.Dropout(0.7, name=f"{name}_dropout")(x)
        return softmax(classes, name=f"{name}_probabilities")(x)

    def _scaled(self, filters: int) -> int:
        return max(1, round(filters * self._width))

    def convolve(
        self, x: Any, filters: int, size: int, name: str, stride: int = 1, padding: str = "same"
    ) -> Any:
        """Convolution and ReLU, with the batch normalised between them if asked."""
        convolution = layers.Conv2D(
            self._scaled(filters),
            size,
            stride,
            padding,
            activation=None if self._normalised else "relu",
            use_bias=not self._normalised,  # the normalisation has one
            kernel_initializer="he_normal",
            name=name,
        )
        x = convolution(x)
        if not self._normalised:
            return x
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=f"{name}_norm")(x)
        return layers.ReLU(name=f"{name}_relu")(x)


def halve(x: Any, name: str) -> Any:
    """3 x 3 maxima with stride 2, as Caffe counts them: ceil((size - 3) / 2) + 1.

    A row and a column of zeros below and to the right have that effect at every size, as no
    activation is below 0. At even sizes Keras's "same" does it without the copy.
    """
    if all(side is not None and side % 2 == 0 for side in x.shape[1:3]):
        return layers.MaxPooling2D(3, 2, "same", name=name)(x)
    x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(x)
    return layers.MaxPooling2D(3, 2, "valid", name=name)(x)
