"""Reads a document's folder (document.yaml, its scripts, permissions.json), and the names in a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.yaml_source import read_yaml
from rulebook.errors import ConfigurationError
from rulebook.project import DocumentFolder, Project, RuleFolder
from rulebook.project.rdk_config.source import read_json, read_text

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SCRIPT = re.compile(r"@([A-Za-z0-9_]+\.py)")


def read_document(project: Project, folder: DocumentFolder) -> AuthoredDocument:
    """Read one document and put its scripts in.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    file = project.relative(folder.authored)
    content, lines = read_yaml(folder.authored, file)
    script_files = {}
    for place, inputs in _script_inputs(content):
        reference = inputs["Script"]
        match = SCRIPT.fullmatch(reference)
        if match is None:
            raise ConfigurationError(
                f'{file}: {place}: is {reference!r}; write "@<file>.py" for a file in the same folder'
            )
        path = folder.folder / match[1]
        script_files[place] = project.relative(path)
        inputs["Script"] = read_text(path, script_files[place])
    return AuthoredDocument(
        name=folder.name,
        file=file,
        content=content,
        lines=lines,
        script_files=script_files,
        permissions=read_json(folder.permissions, project.relative(folder.permissions)),
        permissions_file=project.relative(folder.permissions),
    )


def rule_names(project: Project, folder: RuleFolder) -> frozenset[str]:
    """Return every name that stands in a rule's modules, its tests aside, docstrings and texts included.

    Raises:
        ConfigurationError: a module cannot be read.
    """
    modules = [path for path in folder.folder.glob("*.py") if not path.stem.endswith("_test")]
    return frozenset(
        name for path in modules for name in NAME.findall(read_text(path, project.relative(path)))
    )


def _script_inputs(content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every step's inputs whose Script is a reference to a file, whatever else the document holds."""
    steps = content.get("mainSteps") if isinstance(content, dict) else None
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        inputs = step.get("inputs") if isinstance(step, dict) else None
        script = inputs.get("Script") if isinstance(inputs, dict) else None
        if isinstance(inputs, dict) and isinstance(script, str) and script.startswith("@"):
            yield f"mainSteps[{index}].inputs.Script", inputs
