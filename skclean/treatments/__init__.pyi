from skclean.treatments._copies import draw_copies as draw_copies
from skclean.treatments._copies import weighted_copies as weighted_copies
from skclean.treatments._drop import Drop as Drop
from skclean.treatments._importance_weights import ImportanceWeights as ImportanceWeights
from skclean.treatments._mixed_labels import MixedLabels as MixedLabels
from skclean.treatments._posterior import Posterior as Posterior
from skclean.treatments._relabel import Relabel as Relabel
from skclean.treatments._reweight import Reweight as Reweight
from skclean.treatments._soft import SoftLabels as SoftLabels
from skclean.utils._discovery import Aliases

__all__ = [
    "TREATMENTS",
    "Drop",
    "ImportanceWeights",
    "MixedLabels",
    "Posterior",
    "Relabel",
    "Reweight",
    "SoftLabels",
    "draw_copies",
    "weighted_copies",
]

TREATMENTS: Aliases
