"""Labels of any kind as texts of one line."""

from typing import Any

__all__ = ["entry_text"]


def entry_text(value: Any) -> Any:
    """Return an entry of a target as it is shown to people; what is no tuple is returned as it is.

    Parameters
    ----------
    value : object
        Of :meth:`Target.entries`: a tuple of tags, or of an event and a time, becomes a text.

    Examples
    --------
    >>> from skclean.targets import entry_text
    >>> entry_text(("red", "round")), entry_text((False, 12.5)), entry_text(()), entry_text(3)
    ('red; round', 'no event until 12.5', 'no tag', 3)
    """
    if not isinstance(value, tuple):
        return value
    if len(value) == 2 and isinstance(value[0], bool):
        return f"{'event at' if value[0] else 'no event until'} {value[1]:g}"
    return "; ".join(map(str, value)) or "no tag"
