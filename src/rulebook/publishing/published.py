"""What the project publishes: a stack for each document, and one for the role of the rules' functions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rulebook.authoring.checks.built import built_content
from rulebook.authoring.sound import sound_document
from rulebook.project import DocumentFolder, Project, RuleFolder
from rulebook.project.chosen import document_folder
from rulebook.project.name_findings import demand_sound_names
from rulebook.project.names import EVALUATORS, published_stack
from rulebook.project.permissions import read_permissions
from rulebook.project.rdk_config import Config
from rulebook.publishing.policies import needed
from rulebook.publishing.template import DOCUMENT, ROLE, Template, document_template, evaluators_template


@dataclass(frozen=True)
class Publication:
    """One stack.

    Attributes:
        what: the document's name in the project, or ``evaluators``.
        template: what it is made from.
    """

    what: str
    template: Template

    @property
    def stack(self) -> str:
        """The stack's name."""
        return published_stack(self.what)

    @property
    def document(self) -> dict[str, Any] | None:
        """The document's properties; None for the evaluators' role."""
        found: dict[str, Any] | None = self.template["Resources"].get(DOCUMENT, {}).get("Properties")
        return found

    @property
    def role(self) -> dict[str, Any]:
        """The role's properties."""
        found: dict[str, Any] = self.template["Resources"][ROLE]["Properties"]
        return found


def publications(project: Project, config: Config, chosen: Collection[str] = ()) -> list[Publication]:
    """Render the stacks of the chosen documents; of all, and of the evaluators' role, if none is chosen.

    Raises:
        ConfigurationError: there is no such document (of all, none that a rule names), a name cannot be, a
            document would not run, or a file is missing or malformed.
    """
    remedies = {one.remedy.document for one in config.rules.values() if one.remedy}
    for name in chosen or sorted(remedies):
        if name != EVALUATORS:
            document_folder(project, name)
    demand_sound_names(project, config)
    names = [name for name in [EVALUATORS, *project.documents()] if name in chosen or not chosen]
    return [Publication(name, _template(project, config, name)) for name in names]


def _template(project: Project, config: Config, name: str) -> Template:
    if name == EVALUATORS:
        reads = {action for rule in project.rules().values() for action in _permissions(project, rule)}
        return evaluators_template(sorted(reads))
    content = built_content(sound_document(project, name))
    remedies = [one.remedy for one in config.rules.values()]
    uses = [one.parameters for one in remedies if one and one.document == name]
    stated = _permissions(project, project.documents()[name])
    actions = needed(stated, _values(content, "Action", uses), _allowed(content, "Action"))
    return document_template(name, content, actions, sorted(set(_exempt_tags(config, name))))


def _values(content: Mapping[str, Any], parameter: str, uses: Sequence[Mapping[str, str]]) -> set[str]:
    """Return the values that a document's parameter has where rules use it; its default if none does."""
    default = _parameter(content, parameter).get("default", "")
    return {str(given.get(parameter, default)) for given in uses or [{}]}


def _allowed(content: Mapping[str, Any], parameter: str) -> set[str]:
    return set(_parameter(content, parameter).get("allowedValues", ()))


def _parameter(content: Mapping[str, Any], parameter: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = content.get("parameters", {}).get(parameter, {})
    return found


def _exempt_tags(config: Config, document: str) -> Iterator[str]:
    for rule in config.rules.values():
        if rule.remedy and rule.remedy.document == document:
            given = (rule.parameters.get("exemptTag"), rule.remedy.parameters.get("ExemptTag"))
            yield from (str(tag) for tag in given if tag)


def _permissions(project: Project, folder: DocumentFolder | RuleFolder) -> list[str]:
    return read_permissions(folder.permissions, project.relative(folder.permissions))
