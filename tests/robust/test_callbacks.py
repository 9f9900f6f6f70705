"""Long fits report through scikit-learn's callbacks, where these exist."""

import pytest
from material import small_detector
from sklearn.linear_model import LogisticRegression

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning

callback = pytest.importorskip("sklearn.callback", reason="callbacks arrived in scikit-learn 1.9")


class TaskRecorder:
    """Records the tasks that are begun and ended, in the estimator and in those inside it."""

    max_propagation_depth = None

    def __init__(self):
        self.begun, self.ended = [], []

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, **_):
        self.begun.append((type(estimator).__name__, context.task_name))

    def on_fit_task_end(self, estimator, context, **_):
        self.ended.append((type(estimator).__name__, context.task_name))


@pytest.mark.parametrize(
    ("model", "tasks"),
    [
        (small_detector(), ["collect-evidence", "fit-ensemble", "ask-out-of-bag", "flag-labels"]),
        (ConfidentLearning(LogisticRegression(), cv=2), ["collect-evidence", "cross-fit", "fold", "flag-labels"]),
        (LabelCleaner(detector=small_detector()), ["flag-labels"]),
        (
            NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=True),
            ["flag-labels", "gate", "fold", "lbfgs-iter"],
        ),
    ],
    ids=["out of bag", "cross-fitted", "cleaner", "robust"],
)
def test_tasks_are_reported_and_ended(model, tasks, planted):
    recorder = TaskRecorder()
    model.set_callbacks(recorder).fit(planted.X, planted.noisy)
    assert set(tasks) <= {name for _, name in recorder.begun}
    assert sorted(recorder.begun) == sorted(recorder.ended)
    assert recorder.begun[0] == recorder.ended[-1] == (type(model).__name__, "fit")


@pytest.mark.parametrize("gate", [False, True])
def test_a_progress_bar_runs(gate, planted, capsys):
    pytest.importorskip("rich")
    clf = NoiseRobustClassifier(LogisticRegression(), detector=small_detector(), gate=gate)
    clf.set_callbacks(callback.ProgressBar()).fit(planted.X, planted.noisy)
    assert clf.noise_mask_.any()
