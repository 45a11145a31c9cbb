"""Images a second of GoogLeNet with the course's predictor, and with whatever else is installed.

    python benchmarks/googlenet.py [--weights bvlc_googlenet.npz] [--seconds 60]

ONNX Runtime, OpenVINO and PyTorch run the same graph with the same weights where they are
installed (ONNX Runtime and OpenVINO need the package onnx too). All are measured in one run, by
turns, so that what else the machine does falls on all of them alike; the ratio is the median of the
ratios of each turn. Float32 unless the name says otherwise; batches of 16 unless it says otherwise.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from importlib.util import find_spec

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import googlenet_elsewhere as elsewhere
import keras
import numpy as np
from numpy.typing import NDArray

from course_utils.models.googlenet import googlenet, predictor

BATCH = 16
IMAGES = 32  # of a turn
Pixels = NDArray[np.float32]
Runner = Callable[[Pixels], Pixels]

COURSE = "course predictor"


def runners(weights: str | None) -> dict[str, Runner]:
    """What is measured, by name: functions from images to probabilities."""
    model = googlenet(weights=weights)
    found: dict[str, Runner] = {COURSE: predictor(model, BATCH)}
    if find_spec("onnx"):
        graph = elsewhere.onnx_graph(model)
        if find_spec("onnxruntime"):
            found["ONNX Runtime"] = elsewhere.onnx_runtime(graph)
        if find_spec("openvino"):
            found["OpenVINO"] = elsewhere.openvino(graph, "f32")
            found["OpenVINO, bfloat16"] = elsewhere.openvino(graph, "bf16")
    if find_spec("torch"):
        found["PyTorch, channels last"] = elsewhere.pytorch(model)
    found["model.predict, batches of 32"] = lambda x: model.predict(x, batch_size=32, verbose=0)
    found["course predictor, bfloat16"] = predictor(in_bfloat16(model), BATCH)
    return found


def in_bfloat16(model: keras.Model) -> keras.Model:
    """The same network and weights; all but the classifier computes in bfloat16."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    half = googlenet(weights=None)
    keras.config.set_dtype_policy(policy)
    half.set_weights(model.get_weights())
    return half


def in_batches(run: Runner, x: Pixels) -> Pixels:
    return np.concatenate([run(x[begin : begin + BATCH]) for begin in range(0, len(x), BATCH)])


def measure(found: dict[str, Runner], seconds: float) -> dict[str, list[float]]:
    """Images a second of each at each turn."""
    x = np.random.default_rng(0).normal(0, 60, (IMAGES, 224, 224, 3)).astype(np.float32)
    truth = in_batches(found[COURSE], x)
    for name, run in found.items():
        off = np.abs(in_batches(run, x) - truth).max()
        print(f"{name}: probabilities differ by at most {off:.1e}", flush=True)
    rates: dict[str, list[float]] = {name: [] for name in found}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or not rates[COURSE]:
        for name, run in found.items():
            start = time.perf_counter()
            whole = name.startswith(("course", "model"))
            run(x) if whole else in_batches(run, x)
            rates[name].append(IMAGES / (time.perf_counter() - start))
    return rates


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--weights", help="a file of BVLC's weights; random ones without it")
    reader.add_argument("--seconds", type=float, default=60, help="of measuring, all together")
    asked = reader.parse_args()
    rates = measure(runners(asked.weights), asked.seconds)
    base = "ONNX Runtime" if "ONNX Runtime" in rates else COURSE
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(
        f"\n{len(rates[base])} turns of {IMAGES} images, {os.cpu_count()} processors, load {load}"
    )
    print(f"{'':32}{'images/s':>9}{'ratio':>7}   (to {base})")
    for name, own in rates.items():
        ratio = statistics.median(a / b for a, b in zip(own, rates[base], strict=True))
        print(f"{name:32}{statistics.median(own):9.1f}{ratio:7.2f}")


if __name__ == "__main__":
    main()
