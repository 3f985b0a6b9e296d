"""All presenters of one window, wired to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from app.jobs import JobRunner
from app.presenters.adjudication import AdjudicationPresenter
from app.presenters.case import CasePresenter
from app.presenters.classes import ClassesPresenter
from app.presenters.comparison import ComparisonPresenter
from app.presenters.doubt import DoubtPresenter
from app.presenters.editing import EditingPresenter
from app.presenters.exporting import ExportingPresenter
from app.presenters.history import HistoryPresenter
from app.presenters.jobs import JobsPresenter
from app.presenters.layers import LayersPresenter
from app.presenters.levels import LevelsPresenter
from app.presenters.models import ModelsPresenter
from app.presenters.notices import NoticesPresenter
from app.presenters.operations import OperationsPresenter
from app.presenters.paint_modes import PaintModesPresenter
from app.presenters.planes import PlanesPresenter
from app.presenters.pointing import PointingPresenter
from app.presenters.predicting_all import PredictingAllPresenter
from app.presenters.prediction import PredictionPresenter
from app.presenters.presets import PresetsPresenter
from app.presenters.project import ProjectPresenter
from app.presenters.pyramid import PyramidPresenter
from app.presenters.readout import ReadoutPresenter
from app.presenters.recent import RecentPresenter
from app.presenters.refinement import RefinementPresenter
from app.presenters.refining_all import RefiningAllPresenter
from app.presenters.relocation import RelocationPresenter
from app.presenters.review import ReviewPresenter
from app.presenters.scene import ScenePresenter
from app.presenters.seen import SeenPresenter
from app.presenters.selection import SelectionPresenter
from app.presenters.spreading import SpreadingPresenter
from app.presenters.steps import StepsPresenter
from app.presenters.surface import SurfacePresenter
from app.presenters.thumbnails import ThumbnailsPresenter
from app.presenters.tool_options import Lasting, ToolOptions
from app.presenters.volumes import VolumesPresenter
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Presenters:
    """What the screen knows and does, without a widget."""

    settings: Settings
    runner: JobRunner
    project: ProjectPresenter
    case: CasePresenter
    editing: EditingPresenter
    spreading: SpreadingPresenter
    prediction: PredictionPresenter
    predicting_all: PredictingAllPresenter
    models: ModelsPresenter
    refinement: RefinementPresenter
    refining_all: RefiningAllPresenter
    comparison: ComparisonPresenter
    presets: PresetsPresenter
    steps: StepsPresenter
    exporting: ExportingPresenter
    notices: NoticesPresenter
    planes: PlanesPresenter
    levels: LevelsPresenter
    layers: LayersPresenter
    relocation: RelocationPresenter
    pyramid: PyramidPresenter
    modes: PaintModesPresenter
    pointing: PointingPresenter
    readout: ReadoutPresenter
    operations: OperationsPresenter
    history: HistoryPresenter
    volumes: VolumesPresenter
    seen: SeenPresenter
    review: ReviewPresenter
    adjudication: AdjudicationPresenter
    thumbnails: ThumbnailsPresenter
    classes: ClassesPresenter
    doubt: DoubtPresenter
    recent: RecentPresenter
    jobs: JobsPresenter
    selection: SelectionPresenter
    surface: SurfacePresenter
    scene: ScenePresenter

    @classmethod
    def make(
        cls, runner: JobRunner, home: Path, parent: QObject, settings: Settings | None = None
    ) -> Presenters:
        """All of them, owned by `parent`; projects of loose files are kept under `home`.

        Settings that are not given lie beside `home`.
        """
        settings = settings or Settings(home.parent / "settings.toml", parent)
        case = CasePresenter(runner, parent)
        notices = NoticesPresenter(runner, case, parent)
        project = ProjectPresenter(runner, case, home, parent)
        prediction = PredictionPresenter(runner, case, parent)
        predicting_all = PredictingAllPresenter(runner, project, case, prediction, parent)
        predicting_all.kept.connect(project.refresh)
        refinement = RefinementPresenter(runner, case, prediction, parent)
        options = ToolOptions(Lasting(), parent)
        editing = EditingPresenter(runner, case, notices, options, parent)
        comparison = ComparisonPresenter(runner, case, refinement, parent)
        modes = PaintModesPresenter(case, editing, parent)
        pointing = PointingPresenter(case, parent)
        planes = PlanesPresenter(case, settings, parent)
        seen = SeenPresenter(runner, case, planes, parent)
        review = ReviewPresenter(runner, case, project, seen, settings, parent)
        layers = LayersPresenter(settings, parent)
        surface = SurfacePresenter(runner, case, layers, settings, parent)
        return cls(
            settings,
            runner,
            project,
            case,
            editing,
            SpreadingPresenter(runner, case, refinement, editing, parent),
            prediction,
            predicting_all,
            ModelsPresenter(runner, prediction, parent),
            refinement,
            RefiningAllPresenter(runner, case, prediction, refinement, parent),
            comparison,
            PresetsPresenter(runner, case, refinement, parent),
            StepsPresenter(runner, case, prediction, refinement, parent),
            ExportingPresenter(runner, case, parent),
            notices,
            planes,
            LevelsPresenter(runner, case, parent),
            layers,
            RelocationPresenter(runner, case, project, parent),
            PyramidPresenter(runner, case, parent),
            modes,
            pointing,
            ReadoutPresenter(runner, case, editing, modes, pointing, parent),
            OperationsPresenter(runner, case, editing, modes, pointing, refinement, parent),
            HistoryPresenter(runner, case, parent),
            VolumesPresenter(runner, case, parent),
            seen,
            review,
            AdjudicationPresenter(runner, case, review, comparison, parent),
            ThumbnailsPresenter(runner, project, parent),
            ClassesPresenter(runner, case, project, refinement, parent),
            DoubtPresenter(runner, case, planes, prediction, parent),
            RecentPresenter(home.parent / "recent.json", project, settings, parent),
            JobsPresenter(runner, project, settings, parent),
            SelectionPresenter(project, parent),
            surface,
            ScenePresenter(runner, case, editing, surface, parent),
        )

    def which_fail(
        self,
    ) -> Iterator[
        ProjectPresenter
        | CasePresenter
        | PredictionPresenter
        | PredictingAllPresenter
        | ModelsPresenter
        | RefinementPresenter
        | RefiningAllPresenter
        | ComparisonPresenter
        | SpreadingPresenter
        | PresetsPresenter
        | StepsPresenter
        | ExportingPresenter
        | NoticesPresenter
        | RelocationPresenter
        | ReadoutPresenter
        | OperationsPresenter
        | HistoryPresenter
        | VolumesPresenter
        | SeenPresenter
        | ReviewPresenter
        | AdjudicationPresenter
        | ClassesPresenter
        | DoubtPresenter
        | SurfacePresenter
        | ScenePresenter
    ]:
        """Those with a `failed` signal."""
        yield from (self.project, self.case, self.prediction, self.refinement)
        yield from (self.refining_all, self.comparison, self.presets, self.steps)
        yield from (self.predicting_all, self.models)
        yield from (self.exporting, self.notices, self.spreading, self.relocation)
        yield from (self.readout, self.operations, self.history, self.volumes)
        yield from (self.seen, self.review, self.adjudication, self.classes, self.doubt)
        yield from (self.surface, self.scene)
