"""From the scores of folds to one number per row: counts, standardised losses, regression on membership."""
