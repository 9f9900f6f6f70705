"""A fitted detector and its report, made once."""

from types import SimpleNamespace

import pytest

pytest.importorskip("jinja2")
pd = pytest.importorskip("pandas")

from skclean.datasets import make_noisy_table  # noqa: E402
from skclean.detectors import ConfidentLearning  # noqa: E402
from skclean.inspection import audit_report  # noqa: E402


@pytest.fixture(scope="session")
def audited():
    """A table of 400 rows with wrong labels, its detector, and the report of both."""
    table = make_noisy_table(400, noise_rate=0.1, n_missing_labels=4, random_state=0)
    X = table.data.set_index(pd.Index([f"C{row}" for row in range(400)]))
    detector = ConfidentLearning(random_state=0).fit(X, table.target)
    report = audit_report(detector, X, title="Customers", source={"file": "customers.csv", "command": "skclean audit"})
    return SimpleNamespace(X=X, y=table.target, flipped=table.flipped, detector=detector, report=report)
