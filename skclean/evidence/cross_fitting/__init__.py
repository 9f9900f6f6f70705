"""Probabilities of models that were trained without the row: in folds, out of bag, on drawn rows."""
