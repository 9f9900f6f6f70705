"""Objectives for gradient boosting that wrong labels harm less: XGBoost, LightGBM and CatBoost take them."""

from skclean.losses._losses import ForwardCorrected, GeneralizedCrossEntropy, SoftBootstrap, SymmetricCrossEntropy

__all__ = ["ForwardCorrected", "GeneralizedCrossEntropy", "SoftBootstrap", "SymmetricCrossEntropy"]
