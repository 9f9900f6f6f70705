"""Types of arguments: what cannot be meant is refused before anything is read."""

import argparse

__all__ = ["LabelColumns", "ambiguity", "character", "count", "cv", "port", "rate", "sample_size", "workers"]


class LabelColumns(argparse.Action):
    """Keep the first column as `label`, and a list of further ones as `more_labels`."""

    def __call__(self, parser, namespace, values, option_string=None):
        if getattr(namespace, self.dest) is None:
            setattr(namespace, self.dest, values)
        else:
            namespace.more_labels = [*(getattr(namespace, "more_labels", None) or []), values]


def character(text):
    """One character that separates columns or digits; a tab may be typed as a backslash and a t."""
    text = "\t" if text == "\\t" else text  # a tab is hard to type
    if len(text) != 1 or text in '\r\n"':
        raise argparse.ArgumentTypeError(rf"{text!r} is not one character, such as ';' or '\t' for a tab")
    return text


def cv(text):
    """A number of folds, or oob."""
    if text == "oob":
        return text
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of folds of at least 2 nor 'oob'")
    return int(text)


def count(text):
    """A whole number of at least 0."""
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def port(text):
    """A port of this machine; 0 means any that is free."""
    if not text.isdecimal() or int(text) >= 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to {2**16 - 1}")
    return int(text)


def sample_size(text):
    """A number of rows of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows of at least 1, such as 100")
    return int(text)


def workers(text):
    """A number of workers, or -1."""
    if text != "-1" and (not text.isdecimal() or int(text) < 1):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of workers of at least 1 nor -1 for all cores")
    return int(text)


def rate(text):
    """A share from 0 to 1."""
    found = _share(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate between 0 and 1, such as 0.05")
    return found


def ambiguity(text):
    """A share from 0 to 1, or auto."""
    if text == "auto":
        return text
    share = _share(text)
    if share is None:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a share between 0 and 1, such as 0.4, nor auto")
    return share


def _share(text):
    """A number from 0 to 1; None of anything else."""
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
