"""Losses of boosting under wrong labels: values, gradients and second derivatives by the raw scores of the classes.

Each function fills, for the label of each row, the loss, its gradient, the diagonal of its second
derivatives, and `scale`: the second derivatives of the log loss times this number are positive, and
take their place in libraries that need that. With two classes, raw scores are (0, f).
"""

from libc.math cimport exp
from skclean._kernels.linear._softmax cimport softmax_row


def fill_forward(
    const double[:, ::1] scores, const int[::1] codes, const double[:, ::1] log_transition, double[::1] buffer,
    double[::1] value, double[:, ::1] gradient, double[:, ::1] second, double[:, ::1] proba, double[::1] scale,
):
    """Minus the logarithm of P(observed label), as a transition matrix spreads the true one."""
    cdef Py_ssize_t n = scores.shape[1]
    cdef Py_ssize_t i, k
    cdef double norm
    with nogil:
        for i in range(scores.shape[0]):
            norm = softmax_row(&scores[i, 0], n, &proba[i, 0])
            for k in range(n):
                buffer[n + k] = scores[i, k] - norm + log_transition[k, codes[i]]
            value[i] = -softmax_row(&buffer[n], n, &buffer[0])
            scale[i] = 1
            for k in range(n):
                gradient[i, k] = proba[i, k] - buffer[k]
                second[i, k] = proba[i, k] * (1 - proba[i, k]) - buffer[k] * (1 - buffer[k])


def fill_power(
    const double[:, ::1] scores, const int[::1] codes, double power, double factor, double log_share,
    double[::1] value, double[:, ::1] gradient, double[:, ::1] second, double[:, ::1] proba, double[::1] scale,
):
    """factor * (1 - p ** power) / power - log_share * log(p), of the probability p of the label."""
    cdef Py_ssize_t n = scores.shape[1]
    cdef Py_ssize_t i, k
    cdef double log_p, raised, gap
    with nogil:
        for i in range(scores.shape[0]):
            log_p = scores[i, codes[i]] - softmax_row(&scores[i, 0], n, &proba[i, 0])
            raised = factor * exp(power * log_p)
            value[i] = (factor - raised) / power - log_share * log_p
            scale[i] = raised + log_share
            for k in range(n):
                gap = proba[i, k] - (1 if k == codes[i] else 0)
                gradient[i, k] = scale[i] * gap
                second[i, k] = scale[i] * proba[i, k] * (1 - proba[i, k]) - power * raised * gap * gap


def fill_bootstrap(
    const double[:, ::1] scores, const int[::1] codes, double share,
    double[::1] value, double[:, ::1] gradient, double[:, ::1] second, double[:, ::1] proba, double[::1] scale,
):
    """share times the log loss plus (1 - share) times the entropy of the model."""
    cdef Py_ssize_t n = scores.shape[1]
    cdef Py_ssize_t i, k
    cdef double norm, entropy, p, excess
    with nogil:
        for i in range(scores.shape[0]):
            norm = softmax_row(&scores[i, 0], n, &proba[i, 0])
            entropy = 0
            for k in range(n):
                entropy -= proba[i, k] * (scores[i, k] - norm)
            value[i] = share * (norm - scores[i, codes[i]]) + (1 - share) * entropy
            scale[i] = share
            for k in range(n):
                p = proba[i, k]
                excess = scores[i, k] - norm + entropy
                gradient[i, k] = share * (p - (1 if k == codes[i] else 0)) - (1 - share) * p * excess
                second[i, k] = share * p * (1 - p) - (1 - share) * p * ((1 - 2 * p) * excess + 1 - p)
