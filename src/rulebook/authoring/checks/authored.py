"""A document as a person wrote it, with its scripts put in, and the way checks look at it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rulebook.finding import Finding, Severity

SCRIPT_PYTHON = (3, 11)  # the newest runtime that AWS documents for aws:executeScript


@dataclass(frozen=True)
class ScriptStep:
    """A step that runs a script.

    Attributes:
        place: of the step, for example ``mainSteps[0]``.
        step: the step as authored.
        file: where the script is, relative to the project.
        source: the script; empty if the step has none.
    """

    place: str
    step: dict[str, Any]
    file: str
    source: str

    @property
    def inputs(self) -> dict[str, Any]:
        """The step's inputs."""
        inputs: dict[str, Any] = self.step.get("inputs", {})
        return inputs

    @property
    def tree(self) -> ast.Module | None:
        """The parsed script; None if it is not Python."""
        parsed = parse(self.source)
        return parsed if isinstance(parsed, ast.Module) else None

    @property
    def handler(self) -> ast.FunctionDef | None:
        """The function that the step names; None if there is none."""
        functions = (
            [node for node in self.tree.body if isinstance(node, ast.FunctionDef)] if self.tree else []
        )
        return next((node for node in functions if node.name == self.inputs.get("Handler")), None)

    def finding(self, node: ast.AST, problem: str, cure: str) -> Finding:
        """Return a finding that points into the script."""
        return Finding(self.file, f"line {getattr(node, 'lineno', 1)}", problem, cure)


@dataclass(frozen=True)
class AuthoredDocument:
    """One folder under ``ssm_docs/``.

    Attributes:
        name: of the document and its folder.
        file: document.yaml, relative to the project.
        content: what it holds, each ``Script`` replaced by the script's text.
        lines: the line of each place in document.yaml, counted from 1.
        script_files: where the script of each place came from, relative to the project.
        permissions: what permissions.json holds.
        permissions_file: permissions.json, relative to the project.
    """

    name: str
    file: str
    content: Any
    lines: Mapping[str, int]
    script_files: Mapping[str, str]
    permissions: Any
    permissions_file: str

    def finding(self, place: str, problem: str, cure: str, severity: Severity = "error") -> Finding:
        """Return a finding that points into document.yaml."""
        line = self.lines.get(place)
        return Finding(self.file, f"{place} (line {line})" if line else place, problem, cure, severity)

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        """The declared parameters by name."""
        parameters: dict[str, dict[str, Any]] = self.content.get("parameters", {})
        return parameters

    def steps(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the place and content of every step in order."""
        for index, step in enumerate(self.content["mainSteps"]):
            yield f"mainSteps[{index}]", step

    def scripts(self) -> Iterator[ScriptStep]:
        """Yield every step that runs a script."""
        for place, step in self.steps():
            if step["action"] == "aws:executeScript":
                source = step.get("inputs", {}).get("Script", "")
                file = self.script_files.get(f"{place}.inputs.Script", self.file)
                yield ScriptStep(place, step, file, source if isinstance(source, str) else "")


@cache
def parse(source: str) -> ast.Module | SyntaxError:
    """Parse a script for the service's Python, or return why that fails.

    ``feature_version`` is best effort: a Python from 3.12 on accepts nested quotes in f-strings all the same.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the linter's business
            return ast.parse(source, feature_version=SCRIPT_PYTHON)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL character; nesting beyond the parser
        return SyntaxError(str(error) or "nested too deeply", ("", 1, 1, ""))
