"""The language of the window: a catalogue read from a .ts file, and Qt's own beside it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFont, QFontDatabase

from engine.resources import resource

SYSTEM, ENGLISH, CHINESE = "system", "en", "zh_CN"

_CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)

Texts = dict[tuple[str, str], str]

_installed: list[QTranslator] = []


class Catalogue(QTranslator):
    """Texts by context and English, as they stand in the file; nothing is compiled."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        return not self._texts

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str | None:  # type: ignore[override] - None lets the next catalogue answer
        del disambiguation, n
        return self._texts.get((context, source))


def use_language(name: str) -> None:
    """Have texts that are asked for from now on in this language; those on screen stay."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    language = spoken() if name == SYSTEM else name
    QLocale.setDefault(QLocale(language))
    if language == ENGLISH:
        return
    theirs = QTranslator()
    if theirs.load(
        f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    ):
        _install(theirs)
    _install(Catalogue(read_texts(language)))


def font_for(name: str) -> QFont:
    """The system's font; for Chinese with one beside it that writes Chinese in the same weight."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if (spoken() if name == SYSTEM else name) == CHINESE:
        there = set(QFontDatabase.families())
        own = [one for one in _CHINESE_FONTS if one in there]
        font.setFamilies([font.family(), *own])
    return font


def spoken() -> str:
    """The first language of the system that Sulcus speaks too; English if there is none."""
    for language in QLocale.system().uiLanguages():
        code = language.replace("_", "-").lower()
        if code.startswith("zh") and not {"tw", "hk", "mo", "hant"} & set(code.split("-")):
            return CHINESE
        if code.startswith("en"):
            return ENGLISH
    return ENGLISH


def read_texts(language: str) -> Texts:
    """What the catalogue of a language says; texts without a translation are left out."""
    path = resource("translations", f"sulcus_{language}.ts")
    texts: Texts = {}
    # The file ships with the program, like its code.
    for context in ET.parse(path).getroot().iter("context"):  # noqa: S314
        name = context.findtext("name", "")
        for message in context.iter("message"):
            text = message.findtext("translation", "")
            if text:
                texts[name, message.findtext("source", "")] = text
    return texts


def _install(translator: QTranslator) -> None:
    if QCoreApplication.installTranslator(translator):
        _installed.append(translator)
