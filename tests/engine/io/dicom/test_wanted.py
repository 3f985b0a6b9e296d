from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest
from dicom_series import SERIES, write
from hypothesis import example, given
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from engine.io.dicom.guard import quietly
from engine.io.dicom.wanted import PATIENT, TAGS, values_of


def by_pydicom(path: Path) -> dict[str, Any]:
    dataset = pydicom.dcmread(path, specific_tags=TAGS, stop_before_pixels=True)
    return {one.keyword: one.value for one in dataset if one.tag in TAGS and one.tag not in PATIENT}


def ours(path: Path) -> dict[str, Any]:
    return values_of(pydicom.dcmread(path, specific_tags=TAGS, stop_before_pixels=True))


def same(one: Any, two: Any) -> bool:
    """Equal, and equally written; nothing is as good as an empty text."""
    one, two = (
        list(found) if isinstance(found, pydicom.multival.MultiValue) else found
        for found in (one, two)
    )
    is_equal = (one or None) == (two or None) or "nan" in str(two)
    return is_equal and str(one or "") == str(two or "")


@pytest.mark.parametrize("name", ["plain", "oblique", "two echoes", "slopes", "enhanced"])
def test_values_are_those_of_pydicom(tmp_path: Path, name: str) -> None:
    SERIES[name](tmp_path)
    for path in tmp_path.iterdir():
        expected, found = by_pydicom(path), ours(path)
        assert expected.keys() == found.keys()
        assert all(same(found[word], expected[word]) for word in expected)


def test_nothing_of_the_patient_is_among_them(tmp_path: Path) -> None:
    found = ours(write(tmp_path, count=1) / "IM0001")
    assert not {"PatientID", "PatientName"} & found.keys()


KINDS = {
    "EchoTime": "DS", "ImagePositionPatient": "DS", "InstanceNumber": "IS", "ImageType": "CS",
    "SOPInstanceUID": "UI", "AcquisitionTime": "TM", "Rows": "US", "DiffusionBValue": "FD",
}  # fmt: skip
TEXTS = st.text("0123456789.-+ eE\\\0ANO", max_size=12)


@example(keyword="EchoTime", data=b"\t", is_little=False, kind=None)
@given(
    st.sampled_from(list(KINDS)),
    st.one_of(TEXTS.map(str.encode), st.binary(max_size=16)),
    st.booleans(),
    st.sampled_from([None, "same", "LO", "UN", "FL"]),
)
def test_any_bytes_have_the_value_that_pydicom_gives_them(
    keyword: str, data: bytes, is_little: bool, kind: str | None
) -> None:
    kind = KINDS[keyword] if kind == "same" else kind
    results: list[Any] = []
    for read in (values_of, lambda dataset: {one.keyword: one.value for one in dataset}):
        dataset = Dataset()
        raw = RawDataElement(Tag(keyword), kind, len(data), data, 0, kind is None, is_little)
        dataset._dict[Tag(keyword)] = raw  # as the reader leaves it, not converted yet
        try:
            with quietly():
                results.append(read(dataset)[keyword])
        except Exception as error:  # noqa: BLE001 - what pydicom raises, whatever it is
            results.append(type(error))
    assert same(*results)
