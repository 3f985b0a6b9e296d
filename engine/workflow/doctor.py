"""What this installation has, and the remedy for what it lacks."""

from __future__ import annotations

import ctypes
import importlib
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.versions import NOT_INSTALLED, installed_version

LIBRARIES = (
    "torch",
    "torchvision",
    "timm",
    "numpy",
    "opencv-python-headless",
    "pillow",
    "tifffile",
    "nibabel",
    "pydicom",
    "highdicom",
    "numba",
    "safetensors",
    "PySide6-Essentials",
    "QtAwesome",
)

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-util.so.1": "libxcb-util1",
}
"""What Qt needs on Linux beside its wheel, and the Debian package that has it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis.

    Attributes:
        what: What was looked at.
        value: What was found.
        is_good: Whether Sulcus works with it.
        remedy: What to do if not.
    """

    what: str
    value: str
    is_good: bool = True
    remedy: str = ""


def diagnose(*, parts: bool = False, open_path: Path | None = None) -> tuple[Finding, ...]:
    """Look at the machine and the installation.

    Args:
        parts: Also import every part that the tables name.
        open_path: Also try to open the images in this file or folder.
    """
    findings = [
        Finding("Sulcus", installed_version("sulcus")),
        Finding("Python", f"{platform.python_version()} ({sys.executable})"),
        Finding("System", platform.platform()),
        Finding("Cores and memory", f"{os.cpu_count()} cores, {_memory_gb():.1f} GB"),
        *(_library(name) for name in LIBRARIES),
        _device(),
        _screen(),
        _qt_libraries(),
        *_weights(),
    ]
    if parts:
        findings += _parts()
    if open_path is not None:
        findings += _opens(open_path)
    return tuple(findings)


def missing_qt_libraries() -> list[str]:
    """The shared libraries that Qt needs on Linux and this machine lacks."""
    if not sys.platform.startswith("linux"):
        return []
    return [name for name in QT_LIBRARIES if not _loads(name)]


def install_line(missing: list[str]) -> str:
    """The command that installs missing libraries on Debian and Ubuntu."""
    packages = " ".join(QT_LIBRARIES[name] for name in missing)
    return f"apt-get install --no-install-recommends {packages}"


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _library(name: str) -> Finding:
    version = installed_version(name)
    good = version != NOT_INSTALLED
    return Finding(name, version, good, "" if good else f"pip install {name}")


def _device() -> Finding:
    import torch

    from engine.inference.device import choose_device

    chosen = choose_device()
    if chosen.type == "cuda":
        free, total = torch.cuda.mem_get_info()
        name = torch.cuda.get_device_name()
        return Finding("Device", f"cuda, {name}, {free / 1e9:.1f} of {total / 1e9:.1f} GB free")
    return Finding("Device", f"{chosen.type}, {torch.get_num_threads()} threads")


def _screen() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("Display", platform.system())
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    return Finding("Display", display or "none; the command line works without one")


def _qt_libraries() -> Finding:
    missing = missing_qt_libraries()
    if not missing:
        return Finding("Libraries of Qt", "complete")
    return Finding("Libraries of Qt", f"missing {', '.join(missing)}", False, install_line(missing))


def _weights() -> list[Finding]:
    from engine.errors import WeightsError
    from engine.models.weights import load_network, shipped_models

    findings: list[Finding] = []
    for name, path in shipped_models().items():
        try:
            network, card = load_network(path)
        except WeightsError as error:
            findings.append(Finding(f"Model {name}", error.what, False, "Install Sulcus anew."))
        else:
            count = sum(parameter.numel() for parameter in network.parameters())
            value = f"{card.title}; {count:,} parameters, hash as it should be"
            findings.append(Finding(f"Model {name}", value))
            training = card.training
            measured = [f"{what}: {number:.3f}" for what, number in training.metrics.items()]
            findings += [
                Finding("  trained on", training.data),
                Finding("  limits", training.limits),
            ]
            findings += [Finding("  measured", line) for line in measured]
    if not findings:
        findings.append(Finding("Models", "none ship here", False, "Install Sulcus anew."))
    return findings


def _parts() -> list[Finding]:
    """Import every row of every table; a frozen program may lack some."""
    findings: list[Finding] = []
    for module, name in (
        ("engine.io.table", "IMAGE_FORMATS"),
        ("engine.models.table", "MODELS"),
        ("engine.models.encoder", "ENCODERS"),
        ("engine.editing.tools.table", "TOOLS"),
        ("engine.editing.operations.table", "OPERATIONS"),
        ("engine.export.table", "EXPORT_FORMATS"),
    ):
        table = getattr(importlib.import_module(module), name)
        for row in table:
            try:
                table.load(row.name)
            except (ImportError, AttributeError) as error:
                findings.append(Finding(row.target, str(error), False, "Install Sulcus anew."))
            else:
                findings.append(Finding(row.target, "loads"))
    return findings


def _opens(path: Path) -> list[Finding]:
    """A line for each image in a file or folder, and one for whatever was odd in it.

    A large picture is not read whole to tell.
    """
    from engine.errors import SulcusError
    from engine.io.opening import list_parts

    try:
        parts = list_parts(path)
        large = _by_window(path)
        if large is not None:
            return [Finding(f"Opening {path.name}", large)]
    except SulcusError as error:
        return [Finding(f"Opening {path.name}", error.what, False, error.remedy)]
    if len(parts) <= 1:
        key = parts[0].key if parts else ""
        return _image(path, key, f"Opening {path.name}")
    findings = [Finding(f"Opening {path.name}", f"{len(parts)} images")]
    for part in parts:
        findings += _image(path, part.key, f"  {part.title}")
    return findings


def _image(path: Path, part: str, what: str) -> list[Finding]:
    from engine.errors import SulcusError
    from engine.io.opening import open_image

    try:
        image = open_image(path, part)
    except SulcusError as error:
        return [Finding(what, error.what, False, error.remedy)]
    geometry = image.geometry
    sides = " x ".join(map(str, geometry.shape))
    place = f", {geometry.orientation}" if geometry.orientation else ""
    value = f"{sides}, {len(image.channels)} x {image.pixels.dtype}{place}"
    if image.is_inverted:
        value += ", low values bright"
    return [
        Finding(what, value),
        *(Finding("  notice", notice.text) for notice in image.notices),
    ]


def _by_window(path: Path) -> str | None:
    """What a picture is that is too large to be read whole; None of another."""
    from engine.io.windows import WindowedImage, large_shape

    shape = large_shape(path)
    if shape is None:
        return None
    rows, columns = shape
    with WindowedImage(path) as image:
        tile = " x ".join(map(str, image.levels[0].segment))
        megabytes = rows * columns * image.samples * image.dtype.itemsize / 1e6
        return (
            f"{rows} x {columns}, {image.samples} x {image.dtype}, read by window: "
            f"{megabytes:,.0f} MB in pieces of {tile}, {len(image.levels)} sizes"
        )


def _memory_gb() -> float:
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    return 0.0
