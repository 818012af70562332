"""What we change of the theme: a sidebar rendered once, no icon font, our own style and scripts."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config

from .pages import CATALOGUE


def use(app: Sphinx, config: Config) -> None:
    """Put our templates first, and our assets among the static files.

    Assets are not in `_static`, because Jupyter Book links all that lies there into every page. Paths
    are made absolute, since plain Sphinx takes them from the folder of its `conf.py`.
    """
    source = Path(app.srcdir)
    config.templates_path.insert(0, str(source / "_templates"))
    folders = [source / folder for folder in (*config.html_static_path, "_assets")]
    config.html_static_path = [str(folder) for folder in folders if folder.exists()]
    config.html_favicon = str(source / "_assets" / "favicon.svg")


_UNUSED = re.compile(r"thebe|togglebutton|toggleHint|toggleOpenOnPrint|sphinx-design|design-tabs")
_CODE = re.compile(r"clipboard|copybutton")
_CELLS = re.compile(r"mystnb")


def _assets(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Link our style everywhere, what only some pages need only into these, and nothing that is not used."""
    body = context.get("body", "")
    wanted = ["kb.css", *(["kb-network.css"] if 'class="kb-network"' in body else [])] + [f"kb-{name}.js" for name in ("table", "figure", "checklist", "duties", "compare", "timeline", "network") if f'class="kb-{name}"' in body]
    for name in wanted:
        if name.endswith(".css"):
            app.add_css_file(name)
        else:
            app.add_js_file(name, loading_method="defer")
    for assets in ("script_files", "css_files"):
        # The same list that Sphinx restores after each page.
        context[assets][:] = [a for a in context[assets] if _is_used(a, body)]


def _stable_style(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave out the version of myst-nb's style, whose name has one: at a clean build the file comes too late for it."""
    if "css_tag" in context:
        tag = context["css_tag"]
        context["css_tag"] = lambda css: re.sub(r"(mystnb\.\w+\.css)\?v=\w+", r"\1", tag(css))


def _forget_words(app: Sphinx) -> list[Any]:
    """Drop words from the search index that no page has any more; Sphinx keeps them at incremental builds."""
    indexer = getattr(app.builder, "indexer", None)
    for mapping in (getattr(indexer, "_mapping", {}), getattr(indexer, "_title_mapping", {})):
        for word in [word for word, pages in mapping.items() if not pages]:
            del mapping[word]
    return []


def _is_used(asset: Any, body: str) -> bool:
    name = f"{getattr(asset, 'filename', asset) or ''}{getattr(asset, 'attributes', {}).get('body', '')}"
    idle = (_CODE.search(name) and "<pre" not in body) or (_CELLS.search(name) and 'class="cell' not in body)
    return not _UNUSED.search(name) and not idle


def _contents(toc: str) -> str:
    """The sections of a page as the theme's style and script expect them; empty where there are none.

    The theme makes the same with an HTML parser, which takes longer than the page's own HTML.
    """
    start = toc.find("<ul>", toc.find("<ul>") + 1)
    if start < 0:
        return ""
    inner = toc[start : toc.rfind("</ul>", 0, toc.rfind("</ul>")) + len("</ul>")]
    return (inner.replace("<ul>", '<ul class="pst-show_toc_level nav section-nav flex-column">')
            .replace("<li>", '<li class="nav-item toc-entry">')
            .replace('class="reference internal"', 'class="reference internal nav-link"'))


class _Sidebar:
    """The table of contents down to chapters and indexes, rendered from the same tree for each folder level."""

    def __init__(self) -> None:
        self.items: list[tuple[str, list[tuple[str, str]]]] = []

    def collect(self, app: Sphinx) -> None:
        """Read captions, documents and titles from the site's map."""
        from sphinx import addnodes

        env = app.env
        self.items = []
        root = env.get_doctree(env.config.root_doc)
        for tree in root.findall(addnodes.toctree):
            entries = [(name, title or env.titles[name].astext()) for title, name in tree["entries"] if name in env.titles]
            self.items.append((tree.get("caption") or "", entries))

    def context(self, app: Sphinx, page: str) -> list[dict[str, Any]]:
        """Groups with links relative to `page`; an entry's page marks its index."""
        here = page.rpartition("/")[0] if page.startswith(f"{CATALOGUE}/") and page.count("/") == 2 else page
        return [
            {"caption": caption, "entries": [
                {"title": title, "uri": app.builder.get_relative_uri(page, name), "current": name in (page, here)}
                for name, title in entries]}
            for caption, entries in self.items
        ]


def _drop_transforms(app: Sphinx) -> None:
    """Leave out transforms for markup that is not used here; each walks through every page.

    Jupyter Book loads the extensions whatever the configuration says.
    """
    unused = ("sphinx_design.", "pydata_sphinx_theme.short_link", "sphinx.builders.latex.")
    registry = app.registry
    registry.transforms = [t for t in registry.transforms if not t.__module__.startswith(unused)]
    registry.post_transforms = [t for t in registry.post_transforms if not t.__module__.startswith(unused)]


def _plain_titles(app: Sphinx) -> None:
    """Render a title that is only text without docutils.

    Sphinx renders each page's title anew for the page itself, its neighbours and its children, through
    a whole publisher each time: a third of the time that a page of the catalogue takes to write.
    """
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return
    render = builder.render_partial

    def render_partial(node: nodes.Node | None) -> dict[str, str]:
        if isinstance(node, nodes.title) and all(isinstance(child, nodes.Text) for child in node.children):
            text = html.escape(node.astext(), quote=False)
            return {"title": text, "fragment": text}
        return render(node)

    builder.render_partial = render_partial  # type: ignore[method-assign]


def setup(app: Sphinx) -> None:
    """Register the handlers."""
    app.connect("builder-inited", _plain_titles)
    app.connect("builder-inited", _drop_transforms)
    sidebar = _Sidebar()

    def collect(app: Sphinx, env: Any) -> None:
        sidebar.collect(app)

    def provide(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        context["kb_sidebar"] = sidebar.context(app, page)
        context["kb_toc"] = _contents(context.get("toc", ""))

    def spare(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        # The theme writes this title into the page as it stands.
        context["pagetitle"] = html.escape(context.get("pagetitle", ""), quote=False)
        # The theme renders its own tree to learn whether it is empty; ours never is.
        context["suppress_sidebar_toctree"] = lambda **_: False

    app.connect("env-check-consistency", collect)
    # The theme renders each template once at 500, to drop the empty ones.
    app.connect("html-page-context", provide, priority=100)
    app.connect("html-page-context", spare, priority=900)
    app.connect("html-page-context", _assets, priority=950)
    app.connect("html-page-context", _stable_style, priority=950)
    app.connect("html-collect-pages", _forget_words)
