"""A pair that ships with rulebook, copied as it is: its folders with their tests, and its entry."""

import shutil
from pathlib import Path

from rulebook.authoring.starting.draft import CannotStart, add_to_project, demand_free, drafted
from rulebook.authoring.starting.new_names import demand_rule_name
from rulebook.project import CONFIG, Project
from rulebook.project.rdk_config import load_config
from rulebook.project.rdk_config.source import read_json
from rulebook.wording import nearest, shown

PACKAGE = Path(__file__).parents[2]
# What rdk, Python and tests leave behind is not what ships.
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.zip", ".rdk", ".hypothesis", ".*_cache")


def shipped() -> Project:
    """Return where the pairs are that ship: within the package if it is installed, in a clone at its top."""
    within = PACKAGE / "pairs"
    return Project(within if (within / CONFIG).is_file() else PACKAGE.parents[1])


def add(project: Project, rule: str) -> list[Path]:
    """Copy a shipped rule with its runbook, and enter it into rdk_config.json; return the new folders.

    A runbook that is there already, with the rule's name for it, is left as it is and shared.

    Raises:
        CannotStart: no such pair ships, or it is there already; nothing was changed.
        ConfigurationError: rdk_config.json is not as it must be.
    """
    load_config(project)
    source = shipped()
    there = source.rules()
    if rule not in there:
        raise CannotStart(f"no pair {shown(rule)} ships with rulebook; {nearest(rule, there)}")
    demand_free(project.root / "rules" / rule)
    demand_rule_name(project, rule)
    entry = read_json(source.config, CONFIG)["rules"][rule]
    document = entry["remediation"]["document"]
    with drafted(project.root) as draft:
        shutil.copytree(there[rule].folder, draft / "rules" / rule, ignore=LEFT_BEHIND)
        if document not in project.documents():
            demand_free(project.root / "ssm_docs" / document)
            folder = source.documents()[document].folder
            shutil.copytree(folder, draft / "ssm_docs" / document, ignore=LEFT_BEHIND)
        return add_to_project(project, rule, entry, draft)
