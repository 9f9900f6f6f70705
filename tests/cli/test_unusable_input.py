"""One line for everything that cannot be used, and nothing lost."""

import gzip

import pytest

from skclean._cli import _tables

pd = pytest.importorskip("pandas")

BAD_FILES = {
    "missing": ("custmers.csv", None, "did you mean"),
    "directory": ("folder.csv", "directory", "is a directory"),
    "empty": ("empty.csv", b"", "is empty"),
    "blank": ("blank.csv", b"\n\n", "is empty"),
    "no rows": ("header.csv", b"a,churn\n", "no rows"),
    "ending": ("table.xls", b"PK", ".parquet"),
    "encoding": (
        "latin.csv",
        "a,churn\nmüller,yes\n".encode("cp1252"),
        "read as utf-8; name its encoding, such as --encoding cp1252",
    ),
    "utf-16": ("wide.csv", "a,churn\nmüller,yes\n".encode("utf-16"), "--encoding utf-16"),
    "packed utf-16": ("wide.csv.gz", gzip.compress("a,churn\nmüller,yes\n".encode("utf-16")), "--encoding utf-16"),
    "utf-16 without mark": ("wide.csv", "a,churn\nmüller,yes\n".encode("utf-16-le"), "--encoding utf-16-le"),
    "other order": ("wide.csv", "a,churn\nmuller,yes\n".encode("utf-16-be"), "--encoding utf-16-be"),
    "in bytes of one": ("wide.csv", "a,churn\n1,yes\n2,no\n".encode("utf-16-le"), "--encoding utf-16-le"),
    "not parquet": ("table.parquet", b"no parquet", "cannot be read"),
    "not gzip": ("table.csv.gz", b"no gzip", "cannot be read"),
    "ragged": ("ragged.csv", b"a,churn\n1,yes,3\n2,no,3\n", "more values"),
    "ragged later": ("later.csv", b"a,churn\n1,yes\n2,no\n3,yes,4\n", "line 4"),
    "one class": ("one.csv", b"a,churn\n1,yes\n2,yes\n3,yes\n4,yes\n", "one class only"),
    "one class and None": ("nones.csv", b"a,churn\n" + b"1,yes\n2,None\n" * 9, "9 values are missing, as which None"),
    "no label": ("none.csv", b"a,churn\n1,\n2,\n3,\n4,\n", "no label at all"),
    "only labels": ("labels.csv", b"churn\nyes\nno\nyes\nno\n", "no column is left"),
    "comma in quotes": ("quoted.csv", b'"churn, or so"\nyes\nno\nyes\nno\n', "there is no column 'churn'"),
    "semicolons": ("semi.csv", b"a;churn\n1;yes\n2;no\n", "semicolons: add --sep ';'"),
    "decimal commas": ("comma.csv", b"a;b;churn\n1,5;1,5;yes\n2,5;2,5;no\n", "semicolons: add --sep ';'"),
    "tabs": ("tabs.csv", b"a\tchurn\n1\tyes\n2\tno\n", r"tabs: add --sep '\t'"),
    "two labels": ("twice.csv", b"churn,a,churn\n" + b"yes,1,yes\nno,2,no\n" * 9, "2 columns called 'churn'"),
    "infinite": ("inf.csv", b"a,churn\n" + b"1,yes\n2,no\n" * 9 + b"inf,no\n", "infinity"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files(case, customers, tmp_path, fails):
    name, content, expected = BAD_FILES[case]
    path = tmp_path / name
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    if content == "directory":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    assert expected in fails("audit", path, "--label", "churn", "--out", tmp_path / "issues.csv")


BAD_ARGUMENTS = {
    "unknown column": (["--label", "chrun"], "did you mean 'churn'?"),
    "columns are listed": (["--label", "zzz"], "monthly_fee"),
    "no label": ([], "--label"),
    "identifier": (["--label", "id"], "identifier"),
    "unknown index": (["--label", "churn", "--index", "no"], "--index"),
    "unknown drop": (["--label", "churn", "--drop", "id", "no"], "--drop"),
    "unknown verified": (["--label", "churn", "--verified", "no"], "--verified"),
    "verified is no flag": (["--label", "churn", "--verified", "age"], "holds 71; use true and false"),
    "dropped label": (["--label", "churn", "--drop", "churn"], "label column"),
    "unknown detector": (["--label", "churn", "--detector", "magic"], "confident_learning"),
    "unknown rule": (["--label", "churn", "--rule", "prune_by_clas"], "Did you mean 'prune_by_class'?"),
    "one fold": (["--label", "churn", "--cv", "1"], "--cv"),
    "words for folds": (["--label", "churn", "--cv", "five"], "--cv"),
    "rate": (["--label", "churn", "--fail-above", "5"], "--fail-above"),
    "rate without probabilities": (
        ["--label", "no column", "--detector", "self_influence", "--fail-above", "0.1"],
        "'self_influence' gives no probabilities",
    ),
    "kind of labels": (["--label", "churn", "--labels", "facts"], "--labels"),
    "labels of another detector": (
        ["--label", "churn", "--labels", "outcomes", "--detector", "kdn"],
        "--labels means nothing to the detector 'kdn'",
    ),
    "ambiguity": (["--label", "churn", "--ambiguity", "1.5"], "--ambiguity: '1.5' is neither a share"),
    "ambiguity of another detector": (
        ["--label", "churn", "--ambiguity", "0.2", "--detector", "kdn"],
        "--ambiguity means nothing",
    ),
    "ambiguity and labels": (
        ["--label", "churn", "--ambiguity", "0.2", "--labels", "annotations"],
        "say the same thing",
    ),
    "ambiguity of no review": (["--label", "churn", "--ambiguity", "auto"], "add --reviewed COLUMN"),
    "trusted class": (["--label", "churn", "--trusted-class", "yeah"], "'yeah' is none of the labels ['no', 'yes']"),
    "close trusted class": (["--label", "churn", "--trusted-class", "yess"], "did you mean 'yes'?"),
    "trusted class of another detector": (
        ["--label", "churn", "--trusted-class", "yes", "--detector", "kdn"],
        "--trusted-class means nothing",
    ),
    "sample without a file": (["--label", "churn", "--review-sample", "10"], "needs --out"),
    "sample of nothing": (["--label", "churn", "--review-sample", "0"], "at least 1"),
    "reviewed column": (["--label", "churn", "--reviewed", "no"], "--reviewed: there is no column 'no'"),
    "reviewed label": (["--label", "churn", "--reviewed", "churn"], "label column"),
    "reviewed of another detector": (
        ["--label", "churn", "--reviewed", "age", "--detector", "kdn"],
        "--reviewed means nothing",
    ),
    "values that are no labels": (
        ["--label", "churn", "--index", "id", "--reviewed", "region"],
        "in row C0000 the column 'region' holds",
    ),
    "reviewed file": (["--label", "churn", "--reviewed-file", "no.csv"], "no.csv does not exist"),
    "top": (["--label", "churn", "--top", "-1"], "--top"),
    "jobs": (["--label", "churn", "--drop", "id", "--n-jobs", "0"], "--n-jobs: '0' is neither"),
    "jobs below": (["--label", "churn", "--n-jobs", "-2"], "--n-jobs: '-2' is neither"),
    "unknown option": (["--label", "churn", "--lable", "x"], "--lable"),
    "separator": (["--label", "churn", "--sep", ", "], "not one character"),
    "no separator": (["--label", "churn", "--sep="], "not one character"),
    "encoding": (["--label", "churn", "--encoding", "klingon"], "not known"),
    "output ending": (["--label", "churn", "--out", "issues.doc"], "ending"),
    "output folder": (["--label", "churn", "--out", "no/such/folder/issues.csv"], "does not exist"),
}


@pytest.mark.parametrize("case", BAD_ARGUMENTS)
def test_bad_arguments(case, customers, fails):
    argv, expected = BAD_ARGUMENTS[case]
    assert expected in fails("audit", customers, *argv)


def test_the_input_is_never_the_output(customers, fails):
    assert "choose another name" in fails("audit", customers, "--label", "churn", "--out", customers, "--force")


def test_the_output_is_a_directory(customers, tmp_path, fails):
    (tmp_path / "issues.csv").mkdir()
    assert "is a directory" in fails("audit", customers, "--label", "churn", "--out", tmp_path / "issues.csv")


def test_more_classes_than_a_person_can_review(tmp_path, fails):
    path = tmp_path / "many.csv"
    pd.DataFrame({"a": range(4000), "churn": [f"c{i % 1001}" for i in range(4000)]}).to_csv(path, index=False)
    assert "1001 distinct values" in fails("audit", path, "--label", "churn")


@pytest.mark.parametrize("option", [["--fail-above", "0.1"], ["--review-sample", "9"], ["--ambiguity", "0.1"]])
def test_more_classes_than_a_noise_model_takes(option, tmp_path, fails):
    path = tmp_path / "many.csv"
    pd.DataFrame({"a": range(400), "churn": [f"c{i % 51}" for i in range(400)]}).to_csv(path, index=False)
    argv = ["audit", path, "--label", "churn", *option, "--out", tmp_path / "out.csv"]
    assert f"{option[0]} needs an estimate of the noise rate, which takes at most 50 classes" in fails(*argv)


def test_columns_of_lists_are_named(frame, tmp_path, fails):
    pytest.importorskip("pyarrow")
    path = tmp_path / "nested.parquet"
    frame.assign(tags=[["a", "b"]] * len(frame)).to_parquet(path)
    assert "--drop tags" in fails("audit", path, "--label", "churn")
    assert "lists" in fails("audit", path, "--label", "tags")


def test_columns_of_one_name_and_of_infinity(tmp_path, fails):
    parquet = pytest.importorskip("pyarrow.parquet")
    pyarrow = pytest.importorskip("pyarrow")
    path = tmp_path / "twice.parquet"
    parquet.write_table(pyarrow.Table.from_arrays([pyarrow.array([1.0, 2.0])] * 2, names=["a", "a"]), path)
    assert "two columns of the same name" in fails("audit", path, "--label", "a")
    path = tmp_path / "infinite.csv"
    path.write_bytes(b"a,the ratio,churn\n" + b"1,2,yes\n2,inf,no\n" * 9)
    assert "--drop 'the ratio'" in fails("audit", path, "--label", "churn")


def test_options_of_a_file_without_a_file(fails):
    assert "FILE" in fails("audit", "--label", "churn")
    assert "COMMAND" in fails()


def test_without_pandas(monkeypatch, fails):
    def absent(who):
        raise ImportError(who)

    monkeypatch.setattr(_tables, "check_pandas_support", absent)
    assert "pip install pandas pyarrow" in fails("audit")
