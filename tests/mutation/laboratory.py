# ruff: noqa: INP001 - a module of the program beside it
"""Runs the tests of one folder, in a copy of the project, against one mutant after the other.

Every run is a fork of a process that has imported boto3, moto and rdklib already. It runs the tests that run
the changed statement: first those that killed a mutant of the same function, then the quickest.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from mutation.fork import TimedOut, call
from mutation.plugins import Chosen, Tracer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mutation.mutants import Mutant

COPIED = ("rules", "ssm_docs", "tests/properties", "conftest.py", "pyproject.toml")
# What the tests and the code import from elsewhere: once for all runs. Nothing of the project may be here.
WARM = ("boto3", "hypothesis", "moto.config.models", "moto.iam.models", "moto.sts.models", "rdklib", "yaml")
REWRITING = "ignore::pytest.PytestAssertRewriteWarning"  # hypothesis is imported before pytest sees it
# No cache, no database, the same examples in every run; bytecode's time stamps are too coarse for mutants.
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=ci", "-W", REWRITING)
TIMEOUT = "timeout"
PATIENCE = 3  # times that the tests may take of what they took with the code as it is, and
GRACE = 20  # seconds more: this machine may be busy


class Laboratory:
    """One folder of the project, and its tests.

    Args:
        root: the project.
        folder: the rule's or the document's, relative to the project.
        paths: the files in it that have mutants.
    """

    def __init__(self, root: Path, folder: str, paths: Sequence[str]) -> None:
        self._folder, self._paths = folder, paths
        self._here = Path(tempfile.mkdtemp(prefix="mutants-")).resolve()
        for name in COPIED:
            _copy(root / name, self._here / name)
        self._originals = {path: (root / path).read_text(encoding="utf-8") for path in paths}
        self._killers: dict[tuple[str, str], list[str]] = {}
        self.tests_digest = _digest(self._here, folder)

    def __enter__(self) -> Self:
        self._came_from = Path.cwd()
        os.chdir(self._here)
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(self._here / ".hypothesis")
        sys.dont_write_bytecode = True
        for name in WARM:
            importlib.import_module(name)
        files = [self._here / path for path in self._paths]
        tracer = Tracer(files)
        known = call(lambda: self._baseline(tracer), 600)
        if not known:
            raise RuntimeError(f"The tests of {self._folder} fail without any mutant.")
        self._lines, self._seconds = known
        return self

    def __exit__(self, *_: object) -> None:
        os.chdir(self._came_from)
        shutil.rmtree(self._here, ignore_errors=True)

    def _baseline(self, tracer: Tracer) -> list[Any] | None:
        if pytest.main([*OPTIONS, self._folder], plugins=[tracer]) != 0:
            return None
        of_path = {path: tracer.lines[str(self._here / path)] for path in self._paths}
        return [of_path, tracer.seconds]

    def kill(self, mutant: Mutant, first: str = "") -> str:
        """Return the test that fails with the mutant, ``timeout``, or an empty text if it survives.

        Args:
            mutant: to be killed.
            first: the test to begin with, if known.
        """
        tests = self._tests(mutant, first)
        file = self._here / mutant.path
        file.write_text(mutant.source, encoding="utf-8")
        try:
            limit = PATIENCE * sum(self._seconds[test] for test in tests) + GRACE
            killer: str = call(lambda: self._run(tests), limit)
        except TimedOut:
            return TIMEOUT
        finally:
            file.write_text(self._originals[mutant.path], encoding="utf-8")
        if killer in self._seconds:
            known = self._killers.setdefault((mutant.path, mutant.function), [])
            if killer in known:
                known.remove(killer)
            known.insert(0, killer)
        return killer

    def _run(self, tests: Sequence[str]) -> str:
        chosen = Chosen(tests)
        code = pytest.main([*OPTIONS, self._folder], plugins=[chosen])
        if code == pytest.ExitCode.OK:
            return ""
        return chosen.killer or f"nothing could be collected (pytest exits {int(code)})"

    def _tests(self, mutant: Mutant, first: str) -> list[str]:
        """Return the tests that run the changed statement, all of them if it runs on import."""
        tests = set(self._seconds)
        span = _statement(self._originals[mutant.path], mutant.line)
        if span:
            known = self._lines[mutant.path]
            tests = set().union(*(known.get(line, set()) for line in span)) or tests
        killers = self._killers.get((mutant.path, mutant.function), [])
        rank = {test: number for number, test in enumerate([first, *killers])}
        return sorted(tests, key=lambda test: (rank.get(test, len(rank)), self._seconds[test], test))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.zip"))
    else:
        shutil.copy(source, target)


def _digest(root: Path, folder: str) -> str:
    digest = hashlib.sha256()
    for parent in (folder, "tests/properties", "conftest.py"):
        files = [root / parent] if (root / parent).is_file() else sorted((root / parent).rglob("*.py"))
        for file in files:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _statement(source: str, line: int) -> range | None:
    """Return the lines of the innermost statement around a line; None: it runs on import, in no function."""
    functions = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef)]
    around = [one for one in functions if one.body[0].lineno <= line <= (one.end_lineno or 0)]
    if not around:
        return None
    function = around[0]
    spans = [
        range(node.lineno, _own_end(node) + 1)
        for node in ast.walk(function)
        if isinstance(node, ast.stmt | ast.ExceptHandler) and node is not function
    ]
    return min((span for span in spans if line in span), key=len)


def _own_end(node: ast.stmt | ast.ExceptHandler) -> int:
    """Return the last line of a statement, of its head alone if it has a body."""
    body = getattr(node, "body", None)
    end = node.end_lineno or node.lineno
    return max(node.lineno, body[0].lineno - 1) if body else end
