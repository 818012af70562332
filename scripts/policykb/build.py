"""Building and serving the site. Jupyter Book is called here and nowhere else."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path

from .dates import build_date
from .load import KnowledgeBase

_OUTPUT = "_build"


def _environment(root: Path, date: str | None, jobs: int) -> dict[str, str]:
    environment = os.environ | {"POLICYKB_JOBS": str(jobs), "POLICYKB_ROOT": str(root)}
    # A plain checkout works too, where the package is not installed.
    scripts = str(Path(__file__).resolve().parents[1])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [scripts, os.environ.get("PYTHONPATH")]))
    return environment | ({"POLICYKB_DATE": date} if date else {})


def _inputs(root: Path) -> list[Path]:
    """Every file on which the site depends, except installed packages, whose versions are pinned."""
    folders = [root / "data", root / "book", Path(__file__).resolve().parent]
    found = [root / "_config.yml", root / "_toc.yml", root / "requirements.txt"]
    for folder in folders:
        for parent, names, files in os.walk(folder):
            names[:] = [n for n in names if n != "__pycache__" and Path(parent, n) != root / "book" / "catalogue"]
            found += [Path(parent, file) for file in files]
    return sorted(found)


def _state(root: Path, date: str | None) -> str:
    """A digest of all that a build depends on, its day included, and of what it has left behind."""
    total = hashlib.sha256(f"{sys.version} {build_date(date)}".encode())
    for path in _inputs(root):
        if path.is_file():
            total.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    for folder in (root / _OUTPUT / "html", root / "book" / "catalogue"):
        for parent, names, files in os.walk(folder):
            names.sort()
            for file in sorted(files):
                stat = Path(parent, file).stat()
                total.update(f"{parent}/{file} {stat.st_size} {stat.st_mtime_ns}\0".encode())
    return total.hexdigest()


def build(root: Path, *, date: str | None = None, jobs: int = 2) -> int:
    """Check the data and build the site in `_build/html`, every warning an error; returns the exit status.

    `date` (YYYY-MM-DD): the day as of which statuses are derived. `jobs`: processes for reading and
    writing pages. Where nothing has changed since the last build that succeeded, nothing is done.
    """
    stamp = root / _OUTPUT / "state"
    if stamp.exists() and stamp.read_text() == _state(root, date):
        print(f"policykb: nothing has changed; open {root / _OUTPUT / 'html' / 'index.html'}")
        return 0
    stamp.unlink(missing_ok=True)
    print("policykb: checking the data", flush=True)
    from .check import examine

    kb, problems = examine(root)
    for problem in problems:
        print(problem)
    if problems:
        return 1
    print("policykb: building the site; notebooks run only where their inputs have changed", flush=True)
    if not _jupyter_book(root, kb, _environment(root, date, jobs)):
        return 1
    stamp.write_text(_state(root, date))
    print(f"policykb: open {root / _OUTPUT / 'html' / 'index.html'}")
    return 0


def _jupyter_book(root: Path, kb: KnowledgeBase, environment: dict[str, str]) -> bool:
    """Run Jupyter Book in this process, which has the data already; whether the book was built."""
    from jupyter_book.cli.main import main

    from . import site

    site.GIVEN[root] = kb
    os.environ.update(environment)
    arguments = ["build", "book", "--config", "_config.yml", "--toc", str(root / "_toc.yml"), "--path-output", ".",
                 "-W", "--keep-going", "-n"]
    with contextlib.chdir(root):
        try:
            main(arguments, standalone_mode=False)
        except RuntimeError:
            # What went wrong stands above; this only repeats that something did.
            print("policykb: the site was not built; the cause stands above", file=sys.stderr)
            return False
    return True


def write_sphinx_config(root: Path) -> Path:
    """Write a `conf.py` with which plain Sphinx builds the book; returns its folder.

    It holds what Jupyter Book makes of `_config.yml`.
    """
    from jupyter_book.config import get_final_config

    config, _ = get_final_config(user_yaml=root / "_config.yml", sourcedir=root / "book",
                                 cli_config={"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False})
    config["nb_execution_cache_path"] = str(root / _OUTPUT / ".jupyter_cache")
    folder = root / _OUTPUT / "conf"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {value!r}" for name, value in sorted(config.items())]
    (folder / "conf.py").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def live(root: Path, *, port: int = 8000, date: str | None = None) -> int:
    """Serve the site on this machine and rebuild it when data, text or code are saved."""
    folder = write_sphinx_config(root)
    command = [sys.executable, "-m", "sphinx_autobuild", str(root / "book"), str(root / _OUTPUT / "live"),
               "-c", str(folder), "--port", str(port), "--watch", str(root / "data"), "--watch", str(root / "scripts"),
               "--ignore", f"{root}/book/catalogue/*", "--ignore", "*/__pycache__/*", "--ignore", f"{root}/data/schema/*"]
    return subprocess.run(command, cwd=root, env=_environment(root, date, 1)).returncode
