"""What a person looks at: displays, checks of a table, and the report of an audit.

Names are imported at their first use, so that this package alone imports no plotting library, pandas or templates.
"""

from skclean.utils import _lazy

__all__ = [
    "AgreementDisplay",
    "ClassOverlapDisplay",
    "CleaningGainDisplay",
    "ConfidentJointDisplay",
    "DetectionCurveDisplay",
    "LabelQualityDisplay",
    "NoiseByGroupDisplay",
    "NoiseHistogramDisplay",
    "RelationDisplay",
    "TransitionMatrixDisplay",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "AgreementDisplay": "skclean.inspection.displays._agreement",
        "ClassOverlapDisplay": "skclean.inspection.displays._class_overlap",
        "CleaningGainDisplay": "skclean.inspection.displays._cleaning_gain",
        "ConfidentJointDisplay": "skclean.inspection.displays._confident_joint",
        "DetectionCurveDisplay": "skclean.inspection.displays._detection_curve",
        "LabelQualityDisplay": "skclean.inspection.displays._label_quality",
        "NoiseByGroupDisplay": "skclean.inspection.displays._noise_by_group",
        "NoiseHistogramDisplay": "skclean.inspection.displays._noise_histogram",
        "RelationDisplay": "skclean.inspection.displays._relation",
        "TransitionMatrixDisplay": "skclean.inspection.displays._transition_matrix",
    },
)
