"""What holds for the pairs of this repository beyond what `rulebook check` holds any pair to."""

import json

import pytest

from rulebook.authoring.checks.rdk_template import template_bytes
from rulebook.limits import TEMPLATE_BODY
from rulebook.project import Project, RuleFolder
from rulebook.project.rdk_config import load_config
from shipped.pairs import ROOT

PROJECT = Project(ROOT)


@pytest.mark.parametrize("rule", PROJECT.rules().values(), ids=lambda rule: rule.name)
def test_the_template_leaves_4_kb_to_what_is_still_to_come(rule: RuleFolder) -> None:
    """CloudFormation takes 51,200 bytes of what rdk sends, the document in it."""
    document = PROJECT.documents()[load_config(PROJECT).rules[rule.name].remediation.document]
    built = json.loads(document.built.read_text(encoding="utf-8"))
    parameters = json.loads(rule.parameters.read_text(encoding="utf-8"))
    assert template_bytes(parameters, built) <= TEMPLATE_BODY - 4 * 1024
