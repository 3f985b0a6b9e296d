"""What a pixel's neighbours say, on the graphics processor: the sum that all kernels there share.

A program holds a strip of `rows` x `columns` pixels with all their classes, one column to a thread,
and walks through the rows and columns of their windows. What it reads of a neighbour is used for
all of its rows; the Gaussians are computed anew each time and never stored. Neighbours are read
32 columns at once, without shared memory: the rows of a window stay in the first cache.

Grids have three axes; a picture has one plane. Constants are read from the card in the order of
`CONSTANTS`, so that nothing waits for them.

What arguments mean in all kernels:

* values, beliefs, scores: (N, K, *S) or with a batch axis less; colours: (N, F, *S) of the grid;
  pinned: (N, *S) int32, read if `pins`; costs: (K, K), read if `coupled`; constants: `CONSTANTS`.
* scales: (N, scale_count, *S), read if `scaled`: the inverse square roots of the two kernels' sums,
  then three slopes of them, where they are needed (see `engine.crf.cuda_gradient`).
* depth, height, width: sides of the grid; full_height, full_width: of the image that a grid with
  `blur` belongs to; spacing_z, spacing_y, spacing_x: the size of a pixel.
* rows, columns: pixels of a program, powers of 2; 32 columns to a warp. padded: its classes, a
  power of 2; where nothing is compared across classes, several programs may share them. classes:
  K; features: F; padded_features: the next power of 2.
* reach: of the window, in cells; solid: whether it has planes too; square: or else diamond-shaped;
  centre: whether a pixel is its own neighbour. released: whether the convention is.
"""

from __future__ import annotations

import triton
import triton.language as tl

CONSTANTS = (
    "smoothness_weight",
    "smoothness_position",
    "appearance_weight",
    "appearance_colour",
    "appearance_position",
    "unary_weight",
    "message_weight",
)
"""The numbers that the kernels are given, in this order."""

kernel = triton.jit(do_not_specialize_on_alignment=["width", "full_width", "grid_width"])
"""What a kernel is compiled by.

A width known to be even would let a thread load several columns at once; neighbours, which lie
anywhere, are loaded one by one, and the two would be brought together through shared memory.
"""


@triton.jit
def widths(constants: tl.tensor) -> tuple[tl.tensor, tl.tensor, tl.tensor]:
    """Factors of squared distances in powers of 2: of places, colours, and places beside them."""
    halved = -0.7213475204444817  # -1/2 in powers of 2
    near, colour, far = tl.load(constants + 1), tl.load(constants + 3), tl.load(constants + 4)
    return halved / (near * near), halved / (colour * colour), halved / (far * far)


@triton.jit
def place(cell: tl.tensor, side: tl.tensor, blur: tl.constexpr) -> tl.tensor:
    """Where a cell of the blurred grid lies: the mean of the pixels that it has."""
    first = cell * blur - overhang(side, blur)
    last = tl.minimum(first + blur, side) - 1
    return (tl.maximum(first, 0) + last).to(tl.float32) * 0.5


@triton.jit
def overhang(side: tl.tensor, blur: tl.constexpr) -> tl.tensor:
    """How far the first cell reaches beyond the image."""
    return ((blur - side % blur) % blur + 1) // 2


@triton.jit
def members(cell: tl.tensor, side: tl.tensor, blur: tl.constexpr) -> tl.tensor:
    """How many pixels a cell has along an axis."""
    first = cell * blur - overhang(side, blur)
    return tl.minimum(first + blur, side) - tl.maximum(first, 0)


@triton.jit
def softmax(score: tl.tensor, k: tl.tensor, classes: tl.constexpr) -> tl.tensor:
    """Over the classes `k` of (rows, classes, columns)."""
    score = tl.where((k < classes)[None, :, None], score, float("-inf"))
    raised = tl.exp(score - tl.max(score, axis=1)[:, None, :])
    return raised / tl.sum(raised, axis=1)[:, None, :]


@triton.jit
def coupled_message(
    message: tl.tensor, costs: tl.tensor, k: tl.tensor, classes: tl.constexpr
) -> tl.tensor:
    """Minus the (classes, classes) costs times the message."""
    mixed = tl.zeros_like(message)
    for other in range(classes):
        said = tl.sum(tl.where((k == other)[None, :, None], message, 0.0), axis=1)
        cost = tl.load(costs + k * classes + other, mask=k < classes, other=0.0)
        mixed -= cost[None, :, None] * said[:, None, :]
    return mixed


@triton.jit
def updated(
    score: tl.tensor,
    message: tl.tensor,
    pin: tl.tensor,
    constants: tl.tensor,
    k: tl.tensor,
    classes: tl.constexpr,
    released: tl.constexpr,
    raw: tl.constexpr,
) -> tl.tensor:
    """The belief that follows from scores and messages, (rows, classes, columns)."""
    base = tl.load(constants + 5)
    if released:
        share = tl.load(constants + 6)
        found = (base - share) * score + share * message
    else:
        found = base * score + message
    if not raw:
        found = held(softmax(found, k, classes), pin, k)
    return found


@triton.jit
def held(belief: tl.tensor, pin: tl.tensor, k: tl.tensor) -> tl.tensor:
    """The belief (rows, classes, columns), certain where a class is pinned."""
    sure = (k[None, :, None] == pin[:, None, :]).to(tl.float32)
    return tl.where((pin >= 0)[:, None, :], sure, belief)


@triton.jit
def descended(slope: tl.tensor, belief: tl.tensor, pin: tl.tensor) -> tl.tensor:
    """From the slope with respect to a belief to that with respect to its score."""
    mean = tl.sum(slope * belief, axis=1)
    return tl.where((pin < 0)[:, None, :], belief * (slope - mean[:, None, :]), 0.0)


@triton.jit
def window_sum(  # noqa: C901, PLR0912, PLR0913, PLR0915, PLR0917
    values: tl.tensor,
    own: tl.tensor,
    colours: tl.tensor,
    scales: tl.tensor,
    constants: tl.tensor,
    smooth_share: tl.tensor,
    alike_share: tl.tensor,
    moment: tl.tensor,
    k: tl.tensor,
    z: tl.tensor,
    top: tl.tensor,
    x: tl.tensor,
    depth: tl.tensor,
    height: tl.tensor,
    width: tl.tensor,
    full_height: tl.tensor,
    full_width: tl.tensor,
    spacing_z: tl.tensor,
    spacing_y: tl.tensor,
    spacing_x: tl.tensor,
    rows: tl.constexpr,
    padded: tl.constexpr,
    columns: tl.constexpr,
    classes: tl.constexpr,
    features: tl.constexpr,
    padded_features: tl.constexpr,
    reach: tl.constexpr,
    solid: tl.constexpr,
    square: tl.constexpr,
    centre: tl.constexpr,
    blur: tl.constexpr,
    scaled: tl.constexpr,
    moments: tl.constexpr,
    sloped: tl.constexpr,
) -> tuple[tl.tensor, tl.tensor, tl.tensor, tl.tensor, tl.tensor, tl.tensor]:
    """The weighted sum of all kernels over the neighbours of a strip of pixels of one image.

    `own` (rows, padded, columns) is what the slopes are taken with. `moment` is 2, 3 or 4 for a sum
    of the smoothness kernel times squared distances, of the appearance kernel times squared
    differences of colour, or times squared distances; read if `moments`.

    Returns:
        The sum, (rows, padded, columns), and if `sloped` five sums (rows, columns) over neighbours
        and classes of `own` times `values` times the slope of the pair's weight, without the
        kernels' weights, with respect to: the smoothness weight, the appearance weight; and, times
        the width cubed, the smoothness position, the appearance colour, the appearance position
        (see `engine.crf.cuda_gradient`).
    """
    plane = depth * height * width
    line = tl.arange(0, rows)
    f = tl.arange(0, padded_features)
    wide_near, wide_colour, wide_far = widths(constants)
    y = top + line
    inside = (y < height)[:, None] & (x < width)[None, :]
    here = ((z * height + y) * width)[:, None] + x[None, :]
    colour = tl.load(
        colours + f[None, :, None] * plane + here[:, None, :],
        mask=(f < features)[None, :, None] & inside[:, None, :],
        other=0.0,
    )
    place_y, place_x = y, x
    if blur > 1:
        place_y = place(y, full_height, blur)
        place_x = place(x, full_width, blur)
    smooth_scale, alike_scale, bend_2, bend_3, bend_4 = 1.0, 1.0, 0.0, 0.0, 0.0
    if scaled:
        smooth_scale = tl.load(scales + here, mask=inside, other=0.0)
        alike_scale = tl.load(scales + plane + here, mask=inside, other=0.0)
        if sloped:
            bend_2 = tl.load(scales + 2 * plane + here, mask=inside, other=0.0)
            bend_3 = tl.load(scales + 3 * plane + here, mask=inside, other=0.0)
            bend_4 = tl.load(scales + 4 * plane + here, mask=inside, other=0.0)
    total = tl.zeros([rows, padded, columns], tl.float32)
    sum_0 = tl.zeros([rows, columns], tl.float32)
    sum_1 = tl.zeros([rows, columns], tl.float32)
    sum_2 = tl.zeros([rows, columns], tl.float32)
    sum_3 = tl.zeros([rows, columns], tl.float32)
    sum_4 = tl.zeros([rows, columns], tl.float32)
    deep = reach if solid else 0
    for dz in range(tl.maximum(-deep, -z), tl.minimum(deep, depth - 1 - z) + 1):
        left = reach if square else reach - tl.abs(dz)
        for step in range(tl.maximum(-left, -top), tl.minimum(left + rows, height - top)):
            dy = step - line
            aside = reach if square else left - tl.maximum(tl.maximum(-step, step - rows + 1), 0)
            gap_y = dy * spacing_y
            if blur > 1:
                gap_y = (place(top + step, full_height, blur) - place_y) * spacing_y
            flat = gap_y * gap_y + (dz * spacing_z) * (dz * spacing_z)
            fall_y = tl.exp2(wide_near * flat)
            there = ((z + dz) * height + top + step) * width
            for dx in range(-aside, aside + 1):
                near = x + dx
                known = (near >= 0) & (near < width)
                index = there + near
                said = tl.load(
                    values + k[:, None] * plane + index[None, :],
                    mask=(k < classes)[:, None] & known[None, :],
                    other=0.0,
                )
                tint = tl.load(
                    colours + f[:, None] * plane + index[None, :],
                    mask=(f < features)[:, None] & known[None, :],
                    other=0.0,
                )
                gap_x = dx * spacing_x
                if blur > 1:
                    gap_x = ((place(near, full_width, blur) - place_x) * spacing_x)[None, :]
                apart = flat[:, None] + gap_x * gap_x
                unlike = colour - tint[None, :, :]
                unlike = tl.sum(unlike * unlike, axis=1)
                seen = tl.abs(dy) <= (reach if square else left - tl.abs(dx))
                if not centre:
                    seen = seen & ((dy != 0) | (dx != 0) | (dz != 0))
                smooth = tl.where(seen, fall_y, 0.0)[:, None]
                smooth = smooth * tl.exp2(wide_near * gap_x * gap_x)
                alike = tl.exp2(wide_colour * unlike + wide_far * apart)
                alike = tl.where(seen[:, None], alike, 0.0)
                smooth_near, alike_near = 1.0, 1.0
                if scaled:
                    smooth_near = tl.load(scales + index, mask=known, other=0.0)[None, :]
                    alike_near = tl.load(scales + plane + index, mask=known, other=0.0)[None, :]
                smooth_pair, alike_pair = smooth_scale * smooth_near, alike_scale * alike_near
                weight = smooth_share * smooth * smooth_pair + alike_share * alike * alike_pair
                if moments:
                    weight += tl.where(moment == 2, smooth * apart, 0.0)
                    weight += tl.where(moment == 3, alike * unlike, 0.0)
                    weight += tl.where(moment == 4, alike * apart, 0.0)
                total += weight[:, None, :] * said[None, :, :]
                if sloped:
                    agreed = tl.sum(own * said[None, :, :], axis=1)
                    slope_2, slope_3 = apart * smooth_pair, unlike * alike_pair
                    slope_4 = apart * alike_pair
                    if scaled:
                        beyond = scales + index
                        near_2 = tl.load(beyond + 2 * plane, mask=known, other=0.0)[None, :]
                        near_3 = tl.load(beyond + 3 * plane, mask=known, other=0.0)[None, :]
                        near_4 = tl.load(beyond + 4 * plane, mask=known, other=0.0)[None, :]
                        slope_2 += bend_2 * smooth_near + smooth_scale * near_2
                        slope_3 += bend_3 * alike_near + alike_scale * near_3
                        slope_4 += bend_4 * alike_near + alike_scale * near_4
                    smooth = smooth * agreed
                    alike = alike * agreed
                    sum_0 += smooth * smooth_pair
                    sum_1 += alike * alike_pair
                    sum_2 += smooth * slope_2
                    sum_3 += alike * slope_3
                    sum_4 += alike * slope_4
    return total, sum_0, sum_1, sum_2, sum_3, sum_4
