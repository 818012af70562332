"""The command line: `python -m policykb` or `policykb`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from .dates import build_date
from .export.checklist import ROLES
from .load import Problem, find_root
from .schema import RELEASES


def _github(problem: Problem) -> str:
    """A workflow command; its data are escaped as GitHub's toolkit does, so that text stays text."""

    def escape(text: str, *, value: bool = False) -> str:
        text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return text.replace(":", "%3A").replace(",", "%2C") if value else text

    what = f"{problem.path}: {problem.message}" if problem.path else problem.message
    near = f"; nearest: {problem.nearest}" if problem.nearest else ""
    return (f"::error file={escape(problem.file, value=True)},line={problem.line},"
            f"col={problem.column}::{escape(what + near)}")


def _check(arguments: argparse.Namespace) -> int:
    from .check import check

    problems = check(arguments.root)
    if arguments.format == "json":
        print(json.dumps([asdict(p) for p in problems], indent=1, ensure_ascii=False))
    else:
        for problem in problems:
            print(_github(problem) if arguments.format == "github" else problem)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''}", file=sys.stderr)
    elif arguments.format == "text":
        print("no problems")
    return 1 if problems else 0


def _schema(arguments: argparse.Namespace) -> int:
    from .schema.publish import stale, write

    if arguments.check:
        files = stale(arguments.root)
        for file in files:
            print(f"{file}:1:1: not what the code says; run `policykb schema`")
        return 1 if files else 0
    for file in write(arguments.root):
        print(file)
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    from .analysis.stats import measures
    from .load import DataError, load

    try:
        found = measures(load(root=arguments.root))
    except DataError as error:
        print(error)
        return 1
    if arguments.format == "json":
        print(json.dumps([asdict(m) | {"met": m.met} for m in found], indent=1))
    else:
        width = max(len(m.name) for m in found)
        for m in found:
            floor = f"  at least {m.words(m.floor)}{'' if m.met else '  MISSED'}" if m.floor is not None else ""
            print(f"{m.name:<{width}}  {m.words(m.value):>7}{floor}")
    return 0


def _checklist(arguments: argparse.Namespace) -> int:
    from .export.checklist import as_markdown, as_yaml, checklist
    from .load import DataError, load

    try:
        kb = load("risk", "safeguard", "instrument", root=arguments.root)
        data = checklist(kb, arguments.release, arguments.role, build_date(arguments.date))
    except DataError as error:
        print(error)
        return 1
    sys.stdout.write((as_yaml if arguments.format == "yaml" else as_markdown)(data))
    return 0


def _duties(arguments: argparse.Namespace) -> int:
    from .analysis.duties import duties
    from .load import DataError, load, read_profile
    from .words import answer_line, by_element

    try:
        profile = read_profile(arguments.profile)
        found = duties(profile, build_date(arguments.date), load("instrument", root=arguments.root))
    except OSError as error:
        print(f"{arguments.profile}: {error.strerror}", file=sys.stderr)
        return 1
    except (DataError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    for duty in found:
        if duty.answer is not False or arguments.all:
            unasked = [] if duty.answer is False else [words for words, _ in by_element(duty.provision)]
            print(answer_line(duty.key, duty.answer, duty.standing, duty.open, unasked))
    return 0


def _site(arguments: argparse.Namespace) -> int:
    from .build import build

    status = build(arguments.root, date=arguments.date, jobs=arguments.jobs)
    # Taking apart all that Sphinx holds, object by object, takes as long as an eighth of a build.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _live(arguments: argparse.Namespace) -> int:
    from .build import live

    return live(arguments.root, port=arguments.port, date=arguments.date)


def main(argv: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="policykb", description=__doc__)
    parser.add_argument("--root", type=Path, help="the project's folder (default: found from here upwards)")
    commands = parser.add_subparsers(required=True, metavar="command")

    check = commands.add_parser("check", help="check data and text; one line a problem, exit status 1")
    check.add_argument("--format", choices=["text", "json", "github"], default="text")
    check.set_defaults(run=_check)

    schema = commands.add_parser("schema", help="write the JSON Schema and the field reference from the code")
    schema.add_argument("--check", action="store_true", help="only compare; exit status 1 where they differ")
    schema.set_defaults(run=_schema)

    stats = commands.add_parser("stats", help="counts, and how well they are sourced, with the floors set for them")
    stats.add_argument("--format", choices=["text", "json"], default="text")
    stats.set_defaults(run=_stats)

    listed = commands.add_parser("checklist", help="what an open project should do, for its release and its role")
    listed.add_argument("--release", choices=RELEASES, default="open-weights")
    listed.add_argument("--role", choices=ROLES, default="developer")
    listed.add_argument("--format", choices=["markdown", "yaml"], default="markdown")
    listed.add_argument("--date", help="leave out instruments that have ended by this day (default: today)")
    listed.set_defaults(run=_checklist)

    asked = commands.add_parser("duties", help="which provisions apply to a profile, given as a YAML file")
    asked.add_argument("profile", type=Path, help="a mapping of profile fields; what it leaves out is open")
    asked.add_argument("--date", help="the day that is asked about (default: today)")
    asked.add_argument("--all", action="store_true", help="also what does not apply")
    asked.set_defaults(run=_duties)

    for name, run, help in (("site", _site, "check the data, then build the site in _build/html"),
                            ("live", _live, "serve the site and rebuild it when a file is saved")):
        command = commands.add_parser(name, help=help)
        command.add_argument("--date", help="derive statuses as of this day (default: SOURCE_DATE_EPOCH or today)")
        command.add_argument("--jobs", type=int, default=2, help="processes that read and write pages")
        command.set_defaults(run=run)
        if name == "live":
            command.add_argument("--port", type=int, default=8000)

    arguments = parser.parse_args(argv)
    try:
        arguments.root = (arguments.root or find_root()).resolve()
        if getattr(arguments, "date", None):
            build_date(arguments.date)
    except (FileNotFoundError, ValueError) as error:
        parser.error(str(error))
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # Whoever read the output has left, as `head` does; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
