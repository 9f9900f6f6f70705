"""Noise in numbers: what each kind does, and how many numbers it changes."""

import numpy as np
import pandas as pd
import pytest

from skclean.noise import TargetKind, inject_target_noise
from skclean.noise.target_kinds._inject import KINDS

RNG = np.random.RandomState(0)
X = RNG.normal(size=(400, 3))
Y = RNG.lognormal(size=400)
every_kind = pytest.mark.parametrize("kind", KINDS)


def test_the_kinds():
    assert set(KINDS) == {"factor", "gross", "heteroscedastic", "one_sided", "permutation", "rounding", "swap"}


@every_kind
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.1])
def test_as_many_are_changed_as_told(kind, rate):
    noisy, changed = inject_target_noise(Y, kind=kind, rate=rate, X=X, random_state=0)
    assert changed.sum() == 400 * rate
    np.testing.assert_array_equal(changed, noisy != Y)
    again = inject_target_noise(Y, kind=kind, rate=rate, X=X, random_state=0)
    np.testing.assert_array_equal(again[0], noisy)


@every_kind
def test_units_do_not_matter_and_missing_numbers_stay(kind):
    given = pd.Series(Y, dtype="Float64")
    given[:10] = pd.NA
    noisy, changed = inject_target_noise(given, kind=kind, rate=0.1, X=np.where(X > 2, np.nan, X), random_state=1)
    assert np.isnan(noisy[:10]).all() and not changed[:10].any() and changed.sum() == 39
    scaled, other = inject_target_noise(2 * given, kind=kind, rate=0.1, X=np.where(X > 2, np.nan, X), random_state=1)
    np.testing.assert_array_equal(other, changed)
    np.testing.assert_allclose(scaled, 2 * noisy)


def wrong(kind, y=Y, rate=0.1):
    noisy, changed = inject_target_noise(y, kind=kind, rate=rate, X=X, random_state=2)
    return noisy[changed], y[changed]


def test_each_kind_does_what_it_says():
    noisy, right = wrong("gross")
    assert (np.abs(noisy - right) >= Y.std() * 0.999).all() and (np.abs(noisy - right) <= 4.001 * Y.std()).all()
    noisy, right = wrong("factor")
    assert set(np.round(noisy / right, 9)) == {0.1, 10.0}
    noisy, right = wrong("one_sided")
    assert (noisy < right).all() and (noisy > 0).all()
    for kind in ("swap", "permutation"):
        noisy, right = wrong(kind)
        np.testing.assert_array_equal(np.sort(noisy), np.sort(right))
    noisy, changed = inject_target_noise(Y, kind="swap", rate=0.1, random_state=2)
    place = {number: row for row, number in enumerate(Y)}
    assert all(place[noisy[place[noisy[row]]]] == row for row in np.flatnonzero(changed))
    noisy, _ = wrong("rounding")
    np.testing.assert_allclose(noisy / Y.std(), np.round(noisy / Y.std()), atol=1e-9)


def test_three_rows_go_round_and_one_cannot():
    noisy, changed = inject_target_noise(Y[:30], kind="swap", rate=0.1, random_state=0)
    assert changed.sum() == 3 and sorted(noisy) == sorted(Y[:30])
    assert not inject_target_noise(Y[:10], kind="swap", rate=0.1, random_state=0)[1].any()


def test_noise_that_grows_with_X():
    size = []
    for seed in range(20):
        noisy, changed = inject_target_noise(Y, kind="heteroscedastic", rate=0.3, X=X[:, :1], random_state=seed)
        along = X[changed, 0] * np.sign(np.corrcoef(X[:, 0], changed)[0, 1])
        size.append(np.corrcoef(along, np.abs(noisy - Y)[changed])[0, 1])
    assert np.mean(size) > 0.2


def test_a_kind_of_your_own_and_bad_input():
    class Lost(TargetKind):
        def wrong(self, problem, rng):
            return np.zeros(len(problem.rows))

    noisy, changed = inject_target_noise(Y, kind=Lost(), rate=0.5, random_state=0)
    assert (noisy[changed] == 0).all() and changed.sum() == 200
    with pytest.raises(ValueError, match="the kinds are .*Did you mean 'factor'"):
        inject_target_noise(Y, kind="factors")
    with pytest.raises(ValueError, match=r"rate must be in \[0, 1\)"):
        inject_target_noise(Y, rate=1.0)
    with pytest.raises(ValueError, match="needs X"):
        inject_target_noise(Y, kind="heteroscedastic")
    with pytest.raises(ValueError, match="3 rows but y has 400"):
        inject_target_noise(Y, kind="heteroscedastic", X=X[:3])
    with pytest.raises(ValueError, match="encode text"):
        inject_target_noise(Y, kind="heteroscedastic", X=[["a"]] * 400)
    with pytest.raises(ValueError, match="must hold numbers"):
        inject_target_noise(["a", "b"])
    with pytest.raises(NotImplementedError):
        inject_target_noise(Y, kind=TargetKind())
