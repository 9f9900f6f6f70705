"""Labels of simulated annotators who dissent from the truth."""

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from skclean.noise.kinds._kind import NoiseKind

__all__ = ["Dissenting"]

# Annotators asked before the rest of the rows goes to a careless one. Each learned from few examples and looks at few
# columns, so that his errors are systematic, and other than those of the next.
_N_ANNOTATORS = 50
_EXAMPLES_A_CLASS = 5
_MAX_DEPTH = 3


class Dissenting(NoiseKind):
    """Take the labels of one annotator wherever he errs, then those of the next, until the rate is reached."""

    alias = "dissenting"
    needs_X = True

    def flip(self, problem, rng):
        codes = problem.codes
        wanted = int(problem.rate * len(codes) + rng.uniform())  # the rate is then exact in expectation
        new = codes.copy()
        for _ in range(_N_ANNOTATORS):
            if not wanted:
                return new
            labels = _labels_of_annotator(codes, problem.X, rng)
            dissent = np.flatnonzero((labels != codes) & (new == codes))
            taken = rng.permutation(dissent)[:wanted]
            new[taken] = labels[taken]
            wanted -= len(taken)
        taken = rng.permutation(np.flatnonzero(new == codes))[:wanted]
        new[taken] = (codes[taken] + rng.randint(1, problem.n_classes, size=len(taken))) % problem.n_classes
        return new


def _labels_of_annotator(codes, X, rng):
    """Return what a shallow tree says that saw a few rows of each class and a random part of the columns."""
    examples = np.concatenate(
        [rng.choice(np.flatnonzero(codes == code), _EXAMPLES_A_CLASS) for code in np.unique(codes)]
    )
    columns = rng.permutation(X.shape[1])[: max(1, round(np.sqrt(X.shape[1])))]
    tree = DecisionTreeClassifier(max_depth=_MAX_DEPTH, random_state=rng.randint(2**31 - 1))
    return tree.fit(X[np.ix_(examples, columns)], codes[examples]).predict(X[:, columns])
