"""How far a call raises the peak of resident memory."""

import ctypes
import os
import sys
from pathlib import Path

import numpy as np

__all__ = ["memory_of_process", "peak_rise", "rise_of_peak", "start_peak"]


def start_peak():
    """Let the peak of resident memory start anew; the bytes that are resident now, NaN off Linux."""
    if not sys.platform.startswith("linux"):
        return np.nan
    _give_back_freed_memory()
    before = memory_of_process("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    return before


def rise_of_peak(before):
    """Bytes by which the peak is above what :func:`start_peak` returned; NaN off Linux."""
    return memory_of_process("VmHWM") - before if np.isfinite(before) else np.nan


def peak_rise(function):
    """Bytes by which one call, in a fork of its own, raises the peak of resident memory; NaN off Linux."""
    if not sys.platform.startswith("linux"):
        return np.nan
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        before = start_peak()
        function()
        os.write(writer, str(rise_of_peak(before)).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as pipe:
        return float(pipe.read() or "nan")


def memory_of_process(field):
    """Bytes of a field of /proc/self/status, such as VmRSS, VmHWM or VmData."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {field}")


def _give_back_freed_memory():
    """Let the C library return what it keeps for reuse, or a call that reuses it would seem to need nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
