"""What the CRFs on a processor have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from engine.core.arrays import Floats, Pixels
from engine.crf.parameters import CrfParameters
from engine.errors import ParameterError

OnStep: TypeAlias = Callable[[int, Floats], None]
"""Given the number of an iteration, 0 before the first, and the beliefs (K, *S) after it."""


def mixing(parameters: CrfParameters, classes: int) -> Floats:
    """By what the filtered beliefs of all classes become the message of each.

    In the Potts model a message is the filtered belief of its own class. With costs mu it is
    -sum_c mu(k, c) filtered_c (Kraehenbuehl and Koltun 2011, algorithm 1). Filters treat all
    classes alike, so it does not matter which comes first.

    Args:
        parameters: With the costs.
        classes: K.

    Returns:
        (K, K) float32, a row per message; (0, 0) in the Potts model, which needs no mixing.

    Raises:
        ParameterError: if the matrix is of another number of classes.
    """
    costs = parameters.compatibility
    if not costs:
        return np.zeros((0, 0), np.float32)
    if len(costs) != classes:
        raise ParameterError(
            f"The compatibility matrix is for {len(costs)} classes, but there are {classes}.",
            remedy=f"Give it {classes} rows of {classes} numbers, or choose potts.",
        )
    return -np.array(costs, np.float32)


def sealed(array: Pixels) -> Pixels:
    """A view that cannot be written to.

    To the compiler that is a type of its own: were some arrays sealed and others not, all that
    reads them would be compiled twice.
    """
    found = array.view()
    found.flags.writeable = False
    return found


def refuse_odd_colours(colours: Floats) -> None:
    """Raises a ParameterError if a colour is no number, or infinite."""
    if colours.size and not np.isfinite((colours.min(), colours.max())).all():
        raise ParameterError(
            "The image has values that are no numbers.", remedy="Repair it, or leave it out."
        )


def odd_scores() -> ParameterError:
    """What to raise if a log-probability is no number, or more than all."""
    return ParameterError(
        "The probabilities hold values that are no numbers.", remedy="Predict again."
    )


def softmax(scores: Floats) -> Floats:
    """(K, N) scores as probabilities."""
    raised = np.exp(scores - scores.max(axis=0))
    return raised / raised.sum(axis=0)
