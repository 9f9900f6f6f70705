"""Rules and detectors where one class is rare: what they flag of it when nothing is wrong, and what they find else.

python examples/benchmarks/rare_classes.py [PATH_OF_EVALUATION_SETS] [--max-rows 3000] [--seeds 1] [--tables NAME ...]
    [--parts rules detectors] [--detectors NAME ...] [--out FILE.csv]

From each table the largest class is kept, and so many rows of all others together that they make up a share of all
rows; where a table has fewer than 8 such rows it is left out.

Part "rules", with 1, 3 or 10 % in the rare class: the evidence is that of ConfidentLearning with its defaults, the same
for all rules; cleanlab's default filter gets the same probabilities. Printed: the share of the rare class that is
flagged although every label is right; mean F1 of the flags by rate of uniform noise; and what a logistic regression
makes of the labels with and without cleaning: F1 of the rare class in 40 % of the rows, whose labels are right.

Part "detectors", with 0.5, 1, 3 or 10 %: detectors with their default models and rules, where no label is wrong and
under noise of one side. "hidden" records 3 in 10 rows of the rare class as the common class. "invented" records rows of
the common class as the rare class, 3 for every 10 rows that belong there. Printed: the share of right rare labels that
is flagged, of all tables together; the mean average precision of the ranking; recall and precision of the flags, of all
tables together; and how many right rare labels are flagged for each wrong label that is found.

Each case is written to the CSV at once; a second run goes on from there.
"""

import argparse
import warnings

import numpy as np
from _contestants import contestants, judge
from _rare_report import print_detectors, print_means
from _results import Results
from _tables import encode, hide_rare, invent_rare, make_rare, tables
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import train_test_split

from skclean import NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.noise import inject_noise
from skclean.rules import RULES

KEYS = ("table", "share", "rate", "seed", "rule")
SHARES = (0.01, 0.03, 0.1)
RATES = (0.0, 0.02, 0.1)
COMPARED = (
    "rival_ratio",
    "error_probability",
    "mixture",
    "prune_by_noise_rate",
    "prune_by_class",
    "off_diagonal",
    "argmax_disagreement",
)
SHARES_OF_DETECTORS = (0.005, 0.01, 0.03, 0.1)
SIDED = {
    "none": lambda y, seed: (y, np.zeros(len(y), dtype=bool)),
    "hidden": lambda y, seed: hide_rare(y, 0.3, seed),
    "invented": lambda y, seed: invent_rare(y, 0.3, seed),
}
DETECTORS_COMPARED = (
    "confident_learning",
    "bi_dimensional",
    "class_prototypes",
    "kdn",
    "neighbor_consistency",
    "cross_split",
    "data_oob",
)


def masks_by_rule(X, y, seed):
    """Yield (rule, mask), all on the same evidence."""
    detector = ConfidentLearning(random_state=seed).fit(X, y)
    for rule in COMPARED:
        yield rule, RULES[rule]().decide(detector.audit_)
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        return
    yield "cleanlab, default filter", find_label_issues(y, detector.audit_.proba, n_jobs=1)


def scores_of_learners(X, y, y_noisy, seed):
    """Yield (learner, F1 of the rare class in test rows); only training rows hold wrong labels."""
    train, test = train_test_split(np.arange(len(y)), test_size=0.4, stratify=y, random_state=seed)
    model = LogisticRegression(max_iter=1000)
    for name, learner in (("no cleaning", model), ("skclean", NoiseRobustClassifier(model, random_state=seed))):
        predicted = learner.fit(X[train], y_noisy[train]).predict(X[test])
        yield name, f1_score(y[test], predicted, zero_division=0)


def compare_rules(options, results):
    """Add what the results lack of part "rules"."""
    done = {tuple(row[name] for name in KEYS[:-1]) for row in results.rows}
    for table, X, cat_mask, y in tables(options.path, options.tables):
        raw, encoded = encode(X, cat_mask, "raw"), encode(X, cat_mask, "encoded")
        for share, rate, seed in np.array(np.meshgrid(SHARES, RATES, range(options.seeds))).T.reshape(-1, 3):
            case = table, share, rate, int(seed)
            rows = make_rare(y, share, options.max_rows, int(seed))
            if rows is None or tuple(map(str, case)) in done:
                continue
            y_true = (y[rows] != np.bincount(y).argmax()).astype(int)
            y_noisy, flipped = inject_noise(y_true, rate=rate, random_state=int(seed))
            flags = [
                (rule, {"flagged": mask[y_noisy == 1].mean(), "F1": f1_score(flipped, mask, zero_division=0)})
                for rule, mask in masks_by_rule(raw[rows], y_noisy, int(seed))
            ]
            learned = scores_of_learners(encoded[rows], y_true, y_noisy, int(seed))
            found = [*flags, *((name, {"test F1": score}) for name, score in learned)]
            results.add(((*case, name), metrics) for name, metrics in found)
            print(*case, flush=True)


def compare_detectors(options, results):
    """Add what the results lack of part "detectors"."""
    done = {tuple(row[name] for name in KEYS) for row in results.rows}
    methods = contestants(options.detectors)
    for table, X, cat_mask, y in tables(options.path, options.tables):
        raw = encode(X, cat_mask, "raw")
        for share, noise, seed in cases_of_detectors(options.seeds):
            case = table, share, noise, seed
            left = [name for name in methods if (*map(str, case), name) not in done]
            rows = make_rare(y, share, options.max_rows, seed)
            if rows is None or not left:
                continue
            rows = np.random.default_rng(seed).permutation(rows)
            y_true = (y[rows] != np.bincount(y).argmax()).astype(int)
            y_noisy, wrong = SIDED[noise](y_true, seed)
            found = ((name, detected(methods[name], raw[rows], y_noisy, wrong, seed)) for name in left)
            results.add(((*case, name), metrics) for name, metrics in found)
            print(*case, flush=True)


def cases_of_detectors(n_seeds):
    """Shares, kinds of noise and seeds, one after the other."""
    return [(share, noise, seed) for share in SHARES_OF_DETECTORS for noise in SIDED for seed in range(n_seeds)]


def detected(method, X, y, wrong, seed):
    """Counts of flags, and average precision where labels are wrong."""
    quality, mask = judge(method, X, y, seed)
    right_rare = (y == 1) & ~wrong
    counts = {
        "right rare": right_rare.sum(),
        "right rare flagged": mask[right_rare].sum(),
        "wrong": wrong.sum(),
        "found": mask[wrong].sum(),
        "flags": mask.sum(),
    }
    return {**counts, "AP": average_precision_score(wrong, -quality)} if wrong.any() else counts


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--max-rows", type=int, default=3000, help="of the largest class")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--parts", nargs="+", choices=["rules", "detectors"], default=["rules", "detectors"])
    parser.add_argument("--detectors", nargs="+", default=list(DETECTORS_COMPARED))
    parser.add_argument("--out", default="rare_classes.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results = Results(options.out, KEYS)
    if "rules" in options.parts:
        compare_rules(options, results)
        print_means(results, "flagged", (0.0,), SHARES, "share of the rare class flagged, all labels right")
        print_means(results, "F1", RATES[1:], SHARES, "F1 of the flags")
        print_means(results, "test F1", RATES, SHARES, "F1 of logistic regression, rare class, test rows")
    if "detectors" in options.parts:
        compare_detectors(options, results)
        print_detectors(results, list(SIDED), SHARES_OF_DETECTORS)


if __name__ == "__main__":
    main()
