"""A small project of invented entries for tests, and the real site, built once."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

COMMON = """\
title: {title}
summary: What {title} is, in a sentence.
description: >-
  About {title}, see {{entry}}`{see}` {{cite}}`doe-2024-weights@§2`.
pillars: [law]
topics: [access]
sources:
  - {{cite: doe-2024-weights, at: "§1", basis: primary}}
checked: "2026-11-01"
"""
SOURCES = '[{cite: doe-2024-weights, at: "§3", basis: primary}]'
RISK = """\
domain: misuse
openness_effect:
  direction: raises
  why: Copies spread.
  sources: {sources}
"""
SAFEGUARD = """\
type: technical
stage: deployment
maturity: in-use
operated_by: {{actors: [{actor}], mode: any}}
needs_chokepoint: {{value: true, why: All pass it.}}
mitigates:
  - risk: weight-theft
    effect: prevents
    strength: {strength}
    why: It keeps copies in.
    sources: {sources}
survival:
  - {{release: hosted, verdict: holds, why: It runs there., basis: judgement}}
  - {{release: gated, verdict: degrades, defeated_by: [redistribution], why: Copies leave., basis: judgement}}
  - {{release: open-weights, verdict: {open}, defeated_by: [filter-removal], why: It is removed., basis: judgement}}
  - {{release: open-source, verdict: {open}, defeated_by: [filter-removal], why: It is removed., basis: judgement}}
"""
INSTRUMENT = """\
jurisdiction: eu
kind: regulation
citation: Regulation 1
events:
  - {{date: "2024-01-01", kind: proposed, sources: {sources}}}
  - {{date: "2025-06", kind: in-force, sources: {sources}}}
  - {{date: "2099-01-01", kind: applies, sources: {sources}}}
provisions:
  - id: art-1
    ref: Art. 1
    title: Signing
    summary: Files are signed.
    duty_of: [developer]
    open_source: {{treatment: exempt, condition: It is free.}}
    applies_if:
      all:
        - {{role: developer}}
        - {{training_flop: {{gt: 1.0e+25}}}}
        - not: {{licence_free_and_open: true}}
    unasked: [{{element: knowledge, what: Only who *knows* of it must sign.}}, {{element: who, what: Only firms.}}]
    from: "2025-08-02"
    requires: [output-filter]
    addresses: [weight-theft]
    sources: {sources}
    questions: [open-exemption]
text_read: whole
"""
BIB = """\
@misc{doe-2024-weights,
  author = {Doe, Jane and Roe, Richard},
  title = {Weights and {Measures}},
  date = {2024-05},
  url = {https://example.org/weights}
}
"""


def write_tiny_data(root: Path) -> None:
    """Two risks, two safeguards and an instrument, with the project's own vocabularies."""
    shutil.copytree(ROOT / "data" / "vocabularies", root / "data" / "vocabularies")
    for folder in ("risks", "safeguards", "instruments", "proposals", "events", "models"):
        (root / "data" / folder).mkdir()
    files = {
        "risks/weight-theft": COMMON.format(title="Weight theft", see="output-filter") + RISK.format(sources=SOURCES),
        "risks/lost-research": COMMON.format(title="Lost research", see="weight-theft") + RISK.format(sources=SOURCES),
        "safeguards/output-filter": COMMON.format(title="Output filter", see="weight-theft")
        + SAFEGUARD.format(sources=SOURCES, strength="strong", actor="deployer", open="fails")
        + "depends_on:\n  - {safeguard: locked-room, why: It stands inside.}\n",
        "safeguards/locked-room": COMMON.format(title="Locked room", see="weight-theft")
        + SAFEGUARD.format(sources=SOURCES, strength="moderate", actor="developer", open="holds"),
        "instruments/first-act": COMMON.format(title="First Act", see="weight-theft") + INSTRUMENT.format(sources=SOURCES),
    }
    for name, text in files.items():
        (root / "data" / f"{name}.yml").write_text(text, "utf-8")
    (root / "data" / "references.bib").write_text(BIB, "utf-8")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A project with data and an empty book."""
    write_tiny_data(tmp_path)
    (tmp_path / "book").mkdir()
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there once or more, by `new`."""
    text = path.read_text("utf-8")
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, 1), "utf-8")


NOTEBOOK = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# KIND

```{code-cell} ipython3
from policykb import load
from policykb.myst import Myst

kb = load("KIND")
Myst(f"{len(kb.entries)} entries, as {{entry}}`weight-theft` and {{cite}}`doe-2024-weights` say.")
```
""".replace("kernelspec: {display_name: Python 3, language: python, name: python3}",
            "kernelspec:\n  display_name: Python 3\n  language: python\n  name: python3")


def write_tiny_book(root: Path) -> None:
    """A book over the small data, with the project's own templates and two notebooks."""
    for name in ("_templates", "_assets", "_static"):
        if (ROOT / "book" / name).exists():
            shutil.copytree(ROOT / "book" / name, root / "book" / name)
    (root / "book" / "index.md").write_text(
        "# Home\n\nThere are {stat}`risks` risks, {entry}`weight-theft` among them; {entry}`stolen <weight-theft>` "
        "weights, {entry}`first-act#art-1`.\n", "utf-8")
    (root / "book" / "method.md").write_text(
        "# Method\n\n(method-survival)=\n## Survival\n\nA.\n\n(method-coverage)=\n## Coverage\n\nB.\n\n"
        "(method-stances)=\n## Stances\n\nC.\n", "utf-8")
    (root / "book" / "argument").mkdir()
    for name in ("debate", "compute", "diversity"):  # chapters to which the indexes lead
        (root / "book" / "argument" / f"{name}.md").write_text(f"---\norphan: true\n---\n\n# {name.title()}\n\nA chapter.\n", "utf-8")
    (root / "book" / "contribute.md").write_text("# Contribute\n\nHow.\n", "utf-8")
    for kind in ("risk", "safeguard"):
        (root / "book" / f"count-{kind}.md").write_text(NOTEBOOK.replace("KIND", kind), "utf-8")
    shutil.copy(ROOT / "_config.yml", root)
    shutil.copy(ROOT / "requirements.txt", root)
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    for part in toc["parts"]:
        part["chapters"] = [c for c in part["chapters"]
                            if c["file"].startswith("catalogue/") or (root / "book" / f"{c['file']}.md").exists()]
    toc["parts"] = [{"caption": "Counts", "chapters": [{"file": "count-risk"}, {"file": "count-safeguard"}]},
                    *(part for part in toc["parts"] if part["chapters"])]
    (root / "_toc.yml").write_text(yaml.safe_dump(toc, sort_keys=False), "utf-8")


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the real site, built from what git would commit."""
    target = Path(os.environ.get("POLICYKB_TEST_SITE", ROOT / "_build" / "test"))
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True,
                           text=True).stdout.splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    done = build(target)
    assert done.returncode == 0, done.stdout[-6000:]
    return target / "_build" / "html"


def build(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`policykb site` in a project, with its output."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "scripts"), "POLICYKB_ROOT": str(root), "NO_COLOR": "1"}
    return subprocess.run([os.sys.executable, "-m", "policykb", "site", *arguments], cwd=root, env=environment,  # type: ignore[attr-defined]
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address at which the real site is served on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
