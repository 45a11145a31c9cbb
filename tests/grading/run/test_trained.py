"""Trained Keras models, graded in the real sandbox by what they predict on unseen inputs."""

import copy
import json
from pathlib import Path

import nbformat
import pytest

from course_utils.authoring import notebook
from course_utils.grading.command import Order, grade_class
from tests.support import sample_lab

pytestmark = pytest.mark.slow

SCRIPT = '''\
# %% [markdown]
# # Trained
# Two models.

# %%
import keras
import numpy as np

from course_utils.lab import Lab

lab = Lab("05_trained")

# %% [markdown]
# ### Exercise 1: `train` (2 points, 5 minutes, easy)
# Fit the sign of the sum.

# %%
def train(x, y):
    """Return a trained Keras model. x: (n, 2), y: (n,) of 0 and 1."""
    ### BEGIN SOLUTION
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    model.fit(x, y, epochs=20, verbose=0)
    ### END SOLUTION
    return model


lab.check("train", train)

# %% [markdown]
# ### Exercise 2: `net` (1 point, 5 minutes, easy)
# A model as it is, with weights of one.

# %%
### BEGIN SOLUTION
net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
### END SOLUTION

lab.check("net", net)
'''

EXERCISES = """\
import numpy as np

from course_utils.exercises import Case, Exercise, Metric


def sums(rng, n):
    x = rng.normal(size=(n, 2)).astype("float32")
    return x, (x.sum(axis=1) > 0).astype("float32")


def fits(rng):
    unseen, truth = sums(rng, 200)
    metric = Metric("accuracy", truth, at_least=0.9, inputs=unseen)
    yield Case("unseen points", *sums(rng, 200), metric=metric)


def predicts(rng):
    x = rng.normal(size=(50, 2))
    metric = Metric("mse", x.sum(axis=1), at_most=0.01)
    yield Case("its predictions", x, metric=metric)


train = Exercise(points=2, cases=fits)
net = Exercise(points=1, cases=predicts)
"""
SEQUENTIAL = "keras.Sequential([keras.Input((2,)), {}])"
SIGMOID = "keras.layers.Dense(1, 'sigmoid', kernel_initializer='ones')"
OWN_LAYER = f"class Own(keras.layers.Dense):\n    pass\n\n\nnet = {SEQUENTIAL}"
#: What each student writes for `train` and `net`, and what these deserve.
CLASS: dict[str, tuple[str, str, float, float]] = {
    "untrained": (
        f"def train(x, y):\n    return {SEQUENTIAL.format(SIGMOID)}",
        f"net = {SEQUENTIAL.format('keras.layers.Dense(1)')}",
        *(2, 0),  # Weights of one tell the sign of the sum; random ones do not sum.
    ),
    "wrong": (
        f"def train(x, y):\n    model = {SEQUENTIAL.format(SIGMOID)}\n"
        "    model.set_weights([-w for w in model.get_weights()])\n    return model",
        OWN_LAYER.format("Own(1, kernel_initializer='ones')"),
        *(0, 0),
    ),
    "claims": (
        "def train(x, y):\n    return {'kind': 'keras model'}",
        f"net = {SEQUENTIAL.format('keras.layers.Lambda(lambda x: x[:, :1] + x[:, 1:])')}",
        *(0, 0),
    ),
}


def test_trained_models_are_judged_by_their_predictions(tmp_path: Path) -> None:
    lab = sample_lab.write(tmp_path, SCRIPT, EXERCISES, "05_trained")
    handed = tmp_path / "handed"
    handed.mkdir()
    released = notebook.released(lab)
    nbformat.write(notebook.solved(lab), handed / "right.ipynb")
    for student, (train, net, *_) in CLASS.items():
        made = copy.deepcopy(released)
        for cell in made.cells:
            if cell.id == "exercise-train":
                cell.source = f'{train}\n\n\nlab.check("train", train)'
            if cell.id == "exercise-net":
                cell.source = f'{net}\n\nlab.check("net", net)'
        nbformat.write(made, handed / f"{student}.ipynb")
    order = Order(handed, lab.name, tmp_path / "grades", seed=3, root=tmp_path, trust_students=True)
    results = {one.student: one for one in grade_class(order, lambda line: None)}
    earned = {name: [e.points for e in one.exercises] for name, one in results.items()}
    assert earned == {"right": [2, 1]} | {name: [*one[2:]] for name, one in CLASS.items()}
    assert "accuracy is" in results["wrong"].exercises[0].message
    assert results["wrong"].exercises[1].status == "not graded"
    assert "Own, a class of its author's own" in results["wrong"].review[0]
    assert "Lambda" in results["claims"].review[0]
    assert results["right"].review == results["untrained"].review == []
    assert "keras model" not in json.dumps(results["claims"].to_data()["exercises"])
