"""What must hold between a rule's entry and its document, and between the entries and the folders."""

from datetime import date
from typing import Any

import pytest

from authoring.conftest import Sample
from rulebook.authoring import render as build

CONFIG = "rdk_config.json:"
TODAY = date(2026, 11, 24)

CASES: list[tuple[str, str, Any, list[str]]] = [
    ("undeclared parameter", "remediation.parameters", {"Acton": "Delete"}, [
        f"{CONFIG}23:11: rules.SAMPLE_RULE.remediation.parameters.Acton: is not declared by TidySample; did you mean Action [static-parameters]",
    ]),
    ("a value its pattern refuses", "parameters.maxAge", "ninety", [
        f"{CONFIG}10:9: rules.SAMPLE_RULE.parameters.maxAge: is 'ninety', and must match ^[0-9]{{1,4}}$; use what MaxAge of TidySample allows [static-parameters]",
    ]),
    ("a value that is not allowed", "remediation.parameters.Action", "Remove", [
        f"{CONFIG}23:11: rules.SAMPLE_RULE.remediation.parameters.Action: is 'Remove', and must be one of Delete, Deactivate; use what Action of TidySample allows [static-parameters]",
    ]),
    ("a rule parameter misspelt", "parameters", {"maxAge": 90, "stricd": True}, [
        f"{CONFIG}11:9: rules.SAMPLE_RULE.parameters.stricd: is a parameter that SAMPLE_RULE does not know; did you mean strict [rule-parameters]",
    ]),
    ("a rule parameter unlike any", "parameters", {"maxAge": 90, "zzzzz": True}, [
        f"{CONFIG}11:9: rules.SAMPLE_RULE.parameters.zzzzz: is a parameter that SAMPLE_RULE does not know; name one that its docstring lists [rule-parameters]",
    ]),
    ("rdklib's own parameters", "parameters", {"maxAge": 90, "ExecutionRoleName": "x", "ExecutionRoleRegion": "y"}, []),
    ("set twice, differently", "remediation.parameters.MaxAge", 30, [
        f"{CONFIG}24:11: rules.SAMPLE_RULE.remediation.parameters.MaxAge: is '30', but the rule's maxAge is '90'; remove it here [static-parameters]",
    ]),
    ("given to the runbook alone, unlike the rule's default", "remediation.parameters.ExemptUsers", "svc-*", [
        f"{CONFIG}24:11: rules.SAMPLE_RULE.remediation.parameters.ExemptUsers: is 'svc-*' for the runbook alone; SAMPLE_RULE goes by another default of exemptUsers; set exemptUsers in the rule's parameters instead, which reach both [same-values]",
    ]),
    ("a rule without the document's default", "parameters", {"strict": False}, []),
    ("a value that only the rule refuses", "parameters.strict", "maybe", [
        f"{CONFIG}11:9: rules.SAMPLE_RULE.parameters.strict: is 'maybe', which SAMPLE_RULE refuses: strict must be true or false, not 'maybe'; use what it allows [parameters-accepted]",
    ]),
    ("no remediation", "remediation", None, [
        f"{CONFIG}5:3: rules: warning: ssm_docs/TidySample/ is paired with no rule; pair it, or leave it for `rulebook publish` [project]",
    ]),
    ("set twice, alike", "remediation.parameters.MaxAge", 90, []),
    ("one parameter in two spellings", "parameters", {"maxAge": 90, "MaxAge": 90}, [
        f"{CONFIG}9:7: rules.SAMPLE_RULE.parameters: set MaxAge 2 times, spelt differently; keep one [static-parameters]",
    ]),
    ("unknown resource parameter", "remediation.resourceParameter", "SampelId", [
        f"{CONFIG}16:9: rules.SAMPLE_RULE.remediation.resourceParameter: is SampelId, which TidySample does not declare; did you mean SampleId [resource-parameter]",
    ]),
    ("resource parameter that the rule sets", "parameters.sampleId", "x", [
        f"{CONFIG}17:9: rules.SAMPLE_RULE.remediation.resourceParameter: is SampleId, which the rule's parameter sampleId sets already; name another [resource-parameter]",
    ]),
    ("unknown document", "remediation.document", "TidySampel", [
        f"{CONFIG}15:9: rules.SAMPLE_RULE.remediation.document: ssm_docs/TidySampel/document.yaml does not exist; did you mean TidySample [project]",
    ]),
    ("exemption for good", "exemptions", [{"users": "a", "reason": "b"}], []),
    ("exemption that ended", "exemptions", [{"users": "a", "reason": "b", "until": "2026-11-23"}], [
        f"{CONFIG}27:9: rules.SAMPLE_RULE.exemptions[0]: warning: a ended on 2026-11-23; remove it, or set another day [exemptions-end]",
    ]),
    ("exemption on its last day", "exemptions", [{"users": "a", "reason": "b", "until": "2026-11-24"}], [
        f"{CONFIG}27:9: rules.SAMPLE_RULE.exemptions[0]: warning: a ends on 2026-11-24; mend the reason before, or set another day [exemptions-end]",
    ]),
    ("exemption of 30 days more", "exemptions", [{"users": "a", "reason": "b", "until": "2026-12-24"}], [
        f"{CONFIG}27:9: rules.SAMPLE_RULE.exemptions[0]: warning: a ends on 2026-12-24; mend the reason before, or set another day [exemptions-end]",
    ]),
    ("exemption of 31 days more", "exemptions", [{"users": "a", "reason": "b", "until": "2026-12-25"}], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value", "findings"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_is_wrong_between_rule_and_document_is_found(
    sample: Sample, place: str, value: Any, findings: list[str]
) -> None:
    sample.configure(place, value)
    assert [str(one) for one in build.inspect_project(sample.project, TODAY).findings] == findings


def test_exemptions_without_a_parameter_to_take_them_are_refused(sample: Sample) -> None:
    sample.configure("exemptions", [{"users": "a", "reason": "b"}])
    sample.replace(
        sample.yaml, '  ExemptUsers:\n    type: String\n    default: ""\n    allowedPattern: ^.*$\n', ""
    )
    sample.replace(sample.yaml, '        ExemptUsers: "{{ ExemptUsers }}"\n', "")
    assert [str(one) for one in build.inspect_project(sample.project).findings] == [
        (
            f"{CONFIG}26:7: rules.SAMPLE_RULE.exemptions: cannot reach TidySample: it has no parameter "
            "ExemptUsers; remove them, or give it one [exemptions-reach-document]"
        )
    ]


@pytest.mark.parametrize("kind", ["Boolean", "Integer", "StringList"])
def test_a_value_for_a_parameter_that_is_no_string_is_found(sample: Sample, kind: str) -> None:
    default = {"Boolean": "true", "Integer": "90", "StringList": '["90"]'}[kind]
    sample.replace(
        sample.yaml,
        'MaxAge:\n    type: String\n    default: "90"',
        f"MaxAge:\n    type: {kind}\n    default: {default}",
    )
    sample.replace(sample.yaml, "    allowedPattern: ^[0-9]{1,4}$\n", "")
    assert [str(one) for one in build.inspect_project(sample.project).findings] == [
        (
            f"{CONFIG}10:9: rules.SAMPLE_RULE.parameters.maxAge: goes to MaxAge, a {kind} of TidySample; "
            "declare it there as a String: Config passes strings [static-parameters]"
        )
    ]


@pytest.mark.parametrize(("further", "found"), [(21, False), (22, True)])
def test_more_than_25_parameters_are_found(sample: Sample, further: int, found: bool) -> None:
    names = [f"P{number}" for number in range(further)]
    declared = "".join(f'  {name}:\n    type: String\n    default: ""\n' for name in names)
    passed = "".join(f'        {name}: "{{{{ {name} }}}}"\n' for name in names)
    sample.replace(sample.yaml, "mainSteps:", f"{declared}mainSteps:")
    sample.replace(
        sample.yaml, '        Action: "{{ Action }}"\n', f'        Action: "{{{{ Action }}}}"\n{passed}'
    )
    reads = "".join(f"    events[{name!r}]\n" for name in names)
    sample.replace(sample.script, "def tidy(events, context):\n", f"def tidy(events, context):\n{reads}")
    sample.configure("remediation.parameters", {"Action": "Delete"} | dict.fromkeys(names, "x"))
    assert [str(one) for one in build.inspect_project(sample.project).findings] == found * [
        (
            f"{CONFIG}22:9: rules.SAMPLE_RULE.remediation.parameters: make 26 parameters with the role, "
            "the resource id and the rule's; "
            "Config takes 25; rely on the document's defaults for some [parameter-count]"
        )
    ]


def test_a_required_parameter_that_nothing_sets_is_found(sample: Sample) -> None:
    sample.replace(sample.yaml, "    default: Delete\n", "")
    sample.configure("remediation.parameters", {})
    assert [str(one) for one in build.inspect_project(sample.project).findings] == [
        (
            f"{CONFIG}22:9: rules.SAMPLE_RULE.remediation.parameters: do not set Action, for which TidySample has no default; "
            "add it, or give Action a default [required-parameters]"
        )
    ]


def test_a_rule_without_a_folder_is_found(sample: Sample) -> None:
    folder = sample.project.root / "rules" / "SAMPLE_RULE"
    folder.rename(folder.parent / "OTHER_RULE")
    (folder.parent / "OTHER_RULE" / "SAMPLE_RULE.py").rename(folder.parent / "OTHER_RULE" / "OTHER_RULE.py")
    assert [str(one) for one in build.inspect_project(sample.project).findings] == [
        "rdk_config.json:5:3: rules: rules/OTHER_RULE/ has no entry; add one, or remove the folder [project]",
        (
            "rdk_config.json:6:5: rules.SAMPLE_RULE: rules/SAMPLE_RULE/SAMPLE_RULE.py does not exist; "
            "write it, or remove the entry [project]"
        ),
    ]


def test_a_template_beyond_cloudformations_limit_is_found(sample: Sample) -> None:
    """The document keeps to SSM's 64 KB, but rdk sends it inside a template of 51,200 bytes at most."""
    sample.replace(sample.script, "import boto3", f"import boto3\n\nassert '{'x' * 20_000}'")
    [finding] = build.inspect_project(sample.project).errors
    assert finding.problem.startswith("makes rdk's template for SAMPLE_RULE 5")
    assert finding.problem.endswith("bytes, CloudFormation takes 51200")
