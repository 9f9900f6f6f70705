"""Confident learning for rows that have several tags."""

from numbers import Integral

from sklearn.base import MetaEstimatorMixin

from skclean.base import BaseRule
from skclean.detectors.tags._tag_detector import TagDetector
from skclean.detectors.tags._tag_evidence import tag_forest, tag_scores
from skclean.utils._checks import check_classifies
from skclean.utils._compat import HasMethods, Interval, StrOptions
from skclean.utils._typing import CrossValidation, Estimator, RandomState

__all__ = ["MultiLabelConfidentLearning"]


class MultiLabelConfidentLearning(MetaEstimatorMixin, TagDetector):
    """Find rows with wrong tags, and which of their tags are wrong.

    For rows that have any number of tags. Each tag is predicted from the row and from the other tags of the row, by
    models that were trained without the row. A model of the noise, shared by all tags, says how often a tag was left
    out or added, and so how likely each cell (row, tag) is wrong.

    Parameters
    ----------
    estimator : classifier with predict_proba, or None, default=None
        The model that predicts one tag from X; it is cloned for each tag. None means a forest of extremely randomised
        trees that takes numbers, text, categories, dates, NaN and sparse matrices, mixed with class shapes and a
        logistic regression.
    cv : int, "oob", splitter, iterable of (train, test), or None, default=None
        How a row is kept out of the models that predict it. None means out of bag for the default model and 5 folds
        for any other estimator or where `groups` are given.
    rule : str, rule or None, default=None
        Which rows are flagged. None means those with a flagged cell; a rule that works on label quality, or
        :class:`skclean.rules.LikelyWrong`, may stand in its place: then a flagged row has at least its worst cell
        flagged, and no other row has one.
    quality : {"odds", "softmin", "minimum", "exponential_moving_average", "mean"}, default="odds"
        How the qualities of cells become that of a row; see :func:`skclean.quality.multilabel_quality`.
    n_jobs : int or None, default=None
        Trees grown and folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds models and folds.

    Attributes
    ----------
    cell_quality_ : ndarray of shape (n_samples, n_tags), float64
        Chance that a cell is right, in [0, 1]; 1 where it is unknown or verified.
    cell_mask_ : ndarray of shape (n_samples, n_tags), bool
        True where a cell is judged wrong: a tag that is there and should not be, or the other way round.
    label_quality_ : ndarray of shape (n_samples,), float64
        Quality of all tags of a row together, in [0, 1]; 1 where no cell is known.
    noise_mask_ : ndarray of shape (n_samples,), bool
        Rows with a flagged cell.
    suggested_labels_ : list of sets, or ndarray, sparse matrix or DataFrame of shape (n_samples, n_tags)
        Of the type of Y: the given tags, with flagged cells turned round.
    classes_ : ndarray of shape (n_tags,)
        Names of the tags: the columns of a DataFrame, the members of sets, else 0 … n_tags - 1.
    drop_rate_, add_rate_ : float
        Estimated P(tag not given | the row has it), and P(tag given | the row has it not), of all tags together.
    audit_ : Audit
        Everything that rules and treatments read. It does not hold X.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: each tag is a problem of two classes, and its probabilities come from models that were trained
    without the row; a row is scored by its cells. As in classifier chains, other tags are columns of a model.

    Otherwise: three models predict each tag: one from the row; a forest from the row and the chances of the other tags;
    a logistic regression from the scores of the first model for all tags and the same chances. The chance of another
    tag is that the row really has it, given the row and the given cell. A model of the noise takes the place of class
    thresholds, and the quality of a row adds up the odds of its cells.

    With an `estimator` of yours, or rows that are no dense table, the second model reads the scores of the first one in
    place of the row.

    It assumes that errors of the tags of a row are separate and that a tag is left out, or added, about as often
    whichever tag it is. It loses where one tag is noisy and the others are not, where tags are given by a rule from
    columns of X (such columns hide errors), and with few rows: most of the gain comes from the other tags, which
    have to be learned. Where no noise was injected, 0.1 % of the rows were flagged in the mean, and 0.8 % of one table;
    ``examples/benchmarks/targets_tags.py`` measures both.

    References
    ----------
    After Northcutt, Jiang, Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 2021;
    Thyagarajan, Snorrason, Northcutt, Mueller, "Identifying incorrect annotations in multi-label classification data",
    ICLR Workshop on Trustworthy ML 2023; Read, Pfahringer, Holmes, Frank, "Classifier chains for multi-label
    classification", Machine Learning 2011.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_multilabel_classification
    >>> from skclean.detectors import MultiLabelConfidentLearning
    >>> X, Y = make_multilabel_classification(300, n_classes=4, length=100, random_state=0)
    >>> wrong = np.arange(0, 300, 20)
    >>> Y[wrong, 0] = 1 - Y[wrong, 0]
    >>> detector = MultiLabelConfidentLearning(random_state=0).fit(X, Y)
    >>> doubtful = np.argsort(detector.cell_quality_[:, 0])[:15]
    >>> bool(np.isin(doubtful, wrong).mean() > 0.5)
    True
    """

    alias = "multi_label_confident_learning"
    _default_model = staticmethod(tag_forest)

    _parameter_constraints: dict = {
        **TagDetector._parameter_constraints,
        "estimator": [HasMethods(["fit"]), None],
        "cv": ["cv_object", StrOptions({"oob"}), Interval(Integral, 2, None, closed="left"), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        rule: BaseRule | str | None = None,
        quality: str = "odds",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.rule = rule
        self.quality = quality
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _score(self, given, progress):
        if self.estimator is not None:
            check_classifies(given.estimator, self)
        return tag_scores(
            given, by_default=self.estimator is None, cv=self.cv, n_jobs=self.n_jobs, random_state=self.random_state
        )
