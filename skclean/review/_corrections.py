"""Learn from decisions which further labels a reviewer would change."""

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.utils import check_random_state

from skclean.base import ClassProba
from skclean.noise.model._noise_fit import noise_of
from skclean.preprocessing import as_points
from skclean.review._decisions import Decisions
from skclean.targets import UNLABELLED, encode_labels
from skclean.utils._compat import check_pandas_support
from skclean.utils._typing import Bools, Floats, Labels1d, Positions, RandomState, Table

__all__ = ["Corrections", "learn_corrections"]

# Weight of the second model in the log odds. Chosen on 7 tables of ``examples/benchmarks/review.py``: with a half the
# ranking fell on single tables where only the top of the list was reviewed.
SHARE = 0.3
N_TREES, SMALLEST_LEAF = 200, 4
MARGIN = 1e-4


class Corrections(NamedTuple):
    """What a reviewer would change.

    Attributes
    ----------
    chance_changed : ndarray of shape (n_samples,), float64
        P(a reviewer would change the label), in [0, 1]; 0 where a row is unlabelled, 0 or 1 where it was reviewed.
    suggested : ndarray of shape (n_samples,)
        The label that it would be changed to.
    reviewed : ndarray of shape (n_samples,), bool
        Rows with a label that was found right or wrong.
    detector : fitted detector
        Fitted again, with the labels that were found.
    """

    chance_changed: Floats
    suggested: np.ndarray
    reviewed: Bools
    detector: Any

    @property
    def rows(self) -> Positions:
        """Rows that were not reviewed, the likeliest change first: ndarray of int."""
        rows = np.flatnonzero(~self.reviewed & (self.detector.audit_.codes != UNLABELLED))
        return rows[np.argsort(-self.chance_changed[rows], kind="stable")]

    def table(self, n_rows: int = 100) -> Any:
        """Return the rows to look at next.

        Parameters
        ----------
        n_rows : int, default=100

        Returns
        -------
        table : pandas.DataFrame
            Columns row, given, suggested and chance_changed.
        """
        pandas = check_pandas_support("Corrections.table")
        rows, audit = self.rows[:n_rows], self.detector.audit_
        return pandas.DataFrame(
            {
                "row": rows,
                "given": audit.classes[audit.codes[rows]],
                "suggested": self.suggested[rows],
                "chance_changed": self.chance_changed[rows],
            }
        )


def learn_corrections(
    detector: Any, X: Table, y: Labels1d, decisions: Decisions, *, random_state: RandomState = 0
) -> Corrections:
    """Learn from decisions on some rows which labels of the others a reviewer would change.

    The detector is fitted again with the labels that were found. A second model learns "was changed" from the reviewed
    rows: from what the detector says of each label, from the classes in question, and from the features. Both are
    joined. So errors that follow a pattern, such as one pair of classes or one kind of customer, are found as soon as
    some of them were corrected.

    Parameters
    ----------
    detector : detector with probabilities
        Its settings are taken; `ambiguity` is estimated from the decisions where it has that parameter.
    X : table of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
        The labels that were reviewed.
    decisions : Decisions
        Best on doubtful rows and on some drawn at random.
    random_state : int, RandomState instance or None, default=0
        Seeds the second model.

    Returns
    -------
    corrections : Corrections

    Raises
    ------
    ValueError
        If the decisions are on other labels, or the detector gives no probabilities.

    Notes
    -----
    The idea that corrections train a model of further corrections is known from annotation tools for pictures; models
    and features are those of this package. ``examples/benchmarks/review.py`` measures it.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.noise import inject_noise
    >>> from skclean.review import Decisions, learn_corrections
    >>> X, y = load_iris(return_X_y=True)
    >>> noisy, flipped = inject_noise(y, rate=0.2, random_state=0)
    >>> decisions = Decisions(
    ...     {"row": row, "given": int(noisy[row]), "decision": "change" if flipped[row] else "keep",
    ...      "label": int(y[row])} for row in range(0, 150, 3))
    >>> found = learn_corrections(ConfidentLearning(random_state=0), X, noisy, decisions)
    >>> bool(flipped[found.rows[:10]].mean() > 0.7)
    True
    """
    target, rng = encode_labels(y), check_random_state(random_state)
    reviewed = decisions.reviewed_labels(y)
    fitted = clone(detector)
    if "ambiguity" in fitted.get_params(deep=False):
        fitted.set_params(ambiguity="auto")
    fitted.fit(X, y, reviewed=reviewed)
    audit = fitted.audit_
    noise = noise_of(audit) if ClassProba in audit else None
    if noise is None:
        raise ValueError(
            f"{type(detector).__name__} does not say how probable each error is; use one with probabilities, such as "
            "ConfidentLearning, and at most 50 classes."
        )
    rows = np.array([row for row, label in enumerate(reviewed) if label is not None], dtype=np.intp)
    rows = rows[target.codes[rows] != UNLABELLED]
    changed = audit.codes[rows] != target.codes[rows]
    chance = noise.wrong()
    rivals = _rivals(audit.proba, target.codes)
    if len(np.unique(changed)) == 2:
        described = _described(audit.proba, target.codes, rivals, chance, as_points(X))
        model = ExtraTreesClassifier(N_TREES, min_samples_leaf=SMALLEST_LEAF, random_state=rng.randint(2**31 - 1))
        second = model.fit(described[rows], changed).predict_proba(described)[:, 1]
        chance = expit(SHARE * _log_odds(second) + (1 - SHARE) * _log_odds(chance))
    chance = np.where(target.codes == UNLABELLED, 0.0, chance)
    chance[rows] = changed
    suggested = np.where(chance > 0.5, rivals, target.codes)
    suggested[rows] = audit.codes[rows]
    is_reviewed = np.zeros(len(chance), dtype=bool)
    is_reviewed[rows] = True
    return Corrections(chance, target.classes[suggested], is_reviewed, fitted)


def _rivals(proba, codes):
    """The likeliest other class of each row: ndarray of int; of unlabelled rows the likeliest one."""
    others = np.array(proba, dtype=np.float64)
    labelled = np.flatnonzero(codes != UNLABELLED)
    others[labelled, codes[labelled]] = -1
    return others.argmax(axis=1)


def _described(proba, codes, rivals, chance, points):
    """What the second model reads of each row: ndarray of shape (n_samples, n_features)."""
    rows, n_classes = np.arange(len(codes)), proba.shape[1]
    given = np.where(codes == UNLABELLED, rivals, codes)
    support = np.log(np.maximum(proba[rows, given], MARGIN))
    rival = np.log(np.maximum(proba[rows, rivals], MARGIN))
    numbers = np.column_stack([_log_odds(chance), support, rival, support - rival, np.log(proba.max(axis=1))])
    classes = np.hstack([np.eye(n_classes)[given], np.eye(n_classes)[rivals]])
    points = points.toarray() if issparse(points) else np.asarray(points, dtype=np.float64)
    return np.hstack([numbers, classes, np.nan_to_num(points)])


def _log_odds(chance):
    return logit(np.clip(chance, MARGIN, 1 - MARGIN))
