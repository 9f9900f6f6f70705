"""A detector, a rule, a treatment and a kind of noise of somebody else work wherever the library takes one."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from third_party import (
    CloseRows,
    KeepSure,
    LargeValues,
    LowerWeight,
    NearestDistance,
    NearVotes,
    QualityAlone,
    UnlikelyLabel,
)

from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.base import BaseRule, ClassProba, Labels, Trials, check_fits_together
from skclean.detectors import KDN, ConfidentLearning, Consensus, Findings
from skclean.noise import inject_noise
from skclean.rules import resolve_rule
from skclean.targets import encode_labels


@pytest.fixture
def named(planted):
    """The planted problem with names of birds, and one row without a label."""
    y = np.array(["crow", "finch", "gull"], dtype=object)[planted.noisy]
    y[7] = None
    return planted._replace(noisy=y)


@pytest.mark.parametrize("make", [NearVotes, QualityAlone])
def test_a_detector_has_all_that_others_have(make, named):
    X = pd.DataFrame(named.X, index=[f"row {i}" for i in range(150)])
    detector = make().fit(X, named.noisy)
    found = detector.noise_mask_
    assert found[named.flipped].mean() > 0.9 and named.flipped[found].mean() > 0.9
    assert (detector.suggested_labels_[found] == np.array(["crow", "finch", "gull"])[named.y[found]]).all()
    table = detector.audit_table()
    assert table.index[0] == "row 0" and table["flagged"].sum() == found.sum()
    assert table.loc["row 7", ["flagged", "reason"]].tolist() == [False, "unlabelled: not judged"]
    summary = detector.summary()
    assert (summary["detector"], summary["n_unlabelled"]) == (make.__name__, 1)
    assert sum(count for _, _, count in summary["moves"]) == found.sum()
    assert repr(clone(detector)) == f"{make.__name__}()"
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(detector)).noise_mask_, found)


@pytest.mark.parametrize("rule", [UnlikelyLabel(), CloseRows(), "rival_ratio", "error_probability", "otsu"], ids=repr)
def test_rules_read_the_evidence_of_a_detector(rule, named):
    found = NearVotes(rule=rule).fit(named.X, named.noisy).noise_mask_
    assert found[named.flipped].mean() > 0.9 and not found[7]


def test_verified_labels_are_never_flagged_by_a_rule(named):
    verified = np.arange(150) < 75
    found = NearVotes(rule=UnlikelyLabel()).fit(named.X, named.noisy, verified=verified).noise_mask_
    assert found.any() and not found[verified].any()


def test_a_detector_without_probabilities_is_fitted_again_for_a_rule_that_asks_for_trials(planted):
    detector = QualityAlone(rule="injection").fit(planted.X, planted.noisy)
    assert Trials in detector.audit_ and ClassProba not in detector.audit_


def test_a_rule_decides_for_own_and_for_other_probabilities(named):
    labelled = np.arange(150) != 7
    X, y = named.X[labelled], named.noisy[labelled].astype(str)
    proba = cross_val_predict(LogisticRegression(), X, y, method="predict_proba")
    flips = named.flipped[labelled]
    assert find_label_issues(y, proba, rule=UnlikelyLabel())[flips].mean() > 0.9
    found = ConfidentLearning(LogisticRegression(), cv=3, rule=UnlikelyLabel("gull"), random_state=0).fit(X, y)
    assert found.noise_mask_.any() and set(y[found.noise_mask_]) == {"gull"}
    with pytest.raises(ValueError, match="label='owl' is not among the classes"):
        find_label_issues(y, proba, rule=UnlikelyLabel("owl"))


@pytest.mark.parametrize(
    "treatment", [LowerWeight(), KeepSure(), "drop", "relabel", "posterior", "soft_labels"], ids=repr
)
def test_the_classifier_takes_parts_of_any_origin(treatment, named):
    parts = {"detector": NearVotes(rule=UnlikelyLabel()), "treatment": treatment}
    robust = NoiseRobustClassifier(LogisticRegression(), **parts, random_state=0).fit(named.X, named.noisy)
    assert (robust.predict(named.X) == np.array(["crow", "finch", "gull"])[named.y]).mean() > 0.95
    assert 7 not in robust.sample_indices_
    assert robust.summary()["n_flagged"] == robust.audit_table()["flagged"].sum() > 0
    if isinstance(treatment, LowerWeight):
        assert robust.decision_ == "weights are lower"
        weight = robust.selection_.sample_weight
        np.testing.assert_array_equal(weight == 0.3, robust.noise_mask_[robust.sample_indices_])


def test_the_classifier_hands_a_rule_to_the_detector_that_it_makes(planted):
    robust = NoiseRobustClassifier(LogisticRegression(), detector="kdn", rule=UnlikelyLabel(1), random_state=0)
    assert set(planted.noisy[robust.fit(planted.X, planted.noisy).noise_mask_]) == {1}


@pytest.mark.parametrize("treatment", [KeepSure(), "relabel", None], ids=repr)
def test_the_cleaner_takes_parts_of_any_origin(treatment, planted):
    cleaner = LabelCleaner(detector=NearVotes(rule=CloseRows()), treatment=treatment)
    _, y_clean = cleaner.fit_resample(planted.X, planted.noisy)
    assert (y_clean == planted.y[cleaner.sample_indices_]).mean() > 0.98
    assert len(cleaner.audit_table()) == 150 and cleaner.summary()["n_flagged"] > 0


def test_a_consensus_takes_them_as_members(planted):
    members = [("votes", NearVotes()), ("alone", QualityAlone()), ("kdn", KDN())]
    found = Consensus(members).fit(planted.X, planted.noisy).noise_mask_
    assert found[planted.flipped].mean() > 0.9


def test_pipelines_and_searches_reach_all_parameters(planted):
    robust = NoiseRobustClassifier(
        LogisticRegression(), detector=NearVotes(rule=UnlikelyLabel()), treatment=LowerWeight(), random_state=0
    )
    grid = {
        "noiserobustclassifier__detector__n_neighbors": [5, 10],
        "noiserobustclassifier__detector__rule__ratio": [0.3, 0.6],
        "noiserobustclassifier__treatment__weight": [0.0, 0.5],
    }
    search = GridSearchCV(make_pipeline(StandardScaler(), robust), grid, cv=3).fit(planted.X, planted.noisy)
    assert set(search.best_params_) == set(grid)
    assert search.best_estimator_.score(planted.X, planted.y) > 0.95


def test_a_fit_is_kept_in_a_cache(planted, tmp_path):
    robust = NoiseRobustClassifier(LogisticRegression(), detector=NearVotes(), memory=tmp_path, random_state=0)
    first = robust.fit(planted.X, planted.noisy).noise_mask_
    before = NearVotes.n_searches
    np.testing.assert_array_equal(robust.fit(planted.X, planted.noisy).noise_mask_, first)
    assert NearVotes.n_searches == before


def test_a_kind_of_noise_flips_what_it_says(named):
    y = np.array(["crow", "finch", "gull"], dtype=object)[named.y]
    y[7] = None
    noisy, flipped = inject_noise(y, kind=LargeValues(1), rate=0.2, X=named.X, random_state=0)
    assert flipped.sum() == round(0.2 * 149) and not flipped[7] and noisy[7] is None
    assert named.X[flipped, 1].min() >= np.delete(named.X[:, 1], 7)[~np.delete(flipped, 7)].max()
    assert (noisy != y)[flipped].all()
    with pytest.raises(ValueError, match="needs X"):
        inject_noise(y, kind=LargeValues())


META = [
    lambda **parts: NoiseRobustClassifier(LogisticRegression(), **parts),
    LabelCleaner,
]


@pytest.mark.parametrize("make", META, ids=["classifier", "cleaner"])
@pytest.mark.parametrize("treatment", ["relabel", KeepSure()], ids=repr)
def test_a_treatment_that_needs_probabilities_is_refused_before_the_fit(make, treatment, planted):
    before = NearVotes.n_searches, QualityAlone.n_searches
    with pytest.raises(ValueError, match="needs class probabilities, and QualityAlone has none"):
        make(detector=QualityAlone(), treatment=treatment).fit(planted.X, planted.noisy)
    assert (NearVotes.n_searches, QualityAlone.n_searches) == before
    make(detector=NearVotes(), treatment=treatment).fit(planted.X, planted.noisy)
    assert NearVotes.n_searches == before[0] + 1


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (QualityAlone(rule=UnlikelyLabel()), "UnlikelyLabel needs class probabilities, and QualityAlone has none"),
        (KDN(rule=CloseRows()), "CloseRows needs distances to the nearest row, and KDN has none; use NearVotes"),
        (NearVotes(rule=UnlikelyLabel("owl")), "label='owl' is not among the classes"),
        (NearVotes(rule="two_sigma"), "TwoSigma needs the noise histogram"),
    ],
    ids=repr,
)
def test_a_rule_that_does_not_fit_is_refused_before_the_fit(detector, message, named):
    before = NearVotes.n_searches, QualityAlone.n_searches
    with pytest.raises(ValueError, match=message):
        check_fits_together(detector, resolve_rule(detector.rule), target=encode_labels(named.noisy))
    with pytest.raises(ValueError, match=message):
        detector.fit(named.X, named.noisy)
    assert (NearVotes.n_searches, QualityAlone.n_searches) == before


def test_an_audit_compares_probabilities_with_the_labels_that_it_has(planted):
    audit = NearVotes().fit(planted.X, planted.noisy).audit_
    old, rows = audit.scores("self_confidence"), np.arange(150)
    changed = replace(audit, labels=Labels(encode_labels(planted.y)))
    np.testing.assert_array_equal(changed.scores("self_confidence"), changed.proba[rows, planted.y])
    assert (changed.scores("self_confidence") != old)[planted.flipped].all()
    assert changed[ClassProba].summary.given[planted.flipped].min() > audit.summary.given[planted.flipped].max()
    np.testing.assert_array_equal(audit.scores("self_confidence"), old)
    decided = UnlikelyLabel().decide(changed)
    assert UnlikelyLabel().decide(audit)[planted.flipped].all() and not decided[planted.flipped].any()


def test_a_record_takes_the_place_of_another_of_its_class(planted):
    audit = NearVotes().fit(planted.X, planted.noisy).audit_
    even = ClassProba(np.full((150, 3), 1 / 3), planted.y.astype(np.int32))
    changed = audit.with_evidence(even).with_evidence(NearestDistance(np.zeros(150)))
    np.testing.assert_allclose(changed.scores("self_confidence"), 1 / 3)
    assert changed[ClassProba].codes is audit.codes  # compared with the labels of the audit, whatever it was made with
    assert not changed[NearestDistance].distance.any() and audit[NearestDistance].distance.any()


def found(quality=None, proba=None):
    """A detector that finds what it is told, whatever it declares."""

    class Found(NearVotes):
        def _find(self, given, progress):
            right = super()._find(given, progress)
            return Findings(right.quality if quality is None else quality, right.proba if proba is None else None)

    return Found()


class Positions(BaseRule):
    """Returns rows in place of a mask."""

    def _flag(self, audit):
        return np.flatnonzero(audit.quality < 0.3)


@pytest.mark.parametrize(
    ("detector", "message"),
    [
        (found(np.zeros(3)), r"Found._find returned a quality of shape \(3,\) for 150 rows"),
        (found(np.full(150, np.nan)), "Found._find returned the quality nan in row 0"),
        (found(np.linspace(0, 3, 150)), r"in row 50; a quality is in \[0, 1\]"),
        (found(proba="none"), "Found has ClassProba in gives, but its _find returned no proba"),
        (NearVotes(rule=Positions()), "Positions._flag returned int64 values .* return True or False for each row"),
    ],
    ids=["too few", "missing", "outside", "no probabilities", "positions"],
)
def test_a_part_that_breaks_its_own_contract_is_named(detector, message, planted):
    with pytest.raises(ValueError, match=message):
        detector.fit(planted.X, planted.noisy)
