"""What detectors of tags share: reading Y, the noise of all tags, flagged cells and suggested sets."""

import numpy as np

from skclean.base import CellErrors, CellProba, ErrorChance
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.detectors.tags._cell_errors import LEAST_CHANCE, AnyWrongCell, flag_cells
from skclean.noise.model._cell_channel import CellChannel, fit_cell_channel
from skclean.quality import MULTILABEL_METHODS
from skclean.quality._multilabel_quality import pool_cells
from skclean.targets import UNLABELLED, read_tags
from skclean.utils._compat import StrOptions

__all__ = ["TagDetector"]


class TagDetector(DetectorTemplate):
    """A detector of tags with the parameters `rule` and `quality`, of which only the scores are left to find.

    Subclasses write ``_score(given, progress)``, which returns a TagEvidence.
    """

    gives: tuple[type, ...] = (CellProba, CellErrors, ErrorChance)
    accepts = ("tags",)
    _least_chance = LEAST_CHANCE

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "quality": [StrOptions(set(MULTILABEL_METHODS))],
    }

    def _read_y(self, y):
        return read_tags(y)

    def _default_rule(self):
        return AnyWrongCell()

    def _find(self, given, progress):
        """Chances of cells, and the quality of rows that follows."""
        cells = given.labels.cells
        channel = _channel(self._score(given, progress), given)
        self.drop_rate_, self.add_rate_ = channel.drop_rate, channel.add_rate
        flagged = flag_cells(channel, cells, self._least_chance)
        known = cells != UNLABELLED
        return Findings(
            pool_cells(1 - channel.wrong, known, self.quality),
            evidence=(
                CellProba(channel.truth, cells, given.labels.classes),
                CellErrors(channel.wrong, flagged),
                ErrorChance(1 - pool_cells(1 - channel.cautiously_wrong, known, "odds")),
            ),
            suggested=_turned_round(cells, _with_worst(flagged, channel.wrong)),
        )

    def _record(self, given, findings, rule, trials=()):
        super()._record(given, findings, rule, trials)
        errors = self.audit_[CellErrors]
        trust = 0.0 if given.trust is None else given.trust[:, None]
        self.cell_quality_ = 1 - (1 - trust) * errors.wrong
        self.cell_mask_ = _with_worst(errors.flagged, errors.wrong) & self.noise_mask_[:, None]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = False
        return tags


def _channel(evidence, given):
    """The noise of the cells of usable tags; cells of others are taken as right: CellChannel."""
    cells, usable = given.labels.cells, evidence.usable
    found = fit_cell_channel(
        evidence.scores[:, :, usable], cells[:, usable], weight=given.weight, verified=given.verified
    )
    if usable.all():
        return found
    truth = np.where(cells == UNLABELLED, 0.5, cells == 1).astype(np.float64)
    wrong, cautiously_wrong = np.zeros((2, *cells.shape))
    truth[:, usable], wrong[:, usable] = found.truth, found.wrong
    cautiously_wrong[:, usable] = found.cautiously_wrong
    return CellChannel(truth, wrong, cautiously_wrong, *found[3:])


def _with_worst(flagged, wrong):
    """The flagged cells, and in rows without one the cell that is most likely wrong."""
    marked = flagged.copy()
    rows = np.flatnonzero(~flagged.any(axis=1) & (wrong.max(axis=1) > 0))
    marked[rows, wrong[rows].argmax(axis=1)] = True
    return marked


def _turned_round(cells, marked):
    """The cells with marked ones turned round; unknown ones stay unknown."""
    return np.where(marked & (cells != UNLABELLED), 1 - cells, cells).astype(np.int8)
