"""LeNet-5, the convolutional network that read cheques."""

from __future__ import annotations

import keras
from keras import layers

from course_utils.models.layers import softmax
from course_utils.models.shapes import Shape, check_classes, check_image

#: 12 x 12 leaves 6 x 6 after the first pooling, 2 x 2 after the second convolution, then 1 x 1.
_SMALLEST = 12


def lenet5(
    input_shape: Shape = (28, 28, 1),
    classes: int = 10,
    *,
    batch_normalisation: bool = False,
    dropout: float = 0.0,
) -> keras.Sequential:
    """Return LeNet-5 (LeCun et al. 1998, section II.B), untrained: 61,706 weights.

    Args:
        input_shape: (height, width, channels), height and width of at least 12. Images below
            32 x 32 are framed by two pixels of zeros, as the paper's digits are.
        classes: how many probabilities it returns.
        batch_normalisation: whether every layer but the last normalises before its activation.
        dropout: the fraction of the activations of C5 and F6 that training drops; 0 for none.

    Takes images (batch, height, width, channels), returns probabilities (batch, classes).
    The layers are named as in the paper: C1, S2, C3, S4, C5, F6.

    Where it differs from the paper's 60,000 weights: every map of C3 sees all six maps of S2, not
    the three to six of the paper's table (2,416 weights, not 1,516); S2 and S4 take the maximum,
    where the paper's average, with a coefficient, a bias and a sigmoid of their own (44 weights);
    the activation is ReLU, not 1.7159 tanh(2 z / 3); the output is a softmax (850 weights), not
    the distance to fixed pictures of the digits. On the 4,000 digits of `datasets.mnist()`
    maximum and ReLU reach about 97 % where average and tanh, trained equally, reach about 95 %.

    Raises CourseError where the shape is impossible.
    """
    shape = check_image("lenet5", input_shape, _SMALLEST)
    check_classes("lenet5", classes)
    model = keras.Sequential([keras.Input(shape)], name="lenet5")

    def add(layer: keras.layers.Layer) -> None:
        """Append a layer and what stands between its weighted sum and the next layer."""
        model.add(layer)
        if batch_normalisation:
            model.add(layers.BatchNormalization(momentum=0.9, name=f"{layer.name}_norm"))
        model.add(layers.ReLU(name=f"{layer.name}_relu"))

    padding = "same" if min(shape[:2]) < 32 else "valid"
    add(layers.Conv2D(6, 5, padding=padding, name="C1"))
    model.add(layers.MaxPooling2D(2, name="S2"))
    add(layers.Conv2D(16, 5, name="C3"))
    model.add(layers.MaxPooling2D(2, name="S4"))
    model.add(layers.Flatten(name="flatten"))
    for units, name in ((120, "C5"), (84, "F6")):
        add(layers.Dense(units, name=name))
        if dropout:
            model.add(layers.Dropout(dropout, name=f"{name}_dropout"))
    model.add(softmax(classes))
    return model
