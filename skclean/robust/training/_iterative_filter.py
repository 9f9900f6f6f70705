"""Leave out flagged labels, detect again with what is left, and repeat until nothing changes."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np

from skclean.base import BaseDetector
from skclean.detectors import DETECTORS
from skclean.robust.training._audited import make_detector
from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._soft_fit import one_hot
from skclean.targets import UNLABELLED, ClassTarget, codes_of
from skclean.utils._compat import Interval, StrOptions, fit_context
from skclean.utils._typing import Estimator, Labels1d, Numbers, RandomState, Table

__all__ = ["IterativeFilterClassifier"]


class IterativeFilterClassifier(NoisyLabelLearner):
    """Leave out flagged labels and fit the detector again, until the result is stable; then fit the estimator.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The model to train. None means skclean's default forest.
    detector : detector, str or None, default=None
        Flags labels in each round: an instance or its alias. None means
        :class:`skclean.detectors.ConfidentLearning`. "partition_filter" with ``stop="few"`` is the iterative
        partitioning filter (IPF), "kdn" with ``stop="stable"`` the closest list noise identification (CLNI).
    stop : {"few", "stable"}, default="few"
        When rounds end. "few": when in `patience` rounds in a row fewer than `share` of the labelled rows were newly
        left out. "stable": when no more than `share` of the rows that are left out have changed; a row that was left
        out comes back where the detector, which has not seen its label, suggests that label.
    share : float, default=0.01
        In [0, 1].
    patience : int, default=1
        For ``stop="few"``; the published filter has 3. At least 1.
    max_rounds : int, default=10
        Largest number of rounds, at least 1.
    n_jobs : int or None, default=None
        For the detector.
    random_state : int, RandomState instance or None, default=None
        Seeds detector and estimator where they have no seed of their own.

    Attributes
    ----------
    estimator_ : classifier
        The clone that was fitted on the rows that are left.
    classes_ : ndarray of shape (n_classes,)
    noise_mask_ : ndarray of shape (n_samples,), bool
        Rows that were left out.
    history_ : list of int
        Number of rows that are left out after each round.
    n_iter_ : int
        Rounds that were made.
    stop_reason_ : str
        Why rounds ended, in one sentence.
    n_features_in_, feature_names_in_, coef_, intercept_, feature_importances_
        Those of `estimator_`, where it has them.

    Notes
    -----
    As in the papers: IPF filters by classifiers of parts of the data, and ends when 3 rounds in a row remove less than
    1 %; CLNI ends when the list of noisy rows hardly changes, and compares all rows with those that are not on it.
    Otherwise: any detector takes part; one round that removes little is enough, and a class is never emptied.

    It assumes that right labels look right to models of the other rows. It loses where classes overlap: every round
    takes the doubtful rows for errors, and the next round then flags more rows.

    Over 10 tables with logistic regression, its defaults had the accuracy of :class:`skclean.NoiseRobustClassifier`
    within the error of the mean: 0.001 less under 30 % pair flips and without noise, 0.008 more where 20 % of the
    labels were wrong near the boundary of the classes, and a larger log loss in all three. As published, IPF lost 0.03
    under pair flips and 0.03 without noise, CLNI 0.05 and 0.03. So it is not recommended for any kind of noise.
    ``examples/benchmarks/learners.py`` prints such comparisons.

    References
    ----------
    Khoshgoftaar, Rebours, "Improving Software Quality Prediction by Noise Filtering Techniques", Journal of Computer
    Science and Technology 2007 (IPF). Kim, Zhang, Wu, Gong, "Dealing with Noise in Defect Prediction", ICSE 2011
    (CLNI).

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.noise import inject_noise
    >>> from skclean.robust import IterativeFilterClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> given, _ = inject_noise(y, rate=0.2, random_state=0)
    >>> model = IterativeFilterClassifier(LogisticRegression(max_iter=1000), random_state=0).fit(X, given)
    >>> bool(model.score(X, y) > 0.9)
    True
    """

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "detector": [BaseDetector, DETECTORS.options, None],
        "stop": [StrOptions({"few", "stable"})],
        "share": [Interval(Real, 0, 1, closed="both")],
        "patience": [Interval(Integral, 1, None, closed="left")],
        "max_rounds": [Interval(Integral, 1, None, closed="left")],
    }
    _needs_proba = False
    _part_aliases = {"detector": DETECTORS}

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        detector: BaseDetector | str | None = None,
        stop: Literal["few", "stable"] = "few",
        share: float = 0.01,
        patience: int = 1,
        max_rounds: int = 10,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.detector = detector
        self.stop = stop
        self.share = share
        self.patience = patience
        self.max_rounds = max_rounds
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Labels1d,
        sample_weight: Numbers | None = None,
        *,
        verified: Numbers | None = None,
        **params: Any,
    ) -> Self:
        """Filter in rounds, then fit the estimator on what is left.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Given labels; a row with a missing one is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For the detector and for the estimator.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a label is known to be right; such a row is never left out.
            Numbers between 0 and 1 say how far each label is trusted.
        **params : dict
            Passed to the fit of the estimator; what has one value per row follows the rows. With metadata routing
            enabled, routed as requested.

        Returns
        -------
        self : IterativeFilterClassifier
        """
        material = self._material(X, y, sample_weight, verified, params)
        left_out, self.history_, quiet = np.zeros(len(material.given), dtype=bool), [], 0
        self.stop_reason_ = f"max_rounds={self.max_rounds} rounds were made"
        for _ in range(self.max_rounds):
            found = self._round(material, left_out)
            changed = int(np.count_nonzero(found != left_out))
            before, left_out = int(np.count_nonzero(left_out)), found
            self.history_.append(int(np.count_nonzero(left_out)))
            if self.stop == "stable":
                most: int = max(before, self.history_[-1])
                if changed <= self.share * most:
                    self.stop_reason_ = f"the list of {self.history_[-1]} rows hardly changed ({changed} rows)"
                    break
                continue
            quiet = quiet + 1 if changed < self.share * np.count_nonzero(material.given != UNLABELLED) else 0
            if quiet >= self.patience or not changed:
                self.stop_reason_ = f"{changed} more rows were left out, fewer than {self.share:.1%} of all"
                break
        self.n_iter_, self.noise_mask_ = len(self.history_), left_out
        targets = one_hot(material.given, material.n_classes)
        targets[left_out] = 0
        self._fit_final(material, targets)
        return self

    def _round(self, material, left_out):
        """The rows to leave out, as a detector sees them that does not know the labels of those left out before."""
        codes = np.where(left_out, UNLABELLED, material.given).astype(np.int32)
        weight = {} if np.ptp(material.weight) == 0 else {"sample_weight": material.weight}
        detector = make_detector(self, material.X, material.estimator)
        y = ClassTarget(codes, material.classes).as_y()
        detector.fit(material.X, y, verified=np.where(left_out, 0, material.said()), **weight)
        found = left_out | detector.noise_mask_
        if self.stop == "stable" and left_out.any():
            suggested = codes_of(detector.suggested_labels_, material.classes, name="suggested_labels_")
            found &= ~(left_out & (suggested == material.given))
        return found
