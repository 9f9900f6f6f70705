from skclean.robust._classifier import NoiseRobustClassifier as NoiseRobustClassifier
from skclean.robust._gate import GateReport as GateReport
from skclean.robust._label_cleaner import LabelCleaner as LabelCleaner
from skclean.robust.decisions._abstain import ABSTAIN as ABSTAIN
from skclean.robust.decisions._abstain import abstained as abstained
from skclean.robust.decisions._conformal import NoiseAwareConformalClassifier as NoiseAwareConformalClassifier
from skclean.robust.decisions._cost_controlled import CostControlledSets as CostControlledSets
from skclean.robust.decisions._plausible_labels import PlausibleLabelsEnsemble as PlausibleLabelsEnsemble
