"""The pairs of a project at a glance: what each finds, when, what remedies it, and whether it is built."""

import ast
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rulebook.authoring.render import Inspection, inspect_project
from rulebook.authoring.render.writing import current_text
from rulebook.errors import ConfigurationError
from rulebook.project import Project, RuleFolder
from rulebook.project.rdk_config import RuleConfig, load_config
from rulebook.project.rdk_config.source import read_text


@dataclass(frozen=True)
class Listed:
    """A rule with its runbook, or one of the two alone.

    Attributes:
        rule: its name; empty for a document that no rule names.
        contract: the first sentence of the rule's contract, or what the document says of itself.
        parameters: the rule's, as Config passes them.
        trigger: when the rule is evaluated.
        document: its runbook; empty for a rule that only finds.
        remediation: ``automatic`` or ``manual``; empty without one.
        built: ``current``, ``out of date``, ``missing``, or ``does not build``.
    """

    rule: str
    contract: str
    parameters: dict[str, str]
    trigger: str
    document: str
    remediation: str
    built: str

    def as_json(self) -> dict[str, object]:
        """Return it with the keys that ``--json`` promises."""
        return asdict(self)


def listed(project: Project) -> list[Listed]:
    """Return every rule of rdk_config.json, and then every document that none names.

    Raises:
        ConfigurationError: a file is missing or malformed.
    """
    config = load_config(project)
    inspection = inspect_project(project)
    on_disk = project.rules()
    for name in config.rules:
        if name not in on_disk:
            raise ConfigurationError(
                f"rdk_config.json: rules.{name}: rules/{name}/{name}.py does not exist; "
                "write it, or remove the entry"
            )
    rules = [_rule(project, inspection, on_disk[name], rule) for name, rule in config.rules.items()]
    return [*rules, *_alone(project, inspection, {one.document for one in rules})]


def _rule(project: Project, inspection: Inspection, folder: RuleFolder, rule: RuleConfig) -> Listed:
    remedy = rule.remedy
    documents = project.documents()
    files = [folder.parameters]
    files += [documents[remedy.document].built] if remedy and remedy.document in documents else []
    return Listed(
        rule=rule.name,
        contract=_contract(read_text(folder.module, project.relative(folder.module)), rule.name),
        parameters=rule.rule_parameters(),
        trigger=rule.trigger,
        document=remedy.document if remedy else "",
        remediation="" if remedy is None else "automatic" if remedy.automatic else "manual",
        built=_built(inspection, files),
    )


def _alone(project: Project, inspection: Inspection, named: set[str]) -> Iterator[Listed]:
    for name, folder in project.documents().items():
        if name not in named:
            yield Listed("", "", {}, "", name, "", _built(inspection, [folder.built]))


def _contract(source: str, rule: str) -> str:
    """Return the first sentence of a module's docstring, without the rule's name before it."""
    try:
        said = ast.get_docstring(ast.parse(source)) or ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return " ".join(said.partition("\n\n")[0].removeprefix(f"{rule}:").split())


def _built(inspection: Inspection, files: list[Path]) -> str:
    states = set()
    for path in files:
        current = current_text(path)
        wanted = inspection.files.get(path)
        states.add(
            "does not build"
            if wanted is None
            else "missing"
            if current is None
            else "current"
            if current == wanted
            else "out of date"
        )
    return next(one for one in ("does not build", "missing", "out of date", "current") if one in states)
