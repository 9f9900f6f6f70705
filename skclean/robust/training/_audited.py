"""A detector inside an estimator that learns: which label is how probably right, and how labels are confused."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone

from skclean.base import Audit
from skclean.detectors import DETECTORS, ConfidentLearning
from skclean.noise import NoiseModel
from skclean.preprocessing import is_table
from skclean.targets import UNLABELLED
from skclean.utils._params import resolve_alias

__all__ = ["Audited", "audit_labels", "make_detector"]


class Audited(NamedTuple):
    """What a detector found.

    Attributes
    ----------
    trust : ndarray of shape (n_samples,)
        P(the given label is right) where the detector has a noise model, else the label quality; 0 where a row is
        unlabelled, and 1 where it is verified.
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k) among rows that are drawn in proportion to `trust`.
    audit : Audit
    """

    trust: np.ndarray
    transition: np.ndarray
    audit: Audit


def make_detector(owner, X, estimator):
    """The detector to fit, unfitted: that of `owner.detector`, with its `n_jobs` and seed where it is made here.

    Parameters
    ----------
    owner : estimator
        Has `detector`, `n_jobs` and `random_state`.
    X : indexable of n_samples rows
        Where it is no table, a default detector cross-fits `estimator`.
    estimator : classifier
    """
    if owner.detector is not None and not isinstance(owner.detector, str):
        detector = clone(owner.detector)
    else:
        detector = (
            ConfidentLearning() if owner.detector is None else resolve_alias(owner.detector, DETECTORS, name="detector")
        )
    settings = detector.get_params(deep=False)
    if not is_table(X) and "estimator" in settings and settings["estimator"] is None:
        detector.set_params(estimator=clone(estimator))
    if "random_state" in settings and settings["random_state"] is None:
        seed = owner.random_state
        detector.set_params(random_state=seed.randint(2**31 - 1) if hasattr(seed, "randint") else seed)
    if "n_jobs" in settings and settings["n_jobs"] is None:
        detector.set_params(n_jobs=owner.n_jobs)
    return detector


def audit_labels(owner, material):
    """Fit the detector of `owner`, and read what it says of each label: Audited."""
    detector = make_detector(owner, material.X, material.estimator)
    y = material.target._replace(codes=material.given).labels().as_y()
    weight = {} if np.ptp(material.weight) == 0 else {"sample_weight": material.weight}
    detector.fit(material.X, y, verified=material.said(), **weight)
    audit = detector.audit_
    noise = audit.get(NoiseModel)
    trust = np.asarray(detector.label_quality_, dtype=np.float64) if noise is None else 1 - noise.wrong()
    trust = np.where(material.given == UNLABELLED, 0.0, np.clip(trust, 0.0, 1.0))
    trust[material.verified] = 1.0
    return Audited(trust, _transition_of_drawn(material, trust, audit, noise), audit)


def _transition_of_drawn(material, trust, audit, noise):
    """Counts of true and given classes where each row counts as much as it is trusted; without a model, no noise."""
    n_classes = material.n_classes
    if noise is None:
        return np.eye(n_classes)
    rows = np.flatnonzero((material.given != UNLABELLED) & ~material.verified)
    codes = material.given[rows]
    posterior = noise.posterior(audit.proba[rows], codes) * (trust[rows] * material.weight[rows])[:, None]
    counts = np.stack([np.bincount(codes, column, n_classes) for column in posterior.T]) + np.eye(n_classes)
    return counts / counts.sum(axis=1, keepdims=True)
