"""The controller of architecture search: it writes a network as a string of choices.

A recurrent network gives the probabilities of each choice after those made before. A choice whose
network earns more than the running mean of the rewards becomes likelier (REINFORCE).

Source: Zoph and Le 2017, sections 3.1 and 3.2, equation 4 with the moving average as baseline. The
bonus for entropy, which keeps it from settling too early, is that of Pham et al. 2018.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.errors import ParameterError

Choices = dict[str, str]
"""What was chosen for each decision that counts, in their order."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One place in the string.

    Attributes:
        name: Of what is decided.
        options: To choose from.
        needs: A decision made before and the answers that make this one count; always if None.
    """

    name: str
    options: tuple[str, ...]
    needs: tuple[str, tuple[str, ...]] | None = None

    def counts(self, made: Mapping[str, str]) -> bool:
        """Whether it is asked at all after the decisions made before."""
        return self.needs is None or made.get(self.needs[0]) in self.needs[1]


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """How the controller learns.

    Attributes:
        hidden: Size of its state.
        learning_rate: Of Adam.
        memory: Weight of the past in the running mean of the rewards.
        entropy: Weight of the bonus for trying what is unsure.
    """

    hidden: int = 32
    learning_rate: float = 0.02
    memory: float = 0.8
    entropy: float = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A string that was drawn.

    Attributes:
        choices: By decision.
        log_probability: Of all of it, with its gradient.
        entropy: Of the decisions, summed.
    """

    choices: Choices
    log_probability: Tensor
    entropy: Tensor


class Controller(nn.Module):
    """Draws strings and learns from their rewards; all its chance comes from the seed."""

    def __init__(
        self, space: Sequence[Decision], seed: int = 0, settings: ControllerSettings | None = None
    ) -> None:
        super().__init__()
        self.space = tuple(space)
        self.settings = settings or ControllerSettings()
        self._generator = torch.Generator().manual_seed(seed)
        hidden = self.settings.hidden
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.cell = nn.LSTMCell(hidden, hidden)
            self.start = nn.Parameter(torch.zeros(1, hidden))
            self.heads = nn.ModuleList(nn.Linear(hidden, len(one.options)) for one in self.space)
            self.words = nn.ModuleList(nn.Embedding(len(one.options), hidden) for one in self.space)
        for parameter in self.parameters():
            if parameter is not self.start:
                nn.init.uniform_(parameter, -0.1, 0.1, generator=self._generator)
        self._optimiser = torch.optim.Adam(self.parameters(), lr=self.settings.learning_rate)
        self.baseline: float | None = None

    def draw(self, fixed: Choices | None = None) -> Drawn:
        """Draw a string.

        Args:
            fixed: Take these choices instead, at the cost of the same chance: to replay what was
                drawn before.

        Raises:
            ParameterError: if `fixed` is no string of this space.
        """
        made: Choices = {}
        log_probability, entropy = torch.zeros(()), torch.zeros(())
        state = (torch.zeros(1, self.settings.hidden), torch.zeros(1, self.settings.hidden))
        word = self.start
        for number, decision in enumerate(self.space):
            chance = torch.rand((), generator=self._generator)  # also where it is not asked
            if not decision.counts(made):
                continue
            state = self.cell(word, state)
            logs = self.heads[number](state[0])[0].log_softmax(dim=0)
            index = _drawn(logs, chance) if fixed is None else _index(decision, fixed)
            made[decision.name] = decision.options[index]
            log_probability = log_probability + logs[index]
            entropy = entropy - (logs.exp() * logs).sum()
            word = self.words[number](torch.tensor([index]))
        return Drawn(made, log_probability, entropy)

    def learn(self, drawn: Drawn, reward: float) -> None:
        """Make a string likelier by how much its reward exceeds the mean of those before."""
        baseline = reward if self.baseline is None else self.baseline
        gain = (reward - baseline) * drawn.log_probability
        self._optimiser.zero_grad()
        (-gain - self.settings.entropy * drawn.entropy).backward()
        self._optimiser.step()
        memory = self.settings.memory
        self.baseline = memory * baseline + (1 - memory) * reward

    @torch.no_grad()
    def likeliest(self) -> Choices:
        """The string it would write if it were sure."""
        made: Choices = {}
        state = (torch.zeros(1, self.settings.hidden), torch.zeros(1, self.settings.hidden))
        word = self.start
        for number, decision in enumerate(self.space):
            if decision.counts(made):
                state = self.cell(word, state)
                index = int(self.heads[number](state[0])[0].argmax())
                made[decision.name] = decision.options[index]
                word = self.words[number](torch.tensor([index]))
        return made


def _drawn(logs: Tensor, chance: Tensor) -> int:
    """The option in whose share of 0 to 1 the chance lies."""
    passed = int((logs.detach().exp().cumsum(0) <= chance).sum())
    return min(passed, len(logs) - 1)


def _index(decision: Decision, fixed: Choices) -> int:
    try:
        return decision.options.index(fixed[decision.name])
    except (KeyError, ValueError) as error:
        raise ParameterError(
            f"The journal does not fit the search: nothing is known of its '{decision.name}'.",
            remedy="Continue with the settings it was begun with, or in another folder.",
        ) from error
