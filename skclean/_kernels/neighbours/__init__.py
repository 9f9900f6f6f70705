"""Loops over lists of nearest neighbours."""
