"""The command line: what it finds, what it writes, and one line for everything that cannot be used."""

import subprocess
import sys

import numpy as np
import pytest

from skclean._cli import _audit, _tables
from skclean.cli import main
from skclean.datasets import make_noisy_table

pd = pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def sample():
    return make_noisy_table(400, n_missing_labels=4, as_frame=True, random_state=3)


@pytest.fixture(scope="module")
def frame(sample):
    frame = sample.data.assign(churn=sample.target)
    frame.insert(0, "id", [f"C{row:04d}" for row in range(len(frame))])
    return frame


@pytest.fixture
def customers(frame, tmp_path):
    path = tmp_path / "customers.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def fails(capsys, tmp_path):
    """Run a command that must end with code 2, one line on standard error, and nothing else on disk or screen."""

    def run(*argv):
        before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
        assert main([str(argument) for argument in argv]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("skclean: ")
        assert captured.err.count("\n") == 1 and captured.err.endswith("\n")
        assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
        return captured.err

    return run


def test_the_sample_says_how_many_wrong_labels_it_caught(capsys):
    assert main(["audit"]) == 0
    text = capsys.readouterr().out
    assert "known to be wrong" in text and "flags were right" in text
    wrong, caught = (int(text.split(before)[1].split()[0]) for before in ("in which ", "caught "))
    assert 0.7 * wrong < caught <= wrong


def test_a_csv_file_is_ranked_on_screen_and_in_the_file(sample, frame, customers, tmp_path, capsys):
    out = tmp_path / "issues.csv"
    code = main(["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(out), "--top", "3"])
    text = capsys.readouterr().out
    issues = pd.read_csv(out)
    assert code == 0
    assert list(issues.columns) == [*frame.columns, "given", "suggested", "quality", "reason"]
    assert issues["quality"].is_monotonic_increasing
    assert (issues["given"] == issues["churn"]).all() and (issues["given"] != issues["suggested"]).any()
    rows = frame.index[frame["id"].isin(issues["id"])]
    assert sample.flipped[rows].mean() > 3 * sample.flipped.mean()
    assert f"flagged               {len(issues):,} of 396 labels" in text
    ranked = text.split("\n\n")[0].splitlines()[2:]
    assert [line.split()[0] for line in ranked] == issues["id"][:3].tolist()
    assert "Unlabelled rows" in text and "400, 4 unlabelled" in text


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "csv.gz", "tsv.gz", "PARQUET"])
def test_every_format_gives_the_same_rows(ending, frame, customers, tmp_path):
    if ending.lower() == "parquet":
        pytest.importorskip("pyarrow")
    source, out = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    _tables.write_table(frame, source)
    assert main(["audit", str(source), "--label", "churn", "--drop", "id", "--out", str(out)]) == 0
    assert main(["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(tmp_path / "a.csv")]) == 0
    assert _tables.read_table(out)["id"].tolist() == _tables.read_table(tmp_path / "a.csv")["id"].tolist()


def test_the_row_column_counts_from_0(frame, customers, tmp_path):
    out = tmp_path / "issues.tsv"
    assert main(["audit", str(customers), "--label", "churn", "--drop", "id", "--out", str(out)]) == 0
    issues = pd.read_csv(out, sep="\t")
    assert frame["id"][issues["row"]].tolist() == issues["id"].tolist()


def test_names_of_columns_that_are_taken_get_a_prefix(frame, tmp_path):
    path, out = tmp_path / "wine.csv", tmp_path / "issues.csv"
    frame.drop(columns="id").rename(columns={"churn": "quality", "age": "row"}).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "quality", "--out", str(out)]) == 0
    assert list(pd.read_csv(out).columns[-5:]) == ["audit_row", "given", "suggested", "audit_quality", "reason"]


def test_a_parquet_index_is_kept(frame, tmp_path):
    pytest.importorskip("pyarrow")
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    frame.set_index("id").to_parquet(path)
    assert main(["audit", str(path), "--label", "churn", "--out", str(out)]) == 0
    issues = pd.read_parquet(out)
    assert frame["id"][issues["row"]].tolist() == issues["id"].tolist()


def test_numbers_with_gaps_stay_whole(frame, tmp_path, capsys):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    frame.assign(churn=frame["churn"].map({"yes": 1, "no": 0})).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "churn", "--drop", "id", "--out", str(out)]) == 0
    assert "classes               2: 0 (" in capsys.readouterr().out
    assert set(pd.read_csv(out)["given"].astype(str)) <= {"0", "1"}


def test_verified_rows_are_never_flagged(frame, tmp_path):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    known = np.arange(len(frame)) % 2 == 0
    frame.assign(known=np.where(known, "yes", None)).to_csv(path, index=False)
    argv = ["audit", str(path), "--label", "churn", "--index", "id", "--verified", "known", "--out", str(out)]
    assert main(argv) == 0
    issues = pd.read_csv(out)
    assert len(issues) and issues["known"].isna().all()


def test_options_of_the_method_arrive(customers, capsys, monkeypatch):
    seen = {}

    def judge(detector, columns):
        seen.update(detector.get_params(deep=False))
        raise KeyboardInterrupt

    monkeypatch.setattr(_audit, "_judge", judge)
    argv = ["audit", str(customers), "--label", "churn", "--cv", "3", "--rule", "fraction", "--n-jobs", "1"]
    assert main([*argv, "--seed", "7", "--detector", "confident_learning"]) == 130
    assert (seen["cv"], type(seen["rule"]).__name__, seen["n_jobs"], seen["random_state"]) == (3, "Fraction", 1, 7)
    captured = capsys.readouterr()
    assert captured.err == "skclean: interrupted\n" and captured.out == ""


def test_folds_instead_of_out_of_bag(customers):
    assert main(["audit", str(customers), "--label", "churn", "--drop", "id", "--cv", "2", "--top", "0"]) == 0


@pytest.mark.parametrize(("limit", "code"), [("0.9", 0), ("0.0", 1)])
def test_fail_above_gates_after_writing(limit, code, customers, tmp_path, capsys):
    out = tmp_path / "issues.csv"
    argv = ["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(out), "--fail-above", limit]
    assert main(argv) == code
    captured = capsys.readouterr()
    assert out.exists() and "estimated noise rate" in captured.out
    assert captured.err.startswith("skclean: the estimated noise rate") == bool(code)


def test_force_replaces_and_without_it_the_file_is_kept(customers, tmp_path, fails):
    out = tmp_path / "issues.csv"
    out.write_text("precious")
    argv = ["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(out)]
    assert "--force" in fails(*argv)
    assert main([*argv, "--force"]) == 0
    assert out.read_text().startswith("id,")


def test_a_write_that_fails_leaves_nothing(customers, tmp_path, fails, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    message = fails("audit", customers, "--label", "churn", "--index", "id", "--out", tmp_path / "issues.csv")
    assert "No space left" in message


def test_a_table_of_two_separators_and_another_encoding(frame, tmp_path):
    path = tmp_path / "kunden.csv"
    frame.replace({"region": {"south": "süd"}}).to_csv(path, sep=";", index=False, encoding="cp1252")
    argv = ["audit", str(path), "--label", "churn", "--index", "id", "--encoding", "cp1252"]
    assert main([*argv, "--sep", ";"]) == 0


def test_a_byte_order_mark_is_no_part_of_a_name(frame, tmp_path):
    path = tmp_path / "excel.csv"
    frame.drop(columns="id")[["churn", *frame.columns[1:-1]]].to_csv(path, index=False, encoding="utf-8-sig")
    assert main(["audit", str(path), "--label", "churn"]) == 0


BAD_FILES = {
    "missing": ("custmers.csv", None, "did you mean"),
    "directory": ("folder.csv", "directory", "is a directory"),
    "empty": ("empty.csv", b"", "is empty"),
    "blank": ("blank.csv", b"\n\n", "is empty"),
    "no rows": ("header.csv", b"a,churn\n", "no rows"),
    "ending": ("table.xlsx", b"PK", ".parquet"),
    "encoding": ("latin.csv", "a,churn\nmüller,yes\n".encode("cp1252"), "--encoding"),
    "not parquet": ("table.parquet", b"no parquet", "cannot be read"),
    "not gzip": ("table.csv.gz", b"no gzip", "cannot be read"),
    "ragged": ("ragged.csv", b"a,churn\n1,yes,3\n2,no,3\n", "more values"),
    "ragged later": ("later.csv", b"a,churn\n1,yes\n2,no\n3,yes,4\n", "line 4"),
    "one class": ("one.csv", b"a,churn\n1,yes\n2,yes\n3,yes\n4,yes\n", "one class only"),
    "no label": ("none.csv", b"a,churn\n1,\n2,\n3,\n4,\n", "no label at all"),
    "only labels": ("labels.csv", b"churn\nyes\nno\nyes\nno\n", "no column is left"),
    "semicolons": ("semi.csv", b"a;churn\n1;yes\n2;no\n", "--sep"),
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
    "continuous": (["--label", "monthly_fee"], "continuous"),
    "unknown index": (["--label", "churn", "--index", "no"], "--index"),
    "unknown drop": (["--label", "churn", "--drop", "id", "no"], "--drop"),
    "unknown verified": (["--label", "churn", "--verified", "no"], "--verified"),
    "verified is no flag": (["--label", "churn", "--verified", "age"], "true and false"),
    "dropped label": (["--label", "churn", "--drop", "churn"], "label column"),
    "unknown detector": (["--label", "churn", "--detector", "magic"], "confident_learning"),
    "unknown rule": (["--label", "churn", "--rule", "prune_by_clas"], "Did you mean 'prune_by_class'?"),
    "one fold": (["--label", "churn", "--cv", "1"], "--cv"),
    "words for folds": (["--label", "churn", "--cv", "five"], "--cv"),
    "rate": (["--label", "churn", "--fail-above", "5"], "--fail-above"),
    "rate of a budget": (["--label", "churn", "--rule", "fraction", "--fail-above", "0.1"], "means nothing"),
    "top": (["--label", "churn", "--top", "-1"], "--top"),
    "jobs": (["--label", "churn", "--drop", "id", "--n-jobs", "0"], "n_jobs"),
    "unknown option": (["--label", "churn", "--lable", "x"], "--lable"),
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


def test_columns_of_lists_are_named(frame, tmp_path, fails):
    pytest.importorskip("pyarrow")
    path = tmp_path / "nested.parquet"
    frame.assign(tags=[["a", "b"]] * len(frame)).to_parquet(path)
    assert "--drop tags" in fails("audit", path, "--label", "churn")
    assert "lists" in fails("audit", path, "--label", "tags")


def test_options_of_a_file_without_a_file(fails):
    assert "FILE" in fails("audit", "--label", "churn")
    assert "COMMAND" in fails()


def test_without_pandas(monkeypatch, fails):
    def absent(who):
        raise ImportError(who)

    monkeypatch.setattr(_tables, "check_pandas_support", absent)
    assert 'pip install "skclean[cli]"' in fails("audit")


def test_folds_are_reduced_with_one_line(tmp_path, capsys):
    path = tmp_path / "rare.csv"
    labels = ["a"] * 30 + ["b"] * 30 + ["rare"] * 2
    pd.DataFrame({"x": range(62), "label": labels}).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "label", "--cv", "5"]) == 0
    error = capsys.readouterr().err
    assert error.startswith("skclean: warning: cv was reduced") and error.count("\n") == 1


def test_the_installed_module_runs_and_leaves_no_traceback(tmp_path):
    def run(*argv):
        return subprocess.run([sys.executable, "-m", "skclean", *argv], capture_output=True, text=True, check=False)

    assert run("--version").stdout.startswith("skclean ")
    assert "--fail-above" in run("audit", "--help").stdout
    failed = run("audit", str(tmp_path / "no.csv"), "--label", "y")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == f"skclean: {tmp_path / 'no.csv'} does not exist\n"
