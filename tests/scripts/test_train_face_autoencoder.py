"""The script that trains the shipped autoencoders of faces: what its two halves share."""

import importlib.util

import numpy as np

from course_utils import datasets
from course_utils.common import paths
from course_utils.experiments.faces import face_autoencoder

spec = importlib.util.spec_from_file_location(
    "train_face_autoencoder", paths.ROOT / "scripts" / "train_face_autoencoder.py"
)
assert spec is not None and spec.loader is not None
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)


def test_crops_of_halved_photographs_are_those_of_the_photographs() -> None:
    images, people = datasets.faces()
    halved, same = script.photographs()
    assert halved.shape == (400, 56, 46) and np.array_equal(same, people)
    whole, small = (datasets.turned_crops(faces, 300, seed=1)[0] for faces in (images, halved))
    assert np.array_equal(whole, small)


def test_the_shipped_scale_is_the_one_that_training_measures() -> None:
    images, people = script.photographs()
    scale, x = script.measured(images[people < script.TEST_PEOPLE])
    _, shipped = face_autoencoder()
    np.testing.assert_allclose(scale.mean, shipped.mean, rtol=1e-6)
    assert np.isclose(scale.spread, shipped.spread, rtol=1e-6)
    assert x.shape == (20_000, 625) and np.isclose(x.var(axis=0).mean(), 1, rtol=1e-3)
