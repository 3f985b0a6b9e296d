"""Reviewing: where the case stands, what was seen and said, and the decisions."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.item_models.told import ToldModel
from app.presenters.adjudication import AdjudicationPresenter
from app.presenters.bundle import Presenters
from app.widgets.agreement_box import AgreementBox
from app.widgets.decision_buttons import DecisionButtons
from app.widgets.line_delegate import LineDelegate
from app.widgets.seen_bars import SeenBars
from app.widgets.state_head import StateHead
from app.widgets.volume_list import VolumeLine, VolumeList
from engine.core.case import CaseState
from engine.core.planes import Plane


class ReviewPanel(QDockWidget):
    """One case and one reader; every button has a key."""

    dialog_asked = Signal(str)  # name of a dialog

    def __init__(self, presenters: Presenters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Review"))
        self.setObjectName("review")
        p = self._presenters = presenters
        self._review, self._seen = p.review, p.seen
        self._head = StateHead()
        self._buttons = DecisionButtons()
        self._reader = QLineEdit()
        self._reader.setAccessibleName(self.tr("Reader"))
        self._reader.setToolTip(self.tr("Whose name decisions, comments and strokes carry"))
        self._volumes = VolumeList()
        self._bars = SeenBars()
        self._agreement = AgreementBox()
        self._told = ToldModel(p.review, self)
        self._list = self._make_list()
        self._parts: dict[str, QWidget] = {}
        self.setWidget(self._filled())
        self._buttons.approved.connect(p.review.approve)
        self._buttons.rejected.connect(self._ask_reason)
        self._buttons.skipped.connect(p.review.skip)
        self._buttons.second_asked.connect(p.review.ask_second)
        self._buttons.comment_asked.connect(self._ask_comment)
        self._buttons.unseen_asked.connect(p.seen.next_unseen)
        self._reader.editingFinished.connect(self._name_reader)
        self._agreement.shown_asked.connect(self._show_masks)
        self._agreement.taken.connect(p.adjudication.take)
        self._agreement.settled.connect(p.review.adjudicate)
        for signal in (p.review.changed, p.project.opened, p.project.state_changed):
            signal.connect(self._show)
        p.seen.changed.connect(self._show_seen)
        p.volumes.changed.connect(self._show_volumes)
        p.adjudication.changed.connect(self._show_agreement)
        self._show()
        self._show_seen()
        self._show_volumes()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return QSize(290, 420)

    def _make_list(self) -> QListView:
        made = QListView()
        made.setAccessibleName(self.tr("Decisions and comments, the newest first"))
        made.setModel(self._told)
        made.setItemDelegate(LineDelegate(made))
        made.setUniformItemSizes(True)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setMinimumHeight(90)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        made.clicked.connect(self._go_to_comment)
        made.activated.connect(self._go_to_comment)
        return made

    def _filled(self) -> QWidget:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self._head)
        layout.addWidget(self._buttons)
        sections = (
            ("agreement", self.tr("Two readers"), self._agreement, 0),
            ("volumes", self.tr("Volumes"), self._volumes, 0),
            ("seen", self.tr("Slices seen"), self._bars, 0),
            ("told", self.tr("Decisions and comments"), self._list, 1),
            ("reader", self.tr("Reader"), self._reader, 0),
        )
        for name, title, widget, stretch in sections:
            self._parts[name] = head = QLabel(title)
            head.setForegroundRole(head.palette().ColorRole.PlaceholderText)
            head.setContentsMargins(0, 6, 0, 0)
            layout.addWidget(head)
            layout.addWidget(widget, stretch)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        return area

    def _show(self) -> None:
        review = self._review
        state = review.state
        self._head.setVisible(state is not None)
        if state is not None:
            title = QCoreApplication.translate("states", state.value)
            left = self.tr("{} of {} to review").format(
                review.left, len(self._presenters.project.cases)
            )
            self._head.show_state(icon(state.value), title, left, self._notice())
        self._buttons.setEnabled(review.can_decide)
        self._buttons.allow_comments(allowed=review.can_decide)
        if not self._reader.hasFocus():
            self._reader.setText(review.reader)
        self._show_agreement()

    def _notice(self) -> str:
        """What the reader must know before anything else."""
        review, case = self._review, self._presenters.case.case
        if case is not None and case.is_read_only:
            return self.tr("This project can only be looked at here.")
        if review.is_blind:
            return self.tr("You read second: what the first reader did and said is hidden.")
        decisions = [one for one in review.told if not one.is_comment]
        if len(decisions) > 1 and review.state is CaseState.IN_REVIEW:
            void, last = decisions[-2], decisions[-1]
            if void.state.is_decided and last.state is CaseState.IN_REVIEW:
                state = QCoreApplication.translate("states", void.state.value)
                return self.tr("'{}' by {} is void: the mask was changed after it.").format(
                    state, void.reader
                )
        return ""

    def _show_seen(self) -> None:
        titles = {
            Plane.AXIAL: self.tr("Axial"),
            Plane.CORONAL: self.tr("Coronal"),
            Plane.SAGITTAL: self.tr("Sagittal"),
        }
        is_volume = len(self._seen.slices) > 1
        for part in (self._parts["seen"], self._bars):
            part.setVisible(is_volume)
        self._buttons.allow_unseen(allowed=is_volume)
        planes = self._seen.slices.items() if is_volume else ()
        self._bars.show_planes(
            {titles[plane]: (slices, self._unseen(plane)) for plane, slices in planes}
        )

    def _unseen(self, plane: Plane) -> str:
        runs = self._seen.unseen(plane)
        if not runs:
            return self.tr("all slices seen")
        told = [f"{a + 1}" if a == b else f"{a + 1} to {b + 1}" for a, b in runs[:12]]
        more = "..." if len(runs) > 12 else ""
        return self.tr("not seen: {}").format(", ".join(told) + more)

    def _show_volumes(self) -> None:
        project, volumes = self._presenters.case.project, self._presenters.volumes
        lines: list[VolumeLine] = []
        if project is not None and volumes.pixels:
            for one in project.label_set:
                if one.index == 0:
                    continue
                size = (
                    self.tr("{} ml").format(f"{volumes.ml[one.index]:,.2f}")
                    if volumes.ml
                    else self.tr("{} px").format(f"{volumes.pixels[one.index]:,}")
                )
                lines.append(VolumeLine(one.colour, one.name, size))
            if not any(volumes.pixels[1:]):
                lines = [VolumeLine((128, 132, 140), self.tr("No object"), "")]
        self._volumes.show_lines(lines)
        for part in (self._parts["volumes"], self._volumes):
            part.setVisible(bool(lines))

    def _show_agreement(self) -> None:
        adjudication, review = self._presenters.adjudication, self._review
        can_settle = review.can_adjudicate and review.state is not CaseState.ADJUDICATED
        for part in (self._parts["agreement"], self._agreement):
            part.setVisible(can_settle)
        compared = adjudication.compared
        readers = compared.readings.readers if compared else None
        self._agreement.show_readers(readers, shown=adjudication.is_shown)
        self._agreement.show_agreement(*self._agreed(adjudication))

    def _agreed(self, adjudication: AdjudicationPresenter) -> tuple[str, list[VolumeLine]]:
        compared, project = adjudication.compared, self._presenters.case.project
        if compared is None or project is None:
            return self.tr("Two readers decided on this case."), []
        head = self.tr("{} and {} differ in {} pixels. Dice:").format(
            *compared.readings.readers, f"{compared.differing:,}"
        )
        lines: list[VolumeLine] = []
        for one in project.label_set:
            score = compared.dice.get(one.name) if one.index else None
            if one.index:
                told = self.tr("in neither") if score is None else f"{score:.3f}"
                lines.append(VolumeLine(one.colour, one.name, told))
        return head, lines

    def _ask_reason(self) -> None:
        self.dialog_asked.emit("reject")

    def _ask_comment(self) -> None:
        self.dialog_asked.emit("comment")

    def _name_reader(self) -> None:
        self._review.set_reader(self._reader.text())
        self._reader.setText(self._review.reader)

    def _show_masks(self, shown: bool) -> None:
        self._presenters.adjudication.show(shown=shown)

    def _go_to_comment(self, index: QModelIndex) -> None:
        self._review.show_comment(self._told.number_of(index.row()))
