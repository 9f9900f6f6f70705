"""InstanceHardness: models of several kinds, each cross-fitted."""

import numpy as np
import pytest
import sklearn
from material import Log, Recorder
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skclean.detectors import (
    InstanceHardness,
)


class TestInstanceHardness:
    MODELS = (("bayes", GaussianNB()), ("line", make_pipeline(StandardScaler(), LogisticRegression())))

    def test_it_is_the_mean_over_models(self, planted):
        folds = list(StratifiedKFold(3).split(planted.X, planted.noisy))
        judge = InstanceHardness(list(self.MODELS), cv=folds, quality="self_confidence").fit(planted.X, planted.noisy)
        each = [
            cross_val_predict(model, planted.X, planted.noisy, cv=folds, method="predict_proba")
            for _, model in self.MODELS
        ]
        proba = np.mean(each, axis=0)
        np.testing.assert_allclose(judge.audit_.proba, proba)
        np.testing.assert_allclose(judge.label_quality_, proba[np.arange(150), planted.noisy])
        np.testing.assert_allclose(judge.hardness_, 1 - judge.label_quality_)

    def test_set_params_reaches_the_models(self):
        judge = InstanceHardness(list(self.MODELS))
        judge.set_params(line__logisticregression__C=3.0, bayes=KNeighborsClassifier())
        assert judge.get_params()["line__logisticregression__C"] == 3.0
        assert isinstance(judge.estimators[0][1], KNeighborsClassifier)
        assert InstanceHardness().get_params() == InstanceHardness().get_params(deep=False)

    @pytest.mark.parametrize("routing", [False, True])
    def test_weights_go_to_those_that_take_them(self, routing, planted):
        log = Log()
        X, weight = np.column_stack([np.arange(150), planted.X]), np.arange(150) + 1.0
        with sklearn.config_context(enable_metadata_routing=routing):
            recorder = Recorder(log)
            if routing:
                recorder.set_fit_request(sample_weight=True, tag=True)
            judge = InstanceHardness([("splitter", recorder), ("near", KNeighborsClassifier())], cv=3, random_state=0)
            judge.fit(X, planted.noisy, sample_weight=weight)
        assert len(log) == 3
        for call in log:
            np.testing.assert_array_equal(call["sample_weight"], weight[call["X"][:, 0].astype(int)])

    def test_groups_stay_together(self, planted):
        log, groups = Log(), np.arange(150) // 10
        X = np.column_stack([groups, planted.X])
        InstanceHardness([("one", Recorder(log))], cv=GroupKFold(3)).fit(X, planted.noisy, groups=groups)
        left_out = [set(groups) - set(call["X"][:, 0]) for call in log]
        assert sorted(group for part in left_out for group in part) == list(range(15))

    @pytest.mark.parametrize(
        ("estimators", "message"),
        [
            ([], "list of \\(name, classifier\\) pairs"),
            ([GaussianNB()], "pairs \\(name, classifier\\), got GaussianNB"),
            ([("a", LinearSVC())], "'a', LinearSVC.* has no predict_proba"),
            ([("a", GaussianNB)], "has no predict_proba"),
            ([("a", GaussianNB()), ("a", GaussianNB())], "not unique"),
            ([("cv", GaussianNB())], "conflict with constructor"),
        ],
    )
    def test_a_bad_list_is_told(self, estimators, message, planted):
        with pytest.raises(ValueError, match=message):
            InstanceHardness(estimators).fit(planted.X, planted.noisy)

    def test_weights_that_nobody_takes_are_told(self, planted):
        with pytest.raises(ValueError, match="none of the estimators takes sample_weight"):
            InstanceHardness([("near", KNeighborsClassifier())]).fit(
                planted.X, planted.noisy, sample_weight=np.ones(150)
            )
