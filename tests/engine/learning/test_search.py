"""The controller learns what earns more, by seed, and goes on after a stop as if there was none."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from engine.errors import Cancelled, ParameterError
from engine.learning.controller import Controller, Decision
from engine.learning.search import (
    SPACE,
    Child,
    SearchSettings,
    arguments_of,
    best_of,
    read_journal,
    search,
)
from engine.models.searched import Searched
from engine.progress import Progress


def planted(choices):
    """One depth and one cell earn more than the others; the cell below it counts a little."""
    reward = 0.2
    reward += 0.4 * (choices["depth"] == "3")
    reward += 0.3 * (choices["cell0"] == "dilated3")
    return reward + 0.1 * (choices.get("cell2") == "plain5")


def attempt(choices, _):
    return Child(choices, planted(choices), {})


def at_random(seed, count):
    """The same controller that never learns."""
    controller = Controller(SPACE, seed)
    return [controller.draw().choices for _ in range(count)]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_planted_better_choice_is_found_more_often_than_by_chance(seed):
    found = search(attempt, 300, SearchSettings(seed), Progress())
    last = [child.choices for child in found[-60:]]
    chance = at_random(seed, 300)
    for name, option in (("depth", "3"), ("cell0", "dilated3")):
        learned = Counter(one[name] for one in last)[option] / len(last)
        blind = Counter(one[name] for one in chance)[option] / len(chance)
        assert learned > 0.7 > 2 * blind
    mean = sum(map(planted, chance)) / len(chance)
    assert sum(map(planted, last)) / len(last) > mean + 0.3


def test_a_search_is_the_same_by_seed_and_another_by_another():
    first, second, third = (
        [child.choices for child in search(attempt, 25, SearchSettings(seed), Progress())]
        for seed in (4, 4, 5)
    )
    assert first == second
    assert first != third


def test_a_stopped_search_goes_on_as_if_it_had_not_stopped(tmp_path):
    journal = tmp_path / "search.jsonl"
    whole = search(attempt, 30, SearchSettings(1), Progress())
    progress = Progress()

    def stopping(choices, share):
        if len(read_journal(journal, SearchSettings(1))) == 12:
            progress.cancel()
            share.step(0, 1, "")
        return attempt(choices, share)

    with pytest.raises(Cancelled):
        search(stopping, 30, SearchSettings(1), progress, journal=journal)
    assert len(read_journal(journal, SearchSettings(1))) == 12
    tried = []

    def counting(choices, share):
        tried.append(choices)
        return attempt(choices, share)

    rest = search(counting, 30, SearchSettings(1), Progress(), journal=journal)
    assert rest == whole
    assert len(tried) <= 18
    assert read_journal(journal, SearchSettings(1)) == list(whole)


def test_a_child_that_was_tried_is_not_tried_again():
    tried = []

    def counting(choices, share):
        tried.append(json.dumps(choices))
        return attempt(choices, share)

    found = search(counting, 200, SearchSettings(0), Progress())
    assert len(tried) == len(set(tried)) < len(found)


def test_a_journal_of_another_search_is_refused(tmp_path):
    journal = tmp_path / "search.jsonl"
    search(attempt, 3, SearchSettings(1, "data a"), Progress(), journal=journal)
    with pytest.raises(ParameterError, match="other settings: seed 1, data a"):
        search(attempt, 3, SearchSettings(1, "data b"), Progress(), journal=journal)
    text = journal.read_text().replace('"depth"', '"height"')
    journal.write_text(text)
    with pytest.raises(ParameterError, match="nothing is known of its 'depth'"):
        search(attempt, 4, SearchSettings(1, "data a"), Progress(), journal=journal)
    journal.write_text("half a li")
    with pytest.raises(ParameterError, match="is no journal"):
        search(attempt, 3, SearchSettings(1, "data a"), Progress(), journal=journal)


def test_a_decision_that_does_not_count_is_not_made():
    for choices in at_random(0, 100):
        levels = [name for name in choices if name.startswith("cell")]
        assert len(levels) == int(choices["depth"]) + 1


def test_every_string_of_the_space_makes_a_network():
    for choices in at_random(3, 12):
        network = Searched(classes=3, **arguments_of(choices))
        assert network.stride == 2 ** int(choices["depth"])


def test_the_best_is_the_one_that_earned_most():
    children = tuple(Child({"a": str(n)}, reward, {}) for n, reward in enumerate([0.1, 0.7, 0.7]))
    assert best_of(children) is children[1]


def test_a_likelier_choice_is_the_one_it_writes_when_it_is_sure():
    space = (Decision("a", ("x", "y", "z")), Decision("b", ("u", "v"), ("a", ("y",))))
    controller = Controller(space, 0)
    for _ in range(150):
        drawn = controller.draw()
        controller.learn(drawn, float(drawn.choices == {"a": "y", "b": "v"}))
    assert controller.likeliest() == {"a": "y", "b": "v"}
