"""What a person looks at: displays, checks of a table, and the report of an audit.

Names are imported at their first use, so that this package alone imports no plotting library, pandas or templates.
"""

from skclean.utils import _lazy

__all__ = []

__getattr__, __dir__ = _lazy.lazy_names(__name__, {})
