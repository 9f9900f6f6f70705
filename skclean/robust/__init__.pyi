from skclean.robust._classifier import NoiseRobustClassifier as NoiseRobustClassifier
from skclean.robust._gate import GateReport as GateReport
from skclean.robust._label_cleaner import LabelCleaner as LabelCleaner
from skclean.robust.training._clean_seed import CleanSeedClassifier as CleanSeedClassifier
from skclean.robust.training._noisy_label_em import NoisyLabelEM as NoisyLabelEM
