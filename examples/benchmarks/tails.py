"""How BiDimensional judges labels of small classes: four classes of 800, 300, 100 and 40 rows, 20 % noise.

Run ``python examples/benchmarks/tails.py``. "right flagged" is the share of right labels of the two small classes that
are flagged; AP and F1 of the tail are those of the labels that are given as one of these classes.
"""

import warnings

import numpy as np
from sklearn.datasets import make_classification
from sklearn.metrics import average_precision_score, f1_score

from skclean.detectors import BiDimensional, ConfidentLearning
from skclean.noise import inject_noise

SIZES = (800, 300, 100, 40)
DETECTORS = {
    "BiDimensional()": BiDimensional(random_state=0),
    'BiDimensional(recipe="paper")': BiDimensional(recipe="paper", random_state=0),
    "ConfidentLearning()": ConfidentLearning(random_state=0),
}


def problem(seed):
    """X and y of four overlapping classes, two of them small."""
    X, y = make_classification(
        4800, 10, n_informative=6, n_classes=4, n_clusters_per_class=1, class_sep=1.2, random_state=seed
    )
    rows = np.concatenate([np.flatnonzero(y == code)[:size] for code, size in enumerate(SIZES)])
    return X[rows], y[rows]


def main(n_seeds=4):
    """Print one line for each kind of noise and detector."""
    warnings.simplefilter("ignore")
    print(f"{'':45s}AP     AP tail  F1 tail  right flagged")
    for kind in ("uniform", "imbalanced"):
        for name, detector in DETECTORS.items():
            found = []
            for seed in range(n_seeds):
                X, y = problem(seed)
                noisy, wrong = inject_noise(y, kind=kind, rate=0.2, random_state=seed)
                detector.fit(X, noisy)
                quality, mask, tail = detector.label_quality_, detector.noise_mask_, noisy >= 2
                precision = [average_precision_score(wrong[rows], -quality[rows]) for rows in (slice(None), tail)]
                found.append([*precision, f1_score(wrong[tail], mask[tail]), mask[tail & ~wrong].mean()])
            print(f"{kind:12s}{name:30s}" + "".join(f"{value:9.3f}" for value in np.mean(found, axis=0)))


if __name__ == "__main__":
    main()
