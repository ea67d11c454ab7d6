"""A document as a person wrote it, with its scripts put in, and the way checks look at it."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from rulebook.automation import flow, outputs
from rulebook.automation.language import system_variables
from rulebook.automation.language.actions import SCRIPT
from rulebook.automation.language.runtimes import PYTHON_VERSION, is_python
from rulebook.automation.references import neutral_script
from rulebook.finding import TOP, Finding, Place, Position
from rulebook.node import Node

Positions = Mapping[str, Mapping[Place, Position]]


@dataclass(frozen=True)
class Script:
    """The Python of a step that runs a script.

    Attributes:
        step: the step as authored.
        file: where the script is, relative to the project; empty if it stands in the document.
        source: the script; empty if the step has none.
        code: the same, with a 0 wherever the service puts in a value of the document.
    """

    step: Node
    file: str
    source: str
    code: str

    @property
    def inputs(self) -> Node:
        """The step's inputs."""
        return self.step["inputs"]

    @property
    def tree(self) -> ast.Module | None:
        """The parsed script; None if it is not Python."""
        parsed = parse_script(self.code)
        return parsed if isinstance(parsed, ast.Module) else None

    @property
    def handler(self) -> ast.FunctionDef | None:
        """The function that the step names; None if there is none."""
        functions = (
            [node for node in self.tree.body if isinstance(node, ast.FunctionDef)] if self.tree else []
        )
        return next((node for node in functions if node.name == self.inputs["Handler"].value), None)

    def finding(self, line: int, column: int, problem: str, cure: str) -> Finding:
        """Return a finding that points into the script; line and column are counted from 1."""
        if not self.file:
            return self.inputs["Script"].finding(f"line {line} {problem}", cure)
        return Finding(TOP, problem, cure, file=self.file, line=line, column=column)

    def finding_at(self, node: ast.AST, problem: str, cure: str) -> Finding:
        """Return a finding about a part of the parsed script."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
        return self.finding(line, column, problem, cure)


@dataclass(frozen=True)
class AuthoredDocument:
    """One document, a folder under ``ssm_docs/`` or a file that stands alone.

    Attributes:
        file: the document, relative to the project.
        content: what it holds, each ``Script`` replaced by the script's text.
        positions: line and column of every node, by file.
        name: of the document and its folder; empty for one that stands alone.
        script_files: where the script of each place came from, relative to the project.
        permissions: what permissions.json holds.
        permissions_file: permissions.json, relative to the project.
        scalars: by place, the unquoted scalars that YAML 1.1 turns into something else, as they are written.
        doubled: where a key stands that its map, in YAML, has more than once.
        resource: the logical id of one that stands in a template; else empty.
        unknown: where what stands in a template is known only when the stack is made.
    """

    file: str
    content: Any
    positions: Positions
    name: str = ""
    script_files: Mapping[Place, str] = field(default_factory=dict)
    permissions: Any = None
    permissions_file: str = ""
    scalars: Mapping[Place, str] = field(default_factory=dict)
    doubled: frozenset[Place] = frozenset()
    resource: str = ""
    unknown: frozenset[Place] = frozenset()

    @cached_property
    def node(self) -> Node:
        """The top of the content."""
        return Node(self.content)

    @property
    def parameters(self) -> Node:
        """The declared parameters."""
        return self.node["parameters"]

    def steps(self) -> tuple[Node, ...]:
        """Return every step in order, those of loops after the document's own."""
        return self._steps

    @cached_property
    def _steps(self) -> tuple[Node, ...]:
        return tuple(flow.every_step(self.node))

    def scripts(self) -> tuple[Script, ...]:
        """Return the script of every step that runs Python."""
        return self._scripts

    @cached_property
    def _scripts(self) -> tuple[Script, ...]:
        return tuple(self._read_scripts())

    def _read_scripts(self) -> Iterator[Script]:
        names = self.names_in_scripts()
        for step in self.steps():
            script = step["inputs"]["Script"]
            if (
                step["action"].value == SCRIPT
                and is_python(step["inputs"]["Runtime"].value)
                and script.exists
            ):
                code = neutral_script(script.text, names)
                yield Script(step, self.script_files.get(script.place, ""), script.text, code)

    def names_in_scripts(self) -> frozenset[str]:
        """Return every name that the service replaces within scripts."""
        made = (f"{step}.{output}" for step, known in outputs.by_step(self.node).items() for output in known)
        variables = (f"{system_variables.VARIABLE}:{name}" for name in self.node["variables"].names())
        return system_variables.NAMES | {*self.parameters.names(), *made, *variables}


@cache
def parse_script(source: str) -> ast.Module | SyntaxError:
    """Parse a script for the service's Python, or return why that fails.

    ``feature_version`` is best effort: a Python from 3.12 on accepts nested quotes in f-strings all the same.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape is the linter's business
            return ast.parse(source.removeprefix("\ufeff"), feature_version=PYTHON_VERSION)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:  # a NUL character; nesting beyond the parser
        return SyntaxError(str(error) or "nested too deeply", ("", 1, 1, ""))
