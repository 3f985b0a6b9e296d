"""The kernels of a mean-field step on the graphics processor, written in Triton.

Without blur a step is one launch (`step`); with blur it is two: messages on the coarse grid
(`message`), then all that happens on the image and the pooling back to the grid (`settle`), so that
beliefs of the whole image are nowhere kept.

How the blocks were chosen, for an H100 or H200 (132 multiprocessors of 4 schedulers, 65536
registers each): a warp holds `rows` x 32 pixels with all classes in registers, one column to a
thread, so that no sum crosses threads and each Gaussian is computed once. With 4 rows a loaded
belief is used 4 times, and 500 x 375 pixels are 1500 warps, 11 for each multiprocessor: few, but
each has 84 independent products in flight for 21 classes. Compiled for sm_90, a neighbour of 4 rows
of 21 classes costs 222 instructions (109 fused products, 24 loads, 5 exponentials) and 248
registers of 255, nothing spilled and no shared memory: 8 rows do not fit, 2 rows load twice as
much. Nothing of this was timed on a GPU; which of the few blocks is best is tried out once, there.
"""

from __future__ import annotations

import triton
import triton.language as tl

from engine.crf.cuda_window import coupled_message, kernel, updated, window_sum

_CONFIGS = [
    triton.Config({"rows": 4, "columns": 32}, num_warps=1),
    triton.Config({"rows": 2, "columns": 32}, num_warps=1),
    triton.Config({"rows": 4, "columns": 64}, num_warps=2),
]
interpreted = bool(triton.knobs.runtime.interpret)
"""Whether kernels run on the processor, slowly, in Triton's interpreter."""

_tuned = triton.autotune(
    configs=_CONFIGS[:1] if interpreted else _CONFIGS,
    key=["classes", "features", "reach", "solid", "square", "scaled", "size"],
    cache_results=True,
)


@_tuned
@kernel
def step(  # noqa: PLR0913, PLR0917
    beliefs: tl.tensor,
    scores: tl.tensor,
    colours: tl.tensor,
    scales: tl.tensor,
    pinned: tl.tensor,
    costs: tl.tensor,
    constants: tl.tensor,
    out: tl.tensor,
    depth: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    spacing_z: tl.tensor,
    spacing_y: tl.tensor,
    spacing_x: tl.tensor,
    size: tl.constexpr,  # noqa: ARG001
    rows: tl.constexpr,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    features: tl.constexpr,
    padded_features: tl.constexpr,
    scale_count: tl.constexpr,
    reach: tl.constexpr,
    solid: tl.constexpr,
    square: tl.constexpr,
    released: tl.constexpr,
    scaled: tl.constexpr,
    pins: tl.constexpr,
    coupled: tl.constexpr,
    raw: tl.constexpr,
) -> None:
    """One step of the mean field: messages, unary, compatibility, softmax and pins.

    See `engine.crf.cuda_window` for the arguments. `beliefs` are those before the step, pinned ones
    held; `out` is another array like it. If `raw`, scores are wanted instead of beliefs, pins
    unheeded. `size` is how large the grid is, roughly; blocks are chosen anew for each.
    """
    tiles = tl.cdiv(width, columns)
    tile = tl.program_id(0)
    x = tile % tiles * columns + tl.arange(0, columns)
    top = tile // tiles * rows
    z = tl.program_id(1)
    image = tl.program_id(2)
    k = tl.arange(0, padded)
    plane = depth * height * width
    strip = tl.zeros([1, 1, 1], tl.float32)
    smooth_share, alike_share = tl.load(constants), tl.load(constants + 2)
    message, _, _, _, _, _ = window_sum(
        beliefs + image * classes * plane, strip, colours + image * features * plane,
        scales + image * scale_count * plane, constants, smooth_share, alike_share, 0,
        k, z, top, x, depth, height, width, height, width, spacing_z, spacing_y, spacing_x,
        rows, padded, columns, classes, features, padded_features, reach, solid, square,
        released, 1, scaled, False, False,
    )  # fmt: skip
    y = top + tl.arange(0, rows)
    here = ((z * height + y) * width)[:, None] + x[None, :]
    inside = (y < height)[:, None] & (x < width)[None, :]
    cell = image * classes * plane + k[None, :, None] * plane + here[:, None, :]
    mask = (k < classes)[None, :, None] & inside[:, None, :]
    score = tl.load(scores + cell, mask=mask, other=0.0)
    pin = tl.full([rows, columns], -1, tl.int32)
    if pins:
        pin = tl.load(pinned + image * plane + here, mask=inside, other=-1)
    if coupled:
        message = coupled_message(message, costs, k, classes)
    found = updated(score, message, pin, constants, k, classes, released, raw)
    tl.store(out + cell, found, mask=mask)


@kernel
def message(  # noqa: PLR0913, PLR0917
    values: tl.tensor,
    colours: tl.tensor,
    constants: tl.tensor,
    out: tl.tensor,
    depth: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    full_height: tl.tensor,
    full_width: tl.tensor,
    spacing_z: tl.tensor,
    spacing_y: tl.tensor,
    spacing_x: tl.tensor,
    shared: tl.constexpr,
    fields: tl.constexpr,
    rows: tl.constexpr,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    features: tl.constexpr,
    padded_features: tl.constexpr,
    reach: tl.constexpr,
    solid: tl.constexpr,
    square: tl.constexpr,
    centre: tl.constexpr,
    blur: tl.constexpr,
) -> None:
    """Sums over neighbours alone: for the coarse grid, and for what kernels are normalised by.

    See `engine.crf.cuda_window` for the arguments. `values` is (N, fields, K, *S), or (N, K, *S) if
    all fields are made of the same (`shared`); `out` is (N, fields, K, *S). Fields are, if 1: both
    kernels with their weights; if 2: the smoothness kernel, then the appearance kernel, without; if
    5: besides, the three moments of `window_sum`.
    """
    tiles = tl.cdiv(width, columns)
    tile = tl.program_id(0)
    x = tile % tiles * columns + tl.arange(0, columns)
    top = tile // tiles * rows
    z = tl.program_id(1)
    groups: tl.constexpr = (classes + padded - 1) // padded
    k = tl.program_id(2) % groups * padded + tl.arange(0, padded)
    field = tl.program_id(2) // groups % fields
    image = tl.program_id(2) // groups // fields
    plane = depth * height * width
    strip = tl.zeros([1, 1, 1], tl.float32)
    if fields == 1:
        smooth_share, alike_share = tl.load(constants), tl.load(constants + 2)
    else:
        smooth_share, alike_share = (field == 0).to(tl.float32), (field == 1).to(tl.float32)
    source = image if shared else image * fields + field
    total, _, _, _, _, _ = window_sum(
        values + source * classes * plane, strip, colours + image * features * plane,
        values, constants, smooth_share, alike_share, field,
        k, z, top, x, depth, height, width, full_height, full_width,
        spacing_z, spacing_y, spacing_x,
        rows, padded, columns, classes, features, padded_features, reach, solid, square,
        centre, blur, False, fields == 5, False,
    )  # fmt: skip
    y = top + tl.arange(0, rows)
    here = ((z * height + y) * width)[:, None] + x[None, :]
    inside = (y < height)[:, None] & (x < width)[None, :]
    cell = ((image * fields + field) * classes + k[None, :, None]) * plane + here[:, None, :]
    mask = (k < classes)[None, :, None] & inside[:, None, :]
    tl.store(out + cell, total, mask=mask)
