"""The command line: what it finds and what it writes."""

import subprocess
import sys

import numpy as np
import pytest

from skclean._cli import _audit, _output, _tables
from skclean.cli import main

pd = pytest.importorskip("pandas")

FOUND = ["row", "given", "suggested", "quality", "reason", "tier", "chance_wrong", "flagged", "check"]


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
    assert list(issues.columns) == [*frame.columns, *FOUND]
    assert issues["tier"].is_monotonic_increasing and set(issues["tier"]) == {1, 2}
    assert all(tier["quality"].is_monotonic_increasing for _, tier in issues.groupby("tier"))
    assert (issues["given"] == issues["churn"]).all() and (issues["given"] != issues["suggested"]).all()
    assert issues["reason"].str.startswith("P(").all() and issues["chance_wrong"].between(0, 1).all()
    flagged = issues["flagged"]
    assert (flagged == (issues["tier"] == 1)).all()  # labels are taken as outcomes
    rows = frame.index[frame["id"].isin(issues["id"][flagged])]
    assert sample.flipped[rows].mean() > 3 * sample.flipped.mean()
    assert f"flagged               {flagged.sum():,} of 396 labels ({flagged.sum() / 3.96:.1f} %)" in text
    assert f"wrote the {flagged.sum():,} flagged rows, and {(~flagged).sum():,} more of tier 2, to {out}" in text
    ranked = text.split("\n\n")[0].splitlines()[2:]
    assert [line.split()[0] for line in ranked] == issues["id"][:3].tolist()
    assert "Unlabelled rows" in text and "400, 4 unlabelled" in text


@pytest.mark.parametrize("ending", ["csv", "tsv", "parquet", "csv.gz", "tsv.gz", "PARQUET"])
def test_every_format_gives_the_same_rows(ending, frame, customers, tmp_path):
    if ending.lower() == "parquet":
        pytest.importorskip("pyarrow")
    source, out = tmp_path / f"in.{ending}", tmp_path / f"out.{ending}"
    _output.write_table(frame, source)
    assert main(["audit", str(source), "--label", "churn", "--drop", "id", "--out", str(out)]) == 0
    assert main(["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(tmp_path / "a.csv")]) == 0
    assert _tables.read_table(out)["id"].tolist() == _tables.read_table(tmp_path / "a.csv")["id"].tolist()


@pytest.mark.parametrize(("sep", "typed"), [(";", ";"), ("\t", r"\t"), ("\t", "\t"), ("|", "|")])
def test_separators_and_decimal_commas(sep, typed, frame, tmp_path, capsys):
    numbers = frame[["churn"]].assign(a=frame["churn"].eq("yes") + np.linspace(0, 0.9, len(frame)).round(3))
    path = tmp_path / "comma.csv"
    numbers.to_csv(path, index=False, sep=sep, decimal=",", encoding="cp1252")
    argv = ["audit", str(path), "--label", "churn", "--sep", typed, "--encoding", "cp1252", "--detector", "kdn"]
    assert main(argv) == 0
    found = capsys.readouterr()
    assert found.err == ""  # decimal commas are known by themselves
    assert main([*argv, "--decimal", ","]) == 0
    assert capsys.readouterr() == found
    numbers.to_csv(path, index=False, encoding="cp1252")
    assert main(["audit", str(path), "--label", "churn", "--detector", "kdn"]) == 0
    assert capsys.readouterr().out == found.out


def test_the_row_column_counts_from_0(frame, customers, tmp_path):
    out = tmp_path / "issues.tsv"
    assert main(["audit", str(customers), "--label", "churn", "--drop", "id", "--out", str(out)]) == 0
    issues = pd.read_csv(out, sep="\t")
    assert frame["id"][issues["row"]].tolist() == issues["id"].tolist()


def test_names_of_columns_that_are_taken_get_a_prefix(frame, tmp_path):
    path, out = tmp_path / "wine.csv", tmp_path / "issues.csv"
    frame.drop(columns="id").rename(columns={"churn": "quality", "age": "row"}).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "quality", "--out", str(out)]) == 0
    assert list(pd.read_csv(out).columns[-9:-1]) == [
        "audit_row",
        "given",
        "suggested",
        "audit_quality",
        "reason",
        "tier",
        "chance_wrong",
        "flagged",
    ]


def test_a_parquet_index_is_kept(frame, tmp_path):
    pytest.importorskip("pyarrow")
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    frame.set_index("id").to_parquet(path)
    assert main(["audit", str(path), "--label", "churn", "--out", str(out)]) == 0
    issues = pd.read_parquet(out)
    assert frame["id"][issues["row"]].tolist() == issues["id"].tolist()


def test_numbers_with_gaps_stay_whole(frame, tmp_path, capsys):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    frame.assign(churn=frame["churn"].map({"yes": 1, "no": 0}).astype("Int64")).to_csv(path, index=False)
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

    monkeypatch.setattr(_audit, "_fit_detector", judge)
    argv = ["audit", str(customers), "--label", "churn", "--cv", "3", "--rule", "fraction", "--drop", "id"]
    argv += ["--n-jobs", "1"]
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


def test_folds_are_reduced_with_one_line(tmp_path, capsys):
    path = tmp_path / "rare.csv"
    labels = ["a"] * 30 + ["b"] * 30 + ["rare"] * 2
    pd.DataFrame({"x": np.sin(np.arange(62)), "label": labels}).to_csv(path, index=False)
    assert main(["audit", str(path), "--label", "label", "--cv", "5"]) == 0
    error = capsys.readouterr().err
    lines = error.splitlines()
    assert lines[0].startswith("skclean: warning: cv was reduced") and "cv was" not in "".join(lines[1:])


def test_the_installed_module_runs_and_leaves_no_traceback(tmp_path):
    def run(*argv):
        return subprocess.run([sys.executable, "-m", "skclean", *argv], capture_output=True, text=True, check=False)

    assert run("--version").stdout.startswith("skclean ")
    assert "--fail-above" in run("audit", "--help").stdout
    failed = run("audit", str(tmp_path / "no.csv"), "--label", "y")
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr == f"skclean: {tmp_path / 'no.csv'} does not exist\n"
