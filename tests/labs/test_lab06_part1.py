"""Lab 6 on autoencoders, as students write it, against scikit-learn, SciPy and Keras."""

from __future__ import annotations

import os
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from scipy.stats import entropy
from sklearn.decomposition import PCA

from course_utils import datasets
from course_utils.authoring import references, source
from course_utils.common.paths import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import keras

from course_utils.models import autoencoders

pytestmark = pytest.mark.slow

SOURCE = ROOT / "solutions" / "06_autoencoders" / "autoencoders.py"


@cache
def student() -> SimpleNamespace:
    """The solved answers, by name."""
    return SimpleNamespace(**references.load(source.read(SOURCE)))


def logistic(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


# --- PCA ------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(examples=st.integers(3, 30), features=st.integers(1, 8), seed=st.integers(0, 99))
def test_pca_is_scikit_learns(examples: int, features: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(examples, features)) * 2.0 ** np.arange(features) + 5
    k = min(examples - 1, features)
    mean, components, variances = student().pca(X, k)
    theirs = PCA(k).fit(X)
    assert np.allclose(mean, theirs.mean_)
    assert np.allclose(variances, theirs.explained_variance_ * (examples - 1) / examples)
    assert np.allclose(np.abs(np.diag(theirs.components_ @ components)), 1, atol=1e-6)
    largest = components[np.abs(components).argmax(axis=0), np.arange(k)]
    assert (largest > 0).all()


@pytest.mark.parametrize("start", range(3))
def test_a_linear_autoencoder_finds_the_plane(start: int) -> None:
    """The recipe of section 1: within 400 steps, from any start, to less than a degree."""
    x = datasets.digits()[0].reshape(-1, 64).astype(float)
    mean, components, _ = student().pca(x, 4)
    keras.utils.set_random_seed(100 + start)
    model = autoencoders.linear((64,), 4)
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.02, 400)), "mse")
    for _ in range(400):
        model.train_on_batch(x - mean, x - mean)
    rows = model.get_layer("up").get_weights()[0]
    assert np.degrees(subspace_angles(components, rows.T)).max() < 1


# --- tied weights ---------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    batch=st.integers(1, 5),
    features=st.integers(1, 5),
    units=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_tied_gradients_are_differences(batch: int, features: int, units: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, W, b = (rng.normal(size=shape) for shape in ((batch, features), (features, units), (units,)))

    def error(W: Any, b: Any) -> Any:
        return np.sum((np.tanh(X @ W + b) @ W.T - X) ** 2) / 2 / batch

    dW, db = student().tied_gradients(X, W, b)
    step, e = rng.normal(size=W.shape), 1e-6
    slope = (error(W + e * step, b) - error(W - e * step, b)) / (2 * e)
    assert np.isclose(np.sum(dW * step), slope, rtol=1e-4, atol=1e-6)
    slopes = [(error(W, b + e * u) - error(W, b - e * u)) / (2 * e) for u in np.eye(units)]
    assert np.allclose(db, slopes, rtol=1e-4, atol=1e-6)


# --- penalties -----------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(
    batch=st.integers(1, 6),
    units=st.integers(1, 6),
    target=st.floats(0.01, 0.99),
    seed=st.integers(0, 99),
)
def test_the_kl_penalty_is_a_divergence(batch: int, units: int, target: float, seed: int) -> None:
    A = np.random.default_rng(seed).uniform(0.01, 0.99, size=(batch, units))
    expected = sum(entropy([target, 1 - target], [p, 1 - p]) for p in A.mean(axis=0))
    found = student().kl_sparsity(A, target)
    assert np.isclose(found, expected) and found >= 0
    assert np.isclose(student().kl_sparsity(np.full((batch, units), target), target), 0)


def test_the_layers_of_course_utils_agree_with_the_answers() -> None:
    rng = np.random.default_rng(0)
    X, W, b = rng.uniform(size=(6, 5)), rng.normal(size=(5, 4)), rng.normal(size=4)
    layer = autoencoders.ContractiveDense(4, 1.0)
    layer(X)
    layer.set_weights([W, b])
    A = np.asarray(layer(X))
    assert np.isclose(float(layer.losses[0]), student().contractive_penalty(X, W, b), rtol=1e-4)
    assert np.allclose(A, logistic(X @ W + b), atol=1e-5)

    sparsity = autoencoders.SparsityPenalty("kl", 1.0, 0.1)
    sparsity(A)
    assert np.isclose(float(sparsity.losses[0]), student().kl_sparsity(A, 0.1), rtol=1e-4)

    selected = np.asarray(autoencoders.Threshold(0.5)(A))
    assert np.allclose(selected, np.where(A > 0.5, A, 0))

    mean, log_variance = rng.normal(size=(2, 6, 3)).astype("float32")
    code = autoencoders.GaussianCode()
    code([mean, log_variance])
    expected = student().gaussian_kl(mean, log_variance).mean()
    assert np.isclose(float(code.losses[0]), expected, rtol=1e-4)


@settings(deadline=None, max_examples=30)
@given(mean=st.floats(-3, 3), log_variance=st.floats(-3, 2))
def test_the_divergence_of_a_cloud_is_the_integral(mean: float, log_variance: float) -> None:
    z = np.linspace(-40, 40, 80_001)
    sigma = np.exp(log_variance / 2)
    log_p = -(((z - mean) / sigma) ** 2) / 2 - np.log(sigma)
    log_q = -(z**2) / 2
    density = np.exp(log_p) / np.sqrt(2 * np.pi)
    expected = np.trapezoid(density * (log_p - log_q), z)
    found = student().gaussian_kl(np.array([[mean]]), np.array([[log_variance]]))
    assert found.shape == (1,) and np.isclose(found[0], expected, atol=1e-6)


# --- the models that students build ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "theirs"),
    [
        ("sparse", "sparse_autoencoder", (0.3, 0.1)),
        ("denoising", "denoising_autoencoder", (keras.layers.Identity(),)),
        ("variational", "variational_autoencoder", (6,)),
    ],
)
def test_the_answers_compute_what_the_package_does(kind: str, name: str, theirs: tuple) -> None:
    options: dict[str, dict[str, Any]] = {
        "sparse": {"penalty": "kl", "weight": 0.3, "target": 0.1},
        "denoising": {"amount": 0.0, "activation": "relu"},
        "variational": {"hidden": 6},
    }
    ours = getattr(autoencoders, kind)((4, 3), 5, **options[kind])
    model = getattr(student(), name)((4, 3), 5, *theirs)
    x = np.random.default_rng(0).uniform(size=(7, 4, 3)).astype("float32")
    model.set_weights(ours.get_weights())
    assert np.allclose(np.asarray(model(x)), np.asarray(ours(x)), atol=1e-6)
    assert np.allclose(
        [float(loss) for loss in model.losses], [float(loss) for loss in ours.losses]
    )


def test_noise_of_the_denoising_answer_acts_in_training_alone() -> None:
    model = student().denoising_autoencoder((4, 3), 5, autoencoders.MaskingNoise(0.5, seed=0))
    x = np.random.default_rng(0).uniform(size=(7, 4, 3)).astype("float32")
    assert np.array_equal(np.asarray(model(x)), np.asarray(model(x)))
    assert not np.allclose(np.asarray(model(x, training=True)), np.asarray(model(x)))
