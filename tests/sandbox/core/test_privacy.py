"""What the account runs, which somebody else may have written, sees nothing of the person who started it."""

from pathlib import Path

import pytest

from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import Functions, trust
from sandbox.ssm.published import Automation, script_step

LOOK = """
import os, pathlib

def seen():
    home = pathlib.Path.home()
    return {"environment": repr(dict(os.environ)), "home": str(home), "aws": (home / ".aws").exists()}

def handler(event, context):
    return seen()
"""


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A person with a home, a profile and secrets in the environment; returns what must not be seen."""
    home = tmp_path / "of-the-person"
    (home / ".aws").mkdir(parents=True)
    for name in (
        "HOME",
        "XDG_CONFIG_HOME",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "SSH_AUTH_SOCK",
    ):
        monkeypatch.setenv(name, str(home))
    for name in ("AWS_PROFILE", "GITHUB_TOKEN", "AWS_ENDPOINT_URL_IAM", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"{home}/secret")
    return str(home)


def role(account: Sandbox, service: str) -> str:
    iam = account.client("iam")
    made = iam.create_role(RoleName="runner", AssumeRolePolicyDocument=trust(service))
    return str(made["Role"]["Arn"])


def test_a_function_sees_nothing_of_the_person(account: Sandbox, person: str) -> None:
    functions = Functions(account, account.client("lambda"), role(account, "lambda.amazonaws.com"))
    functions.deploy("look", LOOK)
    _, seen = functions.invoke("look")
    assert person not in repr(seen)
    assert seen["home"] != str(Path.home())
    assert seen["aws"] is False


def test_a_script_sees_nothing_of_the_person(account: Sandbox, person: str) -> None:
    runbook = Automation(account, account.client("ssm"), role(account, "ssm.amazonaws.com"))
    runbook.publish(
        "Look", script_step("Look", LOOK, {"environment": "String", "home": "String", "aws": "Boolean"})
    )
    execution = runbook.run("Look")
    assert execution["AutomationExecutionStatus"] == "Success", execution["FailureMessage"]
    seen = execution["StepExecutions"][0]["Outputs"]
    assert person not in repr(seen)
    assert seen["home"] != [str(Path.home())]
    assert seen["aws"] == ["false"]


def test_neither_sees_the_administrators_secret(account: Sandbox) -> None:
    """They act as the role that they were given, and no more."""
    functions = Functions(account, account.client("lambda"), role(account, "lambda.amazonaws.com"))
    functions.deploy("look", LOOK)
    _, seen = functions.invoke("look")
    assert "AWS_SECRET_ACCESS_KEY" in seen["environment"]
    assert account.administrator.secret_access_key not in seen["environment"]
