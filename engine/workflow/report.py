"""The demonstration's report: one HTML file with pictures and figures, needing nothing else."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from engine.files import write_text

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
       background: #16181d; color: #e6e6e6 }
h1, h2 { font-weight: 600 } figure { display: inline-block; margin: 0 1rem 1rem 0 }
figcaption { color: #9aa0a6; font-size: 13px } img { image-rendering: pixelated; max-width: 340px }
table { border-collapse: collapse; margin: .5rem 0 1rem } td, th { padding: .25rem .9rem;
        border-bottom: 1px solid #333; text-align: right } td:first-child, th:first-child
        { text-align: left } code { color: #8ab4f8 } p.note { color: #9aa0a6 }
"""


@dataclass(slots=True)
class CaseResult:
    """What was measured on one image.

    Attributes:
        name: The case.
        seconds: Time of each step.
        dice: By step, the Dice of each class but the background; empty without a reference.
        changed: Pixels that the ConvCRF changed.
        pixels: How many there are.
        volumes_ml: Of each class at the end; empty for a photo.
        pictures: Data URLs for the report, by step.
    """

    name: str
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    dice: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    changed: int = 0
    pixels: int = 0
    volumes_ml: dict[str, float] = field(default_factory=dict[str, float])
    pictures: dict[str, str] = field(default_factory=dict[str, str])

    def as_json(self) -> dict[str, object]:
        """Everything but the pictures."""
        values = asdict(self)
        del values["pictures"]
        return values


def write_report(
    path: Path, cases: tuple[CaseResult, ...], masks: tuple[Path, ...], *, device: str
) -> None:
    """Write the report.

    Raises:
        WriteError: if it cannot be written.
    """
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>Sulcus: demonstration</title><style>{_STYLE}</style></head><body>",
        "<h1>Sulcus: demonstration</h1>",
        f"<p>Computed on {escape(device)}, {escape(platform.platform())}. The brain sample is the "
        "anatomy that the shipped model was trained on: these figures show that the way works, "
        "not how good the model is on other people.</p>",
    ]
    for case in cases:
        parts += _case(case)
    parts.append("<h2>Written</h2><ul>")
    parts += [f"<li><code>{escape(str(mask))}</code></li>" for mask in masks]
    parts.append("</ul><p class='note'>For research and dataset work; not a medical device.</p>")
    parts.append("</body></html>\n")
    write_text(path, "\n".join(parts))


def _case(case: CaseResult) -> list[str]:
    parts = [f"<h2>{escape(case.name)}</h2>"]
    for title, url in case.pictures.items():
        parts.append(f"<figure><img src='{url}' alt='{escape(title)}'>")
        parts.append(f"<figcaption>{escape(title)}</figcaption></figure>")
    if case.dice:
        names = list(next(iter(case.dice.values())))
        parts.append(_table(["Dice", *names], [
            [step, *(f"{scores[name]:.4f}" for name in names)] for step, scores in case.dice.items()
        ]))  # fmt: skip
    if case.volumes_ml:
        parts.append(_table(
            ["Volume", *case.volumes_ml],
            [["ml", *(f"{volume:.1f}" for volume in case.volumes_ml.values())]],
        ))  # fmt: skip
    share = 100 * case.changed / max(1, case.pixels)
    parts.append(f"<p>The ConvCRF changed {case.changed} pixels ({share:.2f} %).</p>")
    parts.append(_table(
        ["Step", *case.seconds], [["s", *(f"{seconds:.2f}" for seconds in case.seconds.values())]]
    ))  # fmt: skip
    return parts


def _table(head: list[str], rows: list[list[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"
