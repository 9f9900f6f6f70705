"""Sphinx: ``pip install -e ".[docs]" && sphinx-build -W docs docs/_build/html``."""

import skclean

project = "skclean"
author = "skclean developers"
copyright = "skclean developers"
version = release = skclean.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx_gallery.gen_gallery",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "sg_execution_times.rst"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
templates_path = ["templates"]  # of a class: what it does, then its main methods
autosummary_generate = True
numpydoc_show_class_members = False
autodoc_typehints = "none"  # the docstring says more
html_theme = "pydata_sphinx_theme"
html_title = "skclean"
html_theme_options = {
    "header_links_before_dropdown": 6,
    "navbar_end": ["theme-switcher"],  # no icon links: they would load a font from elsewhere
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_show_sourcelink = False


def _quote_names(app, what, name, obj, options, lines):
    """A fitted attribute in a shape would be read as a reference, because its name ends in an underscore."""
    lines[:] = [line.replace("(n_features_in_,)", "(``n_features_in_``,)") for line in lines]


def setup(app):
    """Connect before numpydoc, which has priority 500."""
    app.connect("autodoc-process-docstring", _quote_names, priority=400)


sphinx_gallery_conf = {
    "examples_dirs": ["../examples/detectors", "../examples/inspection", "../examples/robust"],
    "gallery_dirs": ["auto_examples/detectors", "auto_examples/inspection", "auto_examples/robust"],
    "filename_pattern": "/plot_",
    "abort_on_example_error": True,
    "remove_config_comments": True,
}
