"""Repeats spread over the processes of a cluster: the same histogram, even if one of them dies."""

import time
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB

from skclean.detectors import ReCoV

distributed = pytest.importorskip("distributed")


class Slow(GaussianNB):
    """Takes a moment, and kills the first process that is asked once there are some results."""

    def __init__(self, folder=None, priors=None, var_smoothing=1e-9):
        super().__init__(priors=priors, var_smoothing=var_smoothing)
        self.folder = folder

    def fit(self, X, y, sample_weight=None):
        time.sleep(0.01)
        if self.folder is not None:
            die_once(Path(self.folder))
        return super().fit(X, y, sample_weight)


def die_once(folder):
    """End this process, hard, at the thirtieth call of all processes together; never again."""
    import os
    import tempfile

    tempfile.mkstemp(dir=folder, suffix=".call")
    if len(list(folder.glob("*.call"))) < 30:
        return
    try:
        (folder / "killed").touch(exist_ok=False)
    except FileExistsError:
        return
    time.sleep(
        2
    )  # in the middle of a task: what it has finished is fetched by now, which joblib would wait for in vain
    os._exit(1)


@pytest.fixture
def cluster():
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as local,
        distributed.Client(local),
        joblib.parallel_config(backend="dask"),
    ):
        yield local


def histogram(planted, folder=None, n_jobs=2):
    detector = ReCoV(Slow(folder), n_repeats=40, engine="plain", n_jobs=n_jobs, random_state=0)
    return detector.fit(planted.X, planted.noisy).noise_histogram_


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # sockets of a dead process
def test_a_cluster_gives_the_same_histogram_and_survives_the_loss_of_a_worker(planted, tmp_path, request):
    alone = histogram(planted, n_jobs=1)
    request.getfixturevalue("cluster")
    np.testing.assert_array_equal(histogram(planted), alone)
    np.testing.assert_array_equal(histogram(planted, str(tmp_path)), alone)
    assert (tmp_path / "killed").exists()
