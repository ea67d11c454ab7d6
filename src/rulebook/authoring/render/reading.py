"""Reads a document's folder (document.yaml, its scripts, permissions.json), and the names in a rule."""

import re

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.json_source import read_placed_json
from rulebook.authoring.render.yaml_source import read_yaml
from rulebook.automation import flow
from rulebook.errors import ConfigurationError
from rulebook.node import Node
from rulebook.project import DocumentFolder, Project, RuleFolder
from rulebook.project.rdk_config.source import read_text

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SCRIPT = re.compile(r"@([A-Za-z0-9_]+\.py)")


def read_document(project: Project, folder: DocumentFolder) -> AuthoredDocument:
    """Read one document and put its scripts in.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    file = project.relative(folder.authored)
    content, positions = read_yaml(folder.authored, file)
    script_files = {}
    for inputs in (step["inputs"] for step in flow.steps(Node(content))):
        script = inputs["Script"]
        if not script.text.startswith("@"):
            continue
        match = SCRIPT.fullmatch(script.text)
        if match is None:
            cure = 'write "@<file>.py" for a file in the same folder'
            raise ConfigurationError(f"{file}: {script.place}: is {script.text!r}; {cure}")
        path = folder.folder / match[1]
        script_files[script.place] = project.relative(path)
        inputs.value["Script"] = read_text(path, script_files[script.place])
    permissions_file = project.relative(folder.permissions)
    permissions, of_permissions = read_placed_json(folder.permissions, permissions_file)
    return AuthoredDocument(
        name=folder.name,
        file=file,
        content=content,
        positions={file: positions, permissions_file: of_permissions},
        script_files=script_files,
        permissions=permissions,
        permissions_file=permissions_file,
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
