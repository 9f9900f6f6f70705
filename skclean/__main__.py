"""``python -m skclean`` is ``skclean``."""

import sys

from skclean.cli import main

if __name__ == "__main__":
    sys.exit(main())
