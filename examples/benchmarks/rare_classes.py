"""Rules where one class is rare: what they flag of it when nothing is wrong, and what they find when something is.

python examples/benchmarks/rare_classes.py [PATH_OF_EVALUATION_SETS] [--max-rows 3000] [--seeds 1] [--out FILE.csv]

From each table the largest class is kept, and so many rows of all others together that they make up 1, 3 or 10 %; where
a table has fewer than 8 such rows it is left out. The evidence is that of ConfidentLearning with its defaults, the same
for all rules; cleanlab's default filter gets the same probabilities. Printed: the share of the rare class that is
flagged although every label is right; mean F1 of the flags by rate of uniform noise; and what a logistic regression
makes of the labels with and without cleaning: F1 of the rare class in 40 % of the rows, whose labels are right. Each
case is written to the CSV at once; a second run goes on from there.
"""

import argparse
import warnings

import numpy as np
from _results import Results
from _tables import encode, make_rare, tables
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

from skclean import NoiseRobustClassifier
from skclean.detectors import ConfidentLearning
from skclean.noise import inject_noise
from skclean.rules import RULES

KEYS = ("table", "share", "rate", "seed", "rule")
SHARES = (0.01, 0.03, 0.1)
RATES = (0.0, 0.02, 0.1)
COMPARED = ("rival_ratio", "posterior", "mixture", "prune_by_noise_rate", "prune_by_class", "off_diagonal", "argmax")


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


def run(options):
    """Judge what is not in the CSV yet; return the results."""
    results = Results(options.out, KEYS)
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
    return results


def print_means(results, metric, rates, title):
    """A line for each rule: the mean over tables by share of the rare class."""
    heads = [f"{share:.0%} rare, {rate:.0%} noise" for rate in rates for share in SHARES]
    print(f"\n{title:52}" + "".join(f"{head:>22}" for head in heads))
    for rule in dict.fromkeys(row["rule"] for row in results.rows if row["metric"] == metric):
        means = []
        for rate in rates:
            for share in SHARES:
                values = results.table(metric, "rule", ("table", "seed"), share=share, rate=rate)
                means.append(values[2][:, values[0].index(rule)].mean() if len(values[2]) else np.nan)
        print(f"{rule:52}" + "".join(f"{mean:22.3f}" for mean in means))


def main():
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "path", nargs="?", help="folder of evaluation sets with load.py; default: scikit-learn's tables"
    )
    parser.add_argument("--max-rows", type=int, default=3000, help="of the largest class")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--tables", nargs="*")
    parser.add_argument("--out", default="rare_classes.csv")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    results = run(options)
    print_means(results, "flagged", (0.0,), "share of the rare class flagged, all labels right")
    print_means(results, "F1", RATES[1:], "F1 of the flags")
    print_means(results, "test F1", RATES, "F1 of logistic regression, rare class, test rows")


if __name__ == "__main__":
    main()
