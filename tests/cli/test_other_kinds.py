"""``skclean audit`` of numbers, grades, tags and survival times, from a file to flagged rows."""

import re

import numpy as np
import pytest

from skclean.cli import main

pd = pytest.importorskip("pandas")
A = np.random.default_rng(0).uniform(-1, 1, 300).round(3)
WRONG = np.flatnonzero(np.abs(A) > 0.6)[::11][:10]


@pytest.fixture(scope="module")
def table():
    """Labels of every kind that follow from two columns, with ten rows in which all are wrong."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"a": A, "b": rng.uniform(-1, 1, 300).round(3)})
    high = frame["a"].to_numpy() > 0
    wrong = np.isin(np.arange(300), WRONG)
    frame["price"] = (100 + 20 * frame["a"] + rng.normal(size=300)).where(~wrong, lambda price: 10 * price).round(2)
    rank = np.digitize(frame["a"], [-0.5, 0, 0.5])
    frame["grade"] = np.array(["low", "mid", "high", "top"])[np.where(wrong, 3 - rank, rank)]
    frame["big"] = np.where(high ^ wrong, "yes", "no")
    frame["tall"] = (frame["b"] > 0).astype(int)
    frame["tags"] = [
        ";".join(name for name in ("big", "tall") if row[name] in (1, "yes")) for _, row in frame.iterrows()
    ]
    frame.loc[frame["tags"] == "", "tags"] = ";"
    frame["died"] = True
    factor = np.ones(300)
    factor[WRONG] = np.where(np.arange(10) % 2, 10, 1 / 10)
    frame["days"] = (np.exp(frame["a"] + 0.2 * rng.normal(size=300)) * factor).round(4)
    return frame


@pytest.fixture
def found(table, tmp_path, capsys):
    """Audits some columns of the table as labels, and gives the lines of --out and what was printed."""

    def audit(labels, *options):
        path, out = tmp_path / "in.csv", tmp_path / "out.csv"
        table[["a", "b", *labels]].to_csv(path, index=False)
        assert main(["audit", str(path), *options, "--out", str(out)]) == 0
        return pd.read_csv(out, dtype=str, keep_default_na=False), capsys.readouterr()

    return audit


CASES = {
    "numeric": (["price"], ["--label", "price"]),
    "ordinal": (["grade"], ["--label", "grade", "--order", "low", "mid", "high", "top"]),
    "columns of tags": (["big", "tall"], ["--label", "big", "--label", "tall"]),
    "one column of tags": (["tags"], ["--label", "tags", "--target", "tags"]),
    "survival": (["died", "days"], ["--event", "died", "--time", "days"]),
}


@pytest.mark.parametrize("case", CASES)
def test_flagged_rows_are_mostly_the_wrong_ones(case, found):
    labels, options = CASES[case]
    rows, captured = found(labels, *options)
    flagged = rows["row"].astype(int)
    n_found = len(set(flagged) & set(WRONG))
    assert n_found >= (1 if case == "survival" else 6)  # few records are flagged there
    assert n_found >= 0.7 * len(flagged)
    assert (rows["given"] != rows["suggested"]).all() and (rows["suggested"] != "").all()
    assert "rows                  300" in captured.out
    assert "noise rate" not in captured.out or case == "ordinal"


def test_what_a_wrong_number_looks_like_is_written(found):
    rows, captured = found(["price"], "--label", "price")
    assert "the labels are read as numbers" in captured.err
    assert rows["slip"].str.contains("10").mean() > 0.7


def test_reports_of_numbers_say_what_was_predicted(table, tmp_path):
    pytest.importorskip("jinja2")
    path, report = tmp_path / "in.csv", tmp_path / "report.html"
    table[["a", "b", "price"]].to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "price", "--report", str(report)]) == 0
    page = report.read_text(encoding="utf-8")
    assert "is predicted, give or take" in page and "The rows most like it have" in page


def test_many_whole_numbers_are_asked_about(table, tmp_path, capsys):
    path = tmp_path / "in.csv"
    whole = table[["a", "b"]].assign(age=(50 + 20 * table["a"]).round().astype(int))
    whole.to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "age"]) == 0
    assert "if they are numbers, add --target numeric" in capsys.readouterr().err
    assert main(["audit", str(path), "--label", "age", "--target", "numeric"]) == 0
    assert capsys.readouterr().err == ""


BAD = {
    "grades without an order": (["--label", "grade", "--target", "ordinal"], "name all grades|pass --order"),
    "a grade that is not named": (["--label", "grade", "--order", "low", "mid"], "name all grades with --order"),
    "words as numbers": (["--label", "grade", "--target", "numeric"], "holds 'top' in row|holds '\\w+' in row 0"),
    "numbers as tags": (["--label", "price", "--label", "tall"], "'price' of tags holds"),
    "an event alone": (["--event", "died"], "need both --event COLUMN and --time COLUMN"),
    "a label with times": (["--label", "grade", "--event", "died", "--time", "days"], "and no --label"),
    "words as times": (["--event", "died", "--time", "grade"], "--time: the column 'grade' holds"),
    "survival without times": (["--label", "grade", "--target", "survival"], "needs --event COLUMN"),
    "two columns of numbers": (
        ["--label", "price", "--label", "days", "--target", "numeric"],
        "several --label columns",
    ),
    "an order of numbers": (["--label", "price", "--target", "numeric", "--order", "1", "2"], "--order is for"),
    "a rate of numbers": (["--label", "price", "--fail-above", "0.1"], "--fail-above is for labels of one class a row"),
    "reviewed tags": (["--label", "big", "--label", "tall", "--reviewed", "a"], "--reviewed is for labels of one"),
    "a column that is not there": (["--label", "big", "--label", "tal"], "did you mean 'tall'?"),
    "a detector of classes": (["--label", "price", "--detector", "kdn"], "RegressionResiduals"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_does_not_fit_is_said_in_one_line(case, table, tmp_path, capsys):
    path = tmp_path / "in.csv"
    table.to_csv(path, index=False)
    options, message = BAD[case]
    assert main(["audit", str(path), *options]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") <= 2
    assert re.search(message, captured.err), captured.err
