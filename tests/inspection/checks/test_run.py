"""All checks together: their table, what is passed on to them, and what each of them promises."""

import inspect
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from material import small_detector
from scipy.sparse import csr_array
from sklearn.linear_model import Ridge

import skclean.inspection
from skclean.detectors import KDN, RegressionResiduals
from skclean.inspection import CheckResult, CheckTable, run_checks
from skclean.inspection.checks._check import STATES, Interval, as_json, check, passed
from skclean.inspection.checks._run import all_checks

ROOT = Path(__file__).parents[3]
CHECKS = {function.check_code: function for function in all_checks()}


@pytest.fixture(scope="module")
def mixed():
    """A table of numbers, categories and gaps with wrong labels, and a detector that was fitted to it."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    X = pd.DataFrame(
        {
            "size": 3.0 * y + rng.normal(size=200),
            "colour": rng.choice(["red", "green"], 200),
            "weight": np.where(rng.random(200) < 0.1, np.nan, rng.normal(size=200)),
        }
    )
    y_noisy = np.where(rng.random(200) < 0.1, 1 - y, y)
    names = np.array(["no", "yes"])[y_noisy]
    return X, names, KDN().fit(X, names)


def test_codes_are_consecutive():
    assert list(CHECKS) == [f"SKC{number:03}" for number in range(1, len(CHECKS) + 1)]


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_is_public_and_has_a_file_a_page_and_a_test(code):
    function = CHECKS[code]
    assert getattr(skclean.inspection, function.__name__) is function
    assert Path(inspect.getfile(inspect.unwrap(function))).name == f"_{function.__name__}.py"
    page = ROOT / "docs" / "checks" / f"{code.lower()}.md"
    assert page.is_file()
    text = page.read_text("utf-8")
    assert text.startswith(f"# {code}: {function.check_title}\n") and f"inspection.{function.__name__}" in text
    assert (Path(__file__).parent / f"test_{function.__name__}.py").is_file()
    assert f"[{code}]({code.lower()}.md)" in (ROOT / "docs" / "checks" / "index.md").read_text("utf-8")


@pytest.mark.parametrize("make", [KDN, small_detector])
@pytest.mark.filterwarnings("ignore::skclean.exceptions.LeakingColumnWarning")
def test_every_check_gives_a_plain_record(make, mixed):
    X, y, _ = mixed
    numbers = X.drop(columns="colour").fillna(0)
    table = run_checks(make().fit(numbers, y), X, random_state=0)
    assert [one.code for one in table] == list(CHECKS)
    for one in table:
        assert one.state in STATES and (one.name, one.title) == (
            CHECKS[one.code].__name__,
            CHECKS[one.code].check_title,
        )
        assert bool(one.verdict) != bool(one.reason)
        assert (one.reason is None) == (one.state in ("passed", "issue", "tip"))
        assert one.verdict == "" or one.verdict.endswith(".")
        assert one.rows.dtype.kind == "i" and ((one.rows >= 0) & (one.rows < 200)).all()
        assert len(np.unique(one.rows)) == len(one.rows)
        assert len({tuple(line) for line in one.findings}) <= 1
        for number in one.numbers.values():
            if isinstance(number, Interval):
                assert number.low <= number.value <= number.high
            else:
                assert isinstance(number, (int, float))
        written = one.as_dict()
        assert json.loads(json.dumps(written)) == written
        assert written["page"] == f"checks/{one.code.lower()}.html"


def test_the_same_seed_gives_the_same_table(mixed):
    X, y, detector = mixed
    first, second = (run_checks(detector, X, y, random_state=0).as_dicts() for _ in range(2))
    assert first == second


def test_neither_x_nor_y_is_changed(mixed):
    X, y, detector = mixed
    copies = X.copy(), y.copy()
    run_checks(detector, X, y, groups=y, random_state=0)
    pd.testing.assert_frame_equal(X, copies[0])
    np.testing.assert_array_equal(y, copies[1])


def test_y_is_that_of_the_detector(mixed):
    X, y, detector = mixed
    assert run_checks(detector, X, random_state=0).as_dicts() == run_checks(detector, X, y, random_state=0).as_dicts()


def test_ignored_codes_are_skipped_and_others_stay(mixed):
    X, y, detector = mixed
    every = run_checks(detector, X, y, random_state=0)
    some = run_checks(detector, X, y, ignore=["SKC001", "SKC004"], random_state=0)
    for one, same in zip(some, every, strict=True):
        if one.code in ("SKC001", "SKC004"):
            assert (one.state, one.reason) == ("skipped", "ignored")
        else:
            assert one.as_dict() == same.as_dict()


@pytest.mark.parametrize(
    ("ignore", "message"), [(["SKC999"], "unknown codes.*SKC999"), ("SKC001", "list of codes.*SKC001")]
)
def test_unknown_codes_are_refused(ignore, message, mixed):
    X, _, detector = mixed
    with pytest.raises(ValueError, match=message):
        run_checks(detector, X, ignore=ignore)


@pytest.mark.parametrize("name", ["y", "groups", "dates"])
def test_other_numbers_of_rows_are_refused(name, mixed):
    X, y, detector = mixed
    with pytest.raises(ValueError, match=f"{name} has 3 values, and X has 200 rows"):
        run_checks(detector, X, **{name: y[:3]})


def test_a_fault_in_the_data_skips_the_check_that_meets_it(mixed):
    X, y, detector = mixed
    odd = X.assign(lists=[[1]] * len(X))
    states = {one.code: one for one in run_checks(detector, odd, y, random_state=0)}
    assert states["SKC012"].state == "skipped" and "lists" in states["SKC012"].reason
    assert states["SKC005"].state == "passed"


@pytest.mark.filterwarnings("ignore")
def test_a_hostile_table_is_read():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 200)
    columns = {
        "<script>alert(1)</script>": rng.normal(size=200) + 3 * y,
        "=1+1": rng.choice(["=cmd|' /C calc'!A0", "<b>x</b>", "\U0001f600", "\u05e9\u05dc\u05d5\u05dd"], 200),
        "long": [f"{'x' * 2000}{row}" for row in range(200)],
        "missing": np.nan,
        3: rng.integers(0, 2**62, 200),
        "infinite": np.where(rng.random(200) < 0.1, np.inf, 1.0),
        "dates": pd.date_range("2020-01-01", periods=200),
        "nullable": pd.array(np.where(rng.random(200) < 0.2, None, 1), dtype="Int64"),
    }
    X = pd.concat([pd.DataFrame(columns), pd.DataFrame({"missing": rng.normal(size=200)})], axis=1)
    names = np.array(["<i>no</i>", "=yes"])[y]
    detector = KDN().fit(X.iloc[:, [0, 6]], names)
    table = run_checks(detector, X, names, groups=y, dates=X["dates"], random_state=0)
    states = {one.code: one.state for one in table}
    assert states.pop("SKC008") == "skipped"  # infinity is no number to a model
    assert "skipped" not in states.values()
    json.dumps(table.as_dicts())
    assert "<script>" not in table._repr_html_() and "<i>" not in table._repr_html_()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("X", [np.full((60, 2), np.nan), np.zeros((60, 1)), [[1.0, "x"], [2.0, None]] * 30])
@pytest.mark.parametrize("y", [[0, 1] * 30, ["a", "b", None] * 20])
def test_tables_that_tell_nothing_are_read(X, y):
    table = run_checks(KDN().fit(X, y), X, random_state=0)
    assert [one.code for one in table if one.state == "skipped"] == []


def test_sparse_matrices_and_series_are_told_apart_from_tables(planted):
    X = csr_array(planted.X)
    states = {one.code: one.state for one in run_checks(KDN().fit(X, planted.noisy), X, random_state=0)}
    assert states["SKC012"] == "not applicable" and states["SKC007"] != "skipped" and states["SKC001"] == "tip"


def test_the_table_as_text_html_and_frame(mixed):
    X, y, detector = mixed
    table = run_checks(detector, X, y, random_state=0)
    assert isinstance(table, CheckTable) and all(code in repr(table) for code in CHECKS)
    odd = CheckTable([CheckResult("SKC001", "a", "<b>", "tip", "'<script>'")])
    assert "<script>" not in odd._repr_html_() and "&lt;script&gt;" in odd._repr_html_()
    frame = table.to_frame()
    assert frame.index.tolist() == list(CHECKS) and frame.columns.tolist()[:3] == ["title", "state", "verdict"]


def test_results_print_their_rows():
    text = repr(CheckResult("SKC001", "a", "Wrong labels", "tip", "Some.", rows=np.arange(12)))
    assert text.splitlines() == ["SKC001 Wrong labels: tip", "  Some.", "  rows: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 …"]


def test_unknown_states_are_refused():
    with pytest.raises(ValueError, match="state must be one of 'passed'.*got 'fine'"):
        CheckResult("SKC001", "a", "b", "fine", "c")


def test_values_become_json_types():
    value = {"a": np.float64(0.5), 1: [np.int64(2), np.nan], "i": Interval(1.0, 0.5, np.inf), "d": np.bool_(True)}
    expected = {"a": 0.5, "1": [2, None], "i": {"value": 1.0, "low": 0.5, "high": None}, "d": True}
    assert as_json(value) == expected


def test_a_check_of_ones_own():
    @check("ABC001", title="Nothing")
    def nothing(X):
        return passed("Nothing was found.")

    assert (nothing([[1]]).code, nothing([[1]]).title, nothing([[1]]).state) == ("ABC001", "Nothing", "passed")


def test_of_labels_that_are_no_classes_only_checks_of_columns_run(mixed):
    X = mixed[0].select_dtypes("number").fillna(0)
    numbers = 3 * X.iloc[:, 0].to_numpy() + np.arange(len(X)) % 3
    detector = RegressionResiduals(Ridge(), random_state=0).fit(X, numbers)
    for y in (None, numbers):
        checks = {one.code: one for one in run_checks(detector, X, y, random_state=0)}
        assert checks["SKC001"].state == checks["SKC005"].state == "not applicable"
        assert checks["SKC005"].reason == "the labels are no classes"
        assert checks["SKC004"].state in ("passed", "issue", "tip")
        assert not any(one.state == "skipped" for one in checks.values())
