"""A rule that changes trigger, judged from here: every resource as Config has it recorded."""

from pathlib import Path

import pytest

from rulebook.automation.guard import ReadOnlyGuard
from rulebook.operating.evaluation import EvaluationFailed, evaluate
from rulebook.project import RuleFolder
from rulebook.sandbox import Sandbox

RULE = "INSTANCES"
INSTANCE = "AWS::EC2::Instance"
MODULE = '''\
"""Instances are small."""

import json

from rdklib import ConfigRule, Evaluation


class INSTANCES(ConfigRule):
    def evaluate_change(self, event, client_factory, configuration_item, valid_rule_parameters):
        assert json.loads(event["invokingEvent"])["configurationItem"] == configuration_item
        size = configuration_item["configuration"]["size"]
        if size == "odd":
            return None
        return [Evaluation("COMPLIANT" if size == "small" else "NON_COMPLIANT", annotation=f"It is {size}.")]
'''


def judged(folder: Path, account: Sandbox) -> dict[tuple[str, str], tuple[str, str]]:
    (folder / RULE).mkdir()
    (folder / RULE / f"{RULE}.py").write_text(MODULE, encoding="utf-8")
    with ReadOnlyGuard(account.session()) as guard:
        found = evaluate(
            RuleFolder(RULE, folder / RULE), {}, account.account_id, guard, resource_types=[INSTANCE]
        )
    return {
        (one.resource_type, one.resource_id): (one.compliance, one.annotation) for one in found.evaluations
    }


@pytest.fixture
def recorded(account: Sandbox) -> Sandbox:
    """An account in which two instances are recorded."""
    account.record(INSTANCE, "i-1", {"size": "small"})
    account.record(INSTANCE, "i-2", {"size": "large"})
    return account


def test_each_recorded_resource_is_judged(recorded: Sandbox, tmp_path: Path) -> None:
    """What a rule leaves out of its evaluation is the resource's own, as rdklib has it."""
    assert judged(tmp_path, recorded) == {
        (INSTANCE, "i-1"): ("COMPLIANT", "It is small."),
        (INSTANCE, "i-2"): ("NON_COMPLIANT", "It is large."),
    }


def test_a_rule_that_returns_no_list_has_not_judged(recorded: Sandbox, tmp_path: Path) -> None:
    recorded.record(INSTANCE, "i-3", {"size": "odd"})
    with pytest.raises(
        EvaluationFailed, match="evaluate_change returned NoneType, not a list of evaluations"
    ):
        judged(tmp_path, recorded)
