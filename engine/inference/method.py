"""How a network is applied to a picture: which views are fused, how windows are put together."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ParameterError

AUTO, EXACT = "auto", "exact"
AVERAGE, GAUSSIAN, HANN, VOTES = "average", "gaussian", "hann", "votes"
BLENDINGS = (AUTO, EXACT, AVERAGE, GAUSSIAN, HANN, VOTES)

NO_FLIPS, HORIZONTAL, BOTH = "none", "horizontal", "both"
FLIPS = (NO_FLIPS, HORIZONTAL, BOTH)

LEAST_SCALE, MOST_SCALE = 0.25, 2.0


@dataclass(frozen=True, slots=True)
class Method:
    """What a person may choose beside the model; as it is, the network is applied once.

    Attributes:
        scales: Sizes at which the network sees the picture, as shares of its own; the largest
            score of each class and pixel counts (DeepLab's 0.5, 0.75, 1).
        flips: NO_FLIPS, HORIZONTAL (the picture and its mirror image), or BOTH (those two, and
            each of them upside down); scores are averaged.
        blending: EXACT gives what the network gives on the whole picture; AVERAGE, GAUSSIAN and
            HANN weigh overlapping windows; VOTES counts the class that each gives (U-SegNet).
            AUTO is EXACT where the network allows it, else GAUSSIAN.
        window: Side of the windows that are blended, in pixels; a network that takes one size only
            has its own.
        step: From one such window to the next, in pixels; half a window if 0.
    """

    scales: tuple[float, ...] = (1.0,)
    flips: str = NO_FLIPS
    blending: str = AUTO
    window: int = 512
    step: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be done.

        Raises:
            ParameterError: if a value is not one of those above.
        """
        if not self.scales or not all(LEAST_SCALE <= one <= MOST_SCALE for one in self.scales):
            raise ParameterError(
                f"The scales {', '.join(map(str, self.scales)) or '(none)'} cannot be fused.",
                remedy=f"Give numbers from {LEAST_SCALE} to {MOST_SCALE:g}, such as 0.5,0.75,1.",
            )
        for what, value, known in (
            ("way to flip", self.flips, FLIPS),
            ("way to blend", self.blending, BLENDINGS),
        ):
            if value not in known:
                raise ParameterError(
                    f"There is no {what} '{value}'.", remedy=f"Choose one of {', '.join(known)}."
                )
        if self.window < 1 or not 0 <= self.step <= self.window:
            raise ParameterError(
                f"Windows of {self.window} pixels at a step of {self.step} leave gaps.",
                remedy="Give a window of at least 1 pixel and a step that is not larger than it.",
            )


ONCE = Method()
"""The network applied once, put together exactly where that can be."""
