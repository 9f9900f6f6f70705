"""The noise model: how labels were corrupted, as far as labels and probabilities tell."""
