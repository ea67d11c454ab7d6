"""What holds for every pair, whoever adds it: found by walking the folders, never listed by hand."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from contracts.conftest import Pair
from rulebook.authoring.checks.calls import script_actions
from rulebook.authoring.checks.rdk_template import template_bytes
from rulebook.limits import TEMPLATE_BODY
from rulebook.project import Project


def test_every_rule_and_every_document_belongs_to_a_pair(project: Project) -> None:
    settings = json.loads(project.config.read_text(encoding="utf-8"))["rules"]
    assert set(settings) == set(project.rules())
    assert {rule["remediation"]["document"] for rule in settings.values()} == set(project.documents())


def test_there_is_a_pair_to_hold_to_the_contract(project: Project) -> None:
    assert len(project.rules()) >= 2


def test_the_resource_id_goes_to_a_parameter_of_the_document(pair: Pair) -> None:
    given = pair.parameters["Parameters"]["Remediation"]["Parameters"][pair.resource_parameter]
    assert given == {"ResourceValue": {"Value": "RESOURCE_ID"}}
    assert pair.resource_parameter in pair.document["parameters"]


def test_every_static_parameter_is_one_that_the_document_accepts(pair: Pair) -> None:
    for name, values in pair.static.items():
        declared = pair.document["parameters"][name]
        for value in values:
            if isinstance(value, str):  # the role is an intrinsic of CloudFormation
                assert_accepts(declared, value)


def assert_accepts(declared: dict[str, Any], value: str) -> None:
    """Hold a value against the parameter's own pattern and values, and Config's 1 to 256 characters."""
    assert 1 <= len(value) <= 256
    assert re.fullmatch(declared.get("allowedPattern", ".*"), value)
    assert value in declared.get("allowedValues", [value])


def test_rule_and_runbook_get_the_same_thresholds(pair: Pair) -> None:
    rule = json.loads(pair.parameters["Parameters"]["OptionalParameters"])
    shared = {name[:1].upper() + name[1:]: value for name, value in rule.items()}
    common = set(shared) & set(pair.document["parameters"])
    assert {name: pair.static[name] for name in common} == {name: [shared[name]] for name in common}


def test_every_document_parameter_is_a_string_with_a_pattern_or_values(pair: Pair) -> None:
    for name, declared in pair.document["parameters"].items():
        assert declared["type"] == "String", name
        assert "allowedPattern" in declared or "allowedValues" in declared, name


def test_the_document_takes_a_role_and_a_dry_run(pair: Pair) -> None:
    assert "default" not in pair.document["parameters"]["AutomationAssumeRole"]
    assert pair.document["assumeRole"] in ("{{ AutomationAssumeRole }}", "{{AutomationAssumeRole}}")
    assert pair.document["parameters"]["DryRun"]["default"] == "false"


def test_the_document_acts_and_then_verifies(pair: Pair) -> None:
    acting, verifying = pair.document["mainSteps"]
    assert acting["action"] == verifying["action"] == "aws:executeScript"
    assert verifying["name"].startswith("Verify")
    assert acting.get("onFailure", "Abort") == verifying.get("onFailure", "Abort") == "Abort"


def test_every_handler_exists_and_takes_events_and_context(pair: Pair) -> None:
    for step in pair.document["mainSteps"]:
        functions = {
            node.name: node
            for node in ast.parse(step["inputs"]["Script"]).body
            if isinstance(node, ast.FunctionDef)
        }
        assert len(functions[step["inputs"]["Handler"]].args.args) == 2


def test_every_input_of_the_document_but_the_role_reaches_the_acting_script(pair: Pair) -> None:
    payload = pair.document["mainSteps"][0]["inputs"]["InputPayload"]
    assert set(pair.document["parameters"]) - {"AutomationAssumeRole"} == set(payload)


def test_the_document_tells_its_outcome(pair: Pair) -> None:
    assert f"{pair.document['mainSteps'][0]['name']}.Outcome" in pair.document["outputs"]


def test_the_role_may_do_exactly_what_the_script_calls(pair: Pair) -> None:
    assert pair.permissions == sorted(set(pair.permissions))
    assert pair.parameters["Parameters"]["SSMAutomation"]["IAM"] == pair.permissions
    assert script_actions(ast.parse(pair.script_source)) == set(pair.permissions)


def test_rdk_finds_the_document_from_the_rules_folder(pair: Pair, project: Project) -> None:
    path = pair.parameters["Parameters"]["SSMAutomation"]["Document"]
    assert (project.root / "rules" / path).resolve() == project.documents()[pair.document_name].built


SCENARIO = re.compile(r"^ {0,4}(\d+)\. ", re.MULTILINE)
PROVES = re.compile(r"Scenarios? ([\d, and]+)")


def test_every_scenario_of_the_rules_contract_is_proved_by_a_test(pair: Pair, project: Project) -> None:
    promised = {
        int(number) for number in SCENARIO.findall(ast.get_docstring(ast.parse(pair.module_source)) or "")
    }
    assert promised == set(range(1, len(promised) + 1)), "scenarios are numbered from 1 without a gap"
    assert promised
    proved: set[int] = set()
    for tests in project.rules()[pair.rule].folder.glob("*_test.py"):
        for node in ast.walk(ast.parse(tests.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                for numbers in PROVES.findall(ast.get_docstring(node) or ""):
                    proved |= {int(number) for number in re.findall(r"\d+", numbers)}
    assert proved >= promised, f"no test names scenario {sorted(promised - proved)}"


def test_a_contract_test_notices_a_value_that_the_document_refuses() -> None:
    with pytest.raises(AssertionError):
        assert_accepts({"allowedPattern": "[0-9]+"}, "ninety")


def test_the_template_leaves_4_kb_to_what_is_still_to_come(pair: Pair) -> None:
    """CloudFormation takes 51,200 bytes of what rdk sends, the document in it."""
    assert template_bytes(pair.parameters, pair.document) <= TEMPLATE_BODY - 4 * 1024
