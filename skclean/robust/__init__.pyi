from skclean.robust._classifier import NoiseRobustClassifier as NoiseRobustClassifier
from skclean.robust._gate import GateReport as GateReport
from skclean.robust._label_cleaner import LabelCleaner as LabelCleaner
from skclean.robust.decisions._abstain import ABSTAIN as ABSTAIN
from skclean.robust.decisions._abstain import is_abstain as is_abstain
from skclean.robust.decisions._cascade import CascadeClassifier as CascadeClassifier
from skclean.robust.training._robust_logistic import RobustLogisticRegression as RobustLogisticRegression
from skclean.robust.training._spectral import SpectralTruncationClassifier as SpectralTruncationClassifier
