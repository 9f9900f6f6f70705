"""A model that kills its worker process; worker processes import it from here."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import GaussianNB


class Deadly(ClassifierMixin, BaseEstimator):
    """Naive Bayes that kills its worker process: after some fits, as often as there are files to remove."""

    def __init__(self, folder=None, spare=0):
        self.folder = folder
        self.spare = spare

    def fit(self, X, y):
        with open(Path(self.folder) / "fits", "a") as fits:
            fits.write(".")
        if (Path(self.folder) / "fits").stat().st_size > self.spare and self._next_death():
            os.kill(os.getpid(), signal.SIGKILL)
        self.model_ = GaussianNB().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)

    def _next_death(self):
        for death in Path(self.folder).glob("death*"):
            with suppress(FileNotFoundError):  # another worker takes it
                death.unlink()
                return True
        return False
