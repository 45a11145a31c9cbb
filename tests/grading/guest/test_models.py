"""Keras models on their way to the grader: packed, looked at, rebuilt, and found to be the same."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_utils.exercises import Case, Metric, Probe, archive, fixtures, keras_models
from course_utils.exercises.exercise import Opaque
from course_utils.exercises.failure import Failure
from course_utils.exercises.keras_models import MARK, NO_INPUT
from course_utils.exercises.observe import FUNCTION, MODEL, VALUE, Observation, observe
from course_utils.exercises.plain import identical, to_plain
from course_utils.grading.guest import models
from course_utils.grading.protocol.models import (
    MAX_BYTES,
    PACKED,
    NotRebuilt,
    has_own_code,
    refusal,
    with_models,
)

pytestmark = pytest.mark.slow

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
keras = pytest.importorskip("keras")
layers = keras.layers


def sequential(*inner: Any, shape: tuple[int | None, ...] = (6,), dtype: str = "float32") -> Any:
    return keras.Sequential([keras.Input(shape, dtype=dtype), *inner])


def mlp() -> Any:
    first = layers.Dense(4, "relu", bias_initializer=keras.initializers.Constant(0.5))
    return sequential(first, layers.Dense(2, "softmax"))


def trained() -> Any:
    model = sequential(
        layers.Dense(4, "relu", kernel_regularizer="l2"),
        layers.BatchNormalization(),
        layers.Dropout(0.3),
        layers.Dense(1),
    )
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(np.random.default_rng(0).normal(size=(16, 6)), np.ones(16), verbose=0)
    return model


def scheduled() -> Any:
    """Built by its first batch; its learning rate depends on the steps that were made."""
    model = keras.Sequential([layers.Dense(3), layers.Dense(2)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss)
    model.fit(np.ones((32, 6)), np.zeros(32), batch_size=8, verbose=0)
    return model


def with_a_loss_function() -> Any:
    model = mlp()
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), keras.losses.mean_squared_error)
    return model


def functional() -> Any:
    x = keras.Input((4, 4, 3))
    shared = layers.Conv2D(2, 3, padding="same")
    added = layers.Add()([shared(x), shared(x)])
    y = added * 2 + keras.ops.relu(added)
    return keras.Model(x, layers.Flatten()(y[:, ::2]))


def siamese() -> Any:
    inner, a, b = sequential(layers.Dense(3)), keras.Input((6,)), keras.Input((6,))
    return keras.Model([a, b], layers.Concatenate()([inner(a), inner(b)]))


def text() -> Any:
    return sequential(
        layers.Embedding(7, 4),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.GRU(3, dropout=0.2),
        layers.Dense(2),
        shape=(None,),
        dtype="int32",
    )


def recurrent() -> Any:
    cells = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)])
    steps = layers.SimpleRNN(3, return_sequences=True)
    return sequential(steps, layers.TimeDistributed(layers.Dense(2)), cells, shape=(None, 3))


def frozen() -> Any:
    model = sequential(layers.Dense(4), layers.BatchNormalization(), layers.Dense(2))
    model.layers[0].trainable = False
    return model


def normalised() -> Any:
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(0).normal(3.0, 2.0, size=(10, 6)))
    return sequential(layer, layers.Dense(2))


def images() -> Any:
    return sequential(
        layers.Rescaling(1 / 255),
        layers.RandomFlip(),
        layers.Conv2D(2, 3, strides=2),
        layers.MaxPooling2D(),
        layers.GlobalAveragePooling2D(),
        shape=(9, 9, 3),
    )


def with_a_layer_of_the_course() -> Any:
    from course_utils.models.layers import LocalResponseNormalization

    return sequential(LocalResponseNormalization(), layers.Flatten(), shape=(3, 3, 8))


def attention() -> Any:
    x = keras.Input((4, 5))
    return keras.Model(x, layers.MultiHeadAttention(2, 3)(x, x))


MAKERS = [
    *(mlp, trained, scheduled, with_a_loss_function, functional, siamese, text, recurrent),
    *(frozen, normalised, images, with_a_layer_of_the_course, attention),
]


def sent(value: Any) -> Any:
    """What arrives of an observed value, as bytes that were read again."""
    with models.packing():
        plain = to_plain(value)
    return archive.loads(archive.dumps(plain), "a test")


@pytest.mark.parametrize("make", MAKERS)
def test_the_facts_of_a_rebuilt_model_are_those_of_the_model(make: Callable[[], Any]) -> None:
    model = make()
    packed = sent(model)
    assert refusal(packed) == ""
    assert identical(models.examine(packed), to_plain(model))


@pytest.mark.parametrize("make", [trained, functional, text, normalised, images])
def test_a_rebuilt_model_predicts_what_the_model_does(make: Callable[[], Any]) -> None:
    model = make()
    inputs = keras_models._probe(model.inputs[0], keras_models.flat_layers(model))
    seen = observe(model, Case("facts of nothing", inputs))
    with models.packing():
        left = observe(model, Case("left for later", inputs))
    packed = archive.loads(archive.dumps(left.value), "a test")
    assert packed["kind"] == PACKED
    assert identical(models.examine(packed, inputs), seen.value)


@pytest.mark.parametrize(
    ("name", "exercise"),
    [
        ("01_perceptron", "build_mlp"),
        ("06_autoencoders", "sparse_autoencoder"),
        ("06_autoencoders", "denoising_autoencoder"),
        ("06_autoencoders", "variational_autoencoder"),
    ],
)
def test_the_references_of_the_labs_cross(name: str, exercise: str) -> None:
    from course_utils.authoring import references, source

    lab = source.read(next(p for p in source.find_labs() if p.parent.name == name))
    written, answer = (load(lab)[exercise] for load in (references.load_exercises, references.load))
    for case in written.draw(exercise, seed=3):
        model = answer(*fixtures.resolve(case.args), **case.kwargs)
        packed = sent(model)
        assert refusal(packed) == ""
        assert identical(models.examine(packed), to_plain(model))


def test_a_fresh_process_knows_the_layers_of_autoencoders(tmp_path: Path) -> None:
    from course_utils.models import autoencoders

    model = autoencoders.variational((2, 3), 2, hidden=4)
    with models.packing():
        (tmp_path / "packed.npz").write_bytes(archive.dumps(to_plain(model)))
    code = (
        "import sys; from pathlib import Path; from course_utils.exercises import archive; "
        "from course_utils.grading.guest import models; "
        "packed = archive.loads(Path(sys.argv[1]).read_bytes(), 'a test'); "
        "print(models.examine(packed)['parameters'])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "packed.npz")]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(told.stdout.split()[-1]) == model.count_params()


def test_a_rebuilt_model_is_tried_out_on_what_the_case_says() -> None:
    probe = Probe(0, 255, "uint8")
    packed = sent(sequential(layers.Rescaling(1 / 255)))
    (computed,) = models.examine(packed, probe)["computes"]
    assert 0.5 < computed.max() <= 1 and computed.min() >= 0
    assert resolved(Observation(MODEL, MODEL_DATA), Case("x", probe=probe))[1] == [probe]
    assert resolved(Observation(FUNCTION, [MODEL_DATA]), Case("x", probe=probe))[1] == [probe]


def test_a_model_is_tried_out_with_other_numbers_for_each_seed() -> None:
    model = sequential(layers.Dense(2))
    packed = sent(model)
    plain, own, again, other = (models.examine(packed, None, seed) for seed in (0, 7, 7, 8))
    assert identical(plain, to_plain(model)) and identical(own, again)
    computed = [one["computes"][0] for one in (plain, own, other)]
    assert len({tuple(values.ravel()) for values in computed}) == 3
    assert {str(one["parameters"]) for one in (plain, own, other)} == {str(plain["parameters"])}


def test_facts_need_no_weights_and_predictions_do() -> None:
    packed = sent(mlp())
    assert packed["weights"] == [None] * 4
    with models.packing():
        whole = keras_models.predict(mlp(), np.ones((1, 6)))
    assert [weight.shape for weight in whole["weights"]] == [(6, 4), (4,), (4, 2), (2,)]


def test_models_within_other_data_are_packed_too() -> None:
    packed = sent({"model": mlp(), "losses": [0.5]})
    assert packed["model"]["kind"] == PACKED
    assert packed["losses"] == [0.5]


def test_outside_of_crossing_models_are_described() -> None:
    with models.packing():
        pass
    assert to_plain(mlp())["kind"] == MARK


def test_a_model_without_an_input_shape_is_named_as_ever() -> None:
    assert sent(keras.Sequential([layers.Dense(2)])) == Opaque(NO_INPUT)


def test_two_calls_of_one_function_are_comparable() -> None:
    first, second, other = sent([mlp()]), sent([mlp()]), sent([trained()])
    assert not identical(first, second)
    assert identical(models.comparable(first), models.comparable(second))
    assert not identical(models.comparable(first), models.comparable(other))


class Own(layers.Layer):  # type: ignore[misc]
    def call(self, x: Any) -> Any:
        return x


def own_loss(target: Any, prediction: Any) -> Any:
    return keras.ops.mean(prediction)


def with_own_loss() -> Any:
    model = mlp()
    model.compile("sgd", own_loss)
    return model


class Unsaved(Own):
    def get_config(self) -> dict[str, Any]:
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: sequential(layers.Lambda(lambda x: x)), "It holds a Lambda"),
        (lambda: sequential(layers.Dense(2, activation=lambda x: x)), "It holds a lambda"),
        (lambda: sequential(Own()), "It holds Own, a class of its author's own"),
        (lambda: sequential(Unsaved()), "Keras cannot save it (RuntimeError: no)"),
    ],
)
def test_models_with_code_of_their_own_are_refused(make: Callable[[], Any], sentence: str) -> None:
    packed = sent(make())
    assert sentence in refusal(packed)
    assert has_own_code(packed) and not has_own_code(sent(mlp()))


def test_a_function_that_keras_does_not_know_is_reported_by_its_name() -> None:
    assert refusal(sent(with_own_loss())) == "It holds own_loss, a function of its author's own."


def test_metrics_of_the_students_own_do_not_matter() -> None:
    model = mlp()
    model.compile("sgd", "mse", metrics=[own_loss])
    packed = sent(model)
    assert refusal(packed) == ""
    assert models.examine(packed)["compiled"]["loss"] == "mean_squared_error"


def packed_of(inner: Any, **changes: Any) -> dict[str, Any]:
    content = np.frombuffer(json.dumps(inner).encode(), dtype=np.uint8)
    made = {"kind": PACKED, "config": content, "weights": [], "steps": 0, "problem": ""}
    return {**made, **changes}


def layer_of(**fields: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": "Dense", "config": {}, **fields}


@pytest.mark.parametrize(
    "inner",
    [
        layer_of(module="os", class_name="system"),
        layer_of(module="keras.utils", class_name="get_file"),
        layer_of(module="keras.config", class_name="enable_unsafe_deserialization"),
        layer_of(module="keras.src.saving.serialization_lib", class_name="SafeModeScope"),
        layer_of(module="builtins", class_name="function", config="lambda: 0"),
        layer_of(module="os", class_name="function", config="system"),
        layer_of(module="builtins", class_name="function", config="tanh", registered_name="x>y"),
        layer_of(class_name="__lambda__"),
        layer_of(module=None, class_name="__typespec__"),
        layer_of(class_name="TFSMLayer"),
        layer_of(class_name=["Dense"]),
        layer_of(module=["keras.layers"]),
        layer_of(module=None),
        {"class_name": "Dense"},
    ],
)
def test_a_configuration_written_by_hand_holds_only_building_blocks(inner: Any) -> None:
    whole = layer_of(module="keras", class_name="Sequential", config={"layers": [inner]})
    assert "It holds" in refusal(packed_of(whole))


@pytest.mark.parametrize(
    "packed",
    [
        {"kind": PACKED},
        packed_of({}, config="{}"),
        packed_of({}, config=np.zeros(3)),
        packed_of({}, config=np.zeros(MAX_BYTES + 1, dtype=np.uint8)),
        packed_of({}, config=np.frombuffer(b"{", dtype=np.uint8)),
        packed_of({}, config=np.frombuffer(b"[" * 100_000, dtype=np.uint8)),
        packed_of({}, weights={}),
        packed_of({}, weights=["a"]),
        packed_of({}, weights=[np.array(["a"])]),
        packed_of({}, steps=-1),
        packed_of({}, steps="1"),
        packed_of({}, problem="It is broken."),
        packed_of({}, more=1),
    ],
)
def test_what_only_claims_to_be_packed_is_refused(packed: dict[str, Any]) -> None:
    assert refusal(packed)


def test_nothing_of_a_refused_configuration_is_run(tmp_path: Path) -> None:
    """Keras would fetch the file: the walk over the configuration comes first."""
    origin = (tmp_path / "origin").as_uri()
    fetched = layer_of(module="keras.utils", class_name="get_file", config={"origin": origin})
    seen = Observation(MODEL, packed_of(fetched))
    with pytest.raises(NotRebuilt, match="get_file"):
        with_models([seen], [Case("a")], lambda packed, inputs: pytest.fail("examined"))


def test_weights_that_do_not_fit_are_an_error() -> None:
    packed = sent(mlp())
    packed["weights"] = [np.zeros((3, 3))] * 4
    with pytest.raises(ValueError, match="shape"):
        models.examine(packed)
    packed["weights"] = []
    with pytest.raises(ValueError, match="0 weights"):
        models.examine(packed)


# What becomes of observations.


def resolved(seen: Observation, case: Case | None = None) -> tuple[Any, list[Any]]:
    """The value that is judged, and what the clean sandbox was asked."""
    asked: list[Any] = []

    def examine(packed: dict[str, Any], inputs: Any) -> Any:
        asked.append(inputs)
        return np.zeros(2) if isinstance(inputs, np.ndarray) else {"kind": MARK}

    (found,) = with_models([seen], [case or Case("a")], examine)
    return found.value, asked


MODEL_DATA = packed_of(layer_of())


def test_a_model_is_asked_for_its_facts_or_its_predictions() -> None:
    inputs = np.ones((2, 3))
    trained_case = Case(
        "trained", 5, metric=Metric("accuracy", [0, 1], at_least=0.5, inputs=inputs)
    )
    assert resolved(Observation(MODEL, MODEL_DATA)) == ({"kind": MARK}, [None])
    assert resolved(Observation(MODEL, MODEL_DATA), Case("x", inputs))[1][0] is inputs
    assert resolved(Observation(FUNCTION, MODEL_DATA), trained_case)[1][0] is inputs
    assert resolved(Observation(FUNCTION, MODEL_DATA), Case("x", inputs))[1] == [None]
    assert resolved(Observation(VALUE, [MODEL_DATA, 3])) == ([{"kind": MARK}, 3], [None])


def test_a_class_that_claims_to_be_the_courses_is_not_one() -> None:
    for module, name in (("os", "system"), ("keras.layers", "Lambda"), ("", "function")):
        inner = {"module": module, "class_name": name, "config": {}}
        claimed = packed_of(inner | {"registered_name": f"course_utils>{name}"})
        assert refusal(claimed), (module, name)


@pytest.mark.parametrize("kind", [FUNCTION, VALUE, MODEL])
def test_facts_that_a_student_states_are_not_believed(kind: str) -> None:
    for value in ({"kind": MARK, "parameters": 3}, [{"kind": MARK}], {"a": {"kind": MARK}}):
        found, asked = resolved(Observation(kind, value))
        assert asked == []
        assert MARK not in repr(found)


def test_predictions_stated_for_a_model_are_not_believed() -> None:
    value, _ = resolved(Observation(MODEL, np.zeros(3)), Case("x", np.ones(3)))
    assert isinstance(value, Opaque)


def test_a_model_without_inputs_stays_what_it_is_called() -> None:
    assert resolved(Observation(MODEL, Opaque(NO_INPUT)))[0] == Opaque(NO_INPUT)


def test_a_model_that_keras_refuses_is_not_rebuilt() -> None:
    lost = Failure("ValueError", "Could not locate function 'swish2'")
    with pytest.raises(NotRebuilt, match="swish2"):
        with_models([Observation(MODEL, MODEL_DATA)], [Case("a")], lambda *_: lost)
