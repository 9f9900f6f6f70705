"""Croissant metadata: what it says, what it keeps of an existing description, and that its own library accepts it."""

import hashlib
import json
import re
from copy import deepcopy

import pytest
from sklearn.linear_model import Ridge

from skclean.detectors import ReCoV
from skclean.inspection import AuditReport, audit_report
from skclean.inspection.report._croissant_terms import CONTEXT


@pytest.fixture(scope="module")
def customers(audited, tmp_path_factory):
    """The audited table as a file, and the report that names it."""
    path = tmp_path_factory.mktemp("croissant") / "customers.csv"
    audited.X.assign(churn=audited.y).to_csv(path, index=False)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    source = {"file": "customers.csv", "sha256": digest, "label": "churn", "command": "skclean audit customers.csv"}
    return path, audit_report(audited.detector, audited.X, checks=[], title="Customers", source=source)


def described(version="1.0", **more):
    """A description that somebody else wrote, in the words of Croissant 1.0."""
    later = ("annotation", "arrayShape", "containedIn", "description", "isArray", "name", "rai")
    document = {
        "@context": {word: meaning for word, meaning in CONTEXT.items() if word not in later} | {"ex": "https://e.org/"},
        "@type": "sc:Dataset",
        "conformsTo": f"http://mlcommons.org/croissant/{version}",
        "name": "Customers of 2025",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "ex:approvedBy": {"name": "Ada", "ex:when": ["2025-01-01"]},
        "distribution": [{"@type": "cr:FileObject", "@id": "the-file", "name": "customers.csv", "ex:size": 7,
                          "contentUrl": "customers.csv", "encodingFormat": "text/csv", "sha256": "0" * 64}],
        "recordSet": [{
            "@type": "cr:RecordSet", "@id": "rows", "name": "rows", "ex:note": "kept",
            "field": [
                {"@type": "cr:Field", "@id": f"rows/{name}", "name": name, "dataType": kind, "description": "kept",
                 "source": {"fileObject": {"@id": "the-file"}, "extract": {"column": name}}}
                for name, kind in (("age", "sc:Integer"), ("churn", "sc:Text"))
            ],
        }],
    }  # fmt: skip
    return document | more


def assert_within(old, new, path=""):
    """Assert that every key and value of `old` stands in `new`; lists may have grown at their ends."""
    if isinstance(old, dict):
        for key, value in old.items():
            assert key in new, f"{path}/{key} is lost"
            assert_within(value, new[key], f"{path}/{key}")
    elif isinstance(old, list):
        assert len(new) >= len(old), path
        for k, value in enumerate(old):
            assert_within(value, new[k], f"{path}/{k}")
    else:
        assert old == new and type(old) is type(new), path


def sets_of(document):
    return {one["@id"]: one for one in document["recordSet"]}


def notes_of(field):
    return {note["name"]: note["value"] for note in field["annotation"]}


def test_it_describes_the_file_its_columns_and_the_quality_of_the_label(audited, customers):
    path, report = customers
    document = json.loads(json.dumps(report.croissant(), allow_nan=False))
    (file,) = document["distribution"]
    assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest() and file["encodingFormat"] == "text/csv"
    fields = sets_of(document)["columns"]["field"]
    assert [field["name"] for field in fields] == [*audited.X.columns, "churn"]
    assert {field["name"]: field["dataType"] for field in fields}["newsletter"] == "sc:Boolean"
    assert all(field["source"]["extract"]["column"] == field["name"] for field in fields)
    assert all("annotation" not in field for field in fields[:-1])
    notes, rate = notes_of(fields[-1]), audited.detector.noise_rate_
    assert notes["noise_rate"] == pytest.approx(rate.rate, abs=1e-4)
    assert notes["noise_rate_low"] == pytest.approx(rate.low, abs=1e-4)
    assert notes["noise_rate_high"] == pytest.approx(rate.high, abs=1e-4)
    assert notes["n_flagged"] == audited.detector.noise_mask_.sum() and notes["n_labelled"] == 396
    assert notes["audited_by"].startswith("ConfidentLearning of skclean ")
    assert document["name"] == "Customers"
    assert document["rai:dataLimitations"] == [f"skclean: {limit}" for limit in report.dict()["limits"]]


def test_the_matrix_and_the_method_are_records(customers):
    summary = customers[1].dict()
    sets = sets_of(customers[1].croissant())
    cells = {tuple(row.values())[:2]: tuple(row.values())[2] for row in sets["skclean/transition_matrix"]["data"]}
    matrix, labels = summary["transition"]["matrix"], summary["transition"]["labels"]
    assert cells == {(a, b): matrix[i][j] for i, a in enumerate(labels) for j, b in enumerate(labels)}
    settings = dict(tuple(row.values()) for row in sets["skclean/audit"]["data"])
    assert settings["detector"] == "ConfidentLearning" and settings["command"] == "skclean audit customers.csv"
    assert settings["parameter random_state"] == "0" and settings["version of skclean"]
    for one in sets.values():  # each record names fields of its own set
        ids = {field["@id"] for field in one["field"]}
        assert all(row.keys() == ids for row in one.get("data", []))


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_an_existing_description_loses_and_changes_nothing(customers, version):
    existing = described(version, **{"rai:dataLimitations": ["Few old customers."], "rai:dataAnnotationAnalysis": "-"})
    before = deepcopy(existing)
    document = customers[1].croissant(existing)
    assert existing == before, "the argument was changed"
    assert_within(existing, document)
    assert list(sets_of(document)) == ["rows", "skclean/audit", "skclean/classes", "skclean/transition_matrix"]
    assert len(document["distribution"]) == 1
    age, churn = sets_of(document)["rows"]["field"]
    assert "annotation" not in age and notes_of(churn)["n_labelled"] == 396
    assert document["rai:dataLimitations"][0] == "Few old customers." and document["rai:dataAnnotationAnalysis"] == "-"


def test_a_second_report_replaces_the_first_and_keeps_what_people_added(customers, audited):
    first = customers[1].croissant()
    assert customers[1].croissant(first) == first
    first["license"] = "CC0"
    label = sets_of(first)["columns"]["field"][-1]
    label["description"] = "Left within a year"
    label["annotation"].insert(0, {"@type": "cr:Field", "@id": "mine", "name": "mine", "value": 1})
    later = audit_report(audited.detector, audited.X, checks=[], source={"label": "churn"}, title="Later")
    document = later.croissant(first)
    again = sets_of(document)["columns"]["field"][-1]
    assert document["license"] == "CC0" and document["name"] == "Customers"
    assert again["description"] == "Left within a year" and again["annotation"][0]["@id"] == "mine"
    assert len(again["annotation"]) == len({note["@id"] for note in again["annotation"]})
    assert (
        dict(tuple(row.values()) for row in sets_of(document)["skclean/audit"]["data"])["report"] == later.dict()["id"]
    )


def test_a_description_without_the_label_gets_the_columns_beside_its_own(customers):
    existing = described()
    del existing["recordSet"][0]["field"][1]
    existing["recordSet"][0]["@id"] = "columns"
    document = customers[1].croissant(existing)
    assert_within(existing, document)
    added = sets_of(document)["columns-2"]["field"]
    assert added[-1]["name"] == "churn" and added[-1]["source"]["fileObject"] == {"@id": "the-file"}
    existing["distribution"][0] |= {"contentUrl": "other.csv", "name": "other.csv", "@id": "customers.csv"}
    added_file = customers[1].croissant(existing)["distribution"][1]
    assert added_file["@id"] == "audited/customers.csv" and added_file["sha256"] != "0" * 64


def test_other_spellings_of_its_keys_are_understood(customers):
    existing = described()
    existing["cr:recordSet"] = existing.pop("recordSet")[0]  # one value needs no list
    field = existing["cr:recordSet"]["field"][1]
    field["name"] = {"en": "churn", "de": "Abwanderung"}
    del field["source"]
    document = customers[1].croissant(existing)
    assert "recordSet" not in document
    assert_within([existing["cr:recordSet"]], document["cr:recordSet"])
    assert notes_of(document["cr:recordSet"][0]["field"][1])["n_labelled"] == 396


def test_a_label_that_is_only_marked_as_one_is_found(audited):
    report = audit_report(audited.detector, audited.X, checks=[])
    existing = described()
    existing["recordSet"][0]["field"][1]["dataType"] = ["sc:Text", "cr:Label"]
    assert notes_of(sets_of(report.croissant(existing))["rows"]["field"][1])["n_labelled"] == 396


def test_without_a_file_the_classes_are_annotated(audited):
    document = audit_report(audited.detector, audited.X, checks=[]).croissant()
    assert "distribution" not in document
    assert notes_of(sets_of(document)["skclean/classes"]["field"][0])["n_labelled"] == 396


def test_names_of_any_kind_make_addresses(audited):
    names = ["<b>a</b>", "a b/c%20#?", "😀", "a" * 2000, "x\ny", "\u202eabc", '"', "\\", ""]
    X = audited.X.set_axis(names, axis=1)
    source = {"file": "a|b c.csv", "sha256": "0" * 64, "label": "la|bel"}
    summary = deepcopy(audit_report(audited.detector, X, checks=[], source=source).dict())
    fields = sets_of(AuditReport.from_dict(summary).croissant())["columns"]["field"]
    assert [field["name"] for field in fields] == [*names, "la|bel"]
    ids = [field["@id"] for field in fields] + [fields[0]["source"]["fileObject"]["@id"]]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w.~%/-]+", one, re.ASCII) for one in ids)


def test_numbers_as_target_and_no_estimate_leave_out_what_is_not_known():
    rows = [[float(k)] for k in range(60)]
    detector = ReCoV(Ridge(), n_repeats=50, rule="otsu", random_state=0).fit(rows, [k + 0.5 for k in range(60)])
    document = audit_report(detector, rows, checks=[]).croissant()
    assert list(sets_of(document)) == ["skclean/audit"]
    assert "noise_rate" not in notes_of(document["recordSet"][0]["field"][0])


def test_flips_of_many_classes_are_listed(customers):
    summary = deepcopy(customers[1].dict())
    summary["transition"] = {"flips": [{"true": "no", "given": "yes", "probability": 0.2}]}
    found = sets_of(AuditReport.from_dict(summary).croissant())["skclean/transition_matrix"]
    assert len(found["data"]) == 1 and "largest" in found["description"]


@pytest.mark.parametrize(
    ("existing", "message"),
    [
        ([], "existing must be the content of a Croissant file"),
        ({"@context": "https://schema.org"}, "existing must be the content of a Croissant file"),
        (described() | {"conformsTo": None}, r"existing must conform to Croissant 1\.0 or 1\.1"),
        (described() | {"@context": {"recordSet": "ml:recordSet"}}, "existing uses 'recordSet' for 'ml:recordSet'"),
    ],
)
def test_what_is_no_croissant_is_refused(customers, existing, message):
    with pytest.raises(ValueError, match=message):
        customers[1].croissant(existing)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", ["new", "1.0", "1.1", "without a file"])
def test_the_library_of_croissant_accepts_it_and_reads_the_rows(customers, audited, tmp_path, kind):
    mlcroissant = pytest.importorskip("mlcroissant")
    path, report = customers
    if kind == "without a file":
        report = audit_report(audited.detector, audited.X, checks=[])
    existing = None
    if kind.startswith("1."):
        existing = described(kind)
        existing["distribution"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "customers.csv").write_bytes(path.read_bytes())
    written = tmp_path / "croissant.json"
    written.write_text(json.dumps(report.croissant(existing)), encoding="utf-8")
    read = mlcroissant.Dataset(jsonld=written)  # raises where it is not valid
    assert not read.metadata.ctx.issues.errors
    sets = {one.uuid: one for one in read.metadata.record_sets}
    if kind != "without a file":
        name = "columns" if kind == "new" else "rows"
        churn = next(field for field in sets[name].fields if field.name == "churn")
        assert {note.name: note.value for note in churn.annotations}["n_labelled"] == 396
        assert len(list(read.records(name))) == 400
    assert len(list(read.records("skclean/transition_matrix"))) == 4
