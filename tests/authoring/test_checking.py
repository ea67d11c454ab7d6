"""Every promise of a pair, broken in a copy of one that ships: one case a row, a human name first."""

import importlib
import json
import pkgutil
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from authoring.conftest import RULE, Case, Sample
from rulebook import authoring, automation
from rulebook.authoring import checking, render
from rulebook.authoring.checks import document_contract, rule_contract
from rulebook.automation.validation import checks
from rulebook.cli import main
from rulebook.project import Project
from shipped.pairs import KEYS, POLICY, ROOT, copy_shipped, shipped

DOC = "ssm_docs/DeleteStaleAccessKeys/document.yaml"
MODULE = f"rules/{KEYS}/{KEYS}.py"
SCRIPT_TEST = "ssm_docs/DeleteStaleAccessKeys/delete_stale_access_keys_test.py"
PARAMETERS_TEST = f"rules/{POLICY}/{POLICY}_test.py"
TESTS = f"rules/{KEYS}/{KEYS}_test.py"
REPORT = f"rules/{KEYS}/access_keys_report.py"


STEP = "mainSteps:\n  - name: DeleteStaleAccessKeys\n    action: aws:executeScript\n"
CASES = [
    Case(
        "a scenario is left out of the numbers",
        MODULE,
        "\n2. ",
        "\n3. ",
        [
            f"{MODULE}:23:1: numbers a scenario 3 where 2 comes; renumber [scenarios]",
        ],
    ),
    Case(
        "no scenario is numbered",
        MODULE,
        ". ",
        "; ",
        [
            f'{MODULE}:1:1: has no numbered scenarios in its docstring; list them there: "1. ..." [scenarios]',
        ],
    ),
    Case(
        "no test names a scenario",
        TESTS,
        "Scenario 4",
        "Scene 4",
        [
            f'{MODULE}:26:1: promises scenario 4, which no test beside it names; write a test whose docstring begins with "Scenario 4: " [scenarios]',
        ],
    ),
    Case(
        "no test is a unittest",
        PARAMETERS_TEST,
        "TestCase",
        "Case",
        [
            f"rules/{POLICY}/{POLICY}.py:1:1: has no test beside it that `rdk test-local` runs; write a unittest.TestCase in IAM_PASSWORD_POLICY_CUSTOM_test.py [rule-tests]",
        ],
    ),
    Case(
        "a test of a script is no Python",
        SCRIPT_TEST,
        "import json\n",
        "import json)\n",
        [f"{SCRIPT_TEST}:3:12: is no Python 3.11: unmatched ')'; mend it [script-tests]"],
    ),
    Case(
        "a test of a rule is no Python",
        TESTS,
        "import random\n",
        "import random)\n",
        [f"{TESTS}:5:14: is no Python 3.11: unmatched ')'; mend it [rule-tests]"],
    ),
    Case(
        "what looks like a number is none",
        MODULE,
        "\n2. ",
        f"\n{'9' * 5000}. ",
        [f"{MODULE}:24:1: numbers a scenario 3 where 2 comes; renumber [scenarios]"],
    ),
    Case(
        "a rule imports a runbook's script",
        REPORT,
        "import csv\n",
        "import csv\nimport delete_stale_access_keys\n",
        [
            f"{REPORT}:9:1: imports delete_stale_access_keys, which lies in ssm_docs/DeleteStaleAccessKeys; copy what it needs: rdk zips the rule's folder alone [rule-imports]",
        ],
    ),
    Case(
        "a rule imports the kit",
        REPORT,
        "import csv\n",
        "import csv\nfrom rulebook.project import Project\n",
        [
            f"{REPORT}:9:1: imports rulebook; copy what it needs: rdk zips the rule's folder alone [rule-imports]",
        ],
    ),
    Case(
        "a rule imports what a layer may bring",
        REPORT,
        "import csv\n",
        "import csv\nimport requests\n",
        [
            f"{REPORT}:9:1: warning: imports requests; bring it in a layer of Lambda, or do without it [rule-imports]",
        ],
    ),
    Case(
        "a parameter takes any text",
        DOC,
        "    allowedPattern: ^[A-Za-z0-9_+=.@*?:,\\s-]*$\n",
        "",
        [
            f"{DOC}:43:3: parameters.ExemptUsers: takes any text; give it an allowedPattern or allowedValues [parameter-form]",
        ],
    ),
    Case(
        "a parameter is no text",
        DOC,
        "    type: String\n    description: (Optional) Delete",
        "    type: StringList\n    description: (Optional) Delete",
        [
            f"{DOC}:57:3: parameters.Action: is a StringList; declare it as a String [parameter-form]",
        ],
    ),
    Case(
        "no dry run",
        DOC,
        "  DryRun:\n    type",
        "  Dry:\n    type",
        [
            f'{DOC}:20:1: parameters: do not have DryRun; declare it: a String, default "false", allowedValues ["true", "false"] [dry-run]',
        ],
    ),
    Case(
        "a dry run by default",
        DOC,
        '    default: "false"\n',
        '    default: "true"\n',
        [
            f'{DOC}:65:5: parameters.DryRun.default: is not "false"; let a run act unless it is told not to [dry-run]',
        ],
    ),
    Case(
        "a dry run of other words",
        DOC,
        '["true", "false"]',
        '["true", "false", "maybe"]',
        [
            f'{DOC}:66:5: parameters.DryRun.allowedValues: are not "true" and "false"; allow these two [dry-run]',
        ],
    ),
    Case(
        "the acting step does not know what the verifying one knows",
        DOC,
        '        ExemptTag: "{{ ExemptTag }}"\n        Action',
        '        ExemptTag: ""\n        Action',
        [
            f"{DOC}:50:3: parameters.ExemptTag: reaches VerifyNoStaleAccessKeys, and no step that changes something; pass it to the step that acts too [acting-parameters]",
        ],
    ),
    Case(
        "nothing verifies",
        DOC,
        "VerifyNoStaleAccessKeys",
        "LookAgain",
        [
            f"{DOC}:68:5: mainSteps[0]: changes something, and no step named Verify... reads again after it; add one, or say why not: # rulebook: ignore[verify-step] reason [verify-step]",
        ],
    ),
    Case(
        "the verifying step acts",
        DOC,
        "Handler: verify_no_stale_access_keys",
        "Handler: delete_stale_access_keys",
        [
            f"{DOC}:68:5: mainSteps[0]: changes something, and no step named Verify... reads again after it; add one, or say why not: # rulebook: ignore[verify-step] reason [verify-step]",
            f"{DOC}:108:5: mainSteps[1].name: changes something; let a step that verifies only read [verify-step]",
        ],
    ),
    Case(
        "a failure goes on",
        DOC,
        f"{STEP}    description",
        f"{STEP}    isCritical: false\n    description",
        [
            f"{DOC}:70:5: mainSteps[0].isCritical: lets the run succeed although the step failed; write true [swallowed-failure]",
        ],
    ),
    Case(
        "a failure is no failure",
        DOC,
        "    onFailure: Abort\n    isEnd",
        "    onFailure: Continue\n    isEnd",
        [
            f"{DOC}:112:5: mainSteps[1].onFailure: is Continue, so the run succeeds although the step failed; write Abort, or isCritical: true beside it [swallowed-failure]",
        ],
    ),
    Case(
        "no Changes",
        DOC,
        "      - Name: Changes\n        Selector: $.Payload.Changes\n        Type: MapList\n",
        "",
        [
            f"{DOC}:85:5: mainSteps[0].outputs: do not have Changes; return it, and declare it as a MapList [told-outcome]",
        ],
    ),
    Case(
        "Changes of another type",
        DOC,
        "Type: MapList",
        "Type: StringList",
        [
            f"{DOC}:100:9: mainSteps[0].outputs[4].Type: is StringList; declare Changes as a MapList [told-outcome]",
        ],
    ),
    Case(
        "an outcome that the document keeps to itself",
        DOC,
        "  - DeleteStaleAccessKeys.Message\n",
        "",
        [
            f"{DOC}:131:1: outputs: do not have DeleteStaleAccessKeys.Message; add it [told-outcome]",
        ],
    ),
    Case(
        "a comment without a reason",
        DOC,
        "    timeoutSeconds: 600\n    onFailure: Abort\n    isEnd",
        "    timeoutSeconds: 600 # rulebook: ignore[verify-step]\n    onFailure: Abort\n    isEnd",
        [
            f"{DOC}:111:25: ignores verify-step without a reason, so it ignores nothing; write the reason after the bracket [ignore-reason]",
        ],
    ),
]


def broken(folder: Path, file: str, old: str, new: str) -> Project:
    """Return a copy of what ships with text of a file replaced."""
    project = copy_shipped(folder)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return project


def promises(project: Project) -> list[str]:
    return [str(one) for one in sorted(checking.promises(project))]


def test_the_pairs_that_ship_keep_every_promise() -> None:
    assert checking.check_project_and_promises(shipped()) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_promise_is_found(case: Case, tmp_path: Path) -> None:
    assert promises(broken(tmp_path, case.file, case.old, case.new)) == case.findings


def test_a_byte_order_mark_is_no_syntax_error(tmp_path: Path) -> None:
    assert promises(broken(tmp_path, MODULE, '"""IAM users have', '\ufeff"""IAM users have')) == []


def test_a_script_without_a_test_is_found(tmp_path: Path) -> None:
    project = copy_shipped(tmp_path)
    for path in (tmp_path / DOC).parent.glob("*_test.py"):
        path.unlink()
    assert promises(project) == [
        f"{DOC}:1:1: has a script and no test; write one in delete_stale_access_keys_test.py [script-tests]"
    ]


def test_a_module_that_two_folders_have_is_found_in_both(tmp_path: Path) -> None:
    project = copy_shipped(tmp_path)
    shutil.copy(tmp_path / REPORT, tmp_path / "rules" / POLICY)
    name = "has the name of a module in rules/{}; name it after the rule [module-names]"
    modules = [line for line in promises(project) if "[module-names]" in line]
    assert modules == [
        f"{REPORT}:1:1: {name.format(POLICY)}",
        f"rules/{POLICY}/access_keys_report.py:1:1: {name.format(KEYS)}",
    ]


def test_every_promise_has_a_case() -> None:
    """The two that need a file more or less stand above."""
    told = {line.rpartition("[")[2].rstrip("]") for case in CASES for line in case.findings}
    promised = {check.CODE for package in (rule_contract, document_contract) for check in checks(package)}
    assert promised | {"ignore-reason"} == told | {"script-tests", "module-names"}


def one_step(text: str, comment: str) -> str:
    """Cut the document after its first step, which a comment may explain."""
    head, _, rest = text.partition("    nextStep: VerifyNoStaleAccessKeys\n")
    outputs = rest[rest.index("\noutputs:\n") :].replace("  - VerifyNoStaleAccessKeys.Outcome\n", "")
    return (
        head.replace("  - name: DeleteStaleAccessKeys\n", f"  - name: DeleteStaleAccessKeys{comment}\n")
        + outputs
    )


@pytest.mark.parametrize(
    ("comment", "codes"),
    [("", ["verify-step"]), (" # rulebook: ignore[verify-step] IAM answers with the new state", [])],
)
def test_one_step_is_fine_where_the_document_says_why(comment: str, codes: list[str], tmp_path: Path) -> None:
    project = copy_shipped(tmp_path)
    path = tmp_path / DOC
    path.write_text(one_step(path.read_text(encoding="utf-8"), comment), encoding="utf-8")
    assert [one.check for one in checking.promises(project)] == codes


def test_a_document_that_only_looks_promises_neither_dry_run_nor_outcome(sample: Sample) -> None:
    sample.replace(sample.script, 'delete_user(UserName=events["SampleId"])', "get_user()")
    of_document = [one for one in checking.promises(sample.project) if "ssm_docs" in one.file]
    assert [one.check for one in of_document] == ["script-tests"]


OF_API_STEPS = """\
description: Deletes a user who was not told to stay.
schemaVersion: "0.3"
assumeRole: "{{ AutomationAssumeRole }}"
parameters:
  AutomationAssumeRole: {type: "AWS::IAM::Role::Arn"}
  SampleId: {type: String, allowedPattern: "^[a-z]+$"}
  Action: {type: String, default: Delete, allowedValues: [Delete, Leave]}
  DryRun: {type: String, default: "false", allowedValues: ["true", "false"]}
mainSteps:
  - name: Choose
    action: aws:branch
    inputs:
      Choices:
        - NextStep: Delete
          And:
            - {Variable: "{{ DryRun }}", StringEquals: "false"}
            - {Variable: "{{ Action }}", StringEquals: Delete}
    isEnd: true
  - name: Delete
    action: aws:executeAwsApi
    inputs: {Service: iam, Api: DeleteUser, UserName: "{{ SampleId }}"}
  - name: VerifyDeleted
    action: aws:assertAwsResourceProperty
    inputs:
      {Service: iam, Api: ListUsers, PropertySelector: "$.Users[0].UserName", DesiredValues: [root]}
    isEnd: true
"""


def test_a_document_of_api_steps_can_keep_every_promise(sample: Sample) -> None:
    sample.yaml.write_text(OF_API_STEPS, encoding="utf-8")
    assert render.inspect_project(sample.project).errors == []
    assert [one for one in checking.promises(sample.project) if "ssm_docs" in one.file] == []


def test_a_rule_without_thresholds_to_share_is_fine(sample: Sample) -> None:
    sample.configure("parameters", None)
    assert render.inspect_project(sample.project).errors == []


def test_a_rule_without_a_handler_is_not_built(sample: Sample) -> None:
    module = sample.project.root / "rules" / RULE / f"{RULE}.py"
    of_rule = f"rules/{RULE}/{RULE}.py"
    sample.replace(module, "lambda_handler(event, context)", "lambda_handler(event)")
    assert [str(one) for one in render.inspect_project(sample.project).errors] == [
        f"{of_rule}:16:1: has a lambda_handler that cannot be called with two arguments; write (event, context) [rule-handler]"
    ]
    sample.replace(module, "def lambda_handler", "def handler")
    assert [str(one) for one in render.inspect_project(sample.project).errors] == [
        f"{of_rule}:1:1: has no lambda_handler; write lambda_handler(event, context) [rule-handler]"
    ]


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def called(root: Path, *arguments: str) -> tuple[int, str, str]:
        code = main(["--root", str(root), "check", *arguments])
        return code, *capsys.readouterr()

    return called


def test_the_command_ends_with_nought_one_or_two(run: Run, tmp_path: Path) -> None:
    assert run(shipped().root) == (0, "", "everything holds\n")
    project = broken(tmp_path, DOC, "VerifyNoStaleAccessKeys", "LookAgain")
    code, out, err = run(tmp_path)
    assert code == 1
    assert out.splitlines()[-1].endswith("[verify-step]")
    assert "[built-files]" in out
    assert err == "2 errors, 0 warnings\n"
    shown = json.loads(run(tmp_path, "--json")[1])["findings"]
    assert [one["code"] for one in shown] == ["built-files", "verify-step"]
    project.config.write_text("{", encoding="utf-8")
    assert run(tmp_path)[0] == 2


def test_a_document_without_the_shape_of_one_is_told_once(run: Run, tmp_path: Path) -> None:
    broken(tmp_path, DOC, "mainSteps:", "steps:")
    code, out, _ = run(tmp_path)
    assert code == 1
    assert {line.rpartition("[")[2] for line in out.splitlines()} == {"shape]"}


def test_the_page_states_what_is_checked_and_nothing_else(run: Run) -> None:
    page = (ROOT / "docs" / "adding-a-pair.md").read_text(encoding="utf-8")
    prose, _, rest = page.partition("<!-- rulebook check --list -->\n\n")
    listed = run(ROOT, "--list")[1]
    assert rest == f"{listed.strip()}\n\n<!-- end -->\n", "put what `rulebook check --list` prints there"
    assert re.findall(r"\b(?:must|has to|have to|never|always|at least|at most)\b", prose) == []
    of_json = json.loads(run(ROOT, "--list", "--json")[1])["checks"]
    assert [f"- `{one['code']}`: " in listed for one in of_json] == [True] * len(of_json)


def test_tests_are_no_part_of_a_rule_however_they_are_named(sample: Sample) -> None:
    folder = sample.project.root / "rules" / RULE
    before = render.inspect_project(sample.project).findings
    for name in ("conftest.py", "test_more.py"):
        text = 'import pytest, boto3\n\n\ndef test_it():\n    boto3.client("sts").get_caller_identity()\n'
        (folder / name).write_text(text, encoding="utf-8")
    assert render.inspect_project(sample.project).findings == before
    assert [one.check for one in checking.promises(sample.project)].count("rule-imports") == 0


def test_whatever_has_a_code_is_listed() -> None:
    """A check in a folder of its own is not forgotten."""
    names = [
        found.name
        for package in (authoring, automation)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    codes = [vars(importlib.import_module(name)).get("CODE", "") for name in names]
    listed = [code for group in checking.catalogue() for code in group.holds]
    assert sorted(filter(re.compile("[a-z-]+").fullmatch, codes)) == sorted(listed)
