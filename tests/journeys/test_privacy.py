from __future__ import annotations

import logging

import numpy as np
import pytest
from PIL import Image as Pillow
from PySide6.QtCore import QPoint, QSettings

from engine import logs
from engine.logs import set_up

NAME = "XYZZY"


@pytest.fixture
def state(tmp_path, monkeypatch):
    """Logs of this test alone, of everything there is to log."""
    folder = tmp_path / "state"
    monkeypatch.setattr(logs, "user_state_path", lambda *_, **__: folder)
    root = logging.getLogger()
    level, before = root.level, list(root.handlers)
    set_up(logging.DEBUG, file="window")
    yield folder
    for handler in [one for one in root.handlers if one not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    for name in ("app", "engine"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_a_name_in_a_path_is_in_no_log_setting_title_or_report(
    person, tmp_path, home, state, capfd
):
    folder = tmp_path / f"Anna {NAME}"
    folder.mkdir()
    picture = folder / f"{NAME} one.png"
    Pillow.fromarray(np.full((40, 60), 90, np.uint8)).save(picture)
    (folder / "broken.png").write_bytes(b"\x89PNG no more")
    person.presenters.settings.set("look.hide-names", value=True)
    person.open(picture)
    assert person.window.windowTitle() == "[new] [1/1] - Sulcus"
    person.drag(person.middle - QPoint(20, 0), person.middle + QPoint(20, 10))
    person.presenters.case.save()
    person.rest()
    person.window.open_paths([folder / "broken.png"])
    message = person.message()
    assert NAME in message.text(), "the person must know which file"
    message.close()
    log = logging.getLogger("engine.test")
    log.info("opened %s", picture)
    log.warning("the case %s in '%s' is odd", picture.stem, picture)
    try:
        (folder / "gone").read_bytes()
    except OSError:
        log.exception("reading")
    person.rest()
    person.window.close()
    QSettings().sync()
    written = [path for path in state.rglob("*") if path.is_file()]
    written += [path for path in home.rglob("*.conf") if path.is_file()]
    assert len(written) >= 2
    for path in written:
        assert NAME.encode() not in path.read_bytes()
    assert b"the case <private> in" in (state / "window.log").read_bytes()
    assert NAME not in "".join(capfd.readouterr())


def test_names_in_the_title_come_back_when_they_are_asked_for(person, tmp_path):
    Pillow.fromarray(np.full((40, 60), 90, np.uint8)).save(tmp_path / "brain.png")
    person.open(tmp_path / "brain.png")
    assert "brain" in person.window.windowTitle()
    person.presenters.settings.flip("look.hide-names")
    assert "brain" not in person.window.windowTitle()
    person.presenters.settings.flip("look.hide-names")
    assert "brain" in person.window.windowTitle()
