"""Data whose wrong labels are known, to try detectors on."""

from skclean.datasets._noisy_table import make_noisy_table

__all__ = ["make_noisy_table"]
