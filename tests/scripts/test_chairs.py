"""The renderer of the chairs: where rays meet solids, what is seen, what is in the shade."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import datasets
from course_utils.common import paths
from scripts.chairs import __main__ as rendering
from scripts.chairs import rays, scene
from scripts.chairs import render as renderer
from scripts.chairs.camera import orbit
from scripts.chairs.materials import Material, encoded, linear
from scripts.chairs.models import MODELS, Draw
from scripts.chairs.render import FLOOR, first_hits, light_on, render
from scripts.chairs.shadows import shadowed
from scripts.chairs.shapes import (
    BRIM,
    Solid,
    beam,
    bowl,
    box,
    corners,
    disc,
    ellipsoid,
    rod,
    tube,
    turned,
)
from scripts.chairs.surroundings import Light, Room, Surface

NAMES = list(datasets.CHAIRS)
GREY = Material(0x808080)
WHITE = Surface(np.ones(3), np.ones(3), "even", 1.0)
STUDIO = Room(WHITE, WHITE, np.inf)
LAMP = Light(np.array([0.0, -0.6, 0.8]), blur=0.05, ambient=0.4, tint=np.ones(3))
KINDS = [box, ellipsoid, disc, bowl]
angles = st.floats(-3, 3)
sizes = st.floats(0.1, 2)


def within(kind, q):
    """Whether points q (3, n) lie in a unit shape, by its definition."""
    x, y, z = q
    if kind == "box":
        return np.abs(q).max(axis=0) <= 1
    if kind == "cylinder":
        return (x * x + y * y <= 1) & (np.abs(z) <= 1)
    return x * x + y * y + z * z <= 1


def marched(solid: Solid, origin, direction, far=8.0, steps=16_000):
    """Where a ray meets the surface, by small steps: the first change between in and out."""
    t = np.linspace(0, far, steps)
    q = np.linalg.inv(solid.axes) @ (origin + direction * t - solid.centre[:, None])
    inside = within(solid.kind, q)
    change = inside[1:] != inside[:-1]
    if solid.kind == "bowl":
        change &= q[2, 1:] <= BRIM
    return t[1:][change][0] if change.any() else np.inf


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(KINDS), st.tuples(angles, angles, angles), sizes, sizes, sizes, st.integers(0)
)
def test_rays_meet_what_small_steps_find(make, turn, width, depth, height, seed) -> None:
    rng = np.random.default_rng(seed)
    solid = make(rng.normal(size=3), [width, depth, height], GREY, turned(*turn))
    origin = rng.normal(size=(3, 1)) * 2
    towards = solid.centre[:, None] + rng.normal(size=(3, 3)) * 0.4 - origin
    direction = towards / np.linalg.norm(towards, axis=0)
    found = rays.hits(solid, origin, direction)
    for t, one in zip(found, direction.T, strict=True):
        by_steps = marched(solid, origin, one[:, None])
        # A ray that only grazes an edge may slip between two steps.
        grazes = np.isinf(by_steps) and np.isfinite(t)
        if grazes:
            inside = marched(solid, origin, one[:, None], far=float(t) + 1e-3, steps=100_000)
            assert np.isfinite(inside) or _short(solid, origin, one[:, None])
        else:
            assert t == pytest.approx(by_steps, abs=2e-3)


def _short(solid, origin, direction) -> bool:
    """Whether a ray is in the solid for less than a tenth of a millimetre."""
    first = rays.hits(solid, origin, direction)[0]
    second = rays.hits(solid, origin + direction * (first + 1e-5), direction)[0]
    return second < 1e-4 or np.isinf(second)


@pytest.mark.parametrize(
    ("solid", "expected"),
    [
        (box([0, 0, 0], [2, 2, 2], GREY), 4.0),
        (box([0, 0, 0], [2, 2, 4], GREY, turned(x=np.pi / 2)), 3.0),
        (ellipsoid([0, 1, 0], [1, 3, 1], GREY), 4.5),
        (rod([0, 0, -1], [0, 0, 1], 0.5, GREY), 4.5),
        (rod([0, -2, 0], [0, 2, 0], 0.5, GREY), 3.0),
        (disc([0, 0, 0], [2, 2, 0.1], GREY, turned(x=np.pi / 2)), 4.95),
        # Into the bowl, whose opening looks to the ray: the bottom, from inside.
        (bowl([0, 0, 0], [2, 2, 2], GREY, turned(x=np.pi / 2)), 6.0),
        (bowl([0, 0, 0], [2, 2, 2], GREY, turned(x=-np.pi / 2)), 4.0),
        (box([3, 0, 0], [2, 2, 2], GREY), np.inf),
        (box([0, -8, 0], [2, 2, 2], GREY), np.inf),
    ],
)
def test_a_ray_from_the_front_by_hand(solid: Solid, expected: float) -> None:
    origin, direction = np.array([[0.0], [-5], [0]]), np.array([[0.0], [1], [0]])
    assert rays.hits(solid, origin, direction)[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("make", KINDS)
def test_normals_stand_on_the_surface(make) -> None:
    """A small step along a normal leaves a convex solid, a step back enters it."""
    solid = make([0, 0, 0], [2, 2, 2], GREY)
    rng = np.random.default_rng(0)
    direction = rng.normal(size=(3, 500))
    direction /= np.linalg.norm(direction, axis=0)
    origin = -4 * direction + 0.2 * rng.normal(size=(3, 500))
    t = rays.hits(solid, origin, direction)
    q = (origin + t * direction)[:, np.isfinite(t)]
    assert q.shape[1] > 300
    normal = rays.normals(solid.kind, q)
    assert not within(solid.kind, q + 1e-5 * normal).any()
    assert np.mean(within(solid.kind, q - 1e-5 * normal)) > 0.99


@pytest.mark.parametrize("start, end", [([0, 0, 0], [0, 0, 1]), ([0, 1, 0], [2, 1, 0.5])])
def test_bars_lead_from_one_point_to_the_other(start, end) -> None:
    for bar in (rod(start, end, 0.1, GREY), beam(start, end, 0.2, 0.1, GREY)):
        np.testing.assert_allclose(bar.centre - bar.axes[:, 2], start, atol=1e-12)
        np.testing.assert_allclose(bar.centre + bar.axes[:, 2], end, atol=1e-12)
        gram = bar.axes.T @ bar.axes
        np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-12)


def test_a_tube_has_a_ball_at_each_bend() -> None:
    parts = tube([[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]], 0.1, GREY)
    assert [part.kind for part in parts] == ["cylinder"] * 3 + ["ellipsoid"] * 2


@given(st.tuples(angles, angles, angles))
def test_a_turn_changes_no_length(turn) -> None:
    rotation = turned(*turn)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)


# --- what the camera sees -------------------------------------------------------------------------


@given(st.floats(0, 360), st.floats(-80, 80), st.integers(0, 63), st.integers(0, 63))
def test_a_point_on_a_pixels_ray_is_seen_in_that_pixel(azimuth, elevation, row, column) -> None:
    camera = orbit(azimuth, elevation, np.array([0.1, 0.2, 0.3]), 3.0, 0.4)
    point = camera.position + 2.5 * camera.rays(64)[:, row, column]
    place = camera.pixels(point[None], 64)[0]
    np.testing.assert_allclose(place, [row + 0.5, column + 0.5], atol=1e-6)


def test_a_box_from_the_front_has_the_right_outline() -> None:
    """1 m x 0.5 m in a picture that shows 2 m at the distance of its front."""
    camera = orbit(0, 0, np.array([0, 0, 0.5]), 10.0, 0.1)
    solid = box([0, 0.5, 0.5], [1, 1, 0.5], GREY)  # its front lies at y = 0
    seen = first_hits([solid], camera, STUDIO, 128).what.reshape(128, 128) == 0
    assert seen.sum() == 64 * 32
    assert seen[48:80, 32:96].all()


def test_a_ball_is_seen_as_a_disc() -> None:
    camera = orbit(30, 20, np.array([0, 0, 1.0]), 10.0, 0.1)
    seen = first_hits([ellipsoid([0, 0, 1.0], [1, 1, 1], GREY)], camera, STUDIO, 200)
    tangent = 0.5 / np.sqrt(10**2 - 0.5**2)  # the outline's cone
    assert np.mean(seen.what == 0) == pytest.approx(np.pi * tangent**2 / 0.2**2, rel=0.01)


def test_windows_lose_nothing_of_a_chair() -> None:
    """All solids tried on all rays give the same as each in the window around it."""
    for name in MODELS:
        shot = scene.varied(name, 1, seed=3)
        seen = first_hits(shot.solids, shot.camera, shot.room, 48)
        origin, directions = shot.camera.position[:, None], shot.camera.rays(48).reshape(3, -1)
        everywhere = np.stack([rays.hits(solid, origin, directions) for solid in shot.solids])
        hit = seen.what >= 0
        np.testing.assert_array_equal(seen.t[hit], everywhere.min(axis=0)[hit])
        assert np.all(everywhere.min(axis=0)[~hit] >= seen.t[~hit])


def test_the_nearer_of_two_boxes_is_seen() -> None:
    camera = orbit(0, 10, np.array([0, 0, 0.5]), 5.0, 0.3)
    near, far = (box([0, y, 0.5], [0.5, 0.1, 0.5], GREY) for y in (-1, 1))
    for solids, expected in (([near, far], 0), ([far, near], 1)):
        seen = first_hits(solids, camera, STUDIO, 33).what.reshape(33, 33)
        assert seen[16, 16] == expected


# --- light ----------------------------------------------------------------------------------------


def test_a_whole_turn_gives_the_same_picture() -> None:
    shot = scene.studio("rocking", 3, 20, seed=0)
    one, other = (scene.framed(shot.solids, azimuth, 25, 1.1) for azimuth in (40, 400))
    first, second = (render(shot.solids, camera, LAMP, STUDIO, 48, 2) for camera in (one, other))
    assert np.array_equal(first, second)


def test_an_unshaded_floor_is_as_white_as_the_background() -> None:
    camera = orbit(0, 20, np.array([0, 0, 0.5]), 4.0, 0.3)
    assert np.all(render([], camera, LAMP, STUDIO, 32, 2) == 255)


@pytest.mark.parametrize("name", ["windsor", "armchair", "cantilever"])
def test_shadows_only_darken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shot = scene.varied(name, 2, seed=0)
    shaded = render(*shot, size=48, samples=2).astype(int)
    monkeypatch.setattr(renderer, "shadowed", lambda solids, light, points, *_: points[0] > 1e9)
    bright = render(*shot, size=48, samples=2).astype(int)
    assert np.all(shaded <= bright) and np.mean(shaded < bright) > 0.02


@pytest.mark.parametrize("blur", [0.0, 0.1])
def test_shade_found_by_rectangles_is_all_there_is(blur: float) -> None:
    """Without the rectangles, each point asks each solid; with them it must be the same."""
    light = LAMP._replace(blur=blur)
    shot = scene.studio("office", 4, 20, seed=0)
    side = 48
    seen = first_hits(shot.solids, shot.camera, STUDIO, side)
    floor = np.flatnonzero(seen.what == FLOOR)
    points = np.zeros((3, side * side))
    points[:, floor] = (
        shot.camera.position[:, None]
        + seen.t[floor] * shot.camera.rays(side).reshape(3, -1)[:, floor]
    )
    normal = np.zeros_like(points)
    normal[2] = 1
    asked = seen.what == FLOOR
    dark = shadowed(shot.solids, light, points, normal, asked, side)
    alone = np.zeros_like(dark)
    for solid in shot.solids:  # a huge thin ball around the scene makes every rectangle huge
        around = ellipsoid([0, 0, -500], [1000, 1000, 1e-9], GREY)
        alone |= shadowed([solid, around], light, points, normal, asked, side)
    assert 0.02 < dark[floor].mean() < 0.5
    assert np.array_equal(dark, alone)


def test_a_plate_shades_the_floor_under_it() -> None:
    """The lamp stands upright above a plate of 1 m x 1 m: the shade is 1 m x 1 m."""
    light = LAMP._replace(towards=np.array([0.0, 0, 1]), blur=0.0)
    plate = box([0, 0, 1], [1, 1, 0.01], GREY)
    steps = (np.arange(40) + 0.5) / 20 - 1
    points = np.stack([*np.meshgrid(steps, steps), np.zeros((40, 40))]).reshape(3, -1)
    normal = np.tile([[0.0], [0], [1]], 1600)
    dark = shadowed([plate], light, points, normal, np.ones(1600, bool), 40)
    expected = (np.abs(points[0]) < 0.5) & (np.abs(points[1]) < 0.5)
    assert np.array_equal(dark, expected)


def test_lamberts_law() -> None:
    seen = first_hits([], orbit(0, 20, np.zeros(3), 4.0, 0.3), STUDIO, 2)._replace(
        what=np.full(4, FLOOR)
    )
    normal = np.array([[0, 0, 1.0], [0, -0.6, 0.8], [0, 0.8, 0.6], [0, 0, -1]]).T
    light = light_on([], LAMP, seen, np.zeros((3, 4)), normal, 2)
    assert light[:, 0] == pytest.approx(1.0)  # a level floor
    lamp = 0.6 / 0.8 * np.array([0.8, 1.0, 0.0, 0.0])
    everywhere = 0.4 * (0.7 + 0.3 * normal[2])
    np.testing.assert_allclose(light, np.tile(lamp + everywhere, (3, 1)), atol=1e-9)


@given(st.integers(0, 2**24 - 1))
def test_colours_come_back(colour: int) -> None:
    srgb = encoded(linear(colour)) * 255
    assert np.allclose(srgb, [colour >> 16, colour >> 8 & 255, colour & 255], atol=1e-3)


# --- the chairs -----------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(list(MODELS)), st.integers(0, 2**32 - 1))
def test_a_chair_stands_on_the_floor_and_has_a_chairs_size(name: str, seed: int) -> None:
    solids = MODELS[name](Draw(np.random.default_rng(seed), spread=1.0, usual=False))
    points = np.concatenate([corners(solid) for solid in solids])
    low, high = points.min(axis=0), points.max(axis=0)
    assert -0.06 < low[2] < 0.02  # corners of a box around a splayed leg lie a little below
    assert 0.4 < high[2] < 1.25
    assert np.all(high[:2] - low[:2] > 0.28) and np.all(high[:2] - low[:2] < 1.5)
    assert abs(low[0] + high[0]) < 0.1  # left as right, but for the star of five feet


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(list(MODELS)), st.integers(0, 10_000))
def test_every_varied_picture_shows_its_chair_whole(name: str, view: int) -> None:
    shot = scene.varied(name, view, seed=0)
    points = np.concatenate([corners(solid) for solid in shot.solids])
    place = shot.camera.pixels(points, 100)
    assert place.min() > 0 and place.max() < 100
    seen = first_hits(shot.solids, shot.camera, shot.room, 64).what >= 0
    assert seen.mean() > 0.015


def test_classes_differ_in_shape() -> None:
    """From the side, no outline is that of another class, whatever the colours."""
    outlines = {}
    for name in MODELS:
        solids = MODELS[name](Draw(np.random.default_rng(0), spread=0.0, usual=True))
        camera = scene.framed(solids, 90, 15, 1.05)
        outlines[name] = first_hits(solids, camera, STUDIO, 64).what >= 0
    names = list(outlines)
    for i, one in enumerate(names):
        for other in names[:i]:
            both = np.sum(outlines[one] & outlines[other])
            either = np.sum(outlines[one] | outlines[other])
            assert both / either < 0.75, f"{one} looks like {other}"


def test_usual_chairs_keep_their_colours_and_any_chair_does_not() -> None:
    def colours(usual: bool) -> set[int]:
        draws = [Draw(np.random.default_rng(seed), 1.0, usual) for seed in range(12)]
        return {draw.coloured("red").colour for draw in draws}

    assert len(colours(True)) == 1 and len(colours(False)) > 4


# --- what comes with the course -------------------------------------------------------------------


@pytest.mark.parametrize(("name", "view"), [("shell", 0), ("windsor", 33), ("bench", 199)])
def test_the_shipped_studio_is_what_the_renderer_makes(name: str, view: int) -> None:
    """Without loss; another processor may round a pixel the other way."""
    images, _ = datasets.chairs()
    now = scene.picture(scene.studio(name, view, 200, seed=0), 64)
    shipped = images[NAMES.index(name) * 200 + view]
    assert np.mean(now != shipped) < 0.01


@pytest.mark.parametrize(("name", "view"), [("stool", 0), ("office", 50), ("rocking", 99)])
def test_the_shipped_varied_ones_are_what_the_renderer_makes(name: str, view: int) -> None:
    images, _ = datasets.chairs(varied=True)
    now = scene.picture(scene.varied(name, view, seed=0), 64)
    assert np.mean(now != images[NAMES.index(name) * 100 + view]) < 0.01


def test_the_models_are_the_classes_of_the_data_set() -> None:
    assert list(MODELS) == NAMES


@pytest.mark.parametrize("varied", [False, True])
def test_the_same_seed_gives_the_same_pixels_and_another_seed_others(varied: bool) -> None:
    first, again, other = (rendering.draw(1, varied, seed, 32) for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    differing = [np.mean(a != b) for a, b in zip(first, other, strict=True)]
    assert min(differing) > (0.3 if varied else 0)
    if not varied:  # the same kinds, though: nearly as bright on the mean
        assert np.allclose(first.mean(axis=(1, 2, 3)), other.mean(axis=(1, 2, 3)), atol=30)


def test_a_sheet_is_read_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, size=(2000, 64, 64, 3), dtype=np.uint8) // 128 * 255
    monkeypatch.setattr(paths, "DATA", tmp_path)
    pictures[:, :, 8:] = 0
    rendering.save_sheet(pictures, tmp_path / "chairs_studio.webp")
    assert np.array_equal(datasets.chairs()[0], pictures)
