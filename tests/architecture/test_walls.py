"""What import contracts cannot say: light starts, complete tables, rooms of a sane size."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli.table import COMMANDS
from engine.editing.operations.table import OPERATIONS
from engine.editing.tools.table import TOOLS
from engine.export.table import EXPORT_FORMATS
from engine.io.table import IMAGE_FORMATS
from engine.models.encoder import ENCODERS
from engine.models.table import MODELS

ROOT = Path(__file__).parents[2]
MODULES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("engine/**/*.py"), ROOT / "main.py"])
LARGEST = 400
TABLES = {
    "engine/io/formats": IMAGE_FORMATS,
    "engine/editing/tools": TOOLS,
    "engine/editing/operations": OPERATIONS,
    "engine/export/formats": EXPORT_FORMATS,
}


def imported_by(code: str) -> set[str]:
    """The top-level modules that are loaded after `code` ran in a fresh interpreter."""
    script = f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_window_is_up_before_torch_and_the_readers_of_files_are_imported(tmp_path):
    loaded = imported_by(
        "import os; os.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from pathlib import Path\n"
        "from app.start import make_application, open_window\n"
        "application = make_application(['sulcus'])\n"
        f"window = open_window(Path({str(tmp_path)!r}))\n"
        "application.processEvents()\n"
        "assert window.isVisible()\n"
        "window.close()\n"
    )
    heavy = {
        "torch",
        "scipy",
        "skimage",
        "nibabel",
        "tifffile",
        "safetensors",
        "pandas",
        "vtkmodules",
    }
    assert not heavy & loaded


def test_no_module_of_the_engine_imports_qt():
    has_triton = importlib.util.find_spec("triton") is not None  # an extra
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in MODULES
        if path.is_relative_to(ROOT / "engine")
        and path.name != "__init__.py"
        and (has_triton or not path.name.startswith("cuda"))
    ]
    loaded = imported_by("\n".join(f"import {name}" for name in names))
    assert "torch" in loaded, "the engine was really imported"
    assert not {"PySide6", "shiboken6", "qtpy", "qtawesome", "app"} & loaded


def test_the_command_line_starts_without_torch_and_qt():
    loaded = imported_by("from engine.cli.table import COMMANDS\nimport engine.cli.run")
    assert not {"torch", "PySide6", "nibabel", "cv2", "PIL"} & loaded


@pytest.mark.parametrize("folder", TABLES)
def test_every_file_of_a_folder_has_its_row(folder):
    files = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__", "table"}
    rows = {row.target.partition(":")[0].rpartition(".")[2] for row in TABLES[folder]}
    assert files == rows


@pytest.mark.parametrize(
    "table",
    [*TABLES.values(), MODELS, ENCODERS, COMMANDS],
    ids=lambda table: next(iter(table)).name,
)
def test_every_row_loads(table):
    for row in table:
        assert table.load(row.name) is not None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_is_small_and_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LARGEST
    if path.name != "__init__.py":
        assert ast.get_docstring(ast.parse(text))


def test_the_window_decides_nothing():
    assert len((ROOT / "app" / "window.py").read_text(encoding="utf-8").splitlines()) <= 250


def test_threads_and_processes_start_behind_few_doors():
    doors = {
        "app/jobs.py", "app/device.py", "engine/worker.py", "engine/inference/read_ahead.py",
        "engine/io/large.py",
    }  # fmt: skip
    starters = (
        "ThreadPoolExecutor",
        "QProcess",
        "QThread",
        "Thread(",
        "subprocess",
        "multiprocessing",
    )
    for path in MODULES:
        name = path.relative_to(ROOT).as_posix()
        if name not in doors:
            text = path.read_text(encoding="utf-8")
            assert not any(word in text for word in starters), name


def test_nothing_unpickles():
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert "allow_pickle=True" not in text
        assert "import pickle" not in text
        if path.name != "state_dicts.py":
            assert "torch.load(" not in text
    door = (ROOT / "engine" / "models" / "state_dicts.py").read_text(encoding="utf-8")
    loads = re.findall(r"torch\.load\(([^)]*)\)", door)
    assert len(loads) == 1
    assert "weights_only=True" in loads[0]


def test_each_test_module_has_a_name_of_its_own():
    """Tests are found by their file's name alone; of two alike pytest takes none."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
