from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from string import Formatter

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QObject

from app.language import CHINESE, read_texts, spoken, use_language

SCRIPT = Path(__file__).parents[2] / "packaging" / "translate.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("translate_texts", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def english_again(qapp):
    yield
    use_language("en")


def test_every_text_of_the_window_has_chinese(script):
    missing = script.all_texts() - read_texts(CHINESE).keys()
    assert not missing, "run packaging/translate.py and fill in what is unfinished"


def test_the_catalogue_is_as_the_script_writes_it(script):
    path = script.ROOT / "resources" / "translations" / "sulcus_zh_CN.ts"
    whole = script.catalogue(CHINESE, script.all_texts(), read_texts(CHINESE))
    assert path.read_text("utf-8") == whole, "run packaging/translate.py"


def test_translations_have_the_placeholders_of_their_texts(script):
    for (_, text), there in read_texts(CHINESE).items():
        assert placeholders(there) == placeholders(text), text
        assert ("&" in text) == ("&" in there), text


def placeholders(text: str) -> list[tuple[str | None, str | None]]:
    return sorted((name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None)


def test_a_text_is_chinese_or_a_name(script):
    names = re.compile(r"^(ConvCRF|CRF|Sulcus|English|Esc|[^a-zA-Z]*)$")
    for (_, text), there in read_texts(CHINESE).items():
        assert re.search(r"[\u4e00-\u9fff]", there) or names.match(there) or "…" in there, text


class Panel(QObject):
    pass


def test_only_literals_can_be_translated(script):
    found = set(
        script.texts_of(
            'class Panel(QWidget):\n    def f(self):\n        self.tr("One " "text")\n'
            '        inner = lambda: self.tr("In {}").format(1)\n'
            'def _own(text: str) -> str:\n    return QCoreApplication.translate("own", text)\n'
            '_own("Two")\nQCoreApplication.translate("far", "Three")\n'
            'MARKED = QT_TRANSLATE_NOOP("keys", "Four")\nQCoreApplication.translate("keys", x)\n',
            "panel.py",
        )
    )
    assert found == {
        ("Panel", "One text"),
        ("Panel", "In {}"),
        ("own", "Two"),
        ("far", "Three"),
        ("keys", "Four"),
    }
    for wrong in (
        "self.tr(title)",
        'self.tr(f"{n} images")',
        'QCoreApplication.translate("no", x)',
    ):
        with pytest.raises(script.NotLiteral):
            list(script.texts_of(wrong, "panel.py"))


def test_texts_are_found_by_class_and_by_context_and_others_stay_english(english_again):
    use_language("en")
    assert QCoreApplication.translate("actions", "Undo") == "Undo"
    use_language(CHINESE)
    assert QCoreApplication.translate("actions", "Undo") == "撤销"
    assert QCoreApplication.translate("actions", "No such text") == "No such text"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert Panel().tr("Undo") == "Undo"
    use_language("en")
    assert QCoreApplication.translate("actions", "Undo") == "Undo"


@pytest.mark.parametrize(
    ("languages", "code"),
    [
        (["zh-Hans-CN", "zh"], "zh_CN"),
        (["zh_CN"], "zh_CN"),
        (["fr-FR", "zh-CN", "en"], "zh_CN"),
        (["zh-Hant-TW", "en-US"], "en"),
        (["de-DE", "C"], "en"),
        (["en-GB", "zh-CN"], "en"),
        ([], "en"),
    ],
)
def test_the_language_of_the_system_is_spoken_if_there_is_a_catalogue(monkeypatch, languages, code):
    class System:
        def uiLanguages(self):  # noqa: N802
            return languages

    monkeypatch.setattr(QLocale, "system", staticmethod(System))
    assert spoken() == code


def test_a_plane_has_one_name_in_chinese():
    texts = read_texts("zh_CN")
    for plane in ("Axial", "Coronal", "Sagittal"):
        names = {said for (_, text), said in texts.items() if text == plane}
        assert len(names) == 1, names
