"""What is shown and written holds the cells of the file, whatever they were read as to learn from them."""

import csv
from decimal import Decimal

import numpy as np
import pytest

from skclean._cli import _tables
from skclean.cli import main

pd = pytest.importorskip("pandas")

ODD = ["000120", "1152921504606847116", "", "+49105", "105.10", "TRUE", "NA", " 8", "1,5", 'a "b"', "x\ny"]


def table_of(classes, n=80, **columns):
    """Rows of two groups that x tells apart, and a few labels of the other class among them."""
    group = np.arange(n) % 2
    label = np.where(np.isin(np.arange(n), [10, 21, 40]), 1 - group, group)
    more = {name: [values[row % len(values)] for row in range(n)] for name, values in columns.items()}
    return {"x": (group * 3 + np.linspace(0, 1, n)).round(3).tolist(), "y": [classes[g] for g in label], **more}


def write_text(table, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        quoting = csv.QUOTE_ALL if "note" in table else csv.QUOTE_MINIMAL
        csv.writer(file, lineterminator="\n", quoting=quoting).writerows([table, *zip(*table.values(), strict=True)])


def read_text(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def audit(tmp_path, capsys):
    """Audit a table as a file; the written rows, and the captured text."""

    def run(table, *argv, ending="csv"):
        path, out = tmp_path / f"in.{ending}", tmp_path / "out.csv"
        if ending == "parquet":
            pytest.importorskip("pyarrow.parquet").write_table(table, path)
        else:
            write_text(table, path)
        assert main(["audit", str(path), "--label", "y", "--out", str(out), "--detector", "kdn", *argv]) == 0
        return read_text(out), capsys.readouterr()

    return run


@pytest.mark.parametrize("argv", [[], ["--index", "code"]], ids=["counted", "named"])
def test_cells_of_text_stay_as_they_are(argv, audit, monkeypatch):
    monkeypatch.setattr(_tables, "_ROWS_AT_ONCE", 7)
    columns = {f"c{position}": [cell, "12", ""] for position, cell in enumerate(ODD)}
    table = table_of("ab", code=[*ODD, "007"], **columns)
    rows, captured = audit(table, "--drop", "code", *columns, *argv)
    assert {10, 21, 40} <= {int(row["row"]) for row in rows}
    for row in rows:
        assert {name: row[name] for name in table} == {name: str(table[name][int(row["row"])]) for name in table}
    if argv:
        shown = captured.out.split("\n\n")[0].splitlines()[2:]
        names = [table["code"][int(row["row"])].split() for row in rows[:10]]
        assert all(line.split()[: len(name)] == name for line, name in zip(shown, names, strict=True))


def test_without_a_flag_there_is_a_header(audit, tmp_path):
    table = table_of("01")
    table["y"] = ["01"[x > 2] for x in table["x"]]
    rows, captured = audit(table)
    assert rows == [] and "flagged               0 of 80" in captured.out
    header = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert header.split() == ["x,y,row,given,suggested,quality,reason,check"]


def test_carriage_returns_within_cells_end_no_line(audit):
    rows, _ = audit(table_of("ab", note=["x\ry"]), "--drop", "note")
    assert rows and all(row["note"] == "x\ry" for row in rows)


def test_short_rows_and_text_in_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    path, out = tmp_path / "in.csv", tmp_path / "out.parquet"
    write_text(table_of("01", code=["007"], last=["1"]), path)
    path.write_text(path.read_text(encoding="utf-8").replace(",007,1\n", ",007\n"), encoding="utf-8")
    assert main(["audit", str(path), "--label", "y", "--out", str(out), "--index", "last", "--detector", "kdn"]) == 0
    issues = pd.read_parquet(out)
    assert set(issues["code"]) == {"007"} and (issues["last"] == "").all()
    assert (issues["given"] == issues["y"]).all() and set(issues["suggested"]) <= {"0", "1"}


def test_types_and_values_of_parquet_stay(tmp_path, capsys):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    table = table_of("ab", code=[2**60 + 140, None], price=[Decimal("1.10"), None], day=[None, "1970-01-02"])
    table = arrow.table(table).set_column(0, "x", arrow.array(table["x"], arrow.float32()))
    table = table.append_column("long", arrow.array([2**60 + row if row % 3 else None for row in range(80)]))
    parquet.write_table(table, path)
    more = ["--drop", "code", "price", "day", "--index", "long", "--detector", "kdn"]
    argv = ["audit", str(path), "--label", "y", *more]
    assert main([*argv, "--out", str(out)]) == 0
    issues = parquet.read_table(out)
    assert issues.select(table.column_names) == table.take(issues.column("row").combine_chunks())
    assert str(2**60 + 10) in capsys.readouterr().out
    assert main([*argv, "--out", str(tmp_path / "out.csv")]) == 0
    for row in read_text(tmp_path / "out.csv"):
        code = table.column("code")[int(row["row"])].as_py()
        assert row["code"] == ("" if code is None else str(code))
        assert row["x"] == str(np.float32(table.column("x")[int(row["row"])].as_py()))


@pytest.mark.parametrize(
    ("classes", "more"),
    [
        (["007", "010"], ""),
        (["1.0", "2.0"], ""),
        (["FALSE", "TRUE"], ""),
        (["1152921504606847116", "1152921504606847117"], ""),
        (["2", "10"], ""),
        (["1,0", "2,0"], ","),
    ],
)
def test_labels_are_shown_as_they_stand(classes, more, audit):
    table = table_of(classes)
    table["y"][:2] = ["NA", "  "]
    rows, captured = audit(table, *(["--decimal", more] if more else []))
    assert {row["given"] for row in rows} == {row["suggested"] for row in rows} == set(classes)
    assert all(row["given"] == row["y"] for row in rows)
    assert "80, 2 unlabelled" in captured.out
    assert f" 2: {classes[0]} (" in captured.out and f", {classes[1]} (" in captured.out
    assert captured.err == ""


def test_labels_that_look_alike_are_told(audit):
    table = table_of(["1", "No"])
    for row, text in enumerate(["01", "no", " no ", "1.0"]):
        table["y"][row + 50 : row + 80 : 7] = [text] * len(table["y"][row + 50 : row + 80 : 7])
    _, captured = audit(table)
    assert "classes apart: ' no ', 'No', 'no'; '01', '1', '1.0'\n" in captured.err
    assert captured.err.count("are classes apart") == 1


def test_fractions_are_numbers_and_no_classes(tmp_path, fails, capsys):
    path = tmp_path / "in.csv"
    write_text(table_of(["1,5", "2,0"]), path)
    assert main(["audit", str(path), "--label", "y", "--decimal", ","]) == 0
    captured = capsys.readouterr()
    assert "the labels are read as numbers" in captured.err
    assert "classes" not in captured.out
    assert "continuous" in fails("audit", path, "--label", "y", "--decimal", ",", "--target", "class")


@pytest.mark.parametrize(
    "classes", [[Decimal(0), Decimal(1)], [2**60 + 1, 2**60 + 2]], ids=["decimals", "long numbers with gaps"]
)
def test_labels_of_parquet_stay_whole(classes, audit):
    arrow = pytest.importorskip("pyarrow")
    table = table_of(classes)
    table["y"][:2] = [None, None]
    rows, captured = audit(arrow.table(table), ending="parquet")
    assert {row["given"] for row in rows} == {str(label) for label in classes}
    assert all(row["given"] == row["y"] for row in rows)
    assert f" 2: {classes[0]} (" in captured.out


def test_decimals_with_fractions_are_no_classes(tmp_path, fails):
    arrow = pytest.importorskip("pyarrow")
    path = tmp_path / "in.parquet"
    pytest.importorskip("pyarrow.parquet").write_table(arrow.table(table_of([Decimal("1.5"), Decimal("2.0")])), path)
    assert "continuous" in fails("audit", path, "--label", "y", "--target", "class")
