"""The parts of a transferred network: a trained backbone, a new head, and both in one model."""

from __future__ import annotations

from typing import Any

import keras

from course_utils.common.errors import CourseError
from course_utils.models.graph import Graph, trace, without
from course_utils.models.layers import softmax
from course_utils.models.shapes import check_classes

_TRAINING_ONLY = (
    keras.layers.Dropout,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.SpatialDropout3D,
    keras.layers.AlphaDropout,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
)


def backbone(model: keras.Model | None = None, until: str | None = None) -> keras.Model:
    """Return the lower part of a trained network, from images to features (batch, features).

    Args:
        model: a Sequential or Functional model. The result shares its layers and weights. None:
            the GoogLeNet that the course ships, loaded anew at each call.
        until: the last layer, for instance the Inception module "inception_4a". If it returns
            maps, each map is averaged over its places. None: the layer "bottleneck", or else all
            but a Dense layer at the end.

    Dropout and noise are left out: they act in training only, and there a frozen backbone shall
    return what it did when its bottlenecks were extracted.

    Raises CourseError where the model has no such layer, or it does not return maps or vectors.
    """
    if model is None:
        # Weights take half a second to load: whoever brings a model does not wait for it.
        from course_utils.models.googlenet import googlenet

        model = googlenet(include_top=False)
    opened = trace(model)
    graph = trace(without(opened.model(opened.outputs), _TRAINING_ONLY))
    features = _end(graph) if until is None else graph.step(until).outputs[0]
    if len(features.shape) == 4:
        features = keras.layers.GlobalAveragePooling2D(name="pooled")(features)
    if len(features.shape) != 2:
        raise CourseError(
            f"backbone: {until or 'the end of the model'!r} returns {tuple(features.shape)}; take "
            "a layer that returns maps (batch, height, width, maps) or vectors (batch, features)."
        )
    return graph.model(features)


def _end(graph: Graph) -> Any:
    """The layer "bottleneck", or else the end without its Dense layer."""
    if any(step.layer.name == "bottleneck" for step in graph.steps):
        return graph.step("bottleneck").outputs[0]
    last = graph.steps[-1]
    return last.inputs[0] if isinstance(last.layer, keras.layers.Dense) else last.outputs[0]


def new_head(
    features: int,
    classes: int,
    *,
    dropout: float = 0.0,
    penalty: float = 1e-4,
    learning_rate: float = 3e-3,
) -> keras.Model:
    """Return a compiled classifier of one layer, from features to probabilities (batch, classes).

    It is softmax regression: trained with Adam on whole-number labels, and it tells its accuracy.

    Args:
        features: length of a feature vector.
        classes: how many there are to tell apart.
        dropout: part of the features that is left out at each step of the training.
        penalty: on the squares of the weights (L2). With few images a larger one may help.
        learning_rate: of Adam.

    Raises CourseError where classes or features are no whole number above 0.
    """
    check_classes("new_head", classes)
    if not isinstance(features, int) or features < 1:
        raise CourseError(f"new_head: features={features} is the length of a feature vector.")
    last = softmax(classes)
    last.kernel_regularizer = keras.regularizers.L2(penalty)
    layers = [keras.layers.Dropout(dropout)] if dropout else []
    head = keras.Sequential([keras.Input((features,)), *layers, last], name="head")
    head.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return head


def assemble(
    backbone: keras.Model, head: keras.Model, *, before: keras.layers.Layer | None = None
) -> keras.Model:
    """Return one model from images to probabilities: the backbone, and the head on top of it.

    It shares the weights of both, so that `fine_tune` changes them too. It can be saved and
    loaded with `keras.saving`, and exported.

    The backbone is frozen, so that whatever the model is trained on, its batch normalisation
    keeps the means and variances of the many images that it was trained on; `fine_tune` and
    `set_trainable` free parts of it.

    Args:
        backbone: from images to features.
        head: from these features on, trained or not.
        before: a layer from raw pixels to what the backbone takes, so that whoever is served by
            the model need not know; for the course's GoogLeNet `keras.layers.Rescaling(1 / 127.5,
            offset=-1)` takes 0 to 255.

    Raises CourseError where the head takes other features than the backbone returns.
    """
    given, taken = tuple(backbone.output_shape), tuple(head.input_shape)
    if given != taken:
        raise CourseError(
            f"assemble: the backbone returns features {given}, the head takes {taken}; make it "
            f"with new_head({given[-1]}, classes)."
        )
    backbone.trainable = False
    inputs = keras.Input(backbone.input_shape[1:], name="images")
    x = before(inputs) if before is not None else inputs
    return keras.Model(inputs, head(backbone(x)), name="transferred")
