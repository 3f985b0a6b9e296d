"""The way back through the mean field on the graphics processor.

A message is linear in the beliefs, and its filter symmetric: what slopes say to beliefs is the same
sum over neighbours. Only beliefs are kept on the way forward; Gaussians are computed anew.

With t = the sum over pairs of pixels i, j and classes of a_i w_ij b_j, where a is the slope with
respect to the message, b the belief and w_ij = w n_i n_j g_ij with a Gaussian g = exp(-d^2 / 2 s^2)
and n_i = (sum over j of g_ij)^(-1/2): the slope of t with respect to the width s is

    w / s^3 * sum of a_i b_j g_ij (n_i n_j d_ij^2 + m_i n_j + n_i m_j),
    m_i = -n_i^3 / 2 * sum over j of g_ij d_ij^2,

where d is the distance before it is divided by s. The sums over pairs are taken in the same pass as
the message, with a and b changing places, so that one belief is in registers and one slope is read.
"""

from __future__ import annotations

import triton.language as tl

from engine.crf.cuda_window import descended, kernel, members, overhang, window_sum


@kernel
def retreat(  # noqa: PLR0913, PLR0917
    slopes: tl.tensor,
    beliefs: tl.tensor,
    colours: tl.tensor,
    scales: tl.tensor,
    pinned: tl.tensor,
    constants: tl.tensor,
    gathered: tl.tensor,
    out: tl.tensor,
    sums: tl.tensor,
    depth: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    full_height: tl.tensor,
    full_width: tl.tensor,
    spacing_z: tl.tensor,
    spacing_y: tl.tensor,
    spacing_x: tl.tensor,
    rows: tl.constexpr,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    features: tl.constexpr,
    padded_features: tl.constexpr,
    reach: tl.constexpr,
    solid: tl.constexpr,
    square: tl.constexpr,
    blur: tl.constexpr,
    released: tl.constexpr,
    scaled: tl.constexpr,
    pins: tl.constexpr,
    linear: tl.constexpr,
) -> None:
    """One step back: through the messages and, without blur, the softmax before them.

    See `engine.crf.cuda_window` for the arguments. From `slopes` with respect to the scores after
    the step and the `beliefs` before it (with blur, pooled) to `out`, slopes with respect to the
    scores before it (with blur, to pooled beliefs, but for the message weight); these are added to
    `gathered` unless `linear`: the beliefs were no softmax, but the scores that the released code
    starts from. `sums` (5, programs) receives the sums of `window_sum`.
    """
    tiles = tl.cdiv(width, columns)
    tile = tl.program_id(0)
    x = tile % tiles * columns + tl.arange(0, columns)
    top = tile // tiles * rows
    z = tl.program_id(1)
    groups: tl.constexpr = (classes + padded - 1) // padded
    k = tl.program_id(2) % groups * padded + tl.arange(0, padded)
    image = tl.program_id(2) // groups
    plane = depth * height * width
    y = top + tl.arange(0, rows)
    here = ((z * height + y) * width)[:, None] + x[None, :]
    inside = (y < height)[:, None] & (x < width)[None, :]
    cell = (image * classes + k[None, :, None]) * plane + here[:, None, :]
    mask = (k < classes)[None, :, None] & inside[:, None, :]
    belief = tl.load(beliefs + cell, mask=mask, other=0.0)
    smooth_share, alike_share = tl.load(constants), tl.load(constants + 2)
    slope, sum_0, sum_1, sum_2, sum_3, sum_4 = window_sum(
        slopes + image * classes * plane, belief, colours + image * features * plane,
        scales + image * 5 * plane, constants, smooth_share, alike_share, 0,
        k, z, top, x, depth, height, width, full_height, full_width,
        spacing_z, spacing_y, spacing_x,
        rows, padded, columns, classes, features, padded_features, reach, solid, square,
        released, blur, scaled, False, True,
    )  # fmt: skip
    programs = tl.num_programs(0) * tl.num_programs(1) * tl.num_programs(2)
    program = tl.program_id(2) * tl.num_programs(1) + tl.program_id(1)
    place = sums + program * tl.num_programs(0) + tile
    tl.store(place, tl.sum(tl.sum(sum_0, axis=1), axis=0))
    tl.store(place + programs, tl.sum(tl.sum(sum_1, axis=1), axis=0))
    tl.store(place + 2 * programs, tl.sum(tl.sum(sum_2, axis=1), axis=0))
    tl.store(place + 3 * programs, tl.sum(tl.sum(sum_3, axis=1), axis=0))
    tl.store(place + 4 * programs, tl.sum(tl.sum(sum_4, axis=1), axis=0))
    if blur == 1:
        if released:
            slope = slope * tl.load(constants + 6)
        pin = tl.full([rows, columns], -1, tl.int32)
        if pins:
            pin = tl.load(pinned + image * plane + here, mask=inside, other=-1)
        if linear:
            slope = tl.where((pin < 0)[:, None, :], slope, 0.0)
        else:
            slope = descended(slope, belief, pin)
            before = tl.load(gathered + cell, mask=mask, other=0.0)
            tl.store(gathered + cell, before + slope, mask=mask)
    tl.store(out + cell, slope, mask=mask)


@kernel
def ease(  # noqa: PLR0913, PLR0917
    slopes: tl.tensor,
    beliefs: tl.tensor,
    pinned: tl.tensor,
    constants: tl.tensor,
    gathered: tl.tensor,
    out: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    grid_height: tl.tensor,
    grid_width: tl.tensor,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    blur: tl.constexpr,
    released: tl.constexpr,
    pins: tl.constexpr,
    linear: tl.constexpr,
) -> None:
    """With blur, one step back on the picture: through the pooling and the softmax before it.

    See `engine.crf.cuda_window` for the arguments; height and width are the picture's here. From
    `slopes` with respect to pooled beliefs, but for the message weight, and the `beliefs` (N, K,
    height, width) that were pooled, to `out`, slopes with respect to their scores; these are added
    to `gathered` unless `linear` (see `retreat`).
    """
    image = tl.program_id(2)
    y = tl.program_id(1)
    x = tl.program_id(0) * columns + tl.arange(0, columns)
    k = tl.arange(0, padded)
    inside = x < width
    mask = (k < classes)[None, :, None] & inside[None, None, :]
    cell_y = (y + overhang(height, blur)) // blur
    cell_x = (x + overhang(width, blur)) // blur
    place = (image * classes + k[None, :, None]) * grid_height * grid_width
    place = place + cell_y * grid_width + cell_x[None, None, :]
    count = members(cell_y, height, blur) * members(cell_x, width, blur)
    share = 1.0 / tl.maximum(count, 1).to(tl.float32)
    if released:
        share = share * tl.load(constants + 6)
    slope = tl.load(slopes + place, mask=mask, other=0.0) * share[None, None, :]
    pin = tl.full([1, columns], -1, tl.int32)
    if pins:
        here = (image * height + y) * width + x
        pin = tl.load(pinned + here, mask=inside, other=-1)[None, :]
    cell = (image * classes + k[None, :, None]) * height * width + y * width + x[None, None, :]
    if linear:
        slope = tl.where((pin < 0)[:, None, :], slope, 0.0)
    else:
        belief = tl.load(beliefs + cell, mask=mask, other=0.0)
        slope = descended(slope, belief, pin)
        before = tl.load(gathered + cell, mask=mask, other=0.0)
        tl.store(gathered + cell, before + slope, mask=mask)
    tl.store(out + cell, slope, mask=mask)


@kernel
def collect(  # noqa: PLR0913, PLR0917
    slopes: tl.tensor,
    out: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    grid_height: tl.tensor,
    grid_width: tl.tensor,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    blur: tl.constexpr,
) -> None:
    """Back through the interpolation: each cell's share of the slopes around it.

    From `slopes` (N, K, height, width) to `out` (N, K, rows, columns of the grid).
    """
    groups: tl.constexpr = (classes + padded - 1) // padded
    k = tl.program_id(2) % groups * padded + tl.arange(0, padded)
    image = tl.program_id(2) // groups
    cell_y = tl.program_id(1)
    cell_x = tl.program_id(0) * columns + tl.arange(0, columns)
    known = (k < classes)[:, None]
    source = slopes + (image * classes + k[:, None]) * height * width
    total = tl.zeros([padded, columns], tl.float32)
    for line in range(2 * blur):
        v = cell_y * blur - blur // 2 + line
        y = v - overhang(height, blur)
        at_y = tl.maximum((v.to(tl.float32) + 0.5) / blur - 0.5, 0.0)
        part_y = 1.0 - tl.abs(tl.minimum(at_y, grid_height - 1.0) - cell_y)
        for step in range(2 * blur):
            u = cell_x * blur - blur // 2 + step
            x = u - overhang(width, blur)
            at_x = tl.maximum((u.to(tl.float32) + 0.5) / blur - 0.5, 0.0)
            part_x = 1.0 - tl.abs(tl.minimum(at_x, grid_width - 1.0) - cell_x)
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            slope = tl.load(
                source + (y * width + x)[None, :], mask=known & inside[None, :], other=0.0
            )
            total += slope * (part_y * part_x)[None, :]
    place = (image * classes + k[:, None]) * grid_height * grid_width
    place = place + cell_y * grid_width + cell_x[None, :]
    tl.store(out + place, total, mask=known & (cell_x < grid_width)[None, :])
