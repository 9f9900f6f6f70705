"""Losses of logits and their gradients, for rows that may belong to several classes.

A row has one target a class: what it counts for as a label of that class. Targets may be negative,
and need not sum to 1. The loss of a row is the sum over classes of target times the loss of that
label, times the row's weight. Each function adds to `gradient` and returns the sum of the losses.
"""

from libc.math cimport exp, log
from skclean._kernels.linear._softmax cimport softmax_row


def add_log_loss(
    const double[:, ::1] logits, const double[:, ::1] targets, const double[::1] weights, double spread,
    double[::1] buffer, double[:, ::1] gradient,
):
    """Cross-entropy, and `spread` times the distance of the largest logit from their mean."""
    cdef Py_ssize_t n = logits.shape[1]
    cdef Py_ssize_t i, k, best
    cdef double total = 0
    cdef double mass, value, mean
    with nogil:
        for i in range(logits.shape[0]):
            value = softmax_row(&logits[i, 0], n, &buffer[0])
            mass = 0
            for k in range(n):
                mass += targets[i, k]
            value *= mass
            for k in range(n):
                value -= targets[i, k] * logits[i, k]
                gradient[i, k] += weights[i] * (mass * buffer[k] - targets[i, k])
            if spread != 0:
                best, mean = 0, 0
                for k in range(n):
                    mean += logits[i, k] / n
                    if logits[i, k] > logits[i, best]:
                        best = k
                    gradient[i, k] -= weights[i] * spread / n
                gradient[i, best] += weights[i] * spread
                value += spread * (logits[i, best] - mean)
            total += weights[i] * value
    return total


def add_forward_loss(
    const double[:, ::1] logits, const double[:, ::1] targets, const double[::1] weights,
    const double[:, ::1] log_transition, double[::1] buffer, double[::1] joint, double[:, ::1] gradient,
):
    """Minus the logarithm of the probability of the observed label, which a transition matrix spreads.

    `log_transition` has the logarithm of P(observed j | true i) in [i, j], minus infinity for 0.
    Logarithms keep a finite slope where a probability is too small for a double.
    """
    cdef Py_ssize_t n = logits.shape[1]
    cdef Py_ssize_t i, j, k
    cdef double total = 0
    cdef double value, norm, share
    with nogil:
        for i in range(logits.shape[0]):
            norm = softmax_row(&logits[i, 0], n, &buffer[0])
            value = 0
            for j in range(n):
                if targets[i, j] == 0:
                    continue
                for k in range(n):
                    joint[n + k] = logits[i, k] - norm + log_transition[k, j]
                value -= targets[i, j] * softmax_row(&joint[n], n, &joint[0])
                share = weights[i] * targets[i, j]
                for k in range(n):
                    gradient[i, k] += share * (buffer[k] - joint[k])
            total += weights[i] * value
    return total


def add_power_loss(
    const double[:, ::1] logits, const double[:, ::1] targets, const double[::1] weights, double power,
    double[::1] buffer, double[:, ::1] gradient,
):
    """Generalised cross-entropy, (1 - p ** power) / power of the probability p of the label."""
    cdef Py_ssize_t n = logits.shape[1]
    cdef Py_ssize_t i, j, k
    cdef double total = 0
    cdef double value, norm, raised, share
    with nogil:
        for i in range(logits.shape[0]):
            norm = softmax_row(&logits[i, 0], n, &buffer[0])
            value = 0
            for j in range(n):
                if targets[i, j] == 0:
                    continue
                raised = exp(power * (logits[i, j] - norm))
                value += targets[i, j] * (1 - raised) / power
                share = weights[i] * targets[i, j] * raised
                for k in range(n):
                    gradient[i, k] += share * buffer[k]
                gradient[i, j] -= share
            total += weights[i] * value
    return total


def add_robust_loss(
    const double[:, ::1] logits, const double[:, ::1] targets, const double[::1] weights,
    const double[::1] scales, double margin, double[::1] buffer, double[:, ::1] gradient,
):
    """Label-distributionally robust loss, scale * log(mean_k exp((z_k - z_y + margin * [k != y]) / scale))."""
    cdef Py_ssize_t n = logits.shape[1]
    cdef Py_ssize_t i, j, k
    cdef double total = 0
    cdef double value, share
    cdef double log_n = log(<double>n)
    with nogil:
        for i in range(logits.shape[0]):
            value = 0
            for j in range(n):
                if targets[i, j] == 0:
                    continue
                for k in range(n):
                    buffer[n + k] = (logits[i, k] - logits[i, j] + (0 if k == j else margin)) / scales[i]
                value += targets[i, j] * scales[i] * (softmax_row(&buffer[n], n, &buffer[0]) - log_n)
                share = weights[i] * targets[i, j]
                for k in range(n):
                    gradient[i, k] += share * buffer[k]
                gradient[i, j] -= share
            total += weights[i] * value
    return total
