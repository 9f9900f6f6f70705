"""Onsager correction of message passing, which depends on how the rows fell into folds.

With B the centred membership, c the squared length of a column and R the R-transform of the spectrum of B'B / c, the
fixed point of message passing for a B whose singular vectors point anywhere is (Opper, Cakmak, Winther 2016)

    r = x + B'z / c,    z = (b - B x) / R,    R = R(-s / R),    variance of the noise in r = sigma² / R,

where s is the mean derivative of x by r and sigma² the variance of what does not add up; so an iteration that adds the
share 1 - R of the last z to b - B x ends there. Of the residual b - B x with m equations, x has fitted n s degrees of
freedom: sigma² = |b - B x|² / (m - n s) = R² |z|² / (m - n s).

Rows that fall into folds by themselves have the spectrum of Marchenko and Pastur, R(-x) = 1 / (1 + x n / m): then
1 - R = s n / m, and the noise is |z|² / m, as textbooks have it.

References
----------
Opper, Cakmak, Winther, "A theory of solving TAP equations for Ising models with general invariant random matrices",
Journal of Physics A 2016. Fan, "Approximate message passing algorithms for rotationally invariant matrices", Annals of
Statistics 2022.
"""

import numpy as np
from scipy.optimize import brentq

__all__ = ["onsager_of_spectrum", "onsager_when_alone", "r_of_compressed_projection"]

# Share of the equations that may be fitted; before the noise is known, the slope may claim more.
MAX_FITTED = 0.98
MIN_R = 1e-9


def onsager_when_alone(slope, ratio):
    """Return the Onsager correction, and the variance of the noise over that of z, for rows drawn one by one.

    Parameters
    ----------
    slope : float
        Mean derivative of the estimated effects by what is seen of them.
    ratio : float
        Rows beside independent equations, n / m.

    Returns
    -------
    onsager, widening : float
    """
    return slope * ratio, 1.0


def onsager_of_spectrum(r_transform, slope, ratio):
    """As `onsager_when_alone`, for any spectrum.

    Parameters
    ----------
    r_transform : callable
        R(-x) for x >= 0, falling from R(0) = 1.
    slope, ratio : float
    """
    slope = max(0.0, min(slope, MAX_FITTED / ratio))
    # Rounding may lift R a hair above one, and then no sign would change.
    at = brentq(lambda r: r - min(r_transform(slope / r), 1.0), MIN_R, 1.0)
    return 1 - at, at / (1 - slope * ratio)


def r_of_compressed_projection(x, kept, wide):
    """R(-x) where rows and columns were taken at random out of an orthogonal matrix.

    The shares `kept` of its rows and `wide` of its columns make B, whose columns are scaled to length one. R of a
    projection solves a quadratic equation; taking columns scales the argument (Nica, Speicher, "Lectures on the
    Combinatorics of Free Probability", 2006, 14.10).
    """
    if kept == 1:
        return 1.0
    w = -wide * x / kept
    # (w - 1 + root) / 2w by its conjugate, for w may be small.
    return 2 / (np.sqrt((w - 1) ** 2 + 4 * w * kept) + 1 - w)
