"""Learn from many labels that may be wrong and a few that are known to be right."""

from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state

from skclean.preprocessing import as_numbers, is_table
from skclean.preprocessing._points import as_points
from skclean.robust.training._density_ratio import density_ratio_weights
from skclean.robust.training._influence_weights import Seeds, move_rows
from skclean.robust.training._learner import NoisyLabelLearner
from skclean.robust.training._seed_channel import seed_targets
from skclean.robust.training._self_taught import draw_seeds
from skclean.robust.training._soft_fit import one_hot
from skclean.targets import UNLABELLED, ClassTarget
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, has_method, num_samples
from skclean.utils._params import missing_method_message
from skclean.utils._typing import CrossValidation, Estimator, Labels1d, Numbers, RandomState, Table
from skclean.utils._values import is_missing

__all__ = ["CleanSeedClassifier"]

# Coefficients of the linear head whose second derivatives are held at once.
MAX_COEFFICIENTS = 600


class CleanSeedClassifier(NoisyLabelLearner):
    """Learn from labels that may be wrong, with the help of a few that are known to be right.

    Parameters
    ----------
    estimator : classifier or None, default=None
        The model to train. None means skclean's default forest.
    method : {"posterior", "density_ratio", "influence"}, default="posterior"
        How verified rows help.

        - "posterior": they calibrate the out-of-sample probabilities of skclean's default model, from which the noise
          of the other labels is estimated; each row then counts for each class by its probability.
        - "density_ratio": a row weighs as much as a model of verified rows finds its label likelier than a model of
          the other rows does. `estimator` needs predict_proba.
        - "influence": weights of rows move, in a linear model of their points, so that the loss of verified rows
          falls; `estimator` is fitted with these weights.
    soften : bool, default=False
        For "influence": labels move as well, between the given one and the out-of-sample prediction.
    transformer : transformer or None, default=None
        For "influence", and to draw rows that stand in for verified ones: turns X into the points of a linear model.
        None means numbers, standardised, with a coordinate for each category; with many columns or classes, the
        directions of largest variance.
    max_rounds : int, default=10
        For "influence": the largest number of rounds, at least 1. Held-out verified rows choose how many are made.
    cv : int, splitter or iterable of (train, test), default=5
        For the out-of-sample probabilities of "density_ratio", and of the other methods where X is no table.
    n_jobs : int or None, default=None
        For the default model and for folds. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds models and folds, and draws rows that stand in for verified ones.

    Attributes
    ----------
    estimator_ : classifier
        The fitted clone.
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    targets_ : ndarray of shape (n_samples, n_classes)
        What each row counts for in each class; rows of "posterior" sum to 1, and unlabelled rows to 0.
    seeds_ : ndarray of shape (n_samples,), bool
        Verified rows; where none were given and `method` needs some, those that were drawn to stand in.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
        With method="posterior": ``[k, j]`` is P(recorded j | true k) for rows that are not verified.
    loss_history_ : list of float
        With method="influence": mean loss of the verified rows before the first round and after each.
    n_features_in_, feature_names_in_, coef_, intercept_, feature_importances_
        Those of `estimator_`, where it has them.

    See Also
    --------
    skclean.NoiseRobustClassifier : Takes `verified` too, and needs none.

    Notes
    -----
    "posterior" is skclean's own; it was chosen among some thirty variants on 14 tables. On other tables with 5 %
    verified rows, the mean difference in accuracy, with the half-width of a 95 % interval, was as follows under 30 %
    pair flips, and where 20 % of the labels were wrong near the boundary of the classes. From
    ``NoiseRobustClassifier(...).fit(..., verified=)``: with gradient boosting (21 tables) +0.053 ± 0.023 and
    +0.023 ± 0.010; with logistic regression (16 tables) +0.007 ± 0.010 and +0.006 ± 0.010, which shows no difference,
    with a log loss lower by 0.070 ± 0.039 and 0.018 ± 0.017. From a fit to the verified rows alone: +0.055 and +0.047,
    +0.004 ± 0.013 and +0.015. From importance reweighting (IRBL of biquality-learn): +0.038 and +0.017, +0.005 ± 0.014
    and +0.017. Without noise it equalled the plain fit of a logistic regression within 0.003.

    It assumes that labels are annotations, as people can verify them. NoiseRobustClassifier with
    ``labels="annotations"`` has a part of the gain under boundary noise: with logistic regression, +0.002 of +0.006.

    As in the papers: "density_ratio" weighs by the ratio of two models; "influence" takes derivatives of the verified
    loss through the minimum of the training loss, for weights and for labels (`soften`), and weighs groups by the
    exponential of their loss.

    Otherwise: the tabular counterpart, not the papers' algorithms, which train deep networks step by step. The models
    of "density_ratio" are cross-fitted and calibrated, and with fewer than 10 verified rows of a class mixed with the
    model of the other rows. "influence" uses one linear model, and left-out verified rows choose the number of rounds.
    Without verified rows a tenth of each class is drawn to stand in for them.

    It assumes that verified rows are drawn as the others are. Where reviewers looked at the doubtful rows only,
    `NoiseRobustClassifier` is the better choice. "density_ratio" and "influence" lose with few verified rows: over 8
    tables with 5 % of them they were 0.01 and 0.04 below NoiseRobustClassifier under 30 % pair flips, and 0.007 and
    0.002 below it under boundary noise. ``examples/benchmarks/learners.py`` prints such comparisons. Fits with
    `groups`, and fits without verified rows, have not been measured.

    References
    ----------
    Nodet, Lemaire, Bondu, Cornuéjols, "Importance Reweighting for Biquality Learning", IJCNN 2021. Ren, Zeng, Yang,
    Urtasun, "Learning to Reweight Examples for Robust Deep Learning", ICML 2018. Koh, Liang, "Understanding Black-box
    Predictions via Influence Functions", ICML 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean.noise import inject_noise
    >>> from skclean.robust import CleanSeedClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> given, verified = inject_noise(y, kind="pair_flip", rate=0.3, random_state=0)[0], np.arange(150) % 10 == 0
    >>> given[verified] = y[verified]
    >>> model = CleanSeedClassifier(LogisticRegression(max_iter=1000)).fit(X, given, verified=verified)
    >>> bool(model.score(X, y) > 0.8)
    True
    """

    __metadata_request__fit = {"verified": True, "groups": True}

    _parameter_constraints: dict = {
        **NoisyLabelLearner._parameter_constraints,
        "method": [StrOptions({"posterior", "density_ratio", "influence"})],
        "soften": ["boolean"],
        "transformer": [HasMethods(["fit_transform"]), None],
        "max_rounds": [Interval(Integral, 1, None, closed="left")],
        "cv": ["cv_object"],
    }
    _needs_proba = False

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        method: Literal["posterior", "density_ratio", "influence"] = "posterior",
        soften: bool = False,
        transformer: Any = None,
        max_rounds: int = 10,
        cv: CrossValidation = 5,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.soften = soften
        self.transformer = transformer
        self.max_rounds = max_rounds
        self.cv = cv
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
        groups: Labels1d | None = None,
        **params: Any,
    ) -> Self:
        """Weigh rows and labels with the help of verified ones, then fit the estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Labels, the right ones in verified rows. A row with a missing label is not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where the label is known to be right.
            Numbers between 0 and 1 say how far each label is trusted.
        groups : array-like of shape (n_samples,) or None, default=None
            For method="influence": groups among which the one with the largest loss is to lose least. They are read
            in verified rows only, and may be missing elsewhere.
        **params : dict
            Passed to the fit of the estimator; what has one value per row follows the rows. With metadata routing
            enabled, routed as requested.

        Returns
        -------
        self : CleanSeedClassifier

        Raises
        ------
        ValueError
            If y has one class only, or `groups` is given with another method.
        """
        if groups is not None and self.method != "influence":
            raise ValueError(f"groups is for method='influence', and method is {self.method!r}; leave it out.")
        material = self._material(X, y, sample_weight, verified, params, groups=groups)
        self._forget("transition_matrix_", "loss_history_")
        self.seeds_ = material.verified
        ways = {"posterior": self._by_posterior, "density_ratio": self._by_density_ratio}
        find = ways.get(self.method, self._by_influence)
        self.targets_ = material.trusting(find(material, groups))
        self._fit_final(material, self.targets_)
        return self

    def _by_posterior(self, material, _):
        """Soft targets of the noise channels."""
        rows = np.flatnonzero(material.given != UNLABELLED)
        codes, weight = material.given[rows], material.weight[rows]
        found = seed_targets(self._out_of_sample(material, self.cv)[rows], codes, self.seeds_[rows], weight)
        targets = one_hot(material.given, material.n_classes)
        self.transition_matrix_ = np.eye(material.n_classes) if found is None else found.transition
        if found is not None:
            targets[rows] = found.targets
        return targets

    def _by_density_ratio(self, material, _):
        """Weights of rows by two models."""
        labels = ClassTarget(material.given, material.classes)
        if not has_method(material.estimator, "predict_proba"):
            why = "method='density_ratio'"
            raise ValueError(missing_method_message(material.estimator, "predict_proba", why=why))
        self._stand_in(material)
        options = {"cv": self.cv, "fit_params": material.weighted_params(), "n_jobs": self.n_jobs}
        options["random_state"] = self.random_state
        weights = density_ratio_weights(material.estimator, material.X, labels, self.seeds_, **options)
        return one_hot(material.given, material.n_classes) * weights[:, None]

    def _by_influence(self, material, groups):
        """Weights and soft labels by the influence of rows."""
        points, proba = self._stand_in(material)
        codes, n_classes = material.given, material.n_classes
        open_rows = np.flatnonzero(~self.seeds_ & (codes != UNLABELLED))
        seeds = np.flatnonzero(self.seeds_)
        targets = one_hot(codes, n_classes)
        if open_rows.size:
            known = Seeds(points[seeds], codes[seeds], _group_numbers(groups, seeds, num_samples(material.X)))
            settings = {"soften": self.soften, "max_rounds": self.max_rounds}
            moved = move_rows(points[open_rows], codes[open_rows], proba[open_rows], known, **settings)
            share = moved.share[:, None]
            soft = share * targets[open_rows] + (1 - share) * proba[open_rows]
            targets[open_rows] = soft * moved.weight[:, None]
            self.loss_history_ = moved.losses
        return targets

    def _stand_in(self, material):
        """Points and probabilities; where no row is verified, draw some that stand in."""
        if self.method == "density_ratio" and self.seeds_.any():
            return None, None
        points, proba = self._points(material), self._out_of_sample(material, self.cv)
        if not self.seeds_.any():
            rows = np.flatnonzero((material.given != UNLABELLED) & (material.weight > 0))
            self.seeds_ = np.zeros(len(material.given), dtype=bool)
            rng = check_random_state(self.random_state)
            self.seeds_[rows] = draw_seeds(points[rows], material.given[rows], proba[rows], rng)
        return points, proba

    def _points(self, material):
        """Standardised points with a column of ones: ndarray of shape (n_samples, n_columns)."""
        if self.transformer is None and not is_table(material.X):
            raise ValueError(
                f"method={self.method!r} reads rows as points, and X is no table; pass transformer=, such as "
                "TfidfVectorizer() for texts, or choose method='posterior'."
            )
        if self.transformer is None:
            points = as_points(as_numbers(material.X))
        else:
            points = clone(self.transformer).fit_transform(material.X)
        most = max(2, MAX_COEFFICIENTS // material.n_classes)
        if points.shape[1] > most:
            points = TruncatedSVD(min(most, len(material.given)), random_state=0).fit_transform(points)
        points = points.toarray() if hasattr(points, "toarray") else np.asarray(points, dtype=np.float64)
        return np.column_stack([StandardScaler().fit_transform(points), np.ones(len(points))])


def _group_numbers(groups, rows, n_samples):
    """The groups of some rows as numbers: ndarray of int; zeros where there are none."""
    if groups is None:
        return np.zeros(len(rows), dtype=np.intp)
    values = np.asarray(groups, dtype=object)
    if values.shape != (n_samples,):
        raise ValueError(f"groups must have shape ({n_samples},), one group per row, got {values.shape}.")
    missing = [row for row in rows if is_missing(values[row])]
    if missing:
        raise ValueError(f"groups has no value in row {missing[0]}; give a group to every verified row.")
    return np.unique(values[rows].astype(str), return_inverse=True)[1]
