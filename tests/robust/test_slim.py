"""A fitted object that holds nothing of its training labels."""

import pickle

import numpy as np
import pytest
from material import planted_problem, small_detector
from sklearn.exceptions import NotFittedError
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner, NoiseRobustClassifier

X, Y, NOISY, _ = planted_problem(150, 3, 12)
NAMES = np.array(["ash", "birch", "cedar"])
MAKERS = {
    "robust": lambda **params: NoiseRobustClassifier(GaussianNB(), detector=small_detector(), **params),
    "gated": lambda **params: NoiseRobustClassifier(GaussianNB(), detector=small_detector(), gate=True, **params),
    "cleaner": lambda **params: LabelCleaner(detector=small_detector(), **params),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_nothing_is_left_that_has_a_value_for_each_row(make):
    model = make(random_state=0).fit(X, NAMES[NOISY])
    decision, rate, predicted = model.decision_, model.noise_rate_, None
    if hasattr(model, "predict"):
        predicted = model.predict(X)
    assert model.drop_audit() is model
    kept = [name for name, value in vars(model).items() if np.ndim(value) and len(value) >= 100]
    assert not kept
    assert len(pickle.dumps(model)) < 6000
    assert (model.decision_, model.noise_rate_) == (decision, rate)
    assert model.classes_.tolist() == NAMES.tolist()
    if predicted is not None:
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), predicted)
        assert model.score(X, NAMES[Y]) > 0.95


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_what_was_dropped_is_told_and_comes_back_with_a_fit(make):
    model = make(random_state=0).fit(X, NOISY).drop_audit()
    for read in (lambda: model.audit_, model.audit_table, model.summary, model.drop_audit):
        with pytest.raises(AttributeError, match="after drop_audit; fit it again"):
            read()
    assert not hasattr(model, "audit_")
    assert model.fit(X, NOISY).audit_table()["flagged"].any()
    with pytest.raises(NotFittedError):
        make().drop_audit()


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_the_summary_says_what_was_done(make):
    model = make(random_state=0).fit(X, NOISY)
    summary = model.summary()
    assert summary["decision"] == model.decision_
    assert summary["n_flagged"] == model.noise_mask_.sum()
    assert model.decision_ in str(summary)
