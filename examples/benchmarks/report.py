"""How large the report of an audit is, how long it takes beside the audit, and how quickly a browser shows it.

python examples/benchmarks/report.py [--rows 100000]

The tables are simulated: three classes, a fifth of the columns text, uniform noise in the labels. "report" is
``audit_report`` with all checks and the page, "checks" the part of it that ``run_checks`` takes, both as a multiple of
the audit's own time in the same run (wall clock; the machine should have nothing else to do). The browser part needs
selenium, Chromium and its driver, and is left out otherwise.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import make_classification

from skclean.detectors import ConfidentLearning
from skclean.inspection import audit_report, run_checks
from skclean.noise import inject_noise

try:
    from selenium import webdriver
except ImportError:
    webdriver = None

WIDTHS = (30, 100)


def noisy_table(n_rows, n_columns, rate):
    """Return X, y: a DataFrame, a fifth of the columns text, and labels with a share `rate` of wrong ones."""
    X, y = make_classification(
        n_rows,
        n_columns,
        n_informative=12,
        n_redundant=4,
        n_classes=3,
        n_clusters_per_class=1,
        class_sep=2.0,
        random_state=0,
    )
    frame = pd.DataFrame(X, columns=[f"measure_{column}" for column in range(n_columns)])
    for name in frame.columns[::5]:
        frame[name] = pd.cut(frame[name], 6, labels=list("abcdef")).astype(str)
    given, _ = inject_noise(np.array(["high", "low", "middle"])[y], rate=rate, random_state=0)
    return frame, given


# The browser records the first paint a moment after the page is loaded: so it is waited for.
FIRST_PAINT = """
const done = arguments[0];
new PerformanceObserver((list) => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true});
"""


def timed(function):
    start = time.perf_counter()
    result = function()
    return result, time.perf_counter() - start


def browser_times(path):
    """Return milliseconds until the first paint, of a sort, and of a search."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome")
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        browser.get(path.as_uri())
        paint = browser.execute_async_script(FIRST_PAINT)
        time.sleep(1)
        changed = (
            "const start = performance.now(), e = document.getElementById(arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event(arguments[2])); document.body.offsetHeight; return performance.now() - start"
        )
        sort = browser.execute_script(changed, "sort", "s", "change")
        search = browser.execute_script(changed, "search", "low", "input")
    finally:
        browser.quit()
    return paint, sort, search


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--noise", type=float, default=0.02, help="share of wrong labels (default: %(default)s)")
    arguments = parser.parse_args()
    print(
        f"{'table':>16} {'flagged':>8} {'shown':>6} {'audit':>8} {'report':>8} {'ratio':>6} {'checks':>7} {'page':>8}"
    )
    for n_columns in WIDTHS:
        X, y = noisy_table(arguments.rows, n_columns, arguments.noise)
        detector, audit = timed(lambda X=X, y=y: ConfidentLearning(random_state=0).fit(X, y))
        (report, page), spent = timed(lambda X=X, d=detector: ((made := audit_report(d, X)), made.html()))
        _, checks = timed(lambda X=X, d=detector: run_checks(d, X, random_state=0))
        print(
            f"{arguments.rows:>10} x {n_columns:<3} {detector.noise_mask_.sum():>8} {len(report.dict()['rows']):>6} "
            f"{audit:>6.1f} s {spent:>6.1f} s {(audit + spent) / audit:>6.2f} {checks:>5.1f} s "
            f"{len(page.encode()) / 1000:>5.0f} kB",
            flush=True,
        )
        if webdriver is not None and shutil.which("chromedriver"):
            with tempfile.TemporaryDirectory() as folder:
                paint, sort, search = browser_times(report.save(Path(folder) / "report.html"))
            print(
                f"{'':>16} browser: first paint {paint:.0f} ms, sort {sort:.0f} ms, search {search:.0f} ms", flush=True
            )
    print("ratio: audit and report together, as a multiple of the audit alone")


if __name__ == "__main__":
    main()
