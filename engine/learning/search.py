"""Architecture search: networks are drawn and tried, and what they earn teaches what to draw.

What was drawn and what it earned is kept in a journal; a search that was stopped goes on from it as
if it had never stopped.

Source: Zoph and Le 2017; children that were drawn before are not trained again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.errors import ParameterError
from engine.files import write_text
from engine.learning.controller import Choices, Controller, Decision
from engine.models.model_card import JsonValue
from engine.models.searched import BATCH, CELLS, GROUP, NONE
from engine.progress import Progress

DEPTHS, BASES = ("1", "2", "3", "4"), ("4", "8", "12", "16", "24")
SPACE: tuple[Decision, ...] = (
    Decision("depth", DEPTHS),
    Decision("base", BASES),
    Decision("norm", (BATCH, GROUP, NONE)),
    *(
        Decision(f"cell{level}", tuple(CELLS), ("depth", DEPTHS[max(0, level - 1) :]))
        for level in range(5)
    ),
)
"""What is decided: how often the image is halved, widths, normalisation, each level's cell."""


@dataclass(frozen=True, slots=True)
class Child:
    """One network that was tried.

    Attributes:
        choices: What makes it.
        reward: What it earned, 0 to 1; 0 for one that could not be trained in time.
        facts: What else is known of it, such as its steps and parameters.
    """

    choices: Choices
    reward: float
    facts: dict[str, JsonValue]


Try = Callable[[Choices, Progress], Child]
"""Trains one network and says what it earned."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """What makes a search what it is: two with the same settings and rewards draw the same.

    Attributes:
        seed: Of all that is drawn.
        key: Of what the rewards depend on besides, such as the data and the time of a child.
    """

    seed: int = 0
    key: str = ""


def search(
    attempt: Try,
    children: int,
    settings: SearchSettings,
    progress: Progress,
    *,
    journal: Path | None = None,
    space: tuple[Decision, ...] = SPACE,
) -> tuple[Child, ...]:
    """Draw, try and learn until there are `children`; the journal's are among them.

    Args:
        attempt: Trains one network.
        children: How many there shall be in the end.
        settings: Seed and what the rewards depend on.
        progress: Told of each; may cancel, and what was tried stays in the journal.
        journal: Where they are kept; nowhere if left out.
        space: What is decided.

    Returns:
        All of them in the order they were tried.

    Raises:
        ParameterError: if the journal belongs to another search, or is damaged.
        WriteError: if it cannot be written.
        Cancelled: if `progress` was asked to stop.
    """
    controller = Controller(space, settings.seed)
    known = read_journal(journal, settings) if journal is not None else []
    done: list[Child] = []
    for child in known[:children]:
        controller.learn(controller.draw(child.choices), child.reward)
        done.append(child)
    earned = {_key(child.choices): child for child in done}
    while len(done) < children:
        number = len(done)
        drawn = controller.draw()
        best = f", best {max(child.reward for child in done):.3f}" if done else ""
        share = progress.part(number, children, f"Network {number + 1} of {children}{best}")
        share.step(0, 1, "")
        child = earned.get(_key(drawn.choices)) or attempt(drawn.choices, share)
        earned[_key(drawn.choices)] = child
        controller.learn(drawn, child.reward)
        done.append(child)
        if journal is not None:
            _write_journal(journal, settings, done)
    return tuple(done)


def best_of(children: tuple[Child, ...]) -> Child:
    """The child that earned most; the first of several."""
    return max(children, key=lambda child: child.reward)


def arguments_of(choices: Choices) -> dict[str, JsonValue]:
    """What `engine.models.searched.Searched` is made with."""
    cells = [choices[name] for name in choices if name.startswith("cell")]
    return {
        "depth": int(choices["depth"]),
        "base": int(choices["base"]),
        "norm": choices["norm"],
        "cells": ",".join(cells),
    }


def read_journal(path: Path, settings: SearchSettings) -> list[Child]:
    """The children of a journal; none if there is no such file.

    Raises:
        ParameterError: if it belongs to a search with other settings, or is damaged.
    """
    if not path.exists():
        return []
    try:
        head, *lines = (
            cast("dict[str, Any]", json.loads(line))
            for line in path.read_text(encoding="utf-8").splitlines()
        )
        mine = SearchSettings(int(head["seed"]), str(head["key"]))
        found = [
            Child(dict(line["choices"]), float(line["reward"]), dict(line["facts"]))
            for line in lines
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParameterError(
            f"'{path}' is no journal of a search, or is damaged.",
            remedy="Remove it to search from the beginning.",
        ) from error
    if mine != settings:
        raise ParameterError(
            f"The search in '{path.parent}' was begun with other settings: seed {mine.seed}, "
            f"{mine.key}.",
            remedy="Continue with those, or search in another folder.",
        )
    return found


def _write_journal(path: Path, settings: SearchSettings, children: list[Child]) -> None:
    head = {"seed": settings.seed, "key": settings.key}
    rows = [
        {"choices": child.choices, "reward": child.reward, "facts": child.facts}
        for child in children
    ]
    write_text(path, "".join(json.dumps(row) + "\n" for row in (head, *rows)))


def _key(choices: Choices) -> str:
    return json.dumps(choices, sort_keys=True)
