"""Estimators that decide under label noise: sets of classes, abstention and ensembles."""
