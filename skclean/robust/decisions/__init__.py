"""Estimators that decide under noise: sets of labels, abstention, cascades."""
