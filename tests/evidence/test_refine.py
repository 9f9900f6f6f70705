"""The second look: what it averages, and that the first stays out of sample."""

import numpy as np
import pytest
from material import Log, Recorder, small_forest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import ConfidentLearning
from skclean.evidence import cross_fit_proba, out_of_bag_proba, out_of_sample_proba
from skclean.utils._labels import encode_labels


def folds_of(n_samples, n_folds=3):
    part = np.arange(n_samples) % n_folds
    return [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(n_folds)]


@pytest.mark.parametrize("caller", [None, "weights"])
def test_equals_two_cross_fits_by_hand(planted, caller):
    X, _, noisy, _ = planted
    labels = encode_labels(noisy)
    folds = folds_of(len(noisy))
    base = None if caller is None else np.random.default_rng(0).uniform(0.5, 2, len(noisy))
    params = {} if base is None else {"sample_weight": base}
    first = cross_fit_proba(LogisticRegression(), X, labels, cv=folds, fit_params=params)
    support = first[np.arange(len(noisy)), labels.codes] / first.max(axis=1) + 1e-3
    weight = support * (1 if base is None else base)
    second = cross_fit_proba(LogisticRegression(), X, labels, cv=folds, fit_params={"sample_weight": weight})
    both = out_of_sample_proba(LogisticRegression(), X, labels, cv=folds, refine=True, fit_params=params)
    np.testing.assert_allclose(both, (first + second) / 2, rtol=1e-12)


def test_one_look_never_sees_the_label_it_judges(planted):
    X, _, noisy, _ = planted
    before = out_of_bag_proba(small_forest(), X, encode_labels(noisy))
    changed = noisy.copy()
    changed[0] = (changed[0] + 1) % 3
    after = out_of_bag_proba(small_forest(), X, encode_labels(changed))
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.array_equal(before, after)


def test_rows_sum_to_one_where_leaves_have_no_opinion(planted):
    X, _, noisy, _ = planted
    weight = np.where(np.arange(len(noisy)) < 40, 1.0, 0.0)
    proba = out_of_bag_proba(small_forest(), X, encode_labels(noisy), fit_params={"sample_weight": weight})
    np.testing.assert_allclose(proba.sum(axis=1), 1)


@pytest.mark.parametrize(("refine", "n_fits"), [(None, 3), (False, 3), (True, 6)])
def test_how_often_the_model_is_fitted(planted, refine, n_fits):
    log = Log()
    X, _, noisy, _ = planted
    ConfidentLearning(Recorder(log), cv=3, refine=refine).fit(X, noisy)
    assert len(log) == n_fits


def test_a_generator_of_folds_serves_both_looks(planted):
    X, _, noisy, _ = planted
    once = ConfidentLearning(LogisticRegression(), cv=folds_of(len(noisy)), refine=True).fit(X, noisy)
    lazily = ConfidentLearning(LogisticRegression(), cv=iter(folds_of(len(noisy))), refine=True)
    lazily = lazily.fit(X, noisy)
    np.testing.assert_array_equal(once.label_quality_, lazily.label_quality_)


def test_refuses_a_model_without_weights_before_fitting(planted):
    X, _, noisy, _ = planted
    with pytest.raises(ValueError, match=r"refine=True.*KNeighborsClassifier takes no sample_weight.*refine=False"):
        ConfidentLearning(KNeighborsClassifier(), refine=True).fit(X, noisy)
