"""Where rows lie among others, and what their neighbours are."""
