"""All models, networks and encoders: found by a word, read in full, weights fetched."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.presenters.models import ModelsPresenter
from engine.progress import Step
from engine.workflow.catalogue import ENCODER, HEADINGS, MODEL, NETWORK, Entry

_ENTRY = Qt.ItemDataRole.UserRole


class ModelsDialog(QDialog):
    """The list on the left, what is known of the chosen line on the right."""

    add_asked = Signal()

    def __init__(self, presenter: ModelsPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models")
        self.setWindowTitle(self.tr("Models and networks"))
        self.resize(900, 600)
        self._presenter = presenter
        self._offered: list[dict[str, Any]] = []
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search by name, paper or class"))
        self._search.setAccessibleName(self.tr("Search the models"))
        self._search.setClearButtonEnabled(True)
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Models and networks"))
        self._none = QLabel(self.tr("Nothing has these words."))
        self._none.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._search, self._list, self._none):
            column.addWidget(part)
        halves = QSplitter()
        halves.addWidget(left)
        halves.addWidget(self._right())
        halves.setSizes([320, 580])
        layout = QVBoxLayout(self)
        layout.addWidget(halves, 1)
        layout.addLayout(self._buttons())
        self._search.textChanged.connect(self.look_for)
        self._list.currentItemChanged.connect(self._show_chosen)
        self._list.itemDoubleClicked.connect(self._use_chosen)
        presenter.changed.connect(self._fill)
        presenter.published.connect(self._show_published)
        presenter.fetching.connect(self._show_fetching)
        presenter.fetched.connect(self._show_fetched)
        self._fill()
        self._show_fetching(None)
        self._search.setFocus()

    def look_for(self, text: str) -> None:
        """Show the lines in which every word of `text` stands."""
        words = text.casefold().split()
        shown = 0
        heading: QListWidgetItem | None = None
        for item in (self._list.item(row) for row in range(self._list.count())):
            entry: Entry | None = item.data(_ENTRY)
            if entry is None:
                heading = item
                item.setHidden(True)
                continue
            matches = all(word in entry.text for word in words)
            item.setHidden(not matches)
            shown += matches
            if matches and heading is not None:
                heading.setHidden(False)
        self._none.setVisible(not shown)

    @property
    def chosen(self) -> Entry | None:
        """The line in hand."""
        row = self._list.currentRow()
        return self._list.item(row).data(_ENTRY) if row >= 0 else None

    def choose(self, name: str) -> None:
        """Take the line of that name."""
        for item in (self._list.item(row) for row in range(self._list.count())):
            entry: Entry | None = item.data(_ENTRY)
            if entry is not None and entry.name == name:
                self._list.setCurrentItem(item)
                return

    def _right(self) -> QWidget:
        right = QWidget()
        self._card = QTextBrowser()
        self._card.setAccessibleName(self.tr("What is known of it"))
        self._weights = QComboBox()
        self._weights.setAccessibleName(self.tr("Published weights"))
        self._weights.currentIndexChanged.connect(self._show_offer)
        self._fetch = QPushButton(self.tr("Fetch"))
        self._fetch.setToolTip(self.tr("Download the weights; they are checked by their hash"))
        self._fetch.clicked.connect(self._fetch_or_stop)
        self._offer = QLabel()
        self._offer.setWordWrap(True)
        self._offer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of the download"))
        row = QHBoxLayout()
        row.addWidget(self._weights, 1)
        row.addWidget(self._fetch)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card, 1)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(self._offer)
        return right

    def _buttons(self) -> QHBoxLayout:
        self._use = QPushButton(icon("predict"), self.tr("Use this model"))
        self._use.setToolTip(self.tr("Predict with it from now on"))
        self._use.setDefault(True)
        self._use.clicked.connect(self._use_chosen)
        self._random = QPushButton(self.tr("Try with random weights"))
        self._random.setToolTip(self.tr("To see that it runs; its masks are noise"))
        self._random.clicked.connect(self._use_untrained)
        self._remove = QPushButton(self.tr("Remove"))
        self._remove.setToolTip(self.tr("Remove this model, which was added here"))
        self._remove.clicked.connect(self._remove_chosen)
        add = QPushButton(self.tr("Add my own model..."))
        add.setToolTip(self.tr("A .pth, .safetensors or .onnx file"))
        add.clicked.connect(self.add_asked)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(add)
        row.addStretch(1)
        for part in (self._remove, self._random, self._use, close):
            row.addWidget(part)
        return row

    def _fill(self) -> None:
        before = self.chosen
        self._list.clear()
        kind = ""
        for entry in self._presenter.entries:
            if entry.kind != kind:
                kind = entry.kind
                self._list.addItem(self._heading(kind))
            item = QListWidgetItem(entry.title)
            item.setData(_ENTRY, entry)
            item.setToolTip(entry.name)
            self._list.addItem(item)
        self.look_for(self._search.text())
        self.choose(before.name if before else self._presenter.entries[0].name)

    def _heading(self, kind: str) -> QListWidgetItem:
        item = QListWidgetItem(QCoreApplication.translate("models", HEADINGS[kind]))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = QFont(self.font())
        font.setBold(True)
        item.setFont(font)
        return item

    def _show_chosen(self) -> None:
        entry = self.chosen
        if entry is None:
            return
        self._card.setHtml(self._text_of(entry))
        self._use.setVisible(entry.kind == MODEL)
        self._random.setVisible(entry.kind == NETWORK)
        self._remove.setVisible(entry.is_own)
        self._offered = []
        self._weights.clear()
        for part in (self._weights, self._fetch, self._offer):
            part.hide()
        if entry.kind != MODEL:
            self._presenter.ask_published(entry.name)

    def _text_of(self, entry: Entry, offered: Sequence[object] = ()) -> str:
        lines = [
            f"<h3>{html.escape(entry.title)}</h3><p><code>{html.escape(entry.name)}</code></p>"
        ]
        if entry.kind == NETWORK:
            said = self.tr("This network has no weights here: it must be trained first.")
            if offered:
                said = self.tr("This network has no weights here: fetch them below, or train it.")
            lines.append(f"<p><b>{said}</b></p>")
        if entry.kind == ENCODER:
            said = self.tr("A part of networks: its weights are where their training begins.")
            lines.append(f"<p>{said}</p>")
        for what, value in entry.facts.items():
            if value:
                title = QCoreApplication.translate("models", what)
                text = html.escape(value).replace("\n", " ")
                lines.append(f"<p><b>{html.escape(title)}</b><br>{text}</p>")
        return "".join(lines)

    def _show_published(
        self, name: str, facts: dict[str, str], offered: list[dict[str, Any]]
    ) -> None:
        entry = self.chosen
        if entry is None or entry.name != name:
            return
        self._card.setHtml(self._text_of(replace(entry, facts={**entry.facts, **facts}), offered))
        self._offered = offered
        self._weights.clear()
        self._weights.addItems([one["name"] for one in offered])
        for part in (self._weights, self._fetch, self._offer):
            part.setVisible(bool(offered))

    def _show_offer(self) -> None:
        """Size, licence and what to do without a network, of the weights in hand."""
        index = self._weights.currentIndex()
        if not 0 <= index < len(self._offered):
            return
        one = self._offered[index]
        size = self.tr("size unknown")
        if one["megabytes"]:
            size = self.tr("{:.0f} MB").format(one["megabytes"])
        said = [size, one["measured"], self.tr("Licence: {}").format(one["licence"])]
        text = ". ".join(part for part in said if part)
        if one["here"]:
            self._offer.setText(f"{text}.\n{self.tr('It is here: {}').format(one['here'])}")
        else:
            without = self.tr("Without a network: {}").format(one["offline"])
            self._offer.setText(f"{text}.\n{without}")
        whole = one["encoder"].startswith("torchvision-")
        self._fetch.setEnabled(whole or not one["here"] or self._presenter.is_fetching)

    def _fetch_or_stop(self) -> None:
        if self._presenter.is_fetching:
            self._presenter.stop_fetching()
        elif 0 <= self._weights.currentIndex() < len(self._offered):
            self._presenter.fetch(self._offered[self._weights.currentIndex()])

    def _show_fetching(self, step: Step | None) -> None:
        self._bar.setVisible(step is not None)
        self._fetch.setText(self.tr("Fetch") if step is None else self.tr("Cancel"))
        if step is not None:
            self._bar.setRange(0, 1000 if step.total else 0)
            self._bar.setValue(1000 * step.done // max(1, step.total))
            self._bar.setFormat(f"{step.done / 1e6:.1f} / {step.total / 1e6:.1f} MB")

    def _show_fetched(self, _: str) -> None:
        entry = self.chosen
        if entry is not None and entry.kind != MODEL:
            self._presenter.ask_published(entry.name)

    def _use_chosen(self) -> None:
        entry = self.chosen
        if entry is not None and entry.kind == MODEL:
            self._presenter.use(entry.name)
            self.accept()

    def _use_untrained(self) -> None:
        entry = self.chosen
        if entry is not None:
            self._presenter.use_untrained(entry.name)
            self.accept()

    def _remove_chosen(self) -> None:
        entry = self.chosen
        if entry is not None and entry.is_own:
            self._presenter.remove(entry.name)
