"""From solids, a camera, a light and a room to pixels: one ray for each part of a pixel."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scripts.chairs import materials, rays, surroundings
from scripts.chairs.camera import Camera
from scripts.chairs.shadows import shadowed
from scripts.chairs.shapes import Solid, corners
from scripts.chairs.surroundings import Light, Room

Array: TypeAlias = NDArray[np.float64]
FLOOR, WALL, NOTHING = -1, -2, -3
_SHININESS = 40


class Seen(NamedTuple):
    """What each ray meets first: t, and the index of a solid, or FLOOR, WALL, NOTHING; (n,)."""

    t: Array
    what: NDArray[np.int64]


def render(
    solids: list[Solid], camera: Camera, light: Light, room: Room, size: int, samples: int
) -> NDArray[np.uint8]:
    """Return a picture, uint8 (size, size, 3) in sRGB.

    samples: rays in each pixel along a side; their light is averaged.
    """
    side = size * samples
    directions = camera.rays(side).reshape(3, -1)
    seen = first_hits(solids, camera, room, side)
    points = camera.position[:, None] + np.where(np.isfinite(seen.t), seen.t, 0.0) * directions
    colour, normal, gloss = _surfaces(solids, camera, room, seen, points)
    facing = np.einsum("in,in->n", normal, directions)
    normal = np.where(facing > 0, -normal, normal)  # the inside of a bowl
    received = light_on(solids, light, seen, points, normal, side)
    radiance = colour * received + gloss * _highlight(normal, directions, light) * received
    radiance[:, seen.what == NOTHING] = colour[:, seen.what == NOTHING]
    pixels = radiance.reshape(3, size, samples, size, samples).mean(axis=(2, 4))
    shown: NDArray[np.uint8] = np.rint(255 * materials.encoded(pixels)).astype(np.uint8)
    return np.ascontiguousarray(shown.transpose(1, 2, 0))


def first_hits(solids: list[Solid], camera: Camera, room: Room, side: int) -> Seen:
    """Return what each ray of a picture meets first, row by row.

    A solid is tried only where the box around it is seen.
    """
    directions, origin = camera.rays(side), camera.position[:, None]
    t, what = _room(camera, room, directions)
    for index, solid in enumerate(solids):
        place = camera.pixels(corners(solid), side)
        low = np.clip(np.floor(place.min(axis=0)).astype(int), 0, side)
        high = np.clip(np.ceil(place.max(axis=0)).astype(int) + 1, 0, side)
        window = (slice(low[0], high[0]), slice(low[1], high[1]))
        part = directions[:, window[0], window[1]]
        found = rays.hits(solid, origin, part.reshape(3, -1)).reshape(part.shape[1:])
        nearer = found < t[window]
        t[window] = np.where(nearer, found, t[window])
        what[window] = np.where(nearer, index, what[window])
    return Seen(t.ravel(), what.ravel())


def _room(camera: Camera, room: Room, directions: Array) -> tuple[Array, NDArray[np.int64]]:
    """The floor, or the wall where that is nearer."""
    down = directions[2] < -1e-9
    t = np.where(down, camera.position[2] / np.where(down, -directions[2], 1.0), np.inf)
    what = np.where(down, FLOOR, NOTHING)
    if np.isfinite(room.wall_distance):
        back = level(camera)
        to_wall = (room.wall_distance - camera.position @ back) / np.tensordot(back, directions, 1)
        what = np.where(to_wall < t, WALL, what)
        t = np.minimum(t, to_wall)
    return t, what


def level(camera: Camera) -> Array:
    """Return the direction (3,) of length 1 in which the camera looks, without up and down."""
    right = camera.axes[0]
    return np.array([-right[1], right[0], 0.0])


def _surfaces(
    solids: list[Solid], camera: Camera, room: Room, seen: Seen, points: Array
) -> tuple[Array, Array, Array]:
    """Linear colours (3, n), normals (3, n) of length 1, and gloss (n,) at the points."""
    colour, normal = np.empty_like(points), np.zeros_like(points)
    gloss = np.zeros(points.shape[1])
    floor, wall, nothing = (seen.what == which for which in (FLOOR, WALL, NOTHING))
    normal[2, floor | nothing] = 1
    colour[:, floor] = surroundings.colours(room.floor, points[0, floor], points[1, floor])
    colour[:, nothing] = room.floor.first[:, None]
    if wall.any():
        normal[:, wall] = -level(camera)[:, None]
        along = camera.axes[0] @ points[:, wall]
        colour[:, wall] = surroundings.colours(room.wall, along, points[2, wall])
    order = np.argsort(seen.what, kind="stable")
    edges = np.searchsorted(seen.what[order], np.arange(len(solids) + 1))
    for index, solid in enumerate(solids):
        here = order[edges[index] : edges[index + 1]]
        if len(here):
            colour[:, here], normal[:, here] = _of_solid(solid, index, points[:, here])
            gloss[here] = solid.material.gloss
    return colour, normal, gloss


def _of_solid(solid: Solid, index: int, points: Array) -> tuple[Array, Array]:
    inverse = np.linalg.inv(solid.axes)
    q = inverse @ (points - solid.centre[:, None])
    normal = inverse.T @ rays.normals(solid.kind, q)
    half = np.linalg.norm(solid.axes, axis=0)
    through, across, along = (q * half[:, None])[np.argsort(half, kind="stable")]
    board = np.full_like(along, index * 0.618 % 1)  # as different as can be for neighbours
    factor = materials.PATTERNS[solid.material.pattern](along, across, through, board)
    colour = materials.linear(solid.material.colour)[:, None] * factor
    return colour, normal / np.linalg.norm(normal, axis=0)


def light_on(
    solids: list[Solid], light: Light, seen: Seen, points: Array, normal: Array, side: int
) -> Array:
    """Return the light (3, n) that falls on each point; an unshaded level floor gets 1.

    Lambert's law: light from the lamp counts by the cosine of its angle. Light from everywhere is
    a little stronger from above.
    """
    cosine = np.maximum(light.towards @ normal, 0.0)
    reached = ~shadowed(solids, light, points, normal, (seen.what != NOTHING) & (cosine > 0), side)
    lamp = (1 - light.ambient) / light.towards[2] * cosine * reached
    everywhere = light.ambient * (0.7 + 0.3 * normal[2])
    falling: Array = everywhere + light.tint[:, None] * lamp
    return falling


def _highlight(normal: Array, directions: Array, light: Light) -> Array:
    """How much of the lamp each point mirrors (J. F. Blinn, Models of light reflection, 1977)."""
    to_eye = -directions / np.linalg.norm(directions, axis=0)
    half = to_eye + light.towards[:, None]
    cosine = np.einsum("in,in->n", normal, half) / np.linalg.norm(half, axis=0)
    shine: Array = np.maximum(cosine, 0.0) ** _SHININESS
    return shine
