"""The version of the package, for all layers; caches belong to one version."""

__all__ = ["__version__"]

__version__ = "0.1.0"
