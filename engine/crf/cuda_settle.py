"""With blur, what happens on the picture in a step of the mean field, on the graphics processor.

A program has a strip of cells, 32 columns of pixels to a warp, and goes through the rows of their
pixels: message brought to the picture, unary, softmax, and the mean of each cell on the way out.
The rules of the border are `engine.crf.convcrf.pooled`'s and `upsampled`'s.
"""

from __future__ import annotations

import triton.language as tl

from engine.crf.cuda_window import coupled_message, held, kernel, members, overhang, updated


@kernel
def settle(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    messages: tl.tensor,
    scores: tl.tensor,
    scales: tl.tensor,
    pinned: tl.tensor,
    costs: tl.tensor,
    constants: tl.tensor,
    out: tl.tensor,
    pooled: tl.tensor,
    grid_height: tl.tensor,
    grid_width: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    fields: tl.constexpr,
    scale_count: tl.constexpr,
    columns: tl.constexpr,
    padded: tl.constexpr,
    classes: tl.constexpr,
    blur: tl.constexpr,
    released: tl.constexpr,
    pins: tl.constexpr,
    coupled: tl.constexpr,
    first: tl.constexpr,
    last: tl.constexpr,
    saved: tl.constexpr,
) -> None:
    """With blur, all of a step that happens on the picture; a program has a strip of cells.

    See `engine.crf.cuda_window` for the arguments; height and width are the picture's here.
    `messages` and `pooled` are (N, fields, K, rows, columns of the grid), with 2 fields if kernels
    are normalised; no message is read if `first`, and no belief pooled if `last`. `out`, (N, K,
    height, width), is written if `last`, or if beliefs are kept for the way back (`saved`).
    """
    image = tl.program_id(2)
    cell_y = tl.program_id(1)
    k = tl.arange(0, padded)
    u = tl.program_id(0) * columns + tl.arange(0, columns)
    x = u - overhang(width, blur)
    grid, plane = grid_height * grid_width, height * width
    known = k < classes
    # half-pixel centres, clamped to the outermost cells
    at_x = tl.maximum((u.to(tl.float32) + 0.5) / blur - 0.5, 0.0)
    left = at_x.to(tl.int32)
    right = tl.minimum(left + 1, grid_width - 1)
    part_x = (at_x - left.to(tl.float32))[None, None, :]
    sum_0 = tl.zeros([1, padded, columns], tl.float32)
    sum_1 = tl.zeros([1, padded, columns], tl.float32)
    for line in range(blur):
        v = cell_y * blur + line
        y = v - overhang(height, blur)
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        here = y * width + x
        cell = (image * classes + k[None, :, None]) * plane + here[None, None, :]
        mask = known[None, :, None] & inside[None, None, :]
        score = tl.load(scores + cell, mask=mask, other=0.0)
        pin = tl.full([1, columns], -1, tl.int32)
        if pins:
            pin = tl.load(pinned + image * plane + here, mask=inside, other=-1)[None, :]
        scale_0, scale_1 = 1.0, 1.0
        if fields == 2:
            place = scales + image * scale_count * plane + here
            scale_0 = tl.load(place, mask=inside, other=0.0)[None, None, :]
            scale_1 = tl.load(place + plane, mask=inside, other=0.0)[None, None, :]
        if first and released:
            found = held(score, pin, k)
        else:
            heard = tl.zeros([1, padded, columns], tl.float32)
            if not first:
                at_y = tl.maximum((v.to(tl.float32) + 0.5) / blur - 0.5, 0.0)
                upper = at_y.to(tl.int32)
                lower = tl.minimum(upper + 1, grid_height - 1)
                part_y = at_y - upper.to(tl.float32)
                for field in tl.static_range(fields):
                    base = messages + ((image * fields + field) * classes + k[None, :, None]) * grid
                    above = base + upper * grid_width
                    below = base + lower * grid_width
                    a = tl.load(above + left[None, None, :], mask=mask, other=0.0)
                    b = tl.load(above + right[None, None, :], mask=mask, other=0.0)
                    c = tl.load(below + left[None, None, :], mask=mask, other=0.0)
                    d = tl.load(below + right[None, None, :], mask=mask, other=0.0)
                    a += part_x * (b - a)
                    c += part_x * (d - c)
                    a += part_y * (c - a)
                    if fields == 1:
                        heard += a
                    elif field == 0:
                        heard += tl.load(constants) * scale_0 * a
                    else:
                        heard += tl.load(constants + 2) * scale_1 * a
                if coupled:
                    heard = coupled_message(heard, costs, k, classes)
            found = updated(score, heard, pin, constants, k, classes, released, released and last)
        if last or saved:
            tl.store(out + cell, found, mask=mask)
        if not last:
            shown = tl.where(inside[None, None, :], found, 0.0)
            if fields == 1:
                sum_0 += shown
            else:
                sum_0 += scale_0 * shown
                sum_1 += scale_1 * shown
    if not last:
        cells: tl.constexpr = columns // blur
        cell_x = tl.program_id(0) * cells + tl.arange(0, cells)
        count = members(cell_y, height, blur) * members(cell_x, width, blur)
        count = tl.maximum(count, 1)
        mask = known[:, None] & (cell_x < grid_width)[None, :]
        there = image * fields * classes * grid + cell_y * grid_width
        there = there + k[:, None] * grid + cell_x[None, :]
        mean = tl.sum(tl.reshape(sum_0, [padded, cells, blur]), axis=2) / count[None, :]
        tl.store(pooled + there, mean, mask=mask)
        if fields == 2:
            mean = tl.sum(tl.reshape(sum_1, [padded, cells, blur]), axis=2) / count[None, :]
            tl.store(pooled + there + classes * grid, mean, mask=mask)
