"""Out-of-sample predictions of numbers, and how far off each is expected to be."""
