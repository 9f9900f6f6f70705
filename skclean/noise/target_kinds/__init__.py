"""Kinds of noise in numbers: a class with an `alias` in a module of this folder is found by it."""
