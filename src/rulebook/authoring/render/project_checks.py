"""What rdk_config.json names is there, and what is there is named: rules, documents, pairs."""

from collections.abc import Iterator

from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.project import Project
from rulebook.project.name_findings import name_findings
from rulebook.project.rdk_config import Config
from rulebook.wording import nearest

CODE = "project"


def check_project(project: Project, config: Config, written: Node) -> list[Finding]:
    """Return every name without a folder, every folder without a name, and every name that cannot be.

    Args:
        project: where.
        config: what rdk_config.json says.
        written: the same as it is written.
    """
    rules = written["rules"]
    return [
        *_rules(project, config, rules),
        *_documents(project, config, rules),
        *name_findings(project, config),
    ]


def _rules(project: Project, config: Config, rules: Node) -> Iterator[Finding]:
    on_disk = project.rules()
    for name in config.rules:
        if name not in on_disk:
            problem = f"rules/{name}/{name}.py does not exist"
            yield rules[name].finding(problem, "write it, or remove the entry")
    for name in set(on_disk) - set(config.rules):
        yield rules.finding(f"rules/{name}/ has no entry", "add one, or remove the folder")


def _documents(project: Project, config: Config, rules: Node) -> Iterator[Finding]:
    on_disk = project.documents()
    named = {name: rule.remedy.document for name, rule in config.rules.items() if rule.remedy}
    for rule, document in named.items():
        if document not in on_disk:
            yield rules[rule]["remediation"]["document"].finding(
                f"ssm_docs/{document}/document.yaml does not exist",
                nearest(document, on_disk) if on_disk else "write it",
            )
    if set(named.values()) - set(on_disk):
        return  # a document that seems paired with no rule may be the one that a misspelt name means
    for name in set(on_disk) - set(named.values()):
        yield rules.finding(
            f"ssm_docs/{name}/ is paired with no rule",
            "pair it, or leave it for `rulebook publish`",
            "warning",
        )
