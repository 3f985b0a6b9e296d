"""Draw pictures of objects on a ground, with the mask that belongs to them.

Blobs, ellipses and polygons in random colours and textures lie, alone or touching, in rows or
anywhere, brighter or darker than a ground with textures, lines, specks and shadows of its own.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from PIL import Image as Picture
from scipy import ndimage

from engine.core.arrays import Floats, Labels
from engine.learning import augment


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """One object of a scene.

    Attributes:
        window: The rows and columns of the scene that it may touch.
        depth: Over the window, 0 in its middle, 1 on its outline, more outside.
        place: Over the window, (2, h, w), the position along two directions in radii.
        radius: In pixels.
    """

    window: tuple[slice, slice]
    depth: Floats
    place: Floats
    radius: float

    @property
    def cover(self) -> Floats:
        """How much of each pixel it covers, in [0, 1]."""
        return np.clip((1 - self.depth) * self.radius + 0.5, 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How the objects of one scene are painted.

    Attributes:
        colour: (3,), of them all before their own jitter.
        jitter: Standard deviation of each object's colour.
        dimness: Largest share of the contrast to the ground that an object may lack.
        grain: (S, S), the texture, about N(0, 1).
        grain_reach: How strong it is.
        dome: How much darker or brighter the rim is than the middle.
        light: How strongly one side is brighter.
        parts: How many parts of another colour an object has on average.
        rim: Strength of a bright or dark outline.
    """

    colour: Floats
    jitter: float
    dimness: float
    grain: Floats
    grain_reach: float
    dome: float
    light: float
    parts: float
    rim: float


def draw_scene(textures: list[Floats], rng: Generator, side: int) -> tuple[Floats, Labels]:
    """A picture, (3, side, side) float32 about 0 to 1, and its objects, (side, side) uint8."""
    things = _lay_out(rng, side)
    labels = np.zeros((side, side), np.uint8)
    for thing in things:
        labels[thing.window][thing.depth < 1] = 1
    ground_colour, look = _choose_look(textures, rng, side)
    image = _ground(textures, rng, side, ground_colour)
    if rng.random() < 0.4:
        image *= 1 - _shadow(rng, labels)
    for thing in things:
        _paint(rng, image, thing, look, ground_colour)
    if rng.random() < 0.55:
        image = np.repeat(image.mean(axis=0, keepdims=True), 3, axis=0)
    if rng.random() < 0.3:
        image = 1 - image
    return _degrade(rng, image), labels


def _lay_out(rng: Generator, side: int) -> list[Thing]:
    """Objects of about one size, in rows or anywhere, touching or apart."""
    radius = float(np.exp(rng.uniform(np.log(6), np.log(min(100, side * 0.42)))))
    spread = rng.uniform(0, 0.35)
    shape, gap = int(rng.integers(4)), rng.uniform(0.75, 1.6) * 2 * radius
    if rng.random() < 0.35:
        line = np.arange(-gap * rng.random(), side + gap, gap)
        centres = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
        centres = centres + rng.normal(0, 0.1 * radius, centres.shape)
        centres = centres[rng.random(len(centres)) < rng.uniform(0.4, 1)]
    else:
        wanted = rng.uniform(0.05, 0.5) * side**2 / (np.pi * radius**2)
        margin = -0.3 * radius if radius < 0.2 * side else 0.6 * radius
        centres = rng.uniform(margin, side - margin, (1 + int(wanted), 2))
    kept: list[Thing] = []
    places = np.zeros((0, 2))
    for centre in centres:
        if len(places) and np.linalg.norm(places - centre, axis=1).min() < gap * 0.9:
            continue
        places = np.concatenate([places, centre[None]])
        own = shape if rng.random() < 0.7 else int(rng.integers(4))
        thing = _make_thing(rng, side, centre, radius * float(np.exp(rng.normal(0, spread))), own)
        kept += [thing] if thing is not None else []
    return kept


def _make_thing(
    rng: Generator, side: int, centre: Floats, radius: float, shape: int
) -> Thing | None:
    """An ellipse, a polygon, a blob or a lobed form; None where it misses the scene."""
    reach = radius * 1.8 + 2
    rows, columns = (
        slice(max(0, int(at - reach)), min(side, int(at + reach) + 1)) for at in centre
    )
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    y, x = (
        np.mgrid[rows, columns].astype(np.float32) - np.asarray(centre, np.float32)[:, None, None]
    )
    turn, squeeze = rng.uniform(0, 2 * np.pi), rng.choice([1.0, rng.uniform(0.45, 1)])
    along = (x * np.cos(turn) + y * np.sin(turn)) * squeeze**0.5 / radius
    beside = (y * np.cos(turn) - x * np.sin(turn)) / squeeze**0.5 / radius
    angle = np.arctan2(beside, along)
    outline = np.ones_like(angle)
    if shape == 1:
        corners = int(rng.integers(3, 8))
        wedge = np.mod(angle, 2 * np.pi / corners) - np.pi / corners
        outline = 0.9 / np.cos(wedge) ** rng.uniform(0.4, 1)
    elif shape >= 2:
        for wave in range(2, 4 if shape == 2 else 7):
            reach_of_wave = rng.normal(0, 0.22 / wave**0.8)
            outline = outline + reach_of_wave * np.cos(wave * angle + rng.uniform(0, 7))
    depth = np.hypot(along, beside) / np.clip(outline, 0.3, 1.7)
    place = np.stack([along, beside]).astype(np.float32)
    return Thing((rows, columns), depth.astype(np.float32), place, radius)


def _choose_look(textures: list[Floats], rng: Generator, side: int) -> tuple[Floats, Look]:
    """The colour of the ground, and how the objects differ from it."""
    ground = rng.random(3).astype(np.float32) * np.float32(rng.uniform(0.2, 1))
    if rng.random() < 0.35:
        ground[:] = rng.choice([rng.uniform(0, 0.1), rng.uniform(0.8, 1), rng.uniform(0.2, 0.7)])
    direction = rng.standard_normal(3) * 0.5 + rng.choice([-1, 1])
    step = rng.uniform(0.12, 0.9) * direction / np.abs(direction).max()
    step = np.where((ground + step > 1.05) | (ground + step < -0.05), -step, step)
    strength = rng.uniform(0, 0.25) * float(np.abs(step).max()) ** 0.5
    look = Look(
        colour=np.clip(ground + step, 0, 1).astype(np.float32),
        jitter=rng.choice([0.02, 0.02, 0.1, 0.3]),
        dimness=rng.choice([0.0, 0.3, 0.8]),
        grain=_texture(textures, rng, side),
        grain_reach=strength,
        dome=rng.normal(0, 0.25) if rng.random() < 0.5 else 0.0,
        light=rng.uniform(0, 0.3) if rng.random() < 0.4 else 0.0,
        parts=rng.uniform(0.5, 2.5) if rng.random() < 0.3 else 0.0,
        rim=rng.normal(0, 0.3) if rng.random() < 0.4 else 0.0,
    )
    return ground, look


def _texture(textures: list[Floats], rng: Generator, side: int) -> Floats:
    """A texture of about N(0, 1), (side, side): a bundled one, noise, streaks or relief."""
    kind = rng.integers(5)
    if kind <= 1:
        source = textures[rng.integers(len(textures))]
        warps = augment.Warps(rotation_degrees=180, scale=(0.5, 2.5), elastic_px=0)
        centre = rng.uniform(180, 332, 2)
        return augment.take(source, augment.draw_places(rng, side, tuple(centre), warps))
    fine = augment.smooth_field(rng, (side, side), int(rng.integers(side // 16, side)))
    if kind == 2:
        return fine + augment.smooth_field(rng, (side, side), int(rng.integers(3, 24)))
    if kind == 3:
        sigma = (0.0, rng.uniform(3, 20)) if rng.random() < 0.5 else (rng.uniform(3, 20), 0.0)
        streaks = np.asarray(ndimage.gaussian_filter(fine, sigma), np.float32)
        return streaks / max(float(streaks.std()), 1e-3)
    relief = ndimage.gaussian_filter(augment.smooth_field(rng, (side, side), side // 4), 0.8)
    slope = np.diff(relief, axis=int(rng.integers(2)), append=0)
    slope = slope[:side, :side] if slope.shape == (side, side) else fine
    return np.asarray(slope / max(float(slope.std()), 1e-3), np.float32)


def _ground(textures: list[Floats], rng: Generator, side: int, colour: Floats) -> Floats:
    """What the objects lie on: a colour, a texture, stray lines, specks and a second tone."""
    grain = _texture(textures, rng, side) * np.float32(rng.choice([0, 0.03, rng.uniform(0, 0.15)]))
    y, x = np.mgrid[:side, :side].astype(np.float32)
    if rng.random() < 0.15:
        angle, at = rng.uniform(0, np.pi), rng.uniform(0.2, 0.8) * side
        beyond = (x - at) * np.cos(angle) + (y - at) * np.sin(angle) > 0
        grain = grain + beyond * np.float32(rng.normal(0, 0.15))
    for _ in range(rng.poisson(0.4)):
        angle, at = rng.uniform(0, np.pi), rng.uniform(0, side)
        away = np.abs((x - at) * np.cos(angle) + (y - at) * np.sin(angle))
        grain = grain + (away < rng.uniform(0.5, 2.5)) * np.float32(rng.normal(0, 0.25))
    for _ in range(rng.poisson(3) if rng.random() < 0.3 else 0):
        speck = np.hypot(x - rng.uniform(0, side), y - rng.uniform(0, side)) < rng.uniform(0.7, 2.5)
        grain = grain + speck * np.float32(rng.normal(0, 0.4))
    tint = 1 + rng.uniform(0, 0.3) * rng.standard_normal(3).astype(np.float32)
    return (colour[:, None, None] + grain * tint[:, None, None]).astype(np.float32)


def _shadow(rng: Generator, labels: Labels) -> Floats:
    """What the objects take from the light beside them, in [0, 0.6]."""
    shift = rng.uniform(-8, 8, 2)
    moved = ndimage.shift(labels.astype(np.float32), shift, order=1)
    soft = ndimage.gaussian_filter(moved, rng.uniform(1, 8))
    return np.asarray(soft, np.float32) * np.float32(rng.uniform(0.05, 0.6))


def _paint(rng: Generator, image: Floats, thing: Thing, look: Look, ground: Floats) -> None:
    """Draw one object into the (3, S, S) image."""
    colour = look.colour + rng.normal(0, look.jitter, 3) * rng.choice([1.0, 0.3])
    colour = ground + (colour - ground) * (1 - look.dimness * rng.random())
    depth = np.minimum(thing.depth, 1)
    shade = look.dome * (depth**2 - 0.5) + look.light * thing.place[0]
    shade = shade + look.rim * np.exp(-(((1 - depth) * thing.radius / 2.0) ** 2))
    contrast = float(np.abs(colour - ground).max())
    body = colour[:, None, None] + shade * contrast
    for _ in range(rng.poisson(look.parts)):
        middle, reach = rng.normal(0, 0.3, (2, 1, 1)), rng.uniform(0.15, 0.8, (2, 1, 1))
        inside = (np.hypot(*((thing.place - middle) / reach)) < 1) & (depth < rng.uniform(0.7, 1))
        other = rng.random(3) if rng.random() < 0.3 else colour + rng.normal(0, 0.5) * contrast
        body = np.where(inside, other[:, None, None], body)
    body = body + look.grain[thing.window] * look.grain_reach
    part = image[(slice(None), *thing.window)]
    part += thing.cover * (body - part)


def _degrade(rng: Generator, image: Floats) -> Floats:
    """What light, lens, sensor and compression do; gives values about 0 to 1."""
    if rng.random() < 0.6:
        image = augment.add_bias_field(rng, image, 0.4, int(rng.integers(2, 4)))
    if rng.random() < 0.5:
        image = augment.blur(rng, image, 2.0)
    if rng.random() < 0.2:
        image = augment.coarsen(rng, image, 2.0)
    image = augment.change_gamma(rng, image)
    if rng.random() < 0.7:
        image = augment.add_noise(rng, image, 0.08)
    if rng.random() < 0.3:
        image = _compress(image, int(rng.integers(15, 90)))
    return image.astype(np.float32)


def _compress(image: Floats, quality: int) -> Floats:
    """The picture after JPEG, (3, H, W)."""
    pixels = (np.clip(image, 0, 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    file = io.BytesIO()
    Picture.fromarray(pixels).save(file, "JPEG", quality=quality)
    compressed = np.asarray(Picture.open(file), np.float32).transpose(2, 0, 1)
    return compressed / np.float32(255)
