"""Text files with words for missing, thousands separators, a first line sep=; and comments; and leaking columns."""

import gzip

import numpy as np
import pytest

from skclean.cli import main

pd = pytest.importorskip("pandas")

N = 120
GROUP = np.arange(N) % 2
WRONG = [10, 21, 40]
LABEL = np.where(np.isin(np.arange(N), WRONG), 1 - GROUP, GROUP)
AMOUNT = 1000.5 + 5000 * GROUP + np.linspace(0, 900, N).round(1)


@pytest.fixture
def audit(tmp_path, capsys):
    """Write lines, audit them; what was said, and the flagged rows as text."""

    def run(text, *argv, name="in.csv"):
        path, out = tmp_path / name, tmp_path / "out.csv"
        path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
        argv = ["audit", str(path), "--label", "y", "--out", str(out), "--force", "--detector", "kdn", *argv]
        assert main(argv) == 0
        return capsys.readouterr(), pd.read_csv(out, dtype=str, keep_default_na=False)

    return run


def lines(*rows, sep=","):
    return "\n".join(sep.join(map(str, row)) for row in rows) + "\n"


PLAIN = lines(("x", "y"), *zip(AMOUNT, LABEL, strict=True))


def test_words_for_missing(audit):
    cells = ["nichts" if row % 10 == 5 else amount for row, amount in enumerate(AMOUNT)]
    labels = ["offen" if row == 7 else label for row, label in enumerate(LABEL)]
    text = lines(("x", "y"), *zip(cells, labels, strict=True))
    said, flagged = audit(text, "--missing", "nichts", "offen")
    assert "1 unlabelled" in said.out and "classes               2: 0" in said.out
    assert {str(row) for row in WRONG} <= set(flagged["row"])


@pytest.mark.parametrize(("decimal", "thousands"), [(".", ","), (",", "."), (".", " "), (",", "'")])
def test_thousands(decimal, thousands, audit):
    marks = str.maketrans({",": thousands, ".": decimal})
    cells = [f"{amount:,.1f}".translate(marks) for amount in AMOUNT]
    text = lines(("x", "y"), *zip(cells, LABEL, strict=True), sep=";")
    said, flagged = audit(text, "--thousands", thousands, "--decimal", decimal, "--sep", ";")
    plain, same = audit(PLAIN)
    assert said == plain and flagged["row"].tolist() == same["row"].tolist()
    assert flagged["x"].tolist() == [cells[int(row)] for row in flagged["row"]]
    assert audit(text, "--sep", ";")[0] == plain  # known without being told


def test_marks_that_mean_two_things(tmp_path, fails):
    (tmp_path / "in.csv").write_text(PLAIN, encoding="utf-8")
    assert "must differ" in fails("audit", tmp_path / "in.csv", "--label", "y", "--thousands", ".")


def test_commas_that_may_be_either_mark_are_named(audit):
    cells = [f'"{1 + row // 100},{row % 100:03d}"' for row in range(N)]
    said, _ = audit(lines(("x", "y"), *zip(cells, LABEL, strict=True)))
    assert "commas in 'x' are read as thousands separators; for decimal marks, add --decimal ','" in said.err


@pytest.mark.parametrize("name", ["in.csv", "in.csv.gz"])
@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;\r"])
@pytest.mark.parametrize("comment", [None, "#"])
def test_the_first_line_of_excel(name, first, comment, audit):
    text = first + "\n" + PLAIN.replace(",", ";")
    if comment:
        text = "# made by hand\n" + text.replace("\n", "\n# more\n", 3) + "# end"
    said, flagged = audit(text, *(["--comment", comment] if comment else []), name=name)
    plain, same = audit(PLAIN)
    assert said.out == plain.out.replace("in.csv", name) and flagged.equals(same)


def test_comments_within_cells_stay(audit):
    notes = ['"a\n#b"' if row % 3 else "c#d" for row in range(N)]
    text = "#first\n" + lines(("x", "note", "y"), *zip(AMOUNT, notes, LABEL, strict=True)).replace("c#d,", "c#d,", 1)
    _, flagged = audit(text, "--comment", "#", "--drop", "note")
    assert len(flagged) >= 3
    assert flagged["note"].tolist() == ["a\n#b" if int(row) % 3 else "c#d" for row in flagged["row"]]


def leaking():
    order = np.argsort(LABEL, kind="stable")
    rows = zip(range(N), AMOUNT[order], LABEL[order], np.array(["left", "stays"])[LABEL[order]], strict=True)
    return lines(("", "x", "y", "state"), *rows), {int(np.flatnonzero(order == row)[0]) for row in WRONG}


def test_leaking_columns_are_named_and_left_out(audit):
    text, wrong = leaking()
    said, flagged = audit(text)
    assert said.err == (
        "skclean: warning: columns that hide wrong labels are left out: 'Unnamed: 0' numbers the rows; 'state' is the "
        "label; learn from them with --leaks keep\n"
    )
    assert wrong <= set(flagged["row"].astype(int))


@pytest.mark.parametrize("detector", ["kdn", "confident_learning"])
def test_leaking_columns_are_kept_on_request(detector, audit):
    text, wrong = leaking()
    said, flagged = audit(text, "--leaks", "keep", "--detector", detector)
    assert said.err.count("\n") == 1 and "are learned from: 'Unnamed: 0' numbers" in said.err
    assert not wrong <= set(flagged["row"].astype(int))


def test_where_all_columns_leak_they_are_kept(audit):
    said, _ = audit(lines(("id", "y"), *zip(range(N), LABEL, strict=True)))
    assert "kept as there is no other: 'id' numbers the rows" in said.err
