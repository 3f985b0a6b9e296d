"""What damaged files and patients' names must never do: crash the reader, or get into its words."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from dicom_series import SECRETS, SERIES, change_syntax, voxels, write, write_enhanced
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cli.run import run
from engine.core.image import Image
from engine.core.label_map import LabelMap
from engine.core.label_set import LabelSet
from engine.errors import ReadError
from engine.export.formats.masks_dicom_seg import MasksDicomSegIdentified
from engine.export.write import write_mask
from engine.io.opening import list_parts, open_image, read_labels


def words_about(path: Path) -> list[str]:
    """Everything that listing, opening and reading as a mask say of a file or folder."""
    told: list[str] = []
    keys = [""]
    try:
        parts = list_parts(path)
    except ReadError as error:
        told.append(str(error))
    else:
        told += [f"{part.key} {part.title}" for part in parts]
        keys += [part.key for part in parts]
    for read in (open_image, read_labels):
        for key in keys:
            try:
                found = read(path, key)
            except ReadError as error:
                told += [str(error), repr(error.__cause__)[:0]]
            else:
                told += [f"{notice.code} {notice.text}" for notice in found.notices]
                if isinstance(found, Image):
                    told.append(f"{found.name} {found.channels} {found.source.part}")
    return told


@pytest.mark.parametrize("name", SERIES)
def test_no_word_about_a_series_names_its_patient(
    tmp_path: Path,
    name: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "series"
    folder.mkdir()
    SERIES[name](folder)
    capfd.readouterr()
    told = words_about(folder)
    for path in sorted(folder.iterdir())[:4]:
        told += words_about(path)
    run(["doctor", "--open", str(folder), "--verbose"])
    written = capfd.readouterr()
    told += [written.out, written.err, caplog.text]
    assert len(told) > 5
    for text in told:
        assert not any(secret in text for secret in SECRETS), text


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A whole file of each kind: plain, packed, of many frames, a segmentation."""
    folder = tmp_path_factory.mktemp("whole")
    write(folder / "a", count=3)
    write(folder / "b", count=1, values=voxels(1, 32, 40))
    change_syntax(folder / "b" / "IM0001", "JPEGLosslessProcess14_1")
    write_enhanced(folder / "enhanced.dcm", times=2)
    image = open_image(folder / "a")
    labels = (voxels(3) % 3).astype("uint8")
    mask = LabelMap(labels, image.geometry, LabelSet.named(["background", "GM", "WM"]))
    write_mask(mask, image.source, folder / "mask.dcm", MasksDicomSegIdentified())
    return {
        "plain": folder / "a" / "IM0001",
        "packed": folder / "b" / "IM0001",
        "enhanced": folder / "enhanced.dcm",
        "mask": folder / "mask.dcm",
    }


KINDS = ["plain", "packed", "enhanced", "mask"]


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    patches=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
    share=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(
    tmp_path: Path,
    files: dict[str, Path],
    kind: str,
    patches: list[tuple[float, bytes]],
    share: float,
) -> None:
    data = bytearray(files[kind].read_bytes())
    for place, piece in patches:
        at = int(place * (len(data) - 1))
        data[at : at + len(piece)] = piece
    path = tmp_path / "damaged.dcm"
    path.write_bytes(data[: int(share * len(data))])
    for text in words_about(path):
        assert not any(secret in text for secret in SECRETS), text


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_anywhere_never_opens_as_if_it_were_whole(
    tmp_path: Path, files: dict[str, Path], kind: str
) -> None:
    read = read_labels if kind == "mask" else open_image
    path = tmp_path / "cut.dcm"
    whole = files[kind].read_bytes()
    path.write_bytes(whole)
    parts = list_parts(path)
    read(path, parts[-1].key if parts else "")
    last = len(whole)
    for end in {*range(133, last, max(1, last // 60)), last - 2 if kind == "packed" else last - 1}:
        if kind == "packed" and end > last - 12:
            continue  # the delimiter after the last fragment carries nothing
        path.write_bytes(whole[:end])
        with pytest.raises(ReadError):
            read(path, parts[-1].key if parts else "")
