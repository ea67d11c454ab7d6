"""Names that could not be deployed, published or packed, said before anything is rendered."""

from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Finding
from rulebook.project import CONFIG, Project
from rulebook.project.names import NameProblem, name_problems
from rulebook.project.rdk_config import Config


def name_findings(project: Project, config: Config) -> list[Finding]:
    """Return every name that AWS or rdk would refuse or mix up with another."""
    rules: dict[str, set[str]] = {name: set() for name in project.rules()}
    for name, rule in config.rules.items():
        rules[name] = {*rule.rule_parameters(), *(rule.remedy.parameters if rule.remedy else ())}
    return [_finding(one) for one in sorted(set(name_problems(rules, project.documents())))]


def demand_sound_names(project: Project, config: Config) -> None:
    """Refuse names that cannot be.

    Raises:
        ConfigurationError: naming the first.
    """
    for finding in name_findings(project, config):
        raise ConfigurationError(str(finding))


def _finding(one: NameProblem) -> Finding:
    if one.kind == "rule":
        return Finding(TOP / "rules" / one.name, one.problem, one.cure, file=CONFIG)
    return Finding(TOP, one.problem, one.cure, file=f"ssm_docs/{one.name}/document.yaml")
