"""What a person looks at: displays, checks of a table, and the report of an audit.

Names are imported at their first use, so that this package alone imports no plotting library, pandas or templates.
"""

from skclean.utils import _lazy

__all__ = [
    "AgreementDisplay",
    "AuditReport",
    "CheckResult",
    "CheckTable",
    "ClassOverlapDisplay",
    "CleaningGainDisplay",
    "ConfidentJointDisplay",
    "DetectionCurveDisplay",
    "LabelQualityDisplay",
    "NoiseByGroupDisplay",
    "NoiseHistogramDisplay",
    "RelationDisplay",
    "TransitionMatrixDisplay",
    "audit_report",
    "class_overlap",
    "constant_columns",
    "label_noise",
    "missing_values",
    "mixed_types",
    "never_predicted",
    "noise_by_group",
    "run_checks",
    "shortcut_columns",
    "similar_spellings",
    "tiny_classes",
    "transition_matrix",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "AgreementDisplay": "skclean.inspection.displays._agreement",
        "AuditReport": "skclean.inspection.report._audit_report",
        "CheckResult": "skclean.inspection.checks._check",
        "CheckTable": "skclean.inspection.checks._run",
        "ClassOverlapDisplay": "skclean.inspection.displays._class_overlap",
        "CleaningGainDisplay": "skclean.inspection.displays._cleaning_gain",
        "ConfidentJointDisplay": "skclean.inspection.displays._confident_joint",
        "DetectionCurveDisplay": "skclean.inspection.displays._detection_curve",
        "LabelQualityDisplay": "skclean.inspection.displays._label_quality",
        "NoiseByGroupDisplay": "skclean.inspection.displays._noise_by_group",
        "NoiseHistogramDisplay": "skclean.inspection.displays._noise_histogram",
        "RelationDisplay": "skclean.inspection.displays._relation",
        "TransitionMatrixDisplay": "skclean.inspection.displays._transition_matrix",
        "audit_report": "skclean.inspection.report._audit_report",
        "class_overlap": "skclean.inspection.checks._class_overlap",
        "constant_columns": "skclean.inspection.checks._constant_columns",
        "label_noise": "skclean.inspection.checks._label_noise",
        "missing_values": "skclean.inspection.checks._missing_values",
        "mixed_types": "skclean.inspection.checks._mixed_types",
        "never_predicted": "skclean.inspection.checks._never_predicted",
        "noise_by_group": "skclean.inspection.checks._noise_by_group",
        "run_checks": "skclean.inspection.checks._run",
        "shortcut_columns": "skclean.inspection.checks._shortcut_columns",
        "similar_spellings": "skclean.inspection.checks._similar_spellings",
        "tiny_classes": "skclean.inspection.checks._tiny_classes",
        "transition_matrix": "skclean.inspection.checks._transition_matrix",
    },
)
