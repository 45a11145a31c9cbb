"""Seven kinds of autoencoder: what they compute, that they save and load, what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from course_utils.common.errors import CourseError
from course_utils.models import autoencoders
from course_utils.models.autoencoders import decoder, encoder

pytestmark = pytest.mark.slow

Array = NDArray[Any]
SHAPES = [(7,), (6, 9), (5, 7, 3)]
#: Each kind, a function of the shape of one example.
KINDS: dict[str, Callable[[Any], keras.Model]] = {
    "linear": lambda shape: autoencoders.linear(shape, 3),
    "tied": lambda shape: autoencoders.tied(shape, 4),
    "tied, deep": lambda shape: autoencoders.tied(shape, (6, 5, 2)),
    "sparse, kl": lambda shape: autoencoders.sparse(shape, 9, "kl", weight=0.1),
    "sparse, l1": lambda shape: autoencoders.sparse(shape, 9, "l1", weight=0.1),
    "sparse, threshold": lambda shape: autoencoders.sparse(shape, 9, "threshold", theta=0.1),
    "denoising, masking": lambda shape: autoencoders.denoising(shape, 5, "masking", 0.4),
    "denoising, gaussian": lambda shape: autoencoders.denoising(shape, 5, "gaussian", 0.4),
    "contractive": lambda shape: autoencoders.contractive(shape, 5, weight=0.5),
    "variational": lambda shape: autoencoders.variational(shape, 2, hidden=(6, 5)),
}
IMAGES_ONLY = {"convolutional": lambda shape: autoencoders.convolutional(shape, 3, filters=(4, 5))}
CASES = [(kind, shape) for kind in KINDS for shape in SHAPES]
CASES += [("convolutional", shape) for shape in SHAPES[1:]]


def build(kind: str, shape: tuple[int, ...]) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = (KINDS | IMAGES_ONLY)[kind](shape)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=w.shape, scale=0.4) for w in model.get_weights()])
    return model


def data(shape: tuple[int, ...], examples: int = 5) -> Array:
    return np.random.default_rng(1).uniform(size=(examples, *shape)).astype("float32")


def numpy(tensor: Any) -> Array:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


@pytest.mark.parametrize(("kind", "shape"), CASES)
def test_it_restores_the_shape_and_saves_and_loads(
    kind: str, shape: tuple[int, ...], tmp_path: Path
) -> None:
    model, x = build(kind, shape), data(shape)
    before = numpy(model(x))
    losses = [float(loss) for loss in model.losses]
    assert before.shape == x.shape and np.ptp(before) > 0
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(numpy(again(x)), before)
    assert [float(loss) for loss in again.losses] == losses
    assert again.count_params() == model.count_params()
    assert len(again.trainable_weights) == len(model.trainable_weights)


@pytest.mark.parametrize("kind", [*KINDS, "convolutional"])
def test_the_two_halves_make_the_whole(kind: str) -> None:
    model, x = build(kind, (6, 9)), data((6, 9))
    code = encoder(model)(x)
    assert len(code.shape) == 2
    np.testing.assert_allclose(numpy(decoder(model)(code)), numpy(model(x)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", [*KINDS, "convolutional"])
def test_it_learns_and_goes_on_after_loading(kind: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model, x = (KINDS | IMAGES_ONLY)[kind]((6, 9)), data((6, 9), 32)
    loss = autoencoders.summed_cross_entropy if kind == "variational" else "mse"
    model.compile(keras.optimizers.Adam(0.02), loss)
    start = model.evaluate(x, x, verbose=0)
    many = np.tile(x, (12, 1, 1))
    model.fit(many, many, 32, verbose=0)
    end = model.evaluate(x, x, verbose=0)
    assert end < start
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.evaluate(x, x, verbose=0) == pytest.approx(end, rel=1e-6)


@pytest.mark.parametrize("width", [1, 2, 5, 8, 25])
def test_convolutions_come_back_to_any_size(width: int) -> None:
    model = autoencoders.convolutional((width, 7), 2, filters=(3, 3, 3))
    assert model.output_shape == (None, width, 7)


def test_a_tied_layer_is_the_formula_and_holds_one_kernel() -> None:
    model = autoencoders.tied((4,), 3, code_activation="tanh", output="linear", use_back_bias=False)
    W, _ = model.get_layer("tied_1").get_weights()
    b = np.array([0.3, -0.2, 0.5])
    model.get_layer("tied_1").set_weights([W, b])
    x = data((4,))
    by_columns = np.stack([W @ np.tanh(W.T @ column + b) for column in x])
    np.testing.assert_allclose(numpy(model(x)), by_columns, rtol=1e-5, atol=1e-6)
    assert [tuple(weight.shape) for weight in model.weights] == [(4, 3), (3,)]


def test_a_linear_autoencoder_has_no_biases() -> None:
    assert autoencoders.linear((3, 4), 2).count_params() == 2 * 12 * 2


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: autoencoders.tied((0,), 2), r"input of shape \(0,\) is impossible"),
        (lambda: autoencoders.tied((None, 3), 2), "whole numbers of at least 1"),
        (lambda: autoencoders.tied((4,), ()), r"units=\(\) is impossible"),
        (lambda: autoencoders.tied((4,), (3, 0)), r"units=\(3, 0\)"),
        (lambda: autoencoders.tied((4,), 3, output="softly"), "output='softly' is no activation"),
        (lambda: autoencoders.linear((4,), (3, 2)), "linear: units=.* one number"),
        (lambda: autoencoders.sparse((4,), 9, "l3"), "penalty='l3'"),
        (lambda: autoencoders.sparse((4,), 9, "kl", target=1.0), "between 0 and 1"),
        (lambda: autoencoders.sparse((4,), 9, "l1", weight=-1.0), "weight=-1.0"),
        (lambda: autoencoders.denoising((4,), 9, "salt"), "noise='salt'"),
        (lambda: autoencoders.denoising((4,), 9, "masking", 1.5), "1.5 must lie"),
        (lambda: autoencoders.contractive((4,), 9, weight=-0.1), "weight=-0.1"),
        (lambda: autoencoders.convolutional((9,), 3), "is no image"),
        (lambda: autoencoders.convolutional((8, 8), 3, filters=()), "units|filters"),
        (lambda: autoencoders.variational((8, 8), 0), "units=0"),
        (
            lambda: encoder(keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])),
            "no layer called 'code'",
        ),
    ],
)
def test_what_is_impossible_gets_a_sentence(call: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        call()
