"""Engines that compute the scores of folds: by refitting any estimator, or in closed form."""
