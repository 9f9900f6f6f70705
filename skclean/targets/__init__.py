"""Targets: the one place that knows the shape of y. It is read once for each call of a user, and handed on."""

from skclean.targets._candidate_target import CandidateTarget, read_candidates
from skclean.targets._class_target import (
    UNLABELLED,
    ClassTarget,
    check_two_classes,
    class_totals,
    decode_labels,
    judgeable_rows,
    refuse_one_class,
)
from skclean.targets._columns import label_array, listed
from skclean.targets._containers import take_given, take_labels
from skclean.targets._encode import codes_of, encode_labels
from skclean.targets._entries import entry_text
from skclean.targets._kinds import DETECTOR_OF_KIND, KINDS, remedy_for
from skclean.targets._multilabel_target import MultilabelTarget, is_tags, read_tags
from skclean.targets._numeric_target import NumericTarget, read_numbers, read_values
from skclean.targets._ordinal_target import OrdinalTarget, ordered_categories, read_grades
from skclean.targets._protocol import Target
from skclean.targets._read import check_class_rows, check_rows, check_table, kind_of_target, read_target
from skclean.targets._survival_target import SurvivalTarget, read_survival
from skclean.targets._with_proba import check_label_weights, check_labels_and_proba, check_trusted, mean_weight

__all__ = [
    "DETECTOR_OF_KIND",
    "KINDS",
    "UNLABELLED",
    "CandidateTarget",
    "ClassTarget",
    "MultilabelTarget",
    "NumericTarget",
    "OrdinalTarget",
    "SurvivalTarget",
    "Target",
    "check_class_rows",
    "check_label_weights",
    "check_labels_and_proba",
    "check_rows",
    "check_table",
    "check_trusted",
    "check_two_classes",
    "class_totals",
    "codes_of",
    "decode_labels",
    "encode_labels",
    "entry_text",
    "is_tags",
    "judgeable_rows",
    "kind_of_target",
    "label_array",
    "listed",
    "mean_weight",
    "ordered_categories",
    "read_candidates",
    "read_grades",
    "read_numbers",
    "read_survival",
    "read_tags",
    "read_target",
    "read_values",
    "refuse_one_class",
    "remedy_for",
    "take_given",
    "take_labels",
]
