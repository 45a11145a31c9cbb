"""Keras models as plain data: equivalent wirings pass, others are told apart."""

import os

import numpy as np
import pytest

from course_utils.exercises import Case, Fixture, Metric
from course_utils.exercises.observe import observe
from tests.support.small_checks import check_of, verdict_on

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
layers = keras.layers


def sequential(units=8, activation="tanh", rate=0.5, out="sigmoid", penalty=None, bias=True):
    return keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(units, activation=activation, kernel_regularizer=penalty, use_bias=bias),
            layers.Dropout(rate),
            layers.Dense(1, activation=out),
        ]
    )


def functional():
    x = keras.Input((3,), name="another_name")
    hidden = layers.Activation("tanh")(layers.Dense(8)(x))
    return keras.Model(x, layers.Dense(1, activation="sigmoid")(layers.Dropout(0.5)(hidden)))


def nested():
    body = keras.Sequential([keras.Input((3,)), layers.Dense(8, "tanh"), layers.Dropout(0.5)])
    return keras.Sequential([keras.Input((3,)), body, layers.Dense(1, "sigmoid")])


@pytest.fixture(scope="module")
def check():
    return check_of(sequential())


@pytest.mark.parametrize("answer", [sequential, functional, nested])
def test_equivalent_wirings_pass(check, answer):
    assert verdict_on(answer(), check).status == "right"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"units": 9}, "Layer 1 (Dense) has 9 tanh where 8 tanh is asked"),
        ({"activation": "relu"}, "has 8 relu where 8 tanh is asked"),
        ({"out": None}, "has 1 linear where 1 sigmoid is asked"),
        ({"rate": 0.2}, "has 0.2 where 0.5 is asked"),
        ({"bias": False}, "has 8 tanh without bias where 8 tanh is asked"),
        ({"penalty": "l2"}, "has 8 tanh L2 where 8 tanh is asked"),
    ],
)
def test_other_networks_are_told(check, change, message):
    verdict = verdict_on(sequential(**change), check)
    assert verdict.status == "wrong"
    assert message in " ".join([verdict.message, *verdict.why])


def test_a_model_without_an_input_shape_is_told_to_have_one(check):
    verdict = verdict_on(keras.Sequential([layers.Dense(8), layers.Dense(1)]), check)
    assert verdict.message == "Expected a Keras model, got a Keras model without an input shape."
    assert "Begin the model with keras.Input" in verdict.why[0]


def test_parallel_branches_may_be_written_in_any_order():
    def branches(swap):
        x = keras.Input((8, 8, 3))
        kernels = [(1, 4), (3, 4)]
        made = {k: layers.Conv2D(n, k, padding="same")(x) for k, n in kernels[:: -1 if swap else 1]}
        return keras.Model(x, layers.Concatenate()([made[1], made[3]]))

    assert verdict_on(branches(True), check_of(branches(False))).status == "right"


def test_looking_at_a_model_leaves_it_as_it_was():
    model = sequential()
    before = [w.copy() for w in model.get_weights()]
    observe(model, Case("look"))
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_compiling_is_compared_if_the_reference_is_compiled():
    def compiled(optimizer, loss):
        model = sequential()
        model.compile(optimizer=optimizer, loss=loss)
        return model

    check = check_of(compiled(keras.optimizers.SGD(0.1), "binary_crossentropy"))
    crossentropy = keras.losses.BinaryCrossentropy()
    same = compiled(keras.optimizers.SGD(learning_rate=0.1), crossentropy)
    assert verdict_on(same, check).status == "right"
    for optimizer, loss, sentence in (
        ("adam", crossentropy, "The optimizer is Adam where SGD"),
        ("sgd", crossentropy, "The learning rate is"),
        (keras.optimizers.SGD(0.1), "mse", "The loss is mean_squared_error"),
    ):
        assert sentence in verdict_on(compiled(optimizer, loss), check).why[0]
    assert "not compiled" in verdict_on(sequential(), check).why[0]
    assert verdict_on(same, check_of(sequential())).status == "right"


def test_integer_inputs_are_tried_within_the_vocabulary():
    def text(units):
        return keras.Sequential(
            [keras.Input((None,), dtype="int32"), layers.Embedding(5, 4), layers.GRU(units)]
        )

    assert verdict_on(text(3), check_of(text(3))).status == "right"
    assert verdict_on(text(4), check_of(text(3))).status == "wrong"


def test_a_trained_model_is_judged_by_its_metric():
    x = np.array([[1.0, 0, 0], [-1.0, 0, 0]])

    def cases(rng):
        yield Case("test set", x, metric=Metric("accuracy", np.array([1, 0]), at_least=1.0))

    good = sequential(rate=0.0)
    good.set_weights([np.eye(3, 8), np.zeros(8), np.ones((8, 1)), np.zeros(1)])
    check = check_of(good, cases)
    assert verdict_on(good, check).status == "right"
    bad = keras.models.clone_model(good)
    bad.set_weights([-w for w in good.get_weights()[:1]] + good.get_weights()[1:])
    assert "The accuracy is 0; at least 1 is asked" in verdict_on(bad, check).message


def test_tensors_count_as_arrays_and_symbolic_ones_do_not():
    def cases(rng):
        yield Case("a batch", rng.normal(size=(4, 2)).astype("float32"))

    check = check_of(np.tanh, cases)
    assert verdict_on(keras.ops.tanh, check).status == "right"
    verdict = verdict_on(lambda x: keras.Input((2,)), check)
    assert "symbolic Keras tensor" in verdict.message


def test_a_model_can_be_an_input():
    def cases(rng):
        yield Case("small", Fixture("dense_model", inputs=2, units=[3]))

    check = check_of(lambda model: model.count_params(), cases)
    assert verdict_on(lambda model: 9, check).status == "right"
    assert verdict_on(lambda model: 6, check).status == "wrong"
    shown = verdict_on(lambda model: 6, check).call
    assert "dense_model(inputs=2, units=[3]): A Keras Sequential model" in shown
