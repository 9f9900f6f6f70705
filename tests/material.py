"""Small problems, small models and plain references that the rooms' tests share."""

import warnings
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_blobs
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.metrics import pairwise_distances
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

from skclean.base import ONLY_MEMBER, Audit, ClassProba, Labels
from skclean.detectors import ConfidentLearning
from skclean.noise import inject_noise
from skclean.repeats import make_folds, repeated_cv
from skclean.targets import ClassTarget, read_target


class Planted(NamedTuple):
    """X, true labels, labels with planted errors, and where these are."""

    X: np.ndarray
    y: np.ndarray
    noisy: np.ndarray
    flipped: np.ndarray


def planted_problem(n_samples=150, n_classes=3, n_flipped=12, seed=0, spread=1.0):
    """Blobs far apart, some labels moved to the next class: every error can be found."""
    angle = 2 * np.pi * np.arange(n_classes) / n_classes
    centers = 6 * np.column_stack([np.cos(angle), np.sin(angle), np.zeros(n_classes)])
    X, y = make_blobs(n_samples, centers=centers, cluster_std=spread, random_state=seed)
    rng = np.random.default_rng(seed)
    flipped = np.zeros(n_samples, dtype=bool)
    flipped[rng.choice(n_samples, n_flipped, replace=False)] = True
    return Planted(X, y, np.where(flipped, (y + 1) % n_classes, y), flipped)


def heavy_noise(seed=0):
    """Blobs far apart with 35 % of the labels flipped at random."""
    X, y, *_ = planted_problem(300, 3, seed=seed)
    noisy, flipped = inject_noise(y, rate=0.35, random_state=seed)
    return Planted(X, y, noisy, flipped)


def rival_ratios(codes, rows, scale):
    """min(1, given / (scale * rival)) of rows with a code, in NumPy: positions, codes of their rivals, and ratios."""
    listed = np.flatnonzero(codes >= 0)
    rivals = rows.rivals_of(listed)
    given, scaled = rows.given[listed].astype(np.float64), scale[codes[listed], rivals] * rows.rival[listed]
    return listed, rivals, np.divide(given, scaled, out=np.ones(len(listed)), where=given < scaled)


def rival_histogram(codes, rows, scale, n_bins, weight=None):
    """Count the ratios to the rivals, or add up the weights of their rows, in equal bins over [0, 1]."""
    listed, _, ratios = rival_ratios(codes, rows, scale)
    bins = np.minimum((ratios * n_bins).astype(int), n_bins - 1)
    return np.bincount(bins, None if weight is None else weight[listed], n_bins).astype(np.float64)


def rival_mask(codes, rows, scale, cut, lead):
    """Mark rows with a ratio below the cut and a rival that leads: given < lead * rival."""
    listed, rivals, ratios = rival_ratios(codes, rows, scale)
    leads = rows.given[listed] < lead[codes[listed], rivals] * rows.rival[listed]
    mask = np.zeros(len(codes), dtype=bool)
    mask[listed[(ratios < cut) & leads]] = True
    return mask


def small_forest(n_estimators=40):
    """The default judge in small."""
    return ExtraTreesClassifier(n_estimators, bootstrap=True, min_samples_leaf=3, random_state=0)


def small_detector(**params):
    """A detector that takes a few milliseconds."""
    return ConfidentLearning(small_forest(), **{"cv": "oob", "random_state": 0, **params})


def random_proba(rng, n_samples, n_classes, y=None, strength=2.0):
    """Random rows of probabilities that lean towards `y`."""
    logits = rng.normal(size=(n_samples, n_classes))
    if y is not None:
        logits[np.arange(n_samples), y] += strength
    proba = np.exp(logits)
    return proba / proba.sum(axis=1, keepdims=True)


class Recorder(ClassifierMixin, BaseEstimator):
    """Nearest class mean that appends what its fit received to a list shared by all clones.

    The list lives in `log`, a :class:`Log`, which survives `clone`.
    """

    def __init__(self, log=None):
        self.log = log

    def fit(self, X, y, sample_weight=None, tag=None, **params):
        received = {"X": X, "y": y, "sample_weight": sample_weight, "tag": tag, **params}
        self.log.append({name: value for name, value in received.items() if value is not None})
        self.classes_ = np.unique(y)
        X = np.asarray(X, dtype=float)
        self.means_ = np.array([X[np.asarray(y) == label].mean(axis=0) for label in self.classes_])
        return self

    def predict_proba(self, X):
        X = np.asarray(X, dtype=float)
        distance = ((X[:, None, :] - self.means_) ** 2).sum(axis=2)
        proba = np.exp(-(distance - distance.min(axis=1, keepdims=True)) / 10)
        return proba / proba.sum(axis=1, keepdims=True)

    def predict(self, X):
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


class RecordingBayes(ClassifierMixin, BaseEstimator):
    """Naive Bayes that notes the first column of what it is fitted on, and does not learn from it."""

    def __init__(self, log=None):
        self.log = log

    def fit(self, X, y):
        self.log.append(X[:, 0].astype(int))
        self.model_ = GaussianNB().fit(X[:, 1:], y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X[:, 1:])

    def predict_proba(self, X):
        return self.model_.predict_proba(X[:, 1:])


class Log(list):
    """A list that stays the same object when an estimator that holds it is cloned."""

    def __deepcopy__(self, memo):
        return self


def same_labels(left, right):
    """Whether two arrays of labels agree, missing ones included."""
    left, right = (np.asarray(part, dtype=object) for part in (left, right))
    return len(left) == len(right) and all(a == b or (a != a and b != b) for a, b in zip(left, right, strict=True))


def scores_of(estimator, X, y, *, engine, cv=5, n_repeats=6, scoring=None, n_jobs=None, fit_params=None):
    """Name of the engine of repeated cross-validation, and the scores of all folds of all repeats."""
    target = read_target(y, estimator)
    folds = make_folds(cv, target.strata(), seed=3)
    runner = repeated_cv(
        estimator, X, target, folds, scoring, engine=engine, fit_params=fit_params, seed=0, n_jobs=n_jobs
    )
    return runner.name, np.concatenate([scores for _, _, scores in runner.blocks(0, n_repeats)])


def assert_same_as_plain(estimator, X, y, *, engine="auto", atol=1e-8, **options):
    """The closed form is used, and gives the scores of the plain loop on the very same folds."""
    name, scores = scores_of(estimator, X, y, engine=engine, **options)
    assert name != "plain"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the plain loop says of odd folds
        _, plain = scores_of(estimator, X, y, engine="plain", **options)
    assert np.isfinite(plain).any()
    np.testing.assert_allclose(scores, plain, rtol=0, atol=atol)


def overlapping_blobs(n_samples=120, n_classes=3, seed=0):
    """Standardised columns, so that points are X itself; classes overlap."""
    rng = np.random.default_rng(seed)
    y = rng.integers(n_classes, size=n_samples)
    X = rng.normal(size=(n_samples, 3))
    X[:, 0] += 1.5 * y
    return StandardScaler().fit_transform(X), y


def sorted_rows(X):
    """Order of all other rows by distance, and the distances."""
    distances = pairwise_distances(X)
    np.fill_diagonal(distances, np.inf)
    order = distances.argsort(axis=1)[:, :-1]
    return order, np.take_along_axis(distances, order, axis=1)


def class_audit(
    codes,
    classes,
    proba,
    quality,
    suggested,
    *,
    summary=None,
    fold_counts=None,
    trials=None,
    noise=None,
    n_jobs=None,
    **known,
):
    """An audit of classes from single arrays; `known` are further fields of Labels, or `judgeable`."""
    judgeable = known.pop("judgeable", None)
    if judgeable is not None:
        known["limits"] = np.where(judgeable, 0, ONLY_MEMBER).astype(np.int8)
    evidence = [record for record in (fold_counts, trials, noise) if record is not None]
    if proba is not None:
        evidence.append(ClassProba(proba, codes, summary, n_jobs))
    return Audit(Labels(ClassTarget(codes, classes), **known), tuple(evidence), quality, suggested)
