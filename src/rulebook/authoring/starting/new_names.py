"""Which names a new rule and a new document may have, in a project with others."""

import keyword
import re
import sys
from pathlib import Path

from rulebook.authoring.starting.draft import CannotStart, demand_free
from rulebook.automation.language.limits import DOCUMENT_NAME, RESERVED_NAMES
from rulebook.project import Project
from rulebook.project.names import name_problems
from rulebook.wording import shown

RULE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NOT_OURS = sys.stdlib_module_names | {"test", "boto3", "botocore", "rdklib", "moto", "pytest"}


def demand_rule_name(project: Project, rule: str) -> None:
    """Refuse a rule's name that Python, rdk or AWS would refuse, or that is taken.

    Raises:
        CannotStart: one line with the cure.
    """
    if not RULE_NAME.fullmatch(rule):
        raise CannotStart(
            f"{shown(rule)} is no name for a rule: folder, module and class share it; "
            "use letters, digits and _, a letter first"
        )
    if rule.endswith("_test") or rule.startswith("test_"):
        raise CannotStart(
            f"{rule}: pytest and rdk take modules of such names for tests; call the rule otherwise"
        )
    for problem in sorted(set(name_problems({**_rules(project), rule: ()})) - _known(project)):
        raise CannotStart(f"rule {problem.name}: {problem.problem}; {problem.cure}")
    demand_free(project.root / "rules" / rule)
    _demand_module(project, rule, "rule")


def demand_document_name(project: Project, document: str) -> None:
    """Refuse a document's name that Systems Manager or IAM would refuse, or that is taken.

    Raises:
        CannotStart: one line with the cure.
    """
    if not DOCUMENT_NAME.fullmatch(document):
        raise CannotStart(
            f"{shown(document)} is no name for a document; use 3 to 128 letters, digits, _ - and ."
        )
    if document.lower().startswith(RESERVED_NAMES):
        raise CannotStart(
            f"{document}: AWS keeps names that begin with aws, amazon and amzn; begin it otherwise"
        )
    if not RULE_NAME.fullmatch(script_name(document)):
        raise CannotStart(f"{document}: its script could not have its name; begin it with a letter")
    demand_free(project.root / "ssm_docs" / document)
    _demand_module(project, script_name(document), "document")
    problems = set(name_problems(_rules(project), {*project.documents(), document}))
    for problem in sorted(problems - _known(project)):
        raise CannotStart(f"document {problem.name}: {problem.problem}; {problem.cure}")


def script_name(document: str) -> str:
    """Return a document's name as a Python module has it: ``TagBuckets`` becomes ``tag_buckets``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+", "_", document)
    return re.sub("_+", "_", words).strip("_").lower()


def _demand_module(project: Project, module: str, kind: str) -> None:
    """Refuse a module that another would hide: rdk test-local and pytest put every folder on one path."""
    if module in NOT_OURS or keyword.iskeyword(module):
        what = "a word" if keyword.iskeyword(module) else "a module"
        raise CannotStart(f"{module}: Python has {what} of that name; call the {kind} otherwise")
    taken: list[Path] = [
        path for kind in ("rules", "ssm_docs") for path in project.root.glob(f"{kind}/*/{module}.py")
    ]
    for path in taken:
        raise CannotStart(
            f"{module}: {project.relative(path)} has that name already; call the {kind} otherwise"
        )


def _rules(project: Project) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(project.rules(), ())


def _known(project: Project) -> set[object]:
    """Return what is wrong with the project's names already; that is another's business."""
    return set(name_problems(_rules(project), project.documents()))
