"""How Sphinx builds the site: `python -m docs.site`, in English and Korean, strictly."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the pages run the checkout that they stand in

project = "minigrad"
copyright = "minigrad's authors"
author = "minigrad's authors"
language = "en"

extensions = ["myst_nb", "docs.extensions.mathml", "docs.extensions.reference"]
source_suffix = {".md": "myst-nb"}
exclude_patterns = ["_build", "locale", "scaling.md", "speed.md", "systems.md", "**/solutions"]
suppress_warnings: list[str] = []
nitpicky = True  # a reference that leads nowhere fails the build

myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_cache_path = str(Path(__file__).parent / "_build" / "cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "image/svg+xml", 0)]

locale_dirs = ["locale"]
gettext_compact = False  # a file of translations for each page
gettext_additional_targets = ["index"]
gettext_uuid = False
gettext_location = False

html_theme = "furo"
html_title = "minigrad"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_show_search_summary = False  # which pages opened from disk may not fetch
html_last_updated_fmt = None
html_theme_options = {"navigation_with_keys": True}
