"""The Sphinx extension: pages from data, the `kb` domain, notebooks that re-run when they must.

It needs nothing of Jupyter Book: `extensions = ["myst_nb", "policykb.site"]` in a `conf.py` is enough.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging

from .. import __version__
from ..dates import build_date
from ..export import checklist
from ..load import KnowledgeBase, find_root, read
from . import domain, notebooks, theme
from .pages import CATALOGUE, Catalogue, docname, render, write

logger = logging.getLogger(__name__)
GIVEN: dict[Path, KnowledgeBase] = {}
"""Data that this process has read and checked already, by their root."""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _generate(app: Sphinx, config: Config) -> None:
    """Read the data and write the catalogue's pages, before Sphinx looks for documents."""
    root = find_root(Path(app.confdir))
    kb, problems = (GIVEN[root], []) if root in GIVEN else read(root)
    if problems:
        lines = "\n".join(map(str, problems))
        raise ExtensionError(f"the data cannot be read:\n{lines}")
    app.policykb = kb  # type: ignore[attr-defined]
    try:
        day = build_date()
    except ValueError as error:
        raise ExtensionError(str(error)) from None
    catalogue = Catalogue(kb, day, config.policykb_repository, config.policykb_branch)
    templates = Path(app.srcdir) / "_templates" / "entries"
    changed = write(render(catalogue, templates), Path(app.srcdir))
    if changed:
        logger.info("policykb: %s pages written or removed of %s", len(changed), len(kb.entries))
    theme.use(app, config)
    # Docutils makes millions of nodes that live until their page is written; looking for cycles among
    # them again and again costs a quarter of a build.
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    app.parallel = max(app.parallel, int(os.environ.get("POLICYKB_JOBS", "1")))


def _set_right(app: Sphinx, config: Config) -> None:
    # sphinx_jupyterbook_latex turns figure numbers on whatever the configuration says, and they
    # cost a walk through every page at each build; nothing here is numbered.
    config.numfig = False
    # Both only set attributes while they read; neither says that it may do so in parallel
    # (executablebooks/sphinx-external-toc#115, sphinx-multitoc-numbering#27).
    for name in ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex"):
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def _digests(env: BuildEnvironment) -> dict[str, str]:
    if not hasattr(env, "policykb_digests"):
        env.policykb_digests = {}  # type: ignore[attr-defined]
    return env.policykb_digests  # type: ignore[attr-defined, no-any-return]


def _notebook_digest(app: Sphinx, name: str, text: str) -> str:
    try:
        return notebooks.digest(text, app.policykb.root)  # type: ignore[attr-defined]
    except ValueError as error:
        raise ExtensionError(f"notebook {name}: {error}") from None


def _source_read(app: Sphinx, name: str, source: list[str]) -> None:
    if not name.startswith(f"{CATALOGUE}/") and notebooks.is_notebook(source[0]):
        value = _notebook_digest(app, name, source[0])
        _digests(app.env)[name] = value
        source[0] = notebooks.with_digest(source[0], value)


def _outdated(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Notebooks whose inputs have changed since they were read."""
    again = []
    for name, old in _digests(env).items():
        path = Path(env.doc2path(name))
        if name not in removed and path.exists() and _notebook_digest(app, name, path.read_text("utf-8")) != old:
            again.append(name)
    return again


def _stop_at_failures(app: Sphinx, env: BuildEnvironment) -> None:
    """Stop the build where a notebook has failed, with its name, cell and error.

    The environment is not saved then, so that the notebook is run again at the next build.
    """
    failed = []
    for name, metadata in getattr(env, "nb_metadata", {}).items():
        execution = metadata.get("exec_data") or {}
        if execution.get("succeeded", True) is False:
            failed.append(name)
            trace = _ANSI.sub("", str(execution.get("traceback") or execution.get("error")))
            logger.error("the notebook has failed:\n%s", trace.strip(), location=name)
    if failed:
        raise ExtensionError(f"failed notebooks: {', '.join(sorted(failed))}")


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    _digests(env).update({k: v for k, v in _digests(other).items() if k in docnames})


def _purge(app: Sphinx, env: BuildEnvironment, name: str) -> None:
    _digests(env).pop(name, None)


def _redirects(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """A page at each former address, which leads to the address of today."""
    kb: KnowledgeBase = app.policykb  # type: ignore[attr-defined]
    for old, new in kb.renamed.items():
        entry = kb.entries[new]
        page = f"{docname(entry).rpartition('/')[0]}/{old}"
        yield page, {"target": f"{new}.html", "title": entry.title}, "redirect.html"


def _checklists(app: Sphinx, error: Exception | None) -> None:
    """Write the checklists that projects can take away beside the pages."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / "checklists"
    folder.mkdir(exist_ok=True)
    for name, text in checklist.files(app.policykb, build_date()):  # type: ignore[attr-defined]
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def _clean(app: Sphinx, error: Exception | None) -> None:
    """Remove pages of the catalogue that this build no longer has; Sphinx leaves them behind."""
    folder = Path(app.outdir) / CATALOGUE
    if error or app.builder.name != "html" or not folder.exists():
        return
    redirects = {page for page, _, _ in _redirects(app)}
    for path in folder.rglob("*.html"):
        page = path.relative_to(app.outdir).with_suffix("").as_posix()
        if page not in app.env.found_docs and page not in redirects:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("policykb_repository", "", "env", [str])
    app.add_config_value("policykb_branch", "main", "env", [str])
    app.connect("config-inited", _generate, priority=400)
    app.connect("config-inited", _set_right, priority=950)
    app.connect("source-read", _source_read)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-updated", _stop_at_failures, priority=100)
    app.connect("env-merge-info", _merge)
    app.connect("env-purge-doc", _purge)
    app.connect("html-collect-pages", _redirects)
    app.connect("build-finished", _clean)
    app.connect("build-finished", _checklists)
    domain.setup(app)
    theme.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
