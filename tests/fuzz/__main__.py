"""``python tests/fuzz [N] [SEED]``: run N hostile inputs (2,000), and print the faults and one line with counts.

The cases run in a child process, so that a crash is told with its case. The exit code is 1 where anything is at fault.
"""

import subprocess
import sys
import time
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # tests, in place of this folder

from fuzz.cases import run_case, summary  # noqa: E402

N_CASES = 2_000


def run_all(n_cases, seed, announce):
    """Run the cases, announce each before it begins, and tell what is at fault."""
    outcomes = []
    for number in range(n_cases):
        if announce:
            print(f"#{number}", flush=True)
        outcome = run_case(seed, number)
        outcomes.append(outcome)
        for fault in outcome.faults:
            print(f"{outcome.case}: {fault}", flush=True)
    print(summary(outcomes), flush=True)
    return int(any(outcome.faults for outcome in outcomes))


def watch(n_cases, seed):
    """Run a child that announces its cases; return its exit code, or 1 after it crashed."""
    begun, last = time.monotonic(), "no case"
    command = [sys.executable, "-X", "faulthandler", __file__, str(n_cases), str(seed), "--child"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace") as child:
        for line in child.stdout:
            if line.startswith("#"):
                last = line[1:].strip()
            else:
                print(line.rstrip().encode("ascii", "backslashreplace").decode(), flush=True)
    if child.returncode not in (0, 1):
        print(f"fuzz: crashed in case {last} of seed {seed}, exit code {child.returncode}")
        return 1
    print(f"fuzz: {time.monotonic() - begun:.0f} s, exit code {child.returncode}", file=sys.stderr)
    return child.returncode


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    n_cases, seed = (*numbers, *(N_CASES, 0)[len(numbers) :])
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run_all(n_cases, seed, announce=True) if "--child" in sys.argv else watch(n_cases, seed))
