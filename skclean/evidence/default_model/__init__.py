"""The model that detectors use when the user names none: a forest, class shapes and a logistic regression."""
