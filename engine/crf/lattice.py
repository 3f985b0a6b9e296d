"""The permutohedral lattice: a Gaussian filter over any features, in time linear in the pixels.

Source: Adams, Baek, Davis 2010, 'Fast High-Dimensional Filtering Using the Permutohedral Lattice'.
With d features a pixel is a point in the plane of R^(d+1) whose coordinates sum to 0. The integer
points of that plane whose coordinates are all equal modulo d + 1 are the vertices of the lattice;
they cut the plane into simplices. A filter is three steps: each pixel splats its value onto the
d + 1 vertices of its simplex by barycentric weights, the vertices are blurred along the d + 1
directions of the lattice with (1/2, 1, 1/2), and each pixel slices its result out by the same
weights. A pixel is among its own neighbours.

This is an approximation. Normalised sums are within 0.06 of those of exp(-|f_i - f_j|^2 / 2) where
pixels lie dense. Sums as such come out too small, by 12 % over places and up to a half over places
and three colours, where many of the vertices that a blur would pass through touch no pixel and so
do not exist. For the same reason the kernel is not quite symmetric.

Only vertices that touch a pixel exist. Each is one row of an array; row 0 stands for all others
and stays zero.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.core.arrays import Floats
from engine.crf.jit import loop

_TINY = 1e-20
_CHUNK = 64  # pixels located at once: vectors to the compiler
_ROOM = 1 << 17  # entries of a hash table at first, unless there are fewer pixels
_FREE = 4  # entries for each vertex, at least: few keys then find their place taken
_NONE = np.int64(-(1 << 63))  # no vertex has this key
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads keys over a table


class Lattice:
    """Where each pixel lies in a lattice.

    Attributes:
        size: How many vertices there are, row 0 included.
        vertices: (N, d + 1) int32, rows of the vertices of each pixel's simplex.
        weights: (N, d + 1) barycentric weights, times the norm of the pixel if normalised.
        neighbours: (d + 1, 2, size) int32, rows of the two neighbours of each vertex.
        scale: What a filtered value is multiplied by, so that a vertex sees itself by 1.
    """

    def __init__(self, features: Floats, *, normalised: bool) -> None:
        """Locate the pixels.

        Args:
            features: (d, N) in units of the Gaussian's width; no features, no vertices.
            normalised: Whether the kernel is divided by the square roots of its sums at both ends.
        """
        d, count = features.shape
        self.size = 1
        self.vertices: npt.NDArray[np.int32] = np.zeros((count, d + 1 if d else 0), np.int32)
        self.weights: Floats = np.empty(self.vertices.shape, np.float32)
        self.neighbours: npt.NDArray[np.int32] = np.zeros((self.vertices.shape[1], 2, 1), np.int32)
        self.scale = 1 / (1 + 2.0**-d)
        if not d:
            return
        steps = _key_steps(np.ptp(features, axis=1))
        table, self.size = _locate(features, _stretch(d), steps, self.vertices, self.weights)
        self.neighbours = _find_neighbours(table, self.size, steps)
        if normalised:
            ones = np.ones((count, 1), np.float32)
            self.weights *= 1 / np.sqrt(self.filter(ones) + np.float32(_TINY))

    def filter(self, values: Floats) -> Floats:
        """The sum over all pixels of kernel times values, (N, K) to (N, K)."""
        at = np.zeros((self.size, values.shape[1]), np.float32)
        spare = np.zeros_like(at)
        _splat(values, self.vertices, self.weights, at)
        for pair in self.neighbours:
            _blur(at, pair, spare)
            at, spare = spare, at
        out = np.empty_like(values)
        _slice(at, self.vertices, self.weights, np.float32(self.scale), out)
        return out


def _stretch(d: int) -> Floats:
    """What feature i is multiplied by: unit vectors of the plane, blurs of unit variance.

    Source: Adams, Baek, Davis 2010, section 3.1.
    """
    unit = (d + 1) * math.sqrt(2 / 3)
    return np.array([unit / math.sqrt((i + 1) * (i + 2)) for i in range(d)], np.float32)


def _key_steps(spans: Floats) -> npt.NDArray[np.int64]:
    """Factors that make one number of the coordinates of a vertex, the last of which is implied.

    Coordinates are digits in a mixed radix wide enough for all pixels and their neighbours. Where
    that needs more than 63 bits the factors are random, and two of a million vertices share a
    number with a chance of one in ten million.
    """
    d = len(spans)
    stretched = _stretch(d) * spans
    steps, step = [], 1
    for i in range(d):
        reach = stretched[i:].sum() + (i * stretched[i - 1] if i else 0.0)
        steps.append(step)
        step *= int(reach) + 6 * (d + 1)
    if step >= 1 << 63:
        steps = np.random.default_rng(0).integers(1 << 62, size=d) * 2 + 1
    return np.array([*steps, 0], np.int64)


@loop
def _locate(
    features: Floats, stretch: Floats, steps: Any, vertices: Any, weights: Floats
) -> tuple[Any, int]:
    """Fills `vertices` and `weights`; returns a hash table of keys and rows, and the size."""
    d, pixels = features.shape
    room = 16
    while room < min(_ROOM, pixels):
        room *= 2
    table = _empty_table(room)
    size = 1
    place = np.empty((d + 1, _CHUNK), np.float32)
    rank = np.empty((d + 1, _CHUNK), np.int32)
    key = np.empty((d + 1, _CHUNK), np.int64)
    rest = np.empty((d + 2, _CHUNK), np.float32)
    misses = np.empty(_CHUNK, np.int32)
    for first in range(0, pixels, _CHUNK):
        count = min(_CHUNK, pixels - first)
        _elevate(features, first, count, stretch, place)
        _round(place, steps, count, rank, key[0])
        _spread(place, steps, count, rank, key, rest)
        for r in range(d + 1):
            missed = 0
            for x in range(count):  # without branches, so that look-ups overlap
                at = key[r, x]
                weights[first + x, r] = rest[d - r, x] - rest[d + 1 - r, x]
                slot = _home(table, at)
                vertices[first + x, r] = table[slot, 1]
                misses[missed] = x
                missed += table[slot, 0] != at
            for i in range(missed):
                x = misses[i]
                at = key[r, x]
                slot = _slot(table, at)
                if table[slot, 0] != at:
                    table[slot, 0] = at
                    table[slot, 1] = size
                    size += 1
                    if _FREE * size > len(table):
                        table = _grown(table)
                        slot = _slot(table, at)
                vertices[first + x, r] = table[slot, 1]
    return table, size


@loop
def _spread(place: Floats, steps: Any, count: int, rank: Any, key: Any, rest: Floats) -> None:
    """The keys of all vertices of each simplex, and the rests in order of rank.

    Source: Adams, Baek, Davis 2010, section 3.1. Vertex r is vertex 0 plus r in every coordinate,
    minus d + 1 in those with the r smallest rests. Its weight is rest[d - r] - rest[d + 1 - r],
    where for vertex 0 what follows the last rest is the first minus 1.
    """
    d = len(place) - 1
    whole = steps.sum()
    rest[:] = np.float32(0)
    for r in range(d + 1):
        for i in range(d + 1):
            for x in range(count):
                rest[r, x] += place[i, x] if rank[i, x] == r else np.float32(0)
    rest[d + 1] = rest[0] - np.float32(1)
    for r in range(1, d + 1):
        key[r] = key[0] + r * whole
        for i in range(d + 1):
            jump = (d + 1) * steps[i]
            for x in range(count):
                key[r, x] -= jump if rank[i, x] > d - r else 0


@loop
def _elevate(features: Floats, first: int, count: int, stretch: Floats, place: Floats) -> None:
    """The d + 1 coordinates of pixels, divided by d + 1.

    Coordinate i is the sum of features i and later, minus i times feature i - 1, all stretched.
    """
    d = len(features)
    total = np.zeros(count, np.float32)
    shrink = np.float32(1) / np.float32(d + 1)
    for i in range(d, 0, -1):
        feature = features[i - 1, first:]
        for x in range(count):
            value = feature[x] * stretch[i - 1] * shrink
            place[i, x] = total[x] - np.float32(i) * value
            total[x] += value
    for x in range(count):
        place[0, x] = total[x]


@loop
def _round(place: Floats, steps: Any, count: int, rank: Any, key: Any) -> None:
    """Finds the vertex of colour 0 of each pixel's simplex, and leaves in `place` the rest.

    Source: Adams, Baek, Davis 2010, section 4.1: round each coordinate to a multiple of d + 1;
    where these do not sum to 0, move those with the largest rests, or the smallest, by one more.
    `rank` is the place of a coordinate's rest among all, the largest first.
    """
    d = len(place) - 1
    near = np.empty((d + 1, _CHUNK), np.float32)
    excess = np.zeros(_CHUNK, np.int32)
    for i in range(d + 1):
        for x in range(count):
            near[i, x] = np.floor(place[i, x] + np.float32(0.5))
            place[i, x] -= near[i, x]
            excess[x] += np.int32(near[i, x])
    rank[:] = excess
    for i in range(d + 1):
        for j in range(i + 1, d + 1):
            for x in range(count):
                behind = np.int32(place[i, x] < place[j, x])
                rank[i, x] += behind
                rank[j, x] += np.int32(1) - behind
    key[:] = 0
    for i in range(d + 1):
        for x in range(count):
            move = np.int32(rank[i, x] < 0) - np.int32(rank[i, x] > d)
            rank[i, x] += move * np.int32(d + 1)
            place[i, x] -= np.float32(move)
            key[x] += np.int64(np.int32(near[i, x]) + move) * ((d + 1) * steps[i])


@loop
def _empty_table(room: int) -> Any:
    table = np.zeros((room, 2), np.int64)
    table[:, 0] = _NONE
    return table


@loop
def _home(table: Any, key: Any) -> Any:
    """Where in a hash table a key stands unless another came before it."""
    return np.int64((np.uint64(key) * _GOLDEN) >> np.uint64(32)) & (len(table) - 1)


@loop
def _slot(table: Any, key: int) -> int:
    """Where in a hash table a key stands, or would stand."""
    mask = len(table) - 1
    slot = _home(table, key)
    while table[slot, 0] != key and table[slot, 0] != _NONE:
        slot = (slot + 1) & mask
    return slot


@loop
def _grown(table: Any) -> Any:
    """The same hash table with twice the room."""
    more = _empty_table(2 * len(table))
    for i in range(len(table)):
        if table[i, 0] != _NONE:
            more[_slot(more, table[i, 0])] = table[i]
    return more


@loop
def _find_neighbours(table: Any, size: int, steps: Any) -> Any:
    """Along direction j all coordinates change by 1, but coordinate j by -d."""
    d = len(steps) - 1
    whole = steps.sum()
    found = np.zeros((d + 1, 2, size), np.int32)
    keys = np.empty(size, np.int64)
    for i in range(len(table)):
        if table[i, 0] != _NONE:
            keys[table[i, 1]] = table[i, 0]
    for j in range(d + 1):
        apart = whole - (d + 1) * steps[j]
        for i in range(1, size):
            slot = _slot(table, keys[i] + apart)
            if table[slot, 0] != _NONE:
                other = table[slot, 1]
                found[j, 0, i] = other
                found[j, 1, other] = i
    return found


@loop
def _splat(values: Floats, vertices: Any, weights: Floats, at: Floats) -> None:
    for i in range(len(values)):
        for j in range(vertices.shape[1]):
            for k in range(values.shape[1]):
                at[vertices[i, j], k] += weights[i, j] * values[i, k]


@loop
def _slice(at: Floats, vertices: Any, weights: Floats, scale: float, out: Floats) -> None:
    for i in range(len(out)):
        for k in range(out.shape[1]):
            total = np.float32(0)
            for j in range(vertices.shape[1]):
                total += weights[i, j] * at[vertices[i, j], k]
            out[i, k] = scale * total


@loop
def _blur(at: Floats, pair: Any, out: Floats) -> None:
    """Each vertex plus half of both its neighbours."""
    for i in range(1, len(at)):
        before, after = pair[0, i], pair[1, i]
        for k in range(at.shape[1]):
            out[i, k] = at[i, k] + np.float32(0.5) * (at[before, k] + at[after, k])
