# ruff: noqa: INP001 - scripts, no package
"""How long `rulebook lint` takes for many documents, beside cfn-lint on the same files.

    .venv/bin/python benchmarks/lint.py FOLDER...

Documents are found in the folders, any repositories with Automation documents. cfn-lint reads templates only,
so each document is put into one of its own, as the Content of an AWS::SSM::Document, and both tools, each
started once, read these templates. Beside that, rulebook reads the folders as they are. Imports are part of
the time. The two do not look for the same: cfn-lint checks the resource, and of the document very little.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rulebook.authoring.lint.sources import read_source
from rulebook.errors import ConfigurationError

BIN = Path(sys.executable).parent
ENDINGS = (".json", ".yaml", ".yml", ".template")


def contents(folders: Sequence[Path]) -> Iterator[object]:
    """Yield what every document in the folders holds."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in ENDINGS and path.is_file():
                try:
                    yield from (document.content for document in read_source(path, path.as_posix()).documents)
                except ConfigurationError:
                    continue  # neither tool can read it


class Took(NamedTuple):
    """How long a tool took; a machine that does other work shows it in ``wall`` only."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:6.1f} s, {self.cpu:6.1f} s of CPU"


def seconds(*command: str) -> Took:
    """Run a tool and return how long it took; what it found does not matter here.

    Raises:
        RuntimeError: it could not run.
    """
    start, used = time.perf_counter(), os.times()
    run = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own tools
    wall, after = time.perf_counter() - start, os.times()
    if "Traceback" in run.stderr or not run.stdout:
        raise RuntimeError(f"{command[0]}: {run.stderr[-500:]}")
    return Took(wall, sum(after[2:4]) - sum(used[2:4]))


def main(folders: Sequence[Path]) -> None:
    """Print what was measured, a line each."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        for number, content in enumerate(contents(folders)):
            document = {"DocumentType": "Automation", "DocumentFormat": "JSON", "Content": content}
            resource = {"Type": "AWS::SSM::Document", "Properties": document}
            template = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Document": resource}}
            (made / f"{number:05}.json").write_text(json.dumps(template, indent=2), encoding="utf-8")
        templates = sorted(str(path) for path in made.iterdir())
        rulebook = str(BIN / "rulebook")
        as_they_are = seconds(rulebook, "lint", *map(str, folders))
        ours = seconds(rulebook, "lint", *templates)
        theirs = seconds(str(BIN / "cfn-lint"), "--regions", "us-east-1", "--", *templates)
    sys.stdout.write(
        f"{len(templates):,} documents, {len(os.sched_getaffinity(0))} cores\n"
        f"rulebook lint, the folders as they are: {as_they_are}\n"
        f"rulebook lint, a template for each:     {ours}\n"
        f"cfn-lint, the same templates:           {theirs}\n"
        f"cfn-lint takes {theirs.wall / ours.wall:.1f} times as long, "
        f"and {theirs.cpu / ours.cpu:.1f} times the CPU\n"
    )


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]] or [Path()])
