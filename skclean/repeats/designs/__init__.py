"""Designs of folds: drawn at random, evenly over pairs of rows, or by a splitter."""
