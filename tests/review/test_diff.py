"""Two reports compared."""

import pytest

from skclean.review import compare_reports


def report(rate, rows, checks=(), width=0.01):
    verdict = {"rate": rate, "n_rows": 100, "n_flagged": len(rows)}
    if rate is not None:
        verdict |= {"low": rate - width, "high": rate + width}
    return {
        "verdict": verdict,
        "rows": [{"row": 1, "name": name, "check": name * 2, "given": "no", "suggested": "yes"} for name in rows],
        "checks": [{"code": code, "title": "T", "state": state} for code, state in checks],
    }


@pytest.mark.parametrize(
    ("before", "after", "width", "change"),
    [
        (0.1, 0.05, 0.01, "better"),
        (0.05, 0.1, 0.01, "worse"),
        (0.1, 0.05, 0.06, "same"),
        (None, 0.1, 0.01, None),
    ],
)
def test_the_noise_rate(before, after, width, change):
    found = compare_reports(report(before, "ab", width=width), report(after, "b", width=width))
    assert found["noise_rate"]["change"] == change
    assert found["n_flagged"] == [2, 1] and found["n_rows"] == [100, 100]


def test_rows_and_checks():
    before = report(0.1, "ab", [("SKC001", "issue"), ("SKC002", "passed"), ("SKC003", "skipped"), ("SKC004", "tip")])
    after = report(0.1, "bc", [("SKC001", "passed"), ("SKC002", "tip"), ("SKC003", "issue"), ("SKC004", "tip")])
    found = compare_reports(before, after)
    assert [row["name"] for row in found["solved"]] == ["a"] and [row["name"] for row in found["new"]] == ["c"]
    assert found["still"] == 1
    changes = {check["code"]: check["change"] for check in found["checks"]}
    assert changes == {"SKC001": "better", "SKC002": "worse", "SKC003": None}
