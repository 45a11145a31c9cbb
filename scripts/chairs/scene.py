"""One picture: which chair, seen from where, in which light and room."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scripts.chairs import materials
from scripts.chairs.camera import Camera, orbit
from scripts.chairs.models import MODELS, Draw
from scripts.chairs.render import render
from scripts.chairs.shapes import Solid, corners
from scripts.chairs.surroundings import PATTERNS, Light, Room, Surface

Array: TypeAlias = NDArray[np.float64]
ELEVATIONS = (10.0, 20.0, 30.0, 40.0, 50.0)  # of the studio's camera, in degrees
_WHITE = np.ones(3)
_DISTANCE = 4.0  # of the camera, in metres


class Scene(NamedTuple):
    """All that a picture shows, and from where."""

    solids: list[Solid]
    camera: Camera
    light: Light
    room: Room


def picture(scene: Scene, size: int) -> NDArray[np.uint8]:
    """Return uint8 (size, size, 3). Small pictures get 3 x 3 rays for a pixel, large ones 2 x 2."""
    return render(*scene, size=size, samples=3 if size <= 64 else 2)


def studio(name: str, view: int, views: int, seed: int) -> Scene:
    """One of `views` views of one chair of a class, on a turntable before white.

    Views that follow each other differ in azimuth, and in turns in elevation.
    """
    label = list(MODELS).index(name)
    draw = Draw(np.random.default_rng([seed, label]), spread=0.3, usual=True)
    solids = MODELS[name](draw)
    azimuth, elevation = 360 * view / views, ELEVATIONS[view % len(ELEVATIONS)]
    camera = framed(solids, azimuth, elevation, margin=1.08)
    return Scene(solids, camera, STUDIO_LIGHT, STUDIO)


def varied(name: str, view: int, seed: int) -> Scene:
    """A chair of a class with measures, colours, light, room and camera of its own."""
    rng = np.random.default_rng([seed, list(MODELS).index(name), view, 1])
    solids = MODELS[name](Draw(rng, spread=1.0, usual=False))
    margin = rng.uniform(1.05, 1.5)
    shift = rng.uniform(-0.5, 0.5, size=2) * (margin - 1)
    azimuth, elevation = rng.uniform(0, 360), rng.uniform(4, 45)
    camera = framed(solids, azimuth, elevation, margin, shift, rng.uniform(2.6, 5))
    return Scene(solids, camera, _any_light(rng), _any_room(rng))


def _towards(azimuth: float, elevation: float) -> Array:
    around, above = np.deg2rad([azimuth, elevation])
    return np.array(
        [np.cos(above) * np.sin(around), -np.cos(above) * np.cos(around), np.sin(above)]
    )


#: It stands still beside the turntable's axis while the camera goes round.
STUDIO_LIGHT = Light(_towards(-40, 58), blur=0.06, ambient=0.5, tint=np.ones(3))
STUDIO = Room(Surface(_WHITE, _WHITE, "even", 1.0), Surface(_WHITE, _WHITE, "even", 1.0), np.inf)


def framed(
    solids: list[Solid],
    azimuth: float,
    elevation: float,
    margin: float,
    shift: Array | tuple[float, float] = (0.0, 0.0),
    distance: float = _DISTANCE,
) -> Camera:
    """Return a camera that sees all of the solids.

    margin: how much larger the picture is than they. shift: how far their middle is put off the
    picture's, to the left and down, as parts of half the picture. distance: in metres.
    """
    points = np.concatenate([corners(solid) for solid in solids])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    camera = orbit(azimuth, elevation, middle, distance, 1.0)
    seen = camera.pixels(points, 2) - 1  # rows and columns from -1 to 1 are the picture
    low, high = seen.min(axis=0), seen.max(axis=0)
    reach = margin * float((high - low).max()) / 2
    off = (low + high) / 2 + reach * np.asarray(shift)
    target = middle + distance * (off[1] * camera.axes[0] - off[0] * camera.axes[1])
    return orbit(azimuth, elevation, target, distance, reach)


def _any_light(rng: np.random.Generator) -> Light:
    tint = 1 + rng.uniform(-0.18, 0.18) * np.array([1.0, 0.0, -1.0])  # warm or cold
    return Light(
        _towards(rng.uniform(0, 360), rng.uniform(38, 75)),
        blur=rng.uniform(0.01, 0.10),
        ambient=rng.uniform(0.25, 0.6),
        tint=tint,
    )


def _any_room(rng: np.random.Generator) -> Room:
    return Room(_any_surface(rng), _any_surface(rng), rng.uniform(0.8, 3.0))


def _any_surface(rng: np.random.Generator) -> Surface:
    """A tint of grey, mostly a light one, as rooms have it, and a pattern of little contrast."""
    hue = materials.linear(int(rng.integers(2**24)))
    grey, strength = rng.uniform(0.35, 0.95), rng.uniform(0.0, 0.35)
    first = np.clip(grey * (1 + strength * (hue / (hue.mean() + 1e-9) - 1)), 0.02, 1)
    second = np.clip(first * rng.uniform(0.85, 1.1), 0, 1)
    return Surface(first, second, str(rng.choice(list(PATTERNS))), rng.uniform(0.15, 0.5))
