"""How the picture and the mask are shown."""

from __future__ import annotations

from app.actions.row import ActionRow, Screen
from app.presenters.levels import PRESETS, Preset

_PLANES = "Planes of a volume"

_LEVELS = "Window presets"


def _preset(preset: Preset) -> ActionRow:
    def run(screen: Screen) -> None:
        screen.presenters.levels.choose(preset.name)

    name = f"view.levels-{preset.name}"
    return ActionRow(name, preset.title, (), "", run, submenu=_LEVELS, context="levels")


VIEW: tuple[ActionRow, ...] = (
    ActionRow("view.fit", "Fit to window", ("Ctrl+F",), "fit", lambda s: s.fit()),
    ActionRow("view.zoom-in", "Zoom in", ("Ctrl++", "Ctrl+="), "zoom-in", lambda s: s.zoom(1.25)),
    ActionRow("view.zoom-out", "Zoom out", ("Ctrl+-",), "zoom-out", lambda s: s.zoom(0.8)),
    ActionRow(
        "view.mask",
        "Show or hide the mask",
        ("T",),
        "mask",
        lambda s: s.toggle_mask(),
        on_canvas=True,
    ),
    ActionRow(
        "view.fainter", "Fainter mask", (",",), "", lambda s: s.change_opacity(-0.1), on_canvas=True
    ),
    ActionRow(
        "view.stronger",
        "Stronger mask",
        (".",),
        "",
        lambda s: s.change_opacity(0.1),
        on_canvas=True,
    ),
    ActionRow(
        "view.split",
        "Split before/after",
        ("S",),
        "split",
        lambda s: s.presenters.comparison.toggle(),
        on_canvas=True,
    ),
    ActionRow(
        "view.split-left",
        "Split line to the left",
        ("Shift+Left",),
        "",
        lambda s: s.move_split(-0.05),
        on_canvas=True,
    ),
    ActionRow(
        "view.split-right",
        "Split line to the right",
        ("Shift+Right",),
        "",
        lambda s: s.move_split(0.05),
        on_canvas=True,
    ),
    ActionRow(
        "view.flash",
        "Flash changed pixels",
        ("Shift+S",),
        "flash",
        lambda s: s.presenters.comparison.flash(),
        on_canvas=True,
    ),
    ActionRow(
        "view.outline",
        "Fill the classes, or outline them",
        ("O",),
        "",
        lambda s: s.presenters.layers.toggle_outline(),
        on_canvas=True,
    ),
    ActionRow(
        "view.doubt",
        "Where the network is in doubt",
        ("U",),
        "",
        lambda s: s.presenters.doubt.toggle(),
        on_canvas=True,
    ),
    ActionRow(
        "view.levels", "Window and level...", ("Alt+W",), "", lambda s: s.show_dialog("levels")
    ),
    ActionRow(
        "view.levels-auto",
        "Automatic window",
        (),
        "",
        lambda s: s.presenters.levels.auto(),
        submenu=_LEVELS,
    ),
    ActionRow(
        "view.levels-full",
        "Full range",
        (),
        "",
        lambda s: s.presenters.levels.full(),
        submenu=_LEVELS,
    ),
    *(_preset(preset) for preset in PRESETS),
    ActionRow(
        "view.minimap", "Minimap", ("F9",), "", lambda s: s.presenters.layers.toggle_minimap()
    ),
    ActionRow(
        "view.pins",
        "Hatch what a person corrected",
        (),
        "",
        lambda s: s.presenters.layers.toggle_pins(),
    ),
    ActionRow("view.grid", "Pixel grid", (), "", lambda s: s.presenters.layers.toggle_grid()),
    ActionRow(
        "view.smooth", "Smooth pixels", (), "", lambda s: s.presenters.layers.toggle_smooth()
    ),
    ActionRow(
        "view.surface",
        "Surface of the mask",
        ("F8",),
        "surface",
        lambda s: s.presenters.surface.toggle(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.surface-build",
        "Build the surface now",
        (),
        "",
        lambda s: s.presenters.surface.build(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.surface-automatic",
        "Build the surface by itself",
        (),
        "",
        lambda s: s.presenters.surface.toggle_automatic(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.layout",
        "Next layout of the planes",
        (),
        "",
        lambda s: s.presenters.planes.arrange_next(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.maximise",
        "This plane alone, or all",
        (),
        "",
        lambda s: s.presenters.planes.maximise(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.convention",
        "Radiological or neurological",
        (),
        "",
        lambda s: s.presenters.planes.toggle_convention(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.nose",
        "Nose on the left or on the right",
        (),
        "",
        lambda s: s.presenters.planes.toggle_nose(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.crosshair",
        "Crosshair",
        (),
        "",
        lambda s: s.presenters.planes.toggle_crosshair(),
        submenu=_PLANES,
    ),
    ActionRow(
        "view.names",
        "Show or hide names of images",
        (),
        "",
        lambda s: s.presenters.settings.flip("look.hide-names"),
    ),
    ActionRow("view.full-screen", "Full screen", ("F11",), "", lambda s: s.toggle_full_screen()),
    ActionRow("view.reset-layout", "Reset layout", (), "", lambda s: s.reset_layout()),
)
