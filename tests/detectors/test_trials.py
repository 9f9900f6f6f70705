"""Injected errors for rules that ask for them: detectors without probabilities judge again."""

from numbers import Integral

import numpy as np
import pytest
from material import planted_problem, small_detector
from sklearn.base import clone
from sklearn.neighbors import NearestNeighbors

from skclean.base import Trials
from skclean.detectors import ReCoV
from skclean.detectors._injection_trials import run_trials
from skclean.detectors._template import DetectorTemplate, Findings, Given
from skclean.rules import Injection
from skclean.targets import UNLABELLED, ClassTarget


class NeighbourVotes(DetectorTemplate):
    """Share of ten neighbours with the same label; it gives no probabilities."""

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "n_neighbors": [Integral],
        "random_state": ["random_state"],
    }

    def __init__(self, n_neighbors=10, *, rule=None, random_state=None):
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.random_state = random_state

    def _find(self, given, progress):
        codes = given.labels.codes
        near = NearestNeighbors(n_neighbors=self.n_neighbors).fit(given.X).kneighbors(return_distance=False)
        self.n_finds_ = getattr(self, "n_finds_", 0) + 1
        return Findings((codes[near] == codes[:, None]).mean(axis=1), rival=np.zeros(len(codes), dtype=np.int32))


@pytest.fixture
def make_votes(noisy_blobs):
    def make(random_state=0, rule=None, **params):
        detector = NeighbourVotes(rule=rule or Injection(precision=0.8), random_state=random_state)
        return detector.fit(noisy_blobs.X, noisy_blobs.noisy, **params)

    return make


@pytest.fixture(scope="module")
def noisy_blobs():
    return planted_problem(n_samples=600, n_flipped=90, spread=2.0)


def test_the_promise_is_kept(make_votes, noisy_blobs):
    mask = make_votes().noise_mask_
    assert mask.sum() > 30
    assert noisy_blobs.flipped[mask].mean() > 0.75  # a step of a tenth in quality is a large one here


def test_trials_are_recorded_and_the_fitted_detector_is_that_of_the_given_labels(make_votes, noisy_blobs):
    votes = make_votes(rule=Injection(n_trials=2))
    trials = votes.audit_[Trials]
    assert trials.codes.shape == trials.flipped.shape == trials.quality.shape == (2, 600)
    assert trials.flipped.sum(axis=1).tolist() == [60, 60]
    np.testing.assert_array_equal(trials.flipped, trials.codes != votes.audit_.codes)
    assert not np.array_equal(trials.flipped[0], trials.flipped[1])
    assert votes.n_finds_ == 1
    np.testing.assert_array_equal(votes.label_quality_, make_votes(rule="otsu").label_quality_)


def test_flips_spare_verified_and_unlabelled_rows_and_seldom_hit_doubtful_ones(make_votes, noisy_blobs):
    verified = np.arange(600) % 3 == 0
    assert not make_votes(verified=verified).audit_[Trials].flipped[:, verified].any()
    y = noisy_blobs.noisy.astype(float)
    y[::4] = np.nan
    trials = NeighbourVotes(rule="injection", random_state=0).fit(noisy_blobs.X, y).audit_[Trials]
    assert not trials.flipped[:, ::4].any() and (trials.codes[:, ::4] == UNLABELLED).all()
    doubtful = make_votes().label_quality_ < 0.2
    flipped = make_votes(rule=Injection(n_trials=10)).audit_[Trials].flipped.mean(axis=0)
    assert flipped[doubtful].mean() < 0.5 * flipped[~doubtful].mean()


def test_the_same_seed_gives_the_same_trials_and_another_one_others(make_votes):
    first, again, other = make_votes(7), make_votes(7), make_votes(8)
    np.testing.assert_array_equal(first.audit_[Trials].codes, again.audit_[Trials].codes)
    np.testing.assert_array_equal(first.noise_mask_, again.noise_mask_)
    assert not np.array_equal(first.audit_[Trials].codes, other.audit_[Trials].codes)


def test_nobody_pays_for_trials_unasked(make_votes, planted):
    assert make_votes(rule="otsu").audit_.get(Trials) is None
    assert small_detector(rule="injection").fit(planted.X, planted.noisy).audit_.get(Trials) is None


def test_a_detector_that_cannot_be_tried_says_so(planted):
    detector = clone(ReCoV(n_repeats=100, rule="injection"))
    with pytest.raises(ValueError, match="Injection needs class probabilities, or fits.*use another rule"):
        detector.fit(planted.X, planted.noisy)


def test_without_a_label_that_may_be_flipped_nothing_is_tried_nor_flagged(make_votes):
    votes = make_votes(verified=np.ones(600, dtype=bool))
    assert votes.audit_[Trials].flipped.size == 0
    assert not votes.noise_mask_.any()


def test_flips_leave_every_class_a_member():
    codes = np.repeat(np.arange(3, dtype=np.int32), [27, 2, 1])
    labels = ClassTarget(codes, np.array(["a", "b", "c"]))
    given = Given(np.arange(30.0)[:, None], labels, None, None, None, {}, {})
    trials = run_trials(NeighbourVotes(random_state=0), given, np.where(codes == 0, 0.05, 1.0), 50)
    assert trials.flipped[:, 27:29].any() and not trials.flipped[:, 29].any()
    assert all((np.bincount(tried, minlength=3) > 0).all() for tried in trials.codes)
