"""Estimators that decide under noise: sets of labels, abstention, and which of two models is asked."""
