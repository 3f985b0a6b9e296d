"""A project whose database is damaged: what is left is shown, and never an empty mask."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main
from engine.core.geometry import Geometry
from engine.core.label_set import LabelSet
from engine.core.sources import PAINTED
from engine.errors import DamagedProject, SulcusError
from engine.progress import Progress
from engine.project.database import connect
from engine.project.replay import stand
from engine.project.salvage import salvage
from engine.workflow.checkpoint import editing_mask, hold_project
from engine.workflow.open_case import open_case
from engine.workflow.project import ProjectInfo, create_project, describe_project
from engine.workflow.repair import examine_project, look_at_damaged, recover_project

CLASSES = LabelSet.named(["background", "a", "b"])
GRID = Geometry((40, 48))
PAGE = 4096


@pytest.fixture
def info(tmp_path: Path) -> ProjectInfo:
    """Three pictures with six strokes each, made in turn."""
    paths = [tmp_path / "in" / f"{name}.png" for name in ("one", "two", "three")]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        Image.fromarray(np.full((40, 48), 9 + number, np.uint8)).save(path)
    info = create_project(tmp_path / "study.sulcus", CLASSES, paths)
    noise = np.random.default_rng(3)
    with hold_project(info.folder) as hold:
        for _ in range(6):
            for case in info.cases:
                with editing_mask(info.folder, case.id, GRID, CLASSES, hold) as history:
                    labels = noise.integers(1, 3, (40, 48)).astype(np.uint8)
                    history.replace((slice(0, 40), slice(0, 48)), labels, PAINTED)
                open_case(info.folder, case.id, Progress(), right=hold)
    with closing(sqlite3.connect(info.folder / "project.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return info


def masks_of(info: ProjectInfo) -> dict[str, np.ndarray]:
    """By the name of the image."""
    return {
        case.image_path.name: open_case(info.folder, case.id, Progress()).label_map.labels.copy()
        for case in info.cases
    }


def shown(folder: Path, place: Path) -> tuple[dict[str, np.ndarray], bool]:
    """The masks that a window would show, and whether it would say that something is wrong."""
    try:
        return masks_of(describe_project(folder)), False
    except SulcusError:
        pass
    try:
        rescued, _ = look_at_damaged(folder, place)
        return masks_of(rescued), True
    except DamagedProject:
        return {}, True


def damages(whole: bytes) -> list[tuple[str, bytes]]:
    """The database cut, emptied, with pages of zeros, and with bytes flipped."""
    pages = len(whole) // PAGE
    chance = random.Random(5)
    found = [(f"cut to {count} pages", whole[: count * PAGE]) for count in range(pages)]
    found += [("cut amid a page", whole[: PAGE * 2 + 77])]
    for page in range(pages):
        data = bytearray(whole)
        data[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
        found.append((f"page {page} zeroed", bytes(data)))
    for _ in range(60):
        data = bytearray(whole)
        at = chance.randrange(len(data))
        data[at] ^= 1 << chance.randrange(8)
        found.append((f"byte {at} flipped", bytes(data)))
    return found


def test_no_damage_makes_a_mask_empty_or_a_case_vanish_unsaid(
    info: ProjectInfo, tmp_path: Path
) -> None:
    masks = masks_of(info)
    database = info.folder / "project.db"
    whole = database.read_bytes()
    saved = said = 0
    every = damages(whole)
    for number, (how, data) in enumerate(every):
        database.write_bytes(data)
        place = tmp_path / "place" / str(number)
        place.mkdir(parents=True)
        found, is_said = shown(info.folder, place)
        assert database.read_bytes() == data, "looking changes nothing"
        assert is_said or set(found) == set(masks), how
        for name, mask in found.items():
            assert name in masks or is_said, how
            assert name not in masks or np.array_equal(mask, masks[name]), how
        saved += len(found)
        said += is_said
    assert said > len(whole) // PAGE, "most damage is noticed"
    assert saved > 2.4 * len(every), "and costs little"


def test_a_lost_first_page_costs_nothing(info: ProjectInfo, tmp_path: Path) -> None:
    masks = masks_of(info)
    database = info.folder / "project.db"
    database.write_bytes(bytes(PAGE) + database.read_bytes()[PAGE:])
    with pytest.raises(DamagedProject):
        describe_project(info.folder)
    saved = recover_project(info.folder, tmp_path / "new.sulcus")
    assert (saved.cases, saved.steps, saved.masks) == (3, 18, 3)
    again = masks_of(describe_project(saved.folder))
    assert all(np.array_equal(again[name], masks[name]) for name in masks)


def test_a_damaged_step_ends_only_its_own_case(info: ProjectInfo, tmp_path: Path) -> None:
    with closing(sqlite3.connect(info.folder / "project.db")) as database, database:
        database.execute("UPDATE journal SET packed = x'00' WHERE number = 8")
    shutil.rmtree(info.folder / "labels")
    saved = salvage(info.folder, tmp_path / "new.sulcus")
    assert saved.steps == 6 + 2 + 6
    done = [len(stand(saved.folder, case.id, GRID, CLASSES).done) for case in info.cases]
    assert done == [6, 2, 6], "the second stroke of the second case was lost, and what is on it"


def test_a_deleted_log_of_sqlite_costs_no_mask_and_is_said(
    info: ProjectInfo, tmp_path: Path
) -> None:
    case = info.cases[0]
    keeper = connect(info.folder)  # keeps the log from being folded into the database
    keeper.execute("SELECT count(*) FROM journal").fetchone()
    with (
        hold_project(info.folder) as hold,
        editing_mask(info.folder, case.id, GRID, CLASSES, hold) as history,
    ):
        history.replace((slice(0, 9), slice(0, 9)), np.zeros((9, 9), np.uint8), PAINTED)
    masks = masks_of(info)
    copy = tmp_path / "copy.sulcus"
    shutil.copytree(info.folder, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.lock"))
    keeper.close()
    again = masks_of(describe_project(copy))
    assert all(np.array_equal(again[name], masks[name]) for name in masks)
    wrong = [one for one in examine_project(copy) if not one.is_good]
    assert [(one.what, one.value) for one in wrong] == [
        ("Mask of one", "is whole, but its last steps are gone from the journal")
    ]
    with hold_project(copy) as hold:
        opened = open_case(copy, case.id, Progress(), hold)
    assert opened.journal is not None
    opened.journal.close()
    assert [one for one in examine_project(copy) if not one.is_good] == [], "it was taken over"


def test_an_empty_database_is_no_empty_project(
    info: ProjectInfo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (info.folder / "project.db").write_bytes(b"")
    assert main.main(["doctor", str(info.folder)]) == 1
    told = capsys.readouterr().err
    assert "is damaged: it is empty" in told
    assert "--recover" in told
    new = tmp_path / "new.sulcus"
    assert main.main(["doctor", str(info.folder), "--recover", str(new)]) == 1
    assert "No case" in capsys.readouterr().err
    assert not new.exists()


def test_what_is_only_looked_at_is_not_copied(info: ProjectInfo, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    rescued, saved = look_at_damaged(info.folder, place)
    assert saved.masks == 3
    assert (rescued.folder / "labels").is_symlink() or (rescued.folder / "labels").is_dir()
    assert rescued.folder.parent == place
