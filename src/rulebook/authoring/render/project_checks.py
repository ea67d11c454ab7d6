"""What rdk_config.json names is there, and what is there is named: rules, documents, pairs."""

from __future__ import annotations

from collections.abc import Iterator

from rulebook.finding import Finding
from rulebook.project import Project
from rulebook.project.name_findings import name_findings
from rulebook.project.rdk_config import Config
from rulebook.project.rdk_config.schema import nearest


def check_project(project: Project, config: Config) -> list[Finding]:
    """Return every name without a folder, every folder without a name, and every name that cannot be."""
    return [*_rules(project, config), *_documents(project, config), *name_findings(project, config)]


def _rules(project: Project, config: Config) -> Iterator[Finding]:
    file = project.relative(project.config)
    on_disk = project.rules()
    for name in config.rules:
        if name not in on_disk:
            yield Finding(
                file,
                f"rules.{name}",
                f"rules/{name}/{name}.py does not exist",
                "write it, or remove the entry",
            )
    for name in set(on_disk) - set(config.rules):
        yield Finding(file, "rules", f"rules/{name}/ has no entry", "add one, as docs/adding-a-pair.md shows")


def _documents(project: Project, config: Config) -> Iterator[Finding]:
    file = project.relative(project.config)
    on_disk = project.documents()
    used = {rule.remediation.document for rule in config.rules.values()}
    for rule in config.rules.values():
        if rule.remediation.document not in on_disk:
            yield Finding(
                file,
                f"rules.{rule.name}.remediation.document",
                f"ssm_docs/{rule.remediation.document}/document.yaml does not exist",
                nearest(rule.remediation.document, on_disk) if on_disk else "write it",
            )
    if used - set(on_disk):
        return  # a document that seems paired with no rule may be the one that a misspelt name means
    for name in set(on_disk) - used:
        yield Finding(
            file, "rules", f"ssm_docs/{name}/ is paired with no rule", "pair it, or remove it", "warning"
        )
