"""What a model does while it learns, and what a row does to it."""
