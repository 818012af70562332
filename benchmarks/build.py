"""Time check and builds against a stock Jupyter Book with the same pages, in one run.

    python benchmarks/build.py [--entries 500] [--jobs 2] [--repeat 2] [--keep FOLDER]

Where the corpus is too small, its entries are repeated under new ids. The stock book has the same pages
as static Markdown (roles turned into plain links, no notebook), the stock theme, and the entries in its
table of contents. Cold builds of both are repeated in turn and the faster of each is taken, since a shared
machine can be half as fast from one minute to the next. Wall times say little about another machine; the
ratios at the end are what counts.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from policykb import load  # noqa: E402
from policykb.schema import KINDS  # noqa: E402
from policykb.site.domain import REFERENCES  # noqa: E402
from policykb.site.pages import docname  # noqa: E402

JUPYTER_BOOK = [sys.executable, "-c", "import sys; from jupyter_book.cli.main import main; sys.exit(main())", "build"]


def timed(label: str, command: list[str], folder: Path, **environment: str) -> float:
    """Seconds that a command takes; prints them. Raises SystemExit with its output where it fails."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{label} failed:\n{done.stdout[-4000:]}")
    print(f"{label:<58}{seconds:8.1f} s", flush=True)
    return seconds


def copy_project(target: Path, entries: int) -> None:
    """The project with at least `entries` entries."""
    for name in ("data", "book", "scripts"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "catalogue"))
    for name in ("_config.yml", "_toc.yml", "requirements.txt"):
        shutil.copy(ROOT / name, target)
    kb = load(root=target)
    number = 0
    originals = list(kb.entries.values())
    while len(originals) + number < entries:
        entry = originals[number % len(originals)]
        folder = target / "data" / KINDS[entry.kind].folder
        text = (folder / f"{entry.id}.yml").read_text("utf-8")
        copy = f"{entry.id[:40].rstrip('-')}-copy-{number}"
        title = entry.title[:100].replace("'", "’")
        text = re.sub(r"(?m)^title: (?:.*\n)(?:  .*\n)*", f"title: '{title}, copy {number}'\n", text, count=1)
        text = re.sub(r"(?m)^formerly: .*\n", "", text)
        (folder / f"{copy}.yml").write_text(text.replace(f"{{entry}}`{copy}`", ""), "utf-8")
        number += 1


def site(folder: Path, jobs: int) -> tuple[list[str], dict[str, str]]:
    """Command and environment of `policykb site`."""
    return ([sys.executable, "-m", "policykb", "site", "--date", "2026-11-01", "--jobs", str(jobs)],
            {"PYTHONPATH": str(folder / "scripts"), "POLICYKB_ROOT": str(folder)})


def stock_book(target: Path, project: Path, most: int | None = None) -> None:
    """The same pages as a stock book: plain links for roles, the entries in the table of contents."""
    kb = load(root=project)
    (target / "book").mkdir(parents=True)
    role = re.compile(r"(?<!`)\{(entry|cite)\}`([^`]+)`")
    titles = {e.id: (e.title, f"/{docname(e)}.md") for e in kb.entries.values()}

    def link(match: re.Match[str]) -> str:
        if match[1] == "cite":
            key, _, at = match[2].partition("@")
            return f"[{kb.references[key.strip()].label}{', ' + at if at else ''}](/{REFERENCES}.md)"
        words, _, name = match[2].rpartition("<")
        title, page = titles[name.strip(" >").partition("#")[0]]
        return f"[{words.strip() or title}]({page})"

    pages = sorted((project / "book" / "catalogue").rglob("*.md"))
    if most:
        pages = pages[:most]
    for path in pages:
        text = path.read_text("utf-8")
        text = re.sub(r"(?m)^```\{kb-(?:box|table|mentions)\}.*\n(?::.*\n)*", "", text)
        text = re.sub(r"(?m)^```$", "", text)
        text = re.sub(r"\{stat\}`(\w+)`", r"\1", role.sub(link, text))
        text = re.sub(r"\]\((?:#|\.\./)(?:method|contribute)[^)]*\)", "](/index.md)", text)
        if most:
            text = re.sub(r"\]\(/[^)]*\)", "](/index.md)", text)
        copy = target / "book" / path.relative_to(project / "book")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, "utf-8")
    (target / "book" / "index.md").write_text("# Home\n", "utf-8")
    (target / "_config.yml").write_text(
        "title: Stock\nexecute: {execute_notebooks: 'off'}\n"
        "parse: {myst_enable_extensions: [attrs_inline, deflist]}\n", "utf-8")
    if most:
        chapters = "".join(f"  - file: {p.relative_to(project / 'book').with_suffix('').as_posix()}\n" for p in pages)
    else:
        chapters = "".join(f"  - file: catalogue/{cls.folder}\n    sections:\n      - glob: catalogue/{cls.folder}/*\n"
                           for cls in KINDS.values()) + "  - file: catalogue/references\n  - file: catalogue/fields\n"
    (target / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{chapters}", "utf-8")


def stock(folder: Path) -> list[str]:
    """Command of a stock build."""
    return [*JUPYTER_BOOK, "book", "--config", "_config.yml", "--toc", str(folder / "_toc.yml"), "--path-output", "."]


def clean_folders(folder: Path) -> None:
    """Remove all that a build has made, but the cache of notebooks."""
    for path in (folder / "_build" / "html", folder / "_build" / ".doctrees", folder / "book" / "catalogue"):
        shutil.rmtree(path)


def html(folder: Path) -> dict[str, bytes]:
    """Every file of a built site that a browser may ask for as text, by name."""
    built = folder / "_build" / "html"
    return {str(p.relative_to(built)): p.read_bytes() for p in built.rglob("*") if p.suffix in (".html", ".js", ".css")}


def main() -> None:
    """Run the benchmark and print times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="folder to work in and to keep")
    arguments = parser.parse_args()
    work = arguments.keep or Path(tempfile.mkdtemp(prefix="policykb-bench-"))
    ours, theirs, ten = work / "ours", work / "stock", work / "ten"
    print(f"{arguments.entries} entries, {arguments.jobs} jobs, in {work}")
    copy_project(ours, arguments.entries)
    command, environment = site(ours, arguments.jobs)

    timed("check", [sys.executable, "-m", "policykb", "check"], ours, **environment)
    timed("first build, which fills the notebook cache", command, ours, **environment)
    stock_book(theirs, ours)
    cold = stock_cold = float("inf")
    for _ in range(arguments.repeat):
        clean_folders(ours)
        cold = min(cold, timed("cold build, notebooks cached", command, ours, **environment))
        shutil.rmtree(theirs / "_build", ignore_errors=True)
        stock_cold = min(stock_cold, timed("stock theme, the same pages, cold", stock(theirs), theirs))
    unchanged = timed("unchanged rebuild", command, ours, **environment)
    (ours / "_build" / "state").unlink()
    looked = timed("unchanged rebuild that looks at everything", command, ours, **environment)
    entry = ours / "data/proposals/gradient-of-release.yml"
    entry.write_text(re.sub(r"(?m)^title: .*$", "title: Another title", entry.read_text("utf-8"), count=1), "utf-8")
    edited = timed("rebuild after an edit of one title", command, ours, **environment)
    incremental = html(ours)

    stock_unchanged = timed("stock theme, unchanged rebuild", stock(theirs), theirs)
    stock_book(ten, ours, most=9)
    timed("stock book of ten pages, cold", stock(ten), ten)
    ten_unchanged = timed("stock book of ten pages, unchanged rebuild", stock(ten), ten)

    clean_folders(ours)
    timed("clean build after the edit", command, ours, **environment)
    clean = html(ours)
    same = incremental == clean

    print()
    print(f"stock cold / ours cold                        {stock_cold / cold:6.1f}   (at least 10)")
    print(f"ours unchanged / ten pages unchanged          {unchanged / ten_unchanged:6.2f}   (at most 1.5)")
    print(f"  where it looks at everything                {looked / ten_unchanged:6.2f}")
    print(f"ours after an edit / ours cold                {edited / cold:6.2f}")
    print(f"stock unchanged / ours unchanged              {stock_unchanged / unchanged:6.2f}")
    print(f"after the edit the site equals a clean build  {same}")
    if not arguments.keep:
        shutil.rmtree(work)
    if not same:
        raise SystemExit("\n".join(sorted(n for n in clean if clean[n] != incremental.get(n))[:20]))


if __name__ == "__main__":
    main()
