"""How much around a part of a picture the mean field must see to solve that part exactly."""

from __future__ import annotations

from engine.core.arrays import Box
from engine.crf.parameters import CrfParameters


def halo(parameters: CrfParameters) -> int:
    """How many pixels away the belief of a ConvCRF can depend on another pixel.

    Each iteration passes messages over the radius of the window, in cells of `blur` pixels, and
    with blur to the next cell too, between which messages are interpolated. The normalisation
    looks once around the farthest pixel that is heard. The outermost cell of a part that was cut
    out may be cut itself, so one more is needed with blur.
    """
    is_blurred = parameters.blur > 1
    reach = parameters.filter_size // 2 + is_blurred
    rounds = parameters.iterations + (parameters.normalisation == "symmetric")
    return parameters.blur * (rounds * reach + is_blurred)


def grown(box: Box, sides: tuple[int, ...], parameters: CrfParameters) -> Box:
    """The part of a picture to solve, so that all beliefs in `box` are those of the whole picture.

    It begins at a multiple of `blur` and its sides leave the remainder that the picture's leave
    when divided by `blur`: then the cells of the part are cells of the picture.

    Args:
        box: What is wanted, one slice per axis.
        sides: Of the picture.
        parameters: What will be solved with.
    """
    margin, blur = halo(parameters), parameters.blur
    found: list[slice] = []
    for of, side in zip(box, sides, strict=True):
        start = max(0, of.start - margin) // blur * blur
        stop = min(side, of.stop + margin)
        found.append(slice(start, stop + (side - stop) % blur))
    return tuple(found)
