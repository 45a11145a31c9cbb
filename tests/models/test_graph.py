"""A model as the list of its layer calls, whatever it is nested in."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from course_utils import models
from course_utils.common.errors import CourseError
from course_utils.models.graph import trace


def _body(name: str = "body", layer: str = "inside") -> keras.Model:
    return keras.Sequential([keras.Input((6,)), layers.Dense(6, name=layer)], name=name)


def _names(model: keras.Model) -> list[str]:
    return [step.layer.name for step in trace(model).steps]


def test_models_inside_are_opened_wherever_they_stand() -> None:
    x = keras.Input((6,))
    y = layers.Dense(6, name="before")(x)
    deep = keras.Sequential([keras.Input((6,)), layers.ReLU(name="relu"), _body()], name="deep")
    model = keras.Model(x, layers.Add(name="after")([deep(y), y]))
    assert _names(model) == ["before", "relu", "inside", "after"]


def test_a_model_that_is_used_twice_is_opened_twice() -> None:
    a, b = keras.Input((6,)), keras.Input((6,))
    body = _body()
    model = keras.Model([a, b], layers.Subtract(name="difference")([body(a), body(b)]))
    assert _names(model) == ["inside", "inside", "difference"]
    first, second, difference = trace(model).steps
    assert [id(x) for x in difference.inputs] == [id(first.outputs[0]), id(second.outputs[0])]


def test_a_model_of_the_graph_computes_what_the_model_does() -> None:
    body = keras.Sequential([keras.Input((6,)), layers.Dense(3, "tanh"), layers.Dropout(0.5)])
    model = keras.Sequential([keras.Input((6,)), layers.Dense(6), body, layers.Dense(2)])
    graph = trace(model)
    x = np.random.default_rng(0).random((4, 6), dtype=np.float32)
    again = graph.model(graph.outputs)
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    weights = {id(weight) for weight in model.weights}
    assert {id(weight) for weight in again.weights} == weights


def test_tracing_leaves_the_model_as_it_was(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((6,)), _body(), layers.Dense(2, name="head")])
    summaries: list[str] = []
    model.summary(print_fn=summaries.append, line_length=90)
    for _ in range(3):
        trace(model)
    model.summary(print_fn=summaries.append, line_length=90)
    assert summaries[0] == summaries[1]
    model.save(tmp_path / "model.keras")
    x = np.ones((1, 6), "float32")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))


def test_operations_without_a_layer_are_steps_too() -> None:
    keras.utils.clear_session()  # Keras numbers the names of operations on.
    x = keras.Input((4,))
    assert _names(keras.Model(x, keras.ops.tanh(x) + x)) == ["tanh", "add"]


def test_layers_of_one_name_in_two_models_are_refused() -> None:
    model = keras.Sequential([keras.Input((6,)), _body("one"), _body("two")], name="outer")
    with pytest.raises(CourseError, match="models inside 'outer' cannot be opened.*same name"):
        trace(model)


class _Subclassed(keras.Model):
    def call(self, x: object) -> object:
        return x


@pytest.mark.parametrize(
    "model", [keras.Sequential([layers.Dense(2)], name="without"), _Subclassed(name="without")]
)
def test_a_model_without_a_graph_is_refused(model: keras.Model) -> None:
    with pytest.raises(CourseError, match="'without' has no layers to follow"):
        trace(model)


def test_names_that_come_near_a_missing_one_are_listed() -> None:
    with pytest.raises(CourseError, match="no layer 'C4'; near it come .*'C1'.*summary"):
        trace(models.lenet5()).step("C4")
