"""Kinds of noise that are injected on purpose."""
