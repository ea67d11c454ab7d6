"""A new pair: the least that is right, which works at once on an example, with the places to fill marked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rulebook.authoring.starting.draft import CannotStart, add_to_project, drafted
from rulebook.authoring.starting.new_names import demand_document_name, demand_rule_name, script_name
from rulebook.authoring.starting.resource_types import ACCOUNT, demand_resource_type
from rulebook.authoring.starting.templates import write_templates
from rulebook.project import Project
from rulebook.project.rdk_config import load_config


@dataclass(frozen=True)
class Wish:
    """What somebody wants.

    Attributes:
        rule: its name.
        document: of the runbook; None for a rule that only finds.
        resource_type: what the rule reports on.
        on_change: whether changes of a resource trigger the rule, and not a schedule.
    """

    rule: str
    document: str | None
    resource_type: str
    on_change: bool = False


def new(project: Project, wish: Wish) -> list[Path]:
    """Write the pair, build it, and enter it into rdk_config.json; return its folders.

    Raises:
        CannotStart: a name, the type or the place cannot be; nothing was made.
        ConfigurationError: rdk_config.json is not as it must be.
    """
    load_config(project)
    demand_resource_type(wish.resource_type)
    if wish.on_change and wish.resource_type == ACCOUNT:
        raise CannotStart(f"--change: Config records no changes of {ACCOUNT}; use --periodic")
    demand_rule_name(project, wish.rule)
    if wish.document:
        demand_document_name(project, wish.document)
    with drafted(project.root) as draft:
        write_templates("rule", draft / "rules" / wish.rule, _values(wish))
        if wish.document:
            write_templates("document", draft / "ssm_docs" / wish.document, _values(wish))
        return add_to_project(project, wish.rule, _entry(wish), draft)


def _values(wish: Wish) -> dict[str, object]:
    script = script_name(wish.document or "")
    return {
        "rule": wish.rule,
        "resource_type": wish.resource_type,
        "on_change": wish.on_change,
        "is_account": wish.resource_type == ACCOUNT,
        "example": f"/rulebook-example/{wish.rule}/",
        "document": wish.document,
        "step": "".join(word[:1].upper() + word[1:] for word in script.split("_")),
        "script": script,
        "handler": script,
    }


def _entry(wish: Wish) -> dict[str, Any]:
    trigger = {"resourceTypes": [wish.resource_type]} if wish.on_change else {"frequency": "TwentyFour_Hours"}
    remediation = {"document": wish.document, "resourceParameter": "ResourceId", "trigger": "manual"}
    return {
        "description": "FILL IN what must hold, as the Config console shows it.",
        **trigger,
        "parameters": {"AssumeRoleMode": "False"},
        **({"remediation": remediation} if wish.document else {}),
    }
