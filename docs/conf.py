"""How the documentation site is built: `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

# Only once the checkout can be found.
from coalitions.version import __version__  # noqa: E402

project = "Coalitions"
author = "The coalitions developers"
copyright = "2026, the coalitions developers"
release = version = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "site_pages",
    "mathml",
]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
# Notebooks are stored without outputs and run for the site; one that fails breaks the build.
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300

autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
templates_path: list[str] = []
exclude_patterns = ["_ext", "jupyter_execute", "**/.ipynb_checkpoints"]
pygments_style = "default"
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "furo"
html_title = f"Coalitions {__version__}"
html_math_renderer = "mathml"  # part of the page: no script and no network
html_copy_source = False
html_show_sourcelink = False
