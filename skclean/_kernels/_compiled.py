"""A clear error where Python finds sources without compiled kernels, as in a checkout installed without ``-e``."""

from importlib.util import find_spec

__all__ = []

if find_spec("skclean._kernels.proba._summary") is None:
    raise ImportError(
        "The kernels of skclean are not compiled in this folder. If Python was started in a checkout, install skclean "
        "there with `pip install -e .`, or start Python in another folder."
    )
