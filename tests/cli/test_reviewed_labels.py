"""Rows that are drawn for people to review, and what becomes of the labels that they find."""

import re

import numpy as np
import pytest

from skclean._cli import _audit
from skclean.cli import main

pd = pytest.importorskip("pandas")


@pytest.fixture
def truth(sample):
    """The right label of each row."""
    other = sample.target.map({"yes": "no", "no": "yes"})
    return sample.target.where(~sample.flipped, other)


@pytest.fixture
def argv(customers):
    return ["audit", str(customers), "--label", "churn", "--index", "id"]


@pytest.fixture
def drawn(argv, tmp_path, capsys):
    """Path of 60 rows to review."""
    path = tmp_path / "review.csv"
    assert main([*argv, "--review-sample", "60", "--out", str(path)]) == 0
    assert "wrote 60 rows to review" in capsys.readouterr().out
    return path


@pytest.fixture
def seen(monkeypatch, capsys):
    """What the detector would be fitted with, in place of the fit."""
    found = {}

    def judge(detector, columns):
        found.update(columns._asdict(), **detector.get_params(deep=False))
        raise KeyboardInterrupt

    def run(*argv):
        with monkeypatch.context() as patch:
            patch.setattr(_audit, "_fit_detector", judge)
            assert main([str(argument) for argument in argv]) == 130
        capsys.readouterr()
        return found

    return run


def test_rows_to_review_have_all_cells_and_an_empty_column(drawn, frame, argv, tmp_path):
    review = pd.read_csv(drawn, dtype=str, keep_default_na=False)
    assert list(review.columns) == [*frame.columns, "row", "reviewed"]
    assert review["reviewed"].eq("").all() and review["row"].is_unique
    rows = review["row"].astype(int)
    assert (frame["id"][rows].to_numpy() == review["id"]).all() and frame["churn"][rows].notna().all()
    again = tmp_path / "again.csv"
    assert main([*argv, "--review-sample", "60", "--out", str(again)]) == 0
    assert again.read_bytes() == drawn.read_bytes()  # same seed
    assert main([*argv, "--review-sample", "60", "--out", str(again), "--force", "--seed", "1"]) == 0
    assert again.read_bytes() != drawn.read_bytes()


@pytest.mark.parametrize("by_name", [True, False])
@pytest.mark.parametrize(
    "saved",
    [
        {},
        {"sep": ";", "encoding": "cp1252"},
        {"sep": "\t", "encoding": "utf-16"},
        {"encoding": "utf-8-sig"},
    ],
)
def test_a_file_is_read_as_a_spreadsheet_saves_it(saved, by_name, drawn, argv, truth, frame, seen):
    review = pd.read_csv(drawn)
    review["reviewed"] = truth[review["row"]].str.upper().to_numpy()
    review.loc[::3, "reviewed"] = " "
    review["note"] = "süß"
    review.sort_values("age").to_csv(drawn, index=False, **saved)
    argv = argv if by_name else [*argv[:-2], "--drop", "id"]
    found = seen(*argv, "--reviewed-file", drawn)
    expected = np.full(len(frame), None, dtype=object)
    done = review[review["reviewed"] != " "]
    expected[done["row"]] = truth[done["row"]]
    assert found["reviewed"].tolist() == expected.tolist()
    assert found["ambiguity"] == "auto"
    assert seen(*argv, "--reviewed-file", drawn, "--ambiguity", "0.2")["ambiguity"] == 0.2


def test_the_review_tells_ambiguity_and_rate(drawn, argv, truth, sample, capsys, tmp_path):
    review = pd.read_csv(drawn)
    review["reviewed"] = truth[review["row"]].to_numpy()
    review.to_csv(drawn, index=False)
    out = tmp_path / "issues.csv"
    assert main([*argv, "--reviewed-file", str(drawn), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    n_wrong = int((review["reviewed"] != review["churn"]).sum())
    assert n_wrong and f"corrected by 60 reviewed labels, {n_wrong} of them wrong" in text
    numbers = re.search(r"ambiguity ([\d.]+) \(90 % interval ([\d.]+) to ([\d.]+)\), estimated from", text).groups()
    ambiguity, low, high = map(float, numbers)
    assert 0 <= low <= ambiguity <= high <= 1
    rate = float(re.search(r"estimated noise rate  ([\d.]+) %", text)[1]) / 100
    assert abs(rate - sample.flipped.mean()) < 0.05
    assert not set(pd.read_csv(out)["id"]) & set(review["id"])  # what was reviewed is never flagged


def test_a_column_of_the_table_holds_reviewed_labels(truth, frame, tmp_path, seen, capsys):
    path = tmp_path / "in.csv"
    checked = truth.where(np.arange(len(frame)) % 5 == 0)
    frame.assign(checked=checked).to_csv(path, index=False)
    argv = ["audit", path, "--label", "churn", "--index", "id", "--reviewed", "checked"]
    found = seen(*argv)
    assert "checked" not in found["features"]  # not learned from
    assert found["reviewed"].tolist() == checked.astype(object).where(checked.notna(), None).tolist()
    assert main([str(argument) for argument in argv]) == 0
    captured = capsys.readouterr()
    assert "estimated from the reviewed labels" in captured.out and "checked" not in captured.err


def test_labels_that_are_numbers_keep_their_type(frame, tmp_path, seen):
    pytest.importorskip("pyarrow")
    codes = frame["churn"].map({"yes": 1, "no": 0}).astype("Int64")
    table = frame.assign(churn=codes, checked=codes.where(np.arange(len(frame)) < 50))
    for path in (tmp_path / "in.csv", tmp_path / "in.parquet"):
        table.to_csv(path, index=False) if path.suffix == ".csv" else table.to_parquet(path)
        found = seen("audit", path, "--label", "churn", "--drop", "id", "--reviewed", "checked")["reviewed"]
        assert {type(label) for label in found} == {int, type(None)}
        assert [label for label in found if label is not None] == codes[:50].dropna().tolist()


def test_names_that_are_taken(frame, tmp_path, seen):
    path, out = tmp_path / "in.csv", tmp_path / "review.csv"
    frame.assign(row=frame["age"], reviewed=frame["region"]).drop(columns="id").to_csv(path, index=False)
    argv = ["audit", path, "--label", "churn"]
    assert main([*map(str, argv), "--review-sample", "5", "--out", str(out)]) == 0
    review = pd.read_csv(out, dtype=str)
    assert list(review.columns[-2:]) == ["audit_row", "audit_reviewed"]
    review.assign(audit_reviewed="yes").to_csv(out, index=False)
    found = seen(*argv, "--reviewed-file", out)["reviewed"]
    assert np.flatnonzero(found == "yes").tolist() == sorted(review["audit_row"].astype(int))


def review_of(frame, rows, **columns):
    """Lines as --review-sample writes them, filled in."""
    return frame.iloc[rows].assign(row=rows, reviewed="yes").assign(**columns)


BAD_REVIEWS = {
    "unknown label": ({"reviewed": "maybe"}, [], "in row 7 the column 'reviewed' holds 'maybe', which is none of"),
    "empty": ({"reviewed": None}, [], "the column 'reviewed' is empty"),
    "no such row": ({"row": 4000}, [], "line 2 of {review} is for row '4000', and {customers} has no row"),
    "no such name": ({"id": "C9"}, ["--index", "id"], "is for id 'C9', and {customers} has no row"),
    "twice": ({"row": 7}, [], "has two lines for row '7'"),
    "other label": ({"churn": "other"}, [], "row 7 has another label in {customers} ("),
    "no row column": ({"row": None}, [], "is for row ''"),
}


@pytest.mark.parametrize("case", BAD_REVIEWS)
def test_bad_reviews(case, frame, customers, tmp_path, fails):
    columns, argv, expected = BAD_REVIEWS[case]
    review = tmp_path / "review.csv"
    review_of(frame, [7, 8], **columns).to_csv(review, index=False)
    message = fails("audit", customers, "--label", "churn", "--reviewed-file", review, *argv)
    assert expected.format(review=review, customers=customers) in message


def test_columns_that_a_review_lacks(frame, customers, tmp_path, fails):
    review = tmp_path / "review.csv"
    argv = ["audit", customers, "--label", "churn", "--reviewed-file", review]
    review_of(frame, [7]).drop(columns="row").to_csv(review, index=False)
    assert "--reviewed-file: there is no column 'row'" in fails(*argv)
    review_of(frame, [7]).rename(columns={"reviewed": "right"}).to_csv(review, index=False)
    assert "--reviewed-file: there is no column 'reviewed'" in fails(*argv)


def test_another_name_for_the_reviewed_column_of_a_file(frame, customers, tmp_path, seen):
    review = tmp_path / "review.csv"
    review_of(frame, [7, 9]).rename(columns={"reviewed": "right"}).drop(columns="churn").to_csv(review, index=False)
    argv = ["audit", customers, "--label", "churn", "--drop", "id", "--reviewed-file", review]
    found = seen(*argv, "--reviewed", "right")["reviewed"]
    assert np.flatnonzero(found == "yes").tolist() == [7, 9]


def test_names_of_rows_that_a_spreadsheet_rewrote_or_that_repeat(tmp_path, frame, seen, fails):
    path, review = tmp_path / "in.csv", tmp_path / "review.csv"
    table = frame.assign(id=[f"{row:06d}" for row in range(len(frame))])
    table.to_csv(path, index=False)
    argv = ["audit", path, "--label", "churn", "--index", "id", "--reviewed-file", review]
    review_of(table, [7, 9]).assign(id=[7, 9]).to_csv(review, index=False)
    assert np.flatnonzero(seen(*argv)["reviewed"] == "yes").tolist() == [7, 9]
    table.assign(id="same").to_csv(path, index=False)
    review_of(table, [7]).assign(id="same").to_csv(review, index=False)
    assert "has 400 rows of that name" in fails(*argv)


def test_a_sample_without_a_file_of_ones_own(tmp_path, fails):
    assert "FILE" in fails("audit", "--review-sample", "5", "--out", tmp_path / "review.csv")
    assert "FILE" in fails("audit", "--reviewed-file", tmp_path / "review.csv")
