"""The maker of tables with known wrong labels."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from skclean.datasets import _noisy_table, make_noisy_table
from skclean.detectors import ConfidentLearning


def test_the_known_mask_is_the_truth():
    table = make_noisy_table(3000, noise_rate=0.2, n_missing_labels=30, as_frame=False, random_state=0)
    labelled = np.array([label is not None for label in table.target])
    assert (~labelled).sum() == 30
    assert not table.flipped[~labelled].any()
    assert np.array_equal(table.target[labelled] != table.true_target[labelled], table.flipped[labelled])
    assert abs(table.flipped.mean() - 0.2) < 0.03


def test_without_noise_nothing_is_flipped():
    table = make_noisy_table(50, noise_rate=0, as_frame=False, random_state=0)
    assert not table.flipped.any() and (table.target == table.true_target).all()


def test_same_seed_same_table():
    first, second = (make_noisy_table(100, as_frame=False, random_state=5) for _ in range(2))
    assert repr(first.data.tolist()) == repr(second.data.tolist())
    assert first.target.tolist() == second.target.tolist()
    assert make_noisy_table(100, as_frame=False, random_state=6).target.tolist() != first.target.tolist()


def test_a_frame_holds_the_same_values():
    pd = pytest.importorskip("pandas")
    plain = make_noisy_table(200, n_missing_labels=3, as_frame=False, random_state=1)
    frame = make_noisy_table(200, n_missing_labels=3, as_frame=True, random_state=1)
    assert isinstance(frame.data, pd.DataFrame) and isinstance(frame.target, pd.Series)
    assert list(frame.data.columns) == plain.feature_names == frame.feature_names
    assert frame.target.isna().sum() == 3
    assert frame.target.dropna().tolist() == [label for label in plain.target if label is not None]
    assert frame.data["age"].tolist() == plain.data[:, 0].tolist()
    assert frame.data["monthly_fee"].isna().any() and frame.data["region"].isna().any()


def test_auto_falls_back_without_pandas(monkeypatch):
    def absent(who):
        raise ImportError(who)

    monkeypatch.setattr(_noisy_table, "check_pandas_support", absent)
    assert isinstance(make_noisy_table(20, random_state=0).data, np.ndarray)
    with pytest.raises(ImportError):
        make_noisy_table(20, as_frame=True, random_state=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_samples": 9}, "n_samples"),
        ({"n_samples": 20.0}, "n_samples"),
        ({"n_samples": 20, "n_missing_labels": 11}, "n_missing_labels"),
        ({"n_samples": 20, "noise_rate": 1.0}, "noise_rate"),
        ({"n_samples": 20, "as_frame": "maybe"}, "as_frame"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        make_noisy_table(random_state=0, **options)


def test_the_label_can_be_learned():
    table = make_noisy_table(600, n_missing_labels=10, as_frame=False, random_state=0)
    quality = ConfidentLearning(random_state=0).fit(table.data, table.target).label_quality_
    assert roc_auc_score(table.flipped, -quality) > 0.9
