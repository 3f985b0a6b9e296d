"""What computes a mask."""

from __future__ import annotations

from app.actions.row import ActionRow
from app.presenters.predicting_all import Which

MASK: tuple[ActionRow, ...] = (
    ActionRow(
        "mask.predict",
        "Predict this image",
        ("Ctrl+R",),
        "predict",
        lambda s: s.presenters.prediction.predict(),
    ),
    ActionRow(
        "mask.predict-all",
        "Predict all images without a mask",
        ("Ctrl+Shift+R",),
        "",
        lambda s: s.presenters.predicting_all.start(),
    ),
    ActionRow(
        "mask.predict-selected",
        "Predict the selected images",
        ("Ctrl+Alt+R",),
        "",
        lambda s: s.presenters.predicting_all.start_chosen(s.presenters.selection.cases),
    ),
    ActionRow(
        "mask.predict-unreviewed",
        "Predict all unreviewed images",
        (),
        "",
        lambda s: s.presenters.predicting_all.start(Which.UNREVIEWED),
    ),
    ActionRow("mask.models", "Models and networks...", (), "", lambda s: s.show_dialog("models")),
    ActionRow(
        "mask.add-model", "Add my own model...", (), "", lambda s: s.show_dialog("add-model")
    ),
    ActionRow(
        "mask.keep",
        "Keep the preview",
        ("Return", "Enter"),
        "refine",
        lambda s: s.presenters.operations.keep() or s.presenters.refining_all.keep(),
        on_canvas=True,
    ),
    ActionRow(
        "mask.refine-volume",
        "Refine the whole volume",
        (),
        "",
        lambda s: s.presenters.refining_all.apply_volume(),
    ),
    ActionRow(
        "mask.add-class", "Add a class", (), "add-class", lambda s: s.presenters.classes.add()
    ),
    ActionRow("mask.steps", "Steps of the CRF...", (), "", lambda s: s.show_dialog("steps")),
    ActionRow(
        "mask.compatibility",
        "Compatibility of classes...",
        (),
        "",
        lambda s: s.show_dialog("compatibility"),
    ),
)
