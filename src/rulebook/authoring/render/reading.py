"""Reads what people write: rdk_config.json, a document's folder, a rule's folder."""

import re
from dataclasses import dataclass

from rulebook.authoring.checks.authored import AuthoredDocument, Positions
from rulebook.authoring.checks.authored_rule import AuthoredRule
from rulebook.authoring.render.json_source import read_placed_json
from rulebook.authoring.render.yaml_source import read_yaml
from rulebook.automation import flow
from rulebook.errors import ConfigurationError
from rulebook.node import Node
from rulebook.project import DocumentFolder, Project, RuleFolder, is_test
from rulebook.project.rdk_config.source import read_text

SCRIPT = re.compile(r"@([A-Za-z0-9_]+\.py)")


@dataclass(frozen=True)
class WrittenConfig:
    """rdk_config.json as a person wrote it.

    Attributes:
        file: how a message names it.
        node: what it holds.
        positions: line and column of every node, by file.
    """

    file: str
    node: Node
    positions: Positions


def read_config(project: Project) -> WrittenConfig:
    """Read rdk_config.json for its places; ``rulebook.project.rdk_config.load_config`` checks and types it.

    Raises:
        ConfigurationError: it is missing or malformed.
    """
    file = project.relative(project.config)
    content, positions = read_placed_json(project.config, file)
    return WrittenConfig(file, Node(content), {file: positions})


def read_document(project: Project, folder: DocumentFolder) -> AuthoredDocument:
    """Read one document and put its scripts in.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    file = project.relative(folder.authored)
    content, positions, scalars = read_yaml(folder.authored, file)
    script_files = {}
    for inputs in (step["inputs"] for step in flow.every_step(Node(content))):
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
        scalars=scalars,
    )


def read_rule(project: Project, folder: RuleFolder) -> AuthoredRule:
    """Read one rule: its modules, tests aside, and permissions.json.

    Raises:
        ConfigurationError: a file is missing or cannot be read.
    """
    modules = [
        path for path in sorted(folder.folder.glob("*.py")) if path == folder.module or not is_test(path)
    ]
    permissions_file = project.relative(folder.permissions)
    permissions, positions = read_placed_json(folder.permissions, permissions_file)
    return AuthoredRule(
        name=folder.name,
        file=project.relative(folder.module),
        modules={project.relative(path): read_text(path, project.relative(path)) for path in modules},
        permissions=permissions,
        permissions_file=permissions_file,
        positions={permissions_file: positions},
    )
