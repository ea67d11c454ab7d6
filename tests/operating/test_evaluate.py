"""`rulebook evaluate`: what it shows, in every form, and what it does not do."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rulebook.operating.evaluation import Judged
from rulebook.sandbox import KeySeed, Sandbox

from .conftest import KEY_RULE, POLICY_RULE, Command, configure

POLICY = {
    "MinimumPasswordLength": 14,
    "PasswordReusePrevention": 24,
    "RequireLowercaseCharacters": True,
    "RequireUppercaseCharacters": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
}
SHORT = {"PasswordReusePrevention": 5}
SHORTFALL = "Password policy: PasswordReusePrevention is 5, must be at least 24"


@pytest.fixture(scope="module")
def users(account: Sandbox) -> dict[str, str]:
    """Three users, one named like a formula; their ids by name. The password policy falls short."""
    year = timedelta(days=400)
    account.set_password_policy(**POLICY | SHORT)
    return {
        "=SUM": account.add_user("=SUM", created=year, keys=[KeySeed(age=timedelta(days=120))]),
        "fresh": account.add_user("fresh", created=year, keys=[KeySeed(age=timedelta(days=5))]),
        "keyless": account.add_user("keyless", created=year),
    }


def stale_key(account: Sandbox) -> str:
    [key] = account.client("iam").list_access_keys(UserName="=SUM")["AccessKeyMetadata"]
    return str(key["AccessKeyId"])


def expected(account: Sandbox, users: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return compliance, resource and annotation, what needs a person first."""
    stale = f"=SUM has a stale access key: {stale_key(account)} is 120 days old (limit 90)."
    made = f"{account.client('iam').get_credential_report()['GeneratedTime']:%Y-%m-%d %H:%M} UTC"
    return [
        ("NON_COMPLIANT", users["=SUM"], stale),
        ("COMPLIANT", users["fresh"], "No active access key of fresh is older than 90 days."),
        ("COMPLIANT", users["keyless"], f"keyless has no access key, by the credential report of {made}."),
    ]


def test_json_is_one_document_in_configs_own_names(
    rulebook: Command, account: Sandbox, users: dict[str, str]
) -> None:
    ended = rulebook("evaluate", "--json")
    assert ended.code == 0
    found = ended.json
    assert set(found) == {"AccountId", "Region", "Generated", "Evaluations"}
    assert (found["AccountId"], found["Region"]) == (account.account_id, "us-east-1")
    keys = [
        {
            "ConfigRuleName": KEY_RULE,
            "ComplianceResourceType": "AWS::IAM::User",
            "ComplianceResourceId": resource,
            "ComplianceType": compliance,
            "Annotation": annotation,
        }
        for compliance, resource, annotation in expected(account, users)
    ]
    policy = {
        "ConfigRuleName": POLICY_RULE,
        "ComplianceResourceType": "AWS::::Account",
        "ComplianceResourceId": account.account_id,
        "ComplianceType": "NON_COMPLIANT",
        "Annotation": SHORTFALL,
    }
    assert found["Evaluations"] == [keys[0], policy, *keys[1:]]


def test_the_table_has_a_row_a_resource_and_a_total(
    rulebook: Command, account: Sandbox, users: dict[str, str]
) -> None:
    ended = rulebook("evaluate", KEY_RULE, environment={"COLUMNS": "140"})
    lines = ended.out.splitlines()
    assert lines[:2] == [KEY_RULE, "COMPLIANCE     RESOURCE               WHY"]
    assert [tuple(line.split(maxsplit=2)) for line in lines[2:5]] == expected(account, users)
    total = f"Account {account.account_id}: 3 resources evaluated from here, 1 NON_COMPLIANT."
    assert lines[5:] == ["", total]


def test_on_a_narrow_terminal_only_the_reason_wraps(
    rulebook: Command, account: Sandbox, users: dict[str, str]
) -> None:
    ended = rulebook("evaluate", KEY_RULE, environment={"COLUMNS": "80"})
    assert max(map(len, ended.out.splitlines())) <= 80
    for whole in (users["=SUM"], stale_key(account), "NON_COMPLIANT"):
        assert whole in ended.out


def test_csv_is_what_a_spreadsheet_takes_and_runs_nothing(
    rulebook: Command, account: Sandbox, users: dict[str, str]
) -> None:
    rows = list(csv.reader(io.StringIO(rulebook("evaluate", KEY_RULE, "--csv").out)))
    assert rows[0] == [
        "ConfigRuleName",
        "ComplianceResourceType",
        "ComplianceResourceId",
        "ComplianceType",
        "Annotation",
    ]
    guarded = [
        (state, resource, f"'{why}" if why.startswith("=") else why)
        for state, resource, why in expected(account, users)
    ]
    assert [(row[3], row[2], row[4]) for row in rows[1:]] == guarded


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_begins_like_a_formula_is_text(start: str) -> None:
    from rulebook.cli.commands.evaluate import _cell  # noqa: PLC0415 - private to the command

    assert _cell(f"{start}cmd") == f"'{start}cmd"
    assert _cell(f"\t{start}cmd") == f"'{start}cmd"
    assert _cell(f"a{start}cmd") == f"a{start}cmd"


@pytest.mark.parametrize("arguments", [(), ("--fail-on-noncompliant",)])
@pytest.mark.usefixtures("users")
def test_exit_code_1_only_if_asked_for_and_something_is_wrong(
    rulebook: Command, account: Sandbox, arguments: tuple[str, ...]
) -> None:
    assert rulebook("evaluate", POLICY_RULE, *arguments).code == len(arguments)
    account.set_password_policy(**POLICY)
    assert rulebook("evaluate", POLICY_RULE, *arguments).code == 0
    account.set_password_policy(**POLICY | SHORT)


READS = {
    "GenerateCredentialReport",
    "GetAccountPasswordPolicy",
    "GetCallerIdentity",
    "GetCredentialReport",
    "GetUser",
    "ListAccessKeys",
    "ListUsers",
}


@pytest.mark.usefixtures("users")
def test_it_only_reads_and_tells_config_nothing(rulebook: Command, account: Sandbox) -> None:
    account.calls.clear()
    rulebook("evaluate")
    assert {call.operation for call in account.calls} == READS
    assert {call.service for call in account.calls} == {"iam", "sts"}


def test_the_page_holds_what_the_table_says(
    rulebook: Command, account: Sandbox, users: dict[str, str], tmp_path: Path
) -> None:
    ended = rulebook("evaluate", "--html", str(tmp_path / "page.html"))
    assert (ended.code, ended.last_line) == (0, f"Wrote {tmp_path}/page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for text in (account.account_id, users["=SUM"], stale_key(account), SHORTFALL):
        assert text in page
    assert "Age of the active access keys that were read" in page
    assert "1 of 2 above the limit of 90 days." in page


@pytest.mark.parametrize("file", ["missing/page.html", "folder"])
def test_a_page_that_cannot_be_written_is_said_before_anything_is_called(
    rulebook: Command, account: Sandbox, tmp_path: Path, file: str
) -> None:
    (tmp_path / "folder").mkdir()
    account.calls.clear()
    ended = rulebook("evaluate", "--html", str(tmp_path / file))
    cure = "cannot be written; name a file in a folder that is there and writable"
    assert (ended.code, ended.out, ended.err) == (2, "", f"rulebook: {tmp_path / file}: {cure}\n")
    assert len(account.calls) == 0


def rule(project: Path, name: str, source: str) -> None:
    """Add a rule to a project, with the key rule's settings."""
    folder = project / "rules" / name
    folder.mkdir()
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    config = (project / "rdk_config.json").read_text(encoding="utf-8")
    (project / "rdk_config.json").write_text(config.replace(POLICY_RULE, name), encoding="utf-8")


RULE = """
from rdklib import ConfigRule, InvalidParametersError
class {name}(ConfigRule):
    def evaluate_parameters(self, given):
        {parameters}
    def evaluate_periodic(self, event, client_factory, parameters):
        {periodic}
"""

BROKEN: list[Any] = [
    pytest.param(
        "RAISES",
        RULE.format(name="RAISES", parameters="return given", periodic="raise KeyError('Users')"),
        "RAISES could not judge: KeyError: 'Users'",
        id="raises",
    ),
    pytest.param(
        "REFUSES",
        RULE.format(
            name="REFUSES", parameters="raise InvalidParametersError('maxAge is -1')", periodic="pass"
        ),
        "REFUSES: maxAge is -1",
        id="refuses its parameters",
    ),
    pytest.param(
        "NO_PYTHON",
        "def",
        "rules/NO_PYTHON/NO_PYTHON.py: cannot be loaded: "
        "SyntaxError: invalid syntax (NO_PYTHON.py, line 1); mend it",
        id="is no Python",
    ),
    pytest.param(
        "NO_CLASS",
        "",
        "rules/NO_CLASS/NO_CLASS.py: has no class NO_CLASS; name the class like the rule",
        id="has no class",
    ),
    pytest.param(
        "NO_MODULE",
        "import nowhere_at_all",
        "rules/NO_MODULE/NO_MODULE.py: imports: No module named 'nowhere_at_all'; "
        "install it, or correct the import",
        id="imports what is not there",
    ),
]


def ends(name: str, periodic: str, says: str) -> Any:
    source = RULE.format(name=name, parameters="return given", periodic=periodic)
    return pytest.param(name, source, f"{name} could not judge: {says}", id=name)


RETURNED = "evaluate_periodic returned"
BROKEN += [
    ends("EXITS", "raise SystemExit(0)", "SystemExit: 0"),
    ends("LEAVES", "import os; os._exit(0)", "its process ended with exit code 0 before it had judged"),
    ends(
        "KILLED",
        "import os; os.kill(os.getpid(), 9)",
        "its process ended with exit code -9 before it had judged",
    ),
    ends("NONE", "return None", f"TypeError: {RETURNED} NoneType, not a list of evaluations"),
    ends("TEXTS", "return ['x']", f"TypeError: {RETURNED} str without ComplianceResourceType"),
    ends(
        "ODD",
        "from rdklib import Evaluation; return [Evaluation('COMPLIANT', 5, 'AWS::IAM::User')]",
        f"TypeError: {RETURNED} Evaluation without ComplianceResourceId",
    ),
    ends(
        "WRITES",
        "client_factory.build_client('iam').delete_account_password_policy()",
        "it called iam DeleteAccountPasswordPolicy, and AWS classes it as Permissions management, Write; "
        "a rule may only read",
    ),
    ends(
        "HIDES",
        """
        try:
            client_factory.build_client('iam').create_user(UserName='x')
        except Exception:
            return []""",
        "it called iam CreateUser (UserName=x), and AWS classes it as Write; a rule may only read",
    ),
]


@pytest.mark.parametrize(("name", "source", "says"), BROKEN)
@pytest.mark.usefixtures("users")
def test_of_a_run_in_which_a_rule_fails_nothing_is_shown(
    rulebook: Command, project: Path, name: str, source: str, says: str
) -> None:
    rule(project, name, source)
    ended = rulebook("evaluate", KEY_RULE, name, "--html", str(project / "page.html"), root=project)
    assert (ended.code, ended.out, ended.last_line) == (2, "", f"rulebook: {says}")
    assert not (project / "page.html").exists()


def test_a_rule_that_refuses_its_parameters_says_which(rulebook: Command, project: Path) -> None:
    configure(project, KEY_RULE, parameters={"maxAccessKeyAge": "0"})
    ended = rulebook("evaluate", root=project)
    assert (ended.code, ended.out) == (2, "")
    assert ended.last_line.startswith(f"rulebook: maxAccessKeyAge of {KEY_RULE} must be a whole number")


def test_without_a_user_there_is_nothing_to_evaluate(
    rulebook: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rulebook.cli.evaluating.evaluate", lambda *_: Judged((), ()))
    lines = rulebook("evaluate", KEY_RULE).out.splitlines()
    assert lines[0] == f"{KEY_RULE}: there is nothing to evaluate: it found no resource of its type."
    assert lines[-1] == "Account 123456789012: 0 resources evaluated from here, 0 NON_COMPLIANT."


def test_a_rule_that_hangs_is_ended_with_what_it_started(
    rulebook: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rulebook.operating.judging.MAX_SECONDS", 5.0)
    rule(project, "HANGS", RULE.format(name="HANGS", parameters="return given", periodic="while True: pass"))
    ended = rulebook("evaluate", "HANGS", root=project)
    says = "rulebook: HANGS could not judge: it had not judged after 5 seconds"
    assert (ended.code, ended.out, ended.last_line) == (2, "", says)


PRINTS = """
import os, sys
print("at import")
from rdklib import ConfigRule, Evaluation
class PRINTS(ConfigRule):
    def evaluate_parameters(self, given):
        sys.stdout.write("in\\x1b[2J between\\n")
        return given
    def evaluate_periodic(self, event, client_factory, parameters):
        os.write(1, b'{"Evaluations": []}\\n')
        return [Evaluation("COMPLIANT", "one", "AWS::IAM::User")]
"""


@pytest.mark.parametrize("form", ["--json", "--csv"])
def test_what_a_rule_prints_goes_to_stderr(rulebook: Command, project: Path, form: str) -> None:
    rule(project, "PRINTS", PRINTS)
    ended = rulebook("evaluate", "PRINTS", form, root=project)
    assert ended.code == 0
    assert ended.out.count("one") == 1
    assert "Evaluations" not in ended.out or len(ended.json["Evaluations"]) == 1
    for line in ("at import", "in [2J between", '{"Evaluations": []}'):
        assert line in ended.err.splitlines()


HELPED = """
from rdklib import ConfigRule, Evaluation
import helper
class {name}(ConfigRule):
    def evaluate_parameters(self, given):
        return given
    def evaluate_periodic(self, event, client_factory, parameters):
        return [Evaluation(helper.STATE, "one", "AWS::IAM::User", annotation=helper.__file__)]
"""


def test_two_rules_with_a_helper_of_one_name_have_each_their_own(rulebook: Command, project: Path) -> None:
    for name, replaced, state in (("AAA", KEY_RULE, "COMPLIANT"), ("BBB", POLICY_RULE, "NON_COMPLIANT")):
        folder = project / "rules" / name
        folder.mkdir()
        (folder / f"{name}.py").write_text(HELPED.format(name=name), encoding="utf-8")
        (folder / "helper.py").write_text(f"STATE = {state!r}\n", encoding="utf-8")
        config = (project / "rdk_config.json").read_text(encoding="utf-8")
        (project / "rdk_config.json").write_text(config.replace(replaced, name), encoding="utf-8")
    found = rulebook("evaluate", "AAA", "BBB", "--json", root=project).json["Evaluations"]
    assert {one["ConfigRuleName"]: one["ComplianceType"] for one in found} == {
        "AAA": "COMPLIANT",
        "BBB": "NON_COMPLIANT",
    }
    assert {Path(one["Annotation"]).parent.name for one in found} == {"AAA", "BBB"}


def test_a_rule_that_is_configured_and_has_no_module_is_refused(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    (project / "rules" / POLICY_RULE / f"{POLICY_RULE}.py").unlink()
    account.calls.clear()
    ended = rulebook("evaluate", root=project)
    says = (
        f"rdk_config.json: rules: names {POLICY_RULE}, and there is no rules/{POLICY_RULE}/{POLICY_RULE}.py; "
        "write it, or take the entry out"
    )
    assert (ended.code, ended.out, ended.last_line) == (2, "", f"rulebook: {says}")
    assert len(account.calls) == 0


def test_a_rule_has_no_credentials_to_leave_the_guard_with(
    rulebook: Command, account: Sandbox, project: Path
) -> None:
    periodic = """
        import os
        from rdklib import Evaluation
        said = " ".join(sorted(os.environ.values()))[:250]
        return [Evaluation("COMPLIANT", "one", "T", annotation=said)]"""
    rule(project, "TELLS", RULE.format(name="TELLS", parameters="return given", periodic=periodic))
    found = rulebook("evaluate", "TELLS", "--json", root=project)
    assert "READONLY" in found.out or "127.0.0.1" in found.out
    assert account.administrator.secret_access_key not in found.out
