"""Write docs/reference/models.md: what each network and encoder costs and sees, measured here.

Takes a quarter of an hour: receptive fields are found by gradient, and times want a quiet machine.
"""

from __future__ import annotations

import argparse
import logging
import platform
from pathlib import Path

import torch

from engine.cli.models import markdown
from engine.files import write_text
from engine.progress import Progress, Step
from engine.workflow.models import SIDE, ModelFacts, list_models

log = logging.getLogger(__name__)

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "models.md"

_HEAD = """# Networks and encoders

Written by `packaging/write_models.py` (`make docs-models`), which makes each of them with random
weights and measures it; `sulcus models --table` prints the same for your machine. Nothing here is
copied from a list but the column *Published*: what the paper prints, and where ours differs from it
and why.

- *Parameters* are the trainable numbers, for as many classes as the paper's figure is for.
  *With classifier* is the encoder as its paper trains it, on ImageNet's 1,000 classes.
- *Multiply-adds* are those of the convolutions and linear layers for one image of *Side* pixels a
  side: {side}, or the next larger size that the network takes.
- *Receptive field* is how many rows of the image one value of the output depends on, found by
  gradient for encoders and taken from the network's own account otherwise (tests compare the two);
  *all* where a mean over the whole image is taken. What FCN (355, 404 and 907) and SegNet-Basic
  (106) print is that of one value of the coarsest map, which tests find by gradient too; for one
  pixel of the mask, upsampling adds to it.
- *Stride* is how many pixels of the image lie between two values of the output.
- *ms* is the fastest of three passes on the processor, *MB* the most that was allocated at one time
  beside the weights and the input.

Measured on {machine}, PyTorch {torch}, {threads} thread(s).

"""


def page(facts: tuple[ModelFacts, ...]) -> str:
    """The whole page."""
    head = _HEAD.format(
        side=SIDE,
        machine=_machine(),
        torch=torch.__version__,
        threads=torch.get_num_threads(),
    )
    return head + markdown(facts)


def _machine() -> str:
    """The processor, as Linux names it, or what Python knows of it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _log(step: Step) -> None:
    log.info("%d of %d: %s", step.done, step.total, step.what)


def main() -> None:
    """Measure all, then write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    write_text(arguments.out, page(list_models(measure=True, progress=Progress(_log))))


if __name__ == "__main__":
    main()
