"""Keras models as plain data: equivalent wirings pass, others are told apart."""

import os

import numpy as np
import pytest

from course_utils.exercises import Case, Fixture, Metric, Probe, archive
from course_utils.exercises.compare import Tolerance, compare
from course_utils.exercises.keras_models import describe
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


def test_random_numbers_of_another_backend_are_seen_to_be_drawn_and_not_compared():
    def on_another(rate):
        facts = describe(sequential(rate=rate))
        drawn = [2 * output for output in facts["in training"]] if rate else facts["computes"]
        return facts | {"in training": drawn} | ({"draws": "another"} if rate else {})

    tolerance = Tolerance(1e-5, 1e-8)
    noisy, still = describe(sequential()), describe(sequential(rate=0.0))
    assert compare(noisy, on_another(0.5), tolerance) is None
    assert compare(still, on_another(0.0), tolerance) is None
    for expected, got in ((noisy, on_another(0.0)), (still, on_another(0.5))):
        assert "In training" in compare(expected, got, tolerance).message


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


# Which object, and whose weights.


def given_a_model(rng):
    yield Case("two layers", Fixture("dense_model", inputs=2, units=[3, 4]), shares=True)


def extended(network):
    return keras.Sequential([network, layers.Dense(2)])


def opened(network):
    return keras.Sequential([keras.Input((2,)), *network.layers, layers.Dense(2)])


def copied(network):
    return extended(keras.models.clone_model(network))


def half_copied(network):
    first, last = network.layers
    again = layers.Dense(4, "tanh")
    model = keras.Sequential([keras.Input((2,)), first, again, layers.Dense(2)])
    again.set_weights(last.get_weights())
    return model


def frozen(network):
    network.trainable = False
    return network


def test_copies_of_a_given_models_weights_are_told_from_its_own():
    check = check_of(extended, given_a_model)
    for answer in (extended, opened):
        assert verdict_on(answer, check).status == "right"
    for answer in (copied, half_copied):
        verdict = verdict_on(answer, check)
        assert verdict.why == [
            "It has weights of its own: use the layers of network itself, not copies."
        ]
    assert "25 numbers should be its own, and 9 are" in verdict.message
    assert verdict.call.endswith("with weights drawn from a seed")


def test_without_being_asked_for_copies_pass():
    def cases(rng):
        yield Case("two layers", Fixture("dense_model", inputs=2, units=[3, 4]))

    assert verdict_on(copied, check_of(extended, cases)).status == "right"


def test_a_given_model_that_is_asked_back_is_told_from_another():
    check = check_of(frozen, given_a_model)
    assert verdict_on(frozen, check).status == "right"
    verdict = verdict_on(lambda network: frozen(keras.models.clone_model(network)), check)
    assert verdict.why == ["network itself is asked back, changed. This is another model."]


def test_a_model_that_holds_more_of_a_given_one_than_is_asked():
    def ends_early(network):
        return keras.Model(network.inputs, network.layers[0].output)

    def ends_as_early(network):
        return keras.Sequential([keras.Input((2,)), network.layers[0]])

    def wrapped(network):
        return keras.Sequential([keras.Input((2,)), network])

    check = check_of(lambda network: keras.models.clone_model(network), given_a_model)
    verdict = verdict_on(wrapped, check)
    assert verdict.why == ["It holds layers of network that are not asked for."]
    assert verdict_on(ends_as_early, check_of(ends_early, given_a_model)).status == "right"


def test_what_a_case_looks_at_is_kept_in_an_archive():
    case = Case("one", probe=Probe(0, 255, "uint8"), shares=True)
    again = archive.loads(archive.dumps(case), "it")
    assert (again.probe, again.shares) == (Probe(0, 255, "uint8"), True)


# In training.


def with_dropout(place, rate=0.5, kind=layers.Dropout):
    stack = [layers.Dense(8, "relu"), layers.Dense(3, "softmax")]
    stack.insert(place, kind(rate))
    return keras.Sequential([keras.Input((6,)), *stack])


def test_where_dropout_stands_is_seen():
    check = check_of(with_dropout(0))
    assert verdict_on(with_dropout(0), check).status == "right"
    for answer in (with_dropout(1), with_dropout(2), with_dropout(0, 0.4)):
        verdict = verdict_on(answer, check)
        assert "In training" in verdict.message and "Layer 1" in verdict.why[0]


def test_another_kind_of_dropout_is_seen():
    verdict = verdict_on(with_dropout(0, kind=layers.GaussianDropout), check_of(with_dropout(0)))
    assert verdict.why == ["Layer 1 should be a Dropout; it is a GaussianDropout."]


def test_dropout_before_a_relu_and_behind_it_are_the_same():
    x = keras.Input((6,))
    hidden = layers.ReLU()(layers.Dropout(0.5)(layers.Dense(8)(x)))
    answer = keras.Model(x, layers.Dense(3, "softmax")(hidden))
    assert verdict_on(answer, check_of(with_dropout(1))).status == "right"


def recurrent(kind=layers.GRU, **options):
    return keras.Sequential([keras.Input((None, 2)), kind(3, **options), layers.Dense(1)])


@pytest.mark.parametrize("kind", [layers.GRU, layers.LSTM, layers.SimpleRNN])
@pytest.mark.parametrize("option", ["dropout", "recurrent_dropout"])
def test_dropout_inside_a_recurrent_layer_is_seen(kind, option):
    verdict = verdict_on(recurrent(kind, **{option: 0.3}), check_of(recurrent(kind)))
    assert f"3 tanh {option} 0.3 where 3 tanh is asked" in verdict.why[0]
    asked = check_of(recurrent(kind, **{option: 0.3}))
    assert verdict_on(recurrent(kind, **{option: 0.3}), asked).status == "right"
    assert verdict_on(recurrent(kind), asked).status == "wrong"


def test_frozen_batch_normalisation_keeps_its_averages():
    def normalised(frozen):
        norm = layers.BatchNormalization(trainable=not frozen, scale=False, center=False)
        return keras.Sequential([keras.Input((3,)), norm, layers.Dense(1)])

    check = check_of(normalised(frozen=True))
    assert verdict_on(normalised(frozen=True), check).status == "right"
    assert "In training" in verdict_on(normalised(frozen=False), check).message


def test_trying_a_model_out_leaves_its_averages_and_its_random_state():
    model = with_dropout(0)
    model.add(layers.BatchNormalization())
    before = [v.numpy() for v in model.variables]
    observe(model, Case("look"))
    for old, new in zip(before, model.variables, strict=True):
        np.testing.assert_array_equal(old, new.numpy())


# What a model is tried out on.


def scaled(*first):
    return keras.Sequential([keras.Input((3,)), *first, layers.Dense(2, "tanh")])


def test_a_rescaling_is_seen_where_the_probe_has_the_range_of_the_data():
    def cases(rng):
        yield Case("pixels", probe=Probe(0, 255))

    small = layers.Rescaling(1 / 255)
    clipped = layers.Lambda(lambda x: keras.ops.clip(x / 255, -9, 1))
    saturating = layers.Lambda(lambda x: keras.ops.clip(x, -9, 9) / 255)
    assert verdict_on(scaled(saturating), check_of(scaled(small))).status == "right"
    check = check_of(scaled(small), cases)
    assert verdict_on(scaled(clipped), check).status == "right"
    assert verdict_on(scaled(saturating), check).status == "wrong"
    assert verdict_on(scaled(), check).status == "wrong"


def test_a_probe_of_whole_numbers_has_no_others():
    model = keras.Sequential([keras.Input((500,)), layers.Activation("linear")])
    facts = observe(model, Case("pixels", probe=Probe(0, 3, "uint8"))).value
    assert set(np.unique(facts["computes"])) == {0, 1, 2, 3}


def test_a_probe_needs_a_range():
    with pytest.raises(ValueError, match="must be less"):
        Probe(1, 1)


# Models of a class of one's own.


class Own(keras.Model):
    def __init__(self, units=8, rate=0.5):
        super().__init__()
        self.hidden = layers.Dense(units, "tanh")
        self.dropout = layers.Dropout(rate)
        self.out = layers.Dense(1, "sigmoid")

    def call(self, x, training=None):
        return self.out(self.dropout(self.hidden(x), training=training))


def test_a_built_model_of_a_class_of_its_own_is_described(check):
    def built(**options):
        model = Own(**options)
        model(np.zeros((5, 3)))
        return model

    assert verdict_on(built(), check).status == "right"
    assert verdict_on(built(units=9), check).why == [
        "One layer (Dense) has 9 tanh where 8 tanh is asked."
    ]
    assert "In training" in verdict_on(built(rate=0.2), check).message
    assert "Begin the model with keras.Input" in verdict_on(Own(), check).why[0]


def test_a_dense_layer_and_a_time_distributed_one_are_the_same_layer():
    def tagger(top, units):
        return keras.Sequential(
            [keras.Input((None, 2)), layers.GRU(units, return_sequences=True), top]
        )

    check = check_of(tagger(layers.TimeDistributed(layers.Dense(3)), 4))
    assert verdict_on(tagger(layers.Dense(3), 4), check).status == "right"
    verdict = verdict_on(tagger(layers.Dense(3, "relu"), 4), check)
    assert verdict.why == ["Layer 2 (Dense) has 3 relu where 3 linear is asked."]


def test_branches_are_not_counted():
    def branches(kernels, activation=None):
        x = keras.Input((8, 8, 3))
        made = [layers.Conv2D(4, k, padding="same", activation=activation)(x) for k in kernels]
        return keras.Model(x, layers.Concatenate()(made))

    (why,) = verdict_on(branches([1, 5]), check_of(branches([1, 3]))).why
    assert why.startswith("One layer (Conv2D) has 4 (5, 5)")
    assert verdict_on(branches([1, 3], "relu"), check_of(branches([1, 3]))).why == []


def test_a_mistake_that_is_not_compiled_is_not_every_wrong_compilation():
    def compiled(*settings):
        model = sequential()
        if settings:
            model.compile(*settings)
        return model

    check = check_of(compiled("sgd", "mse"), mistakes={"It is not compiled.": compiled()})
    assert verdict_on(compiled(), check).why == ["It is not compiled."]
    assert verdict_on(compiled("adam", "mse"), check).why == [
        "The optimizer is Adam where SGD is asked."
    ]


# What Keras and the fixtures say.


def test_a_model_of_another_size_and_a_layer_of_no_such_name_are_explained():
    def given(rng):
        yield Case("two layers", Fixture("dense_model", inputs=2, units=[3, 4]))

    check = check_of(lambda network: keras.Sequential([keras.Input((2,)), network]), given)
    verdict = verdict_on(lambda network: network(keras.Input((5,))), check)
    assert "inputs of shape (None, 2) here, and gets (None, 5)" in verdict.why[0]
    verdict = verdict_on(lambda network: network.get_layer("last"), check)
    assert "no layer of the name last" in verdict.why[0]


def test_the_outputs_of_a_dict_are_numbers_too() -> None:
    x = keras.Input((3,))
    facts = describe(keras.Model(x, {"b": layers.Dense(2)(x), "a": layers.Dense(1)(x)}))
    assert [output.shape[1:] for output in facts["computes"]] == [(1,), (2,)]
    archive.dumps(facts)
