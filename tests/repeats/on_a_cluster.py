"""Run as a script: repeats in two worker processes of a Dask cluster, without and with the loss of one."""

import os
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
from sklearn.datasets import make_classification
from sklearn.naive_bayes import GaussianNB

from skclean.detectors import ReCoV


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
    tempfile.mkstemp(dir=folder, suffix=".call")
    if len(list(folder.glob("*.call"))) < 30:
        return
    try:
        (folder / "killed").touch(exist_ok=False)
    except FileExistsError:
        return
    time.sleep(2)  # mid-task, when all that it has finished is fetched: joblib would wait for the rest in vain
    os._exit(1)


def histogram(folder=None, n_jobs=2):
    X, y = make_classification(2000, random_state=0)  # so many that joblib would keep an array of them in one worker
    detector = ReCoV(Slow(folder), n_repeats=40, engine="plain", n_jobs=n_jobs, random_state=0)
    return detector.fit(X, y).noise_histogram_


def main(folder):
    """Print what became of the histogram."""
    from dask.distributed import Client, LocalCluster

    alone = histogram(n_jobs=1)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        spread, survived = histogram(), histogram(folder)
    killed = (Path(folder) / "killed").exists()
    print(f"same {np.array_equal(spread, alone)}, killed {killed}, same after it {np.array_equal(survived, alone)}")


if __name__ == "__main__":
    main(sys.argv[1])
