"""What a person looks at: displays, checks of a table, and the report of an audit.

Names are imported at their first use, so that this package alone imports no plotting library, pandas or templates.
"""

from skclean.utils import _lazy

__all__ = [
    "CheckResult",
    "CheckTable",
    "class_overlap",
    "constant_columns",
    "duplicates",
    "error_rules",
    "generalization_gaps",
    "label_noise",
    "missing_values",
    "mixed_types",
    "never_predicted",
    "noise_by_group",
    "outliers",
    "ranking_stability",
    "run_checks",
    "shortcut_columns",
    "similar_spellings",
    "tiny_classes",
    "transition_matrix",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "CheckResult": "skclean.inspection.checks._check",
        "CheckTable": "skclean.inspection.checks._run",
        "class_overlap": "skclean.inspection.checks._class_overlap",
        "constant_columns": "skclean.inspection.checks._constant_columns",
        "duplicates": "skclean.inspection.checks._duplicates",
        "error_rules": "skclean.inspection.checks._error_rules",
        "generalization_gaps": "skclean.inspection.checks._generalization_gaps",
        "label_noise": "skclean.inspection.checks._label_noise",
        "missing_values": "skclean.inspection.checks._missing_values",
        "mixed_types": "skclean.inspection.checks._mixed_types",
        "never_predicted": "skclean.inspection.checks._never_predicted",
        "noise_by_group": "skclean.inspection.checks._noise_by_group",
        "outliers": "skclean.inspection.checks._outliers",
        "ranking_stability": "skclean.inspection.checks._ranking_stability",
        "run_checks": "skclean.inspection.checks._run",
        "shortcut_columns": "skclean.inspection.checks._shortcut_columns",
        "similar_spellings": "skclean.inspection.checks._similar_spellings",
        "tiny_classes": "skclean.inspection.checks._tiny_classes",
        "transition_matrix": "skclean.inspection.checks._transition_matrix",
    },
)
