"""The test that labels are clean rarely rejects clean ones, however classes overlap, and finds noise where it shows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_blobs

from skclean.metrics import noise_test
from skclean.noise import inject_noise

pytestmark = pytest.mark.usefixtures("few_trees")


def overlapping(seed, n_samples=400):
    """P(y = 1) = sigmoid(x0): labels are often not what they look, and none is wrong."""
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n_samples, 4))
    return X, (rng.rand(n_samples) < 1 / (1 + np.exp(-X[:, 0]))).astype(int)


def test_overlap_of_classes_is_no_noise():
    """10 tables: with a size of 0.05 or less, 3 rejections or more have a chance of 0.012."""
    found = [noise_test(*overlapping(seed, 250), n_draws=19, random_state=seed) for seed in range(10)]
    assert sum(one.p_value <= 0.05 for one in found) < 3


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_wrong_labels_of_classes_far_apart_are_found(rate):
    X, y = make_blobs(600, centers=3, random_state=1)
    given, _ = inject_noise(y, rate=rate, random_state=0)
    names = np.array(["a", "b", "c"], dtype=object)[given]
    names[:20] = None
    found = noise_test(pd.DataFrame(X).add_prefix("x"), names, n_draws=19, random_state=0)
    assert found.p_value == 0.05 and len(found.of_clean) == 19 and found.of_clean.max() < found.statistic
    assert found.noise_rate == pytest.approx(rate, abs=0.04)


def test_clean_labels_need_few_draws():
    X, y = make_blobs(300, centers=2, random_state=0)
    found = noise_test(X, y, random_state=0)
    assert found.p_value > 0.05 and len(found.of_clean) < 39 and found.noise_rate < 0.02


def test_the_seed_decides():
    X, y = overlapping(0, 200)
    one, other = (noise_test(X, y, n_draws=19, n_jobs=jobs, random_state=3) for jobs in (1, 2))
    assert one.p_value == other.p_value and one.statistic == other.statistic


def test_bad_input_is_refused():
    X, y = overlapping(0, 100)
    with pytest.raises(ValueError, match="n_draws"):
        noise_test(X, y, n_draws=10)
    with pytest.raises(ValueError, match="one class only"):
        noise_test(X, np.zeros(100))
    with pytest.raises(ValueError, match="X must be a table"):
        noise_test(np.zeros((100, 2, 2)), y)
