"""An account with one periodic rule, whose function and runbook are played by the test."""

import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from moto.config.models import config_backends
from moto.core.exceptions import JsonRESTError

from rulebook.sandbox import Sandbox
from rulebook.sandbox.config import automation, evaluations, settings

USER = "AWS::IAM::User"
RULE = "USERS"
DOCUMENT = "Remedy"
PATIENCE = timedelta(seconds=60)
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "*"}, "Action": "sts:AssumeRole"}]}


@pytest.fixture(scope="module")
def account() -> Iterator[Sandbox]:
    """An account; each test that uses ``config`` has its Config to itself."""
    with Sandbox.start() as running:
        yield running


@pytest.fixture(scope="module")
def config_client(account: Sandbox) -> Any:
    """Made once, because it takes longer than most tests."""
    return account.client("config")


@pytest.fixture
def config(account: Sandbox, config_client: Any) -> Any:
    """A client of the account's Config, which is empty."""
    config_backends[account.account_id][account.region].reset()
    return config_client


def eventually(condition: Callable[[], Any]) -> Any:
    """Wait until the condition holds, and return what it returned."""
    deadline = datetime.now(UTC) + PATIENCE
    while not (value := condition()):
        assert datetime.now(UTC) < deadline, "it never came true"
        time.sleep(0.05)
    return value


def evaluation(resource: str, compliance: str, **more: Any) -> dict[str, Any]:
    """Return an evaluation as PutEvaluations takes it."""
    return {
        "ComplianceResourceType": USER,
        "ComplianceResourceId": resource,
        "ComplianceType": compliance,
        "OrderingTimestamp": datetime.now(UTC),
    } | more


class PlayedRule:
    """A deployed rule whose function is ``verdicts``, or raises ``errors``, one for each invocation.

    Attributes:
        events: what Config passed, by invocation.
        hold: while cleared, the function does not return.
    """

    name = RULE

    def __init__(self, account: Sandbox, config: Any) -> None:
        self.account = account
        self.config = config
        self.verdicts: dict[str, str] = {}
        self.errors: list[str] = []
        self.reports = True
        self.events: list[dict[str, Any]] = []
        self.hold = threading.Event()
        self.hold.set()

    def deploy(self, function_arn: str, **more: Any) -> None:
        """Create or change the rule."""
        details = {
            "EventSource": "aws.config",
            "MessageType": "ScheduledNotification",
            "MaximumExecutionFrequency": "TwentyFour_Hours",
        }
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function_arn, "SourceDetails": [details]}
        self.config.put_config_rule(ConfigRule={"ConfigRuleName": self.name, "Source": source, **more})

    def run(self, _function: Any, event: dict[str, Any], *_: Any) -> list[Any]:
        """Play Lambda: three attempts at most."""
        self.hold.wait()
        attempts = [self._attempt(event)]
        while attempts[-1].error and len(attempts) < 3:
            attempts.append(self._attempt(event))
        return attempts

    def _attempt(self, event: dict[str, Any]) -> Any:
        self.events.append(event)
        if self.errors:
            return SimpleNamespace(error=self.errors.pop(0))
        if self.reports:
            every = [evaluation(one, compliance) for one, compliance in self.verdicts.items()]
            self.config.put_evaluations(Evaluations=every, ResultToken=event["resultToken"])
        return SimpleNamespace(error=None)

    def status(self) -> dict[str, Any]:
        """Return what Config says of the rule's evaluations."""
        answer = self.config.describe_config_rule_evaluation_status(ConfigRuleNames=[self.name])
        status: dict[str, Any] = answer["ConfigRulesEvaluationStatus"][0]
        return status

    def evaluate(self, **verdicts: str) -> None:
        """Evaluate, and wait for the end."""
        self.verdicts = verdicts or self.verdicts
        before = self._ends()
        self.config.start_config_rules_evaluation(ConfigRuleNames=[self.name])
        eventually(lambda: self._ends() != before)

    def _ends(self) -> tuple[Any, Any]:
        status = self.status()
        return status.get("LastSuccessfulInvocationTime"), status.get("LastFailedInvocationTime")

    def details(self, **filters: Any) -> dict[str, str]:
        """Return the compliance of each resource, by id."""
        answer = self.config.get_compliance_details_by_config_rule(ConfigRuleName=self.name, **filters)
        return {
            one["EvaluationResultIdentifier"]["EvaluationResultQualifier"]["ResourceId"]: one[
                "ComplianceType"
            ]
            for one in answer["EvaluationResults"]
        }


class PlayedRunbook:
    """A runbook that fails for the resources in ``failing``, and records what it is started with.

    Attributes:
        started: the parameters of each execution, in order.
        hold: while cleared, executions stay InProgress.
        most_at_once: how many ran in parallel at most.
    """

    def __init__(self, config: Any) -> None:
        self.config = config
        self.failing: set[str] = set()
        self.refused: str = ""
        self.started: list[dict[str, list[str]]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.running: set[str] = set()
        self.most_at_once = 0

    def start_execution(
        self,
        _account_id: str,
        _region: str,
        name: str,
        parameters: dict[str, list[str]],
        *,
        document_version: str | None,
    ) -> str:
        """Play StartAutomationExecution."""
        assert (name, document_version) == (DOCUMENT, None)
        if self.refused:
            raise JsonRESTError("InvalidAutomationExecutionParametersException", self.refused)
        self.started.append(parameters)
        execution = f"{len(self.started) - 1}"
        self.running.add(execution)
        self.most_at_once = max(self.most_at_once, len(self.running))
        return execution

    def get_execution(self, _account_id: str, _region: str, execution: str) -> Any:
        """Play GetAutomationExecution."""
        if not self.hold.is_set():
            return self._execution("InProgress", "")
        self.running.discard(execution)
        if self.started[int(execution)]["UserId"][0] in self.failing:
            return self._execution("Failed", "the key could not be deleted")
        return self._execution("Success", "")

    def _execution(self, status: str, message: str) -> Any:
        now = datetime.now(UTC)
        ended = None if status == "InProgress" else now
        step = SimpleNamespace(name="Act", status=status, failure_message=message, started=now, ended=ended)
        return SimpleNamespace(status=status, steps=[step])

    def resources(self) -> list[str]:
        """Return the resources of all executions, in order."""
        return [parameters["UserId"][0] for parameters in self.started]

    def attach(self, **more: Any) -> None:
        """Attach it to the rule, automatic unless told otherwise."""
        self.config.put_remediation_configurations(RemediationConfigurations=[attachment(**more)])

    def states(self) -> dict[str, str]:
        """Return the state of each resource's remediation."""
        answer = self.config.describe_remediation_execution_status(ConfigRuleName=RULE)
        return {
            one["ResourceKey"]["resourceId"]: one["State"] for one in answer["RemediationExecutionStatuses"]
        }

    def ended(self) -> dict[str, str]:
        """Wait until no remediation goes on, and return their states."""
        eventually(lambda: not {"QUEUED", "IN_PROGRESS"} & set(self.states().values()))
        return self.states()


def attachment(**more: Any) -> dict[str, Any]:
    """Return a remediation configuration that AWS takes; ``more`` replaces members."""
    return {
        "ConfigRuleName": RULE,
        "TargetType": "SSM_DOCUMENT",
        "TargetId": DOCUMENT,
        "Automatic": True,
        "MaximumAutomaticAttempts": 1,
        "RetryAttemptSeconds": 60,
        "Parameters": {
            "AutomationAssumeRole": {"StaticValue": {"Values": ["arn:aws:iam::123456789012:role/remedy"]}},
            "UserId": {"ResourceValue": {"Value": "RESOURCE_ID"}},
            "MaxAge": {"StaticValue": {"Values": ["90"]}},
        },
    } | more


@pytest.fixture(scope="module")
def function_arn(account: Sandbox) -> str:
    """A function that moto knows; nobody runs its code."""
    role = account.client("iam").create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("rule.py", "")
    function = account.client("lambda").create_function(
        FunctionName="rule",
        Runtime="python3.11",
        Role=role["Role"]["Arn"],
        Handler="rule.lambda_handler",
        Code={"ZipFile": code.getvalue()},
    )
    account.client("lambda").add_permission(
        FunctionName="rule",
        StatementId="config",
        Action="lambda:InvokeFunction",
        Principal="config.amazonaws.com",
    )
    return str(function["FunctionArn"])


@pytest.fixture
def rule(
    account: Sandbox, config: Any, function_arn: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PlayedRule]:
    """The deployed rule."""
    played = PlayedRule(account, config)
    monkeypatch.setattr(evaluations, "run_with_retries", played.run)
    played.deploy(function_arn)
    yield played
    played.hold.set()


@pytest.fixture(scope="module")
def document(account: Sandbox) -> str:
    """A document that exists; nobody runs it."""
    content = {
        "schemaVersion": "0.3",
        "assumeRole": "{{ AutomationAssumeRole }}",
        "parameters": {name: {"type": "String"} for name in ("AutomationAssumeRole", "UserId", "MaxAge")},
        "mainSteps": [{"name": "Act", "action": "aws:sleep", "inputs": {"Duration": "PT0S"}}],
    }
    account.client("ssm").create_document(
        Name=DOCUMENT, DocumentType="Automation", DocumentFormat="JSON", Content=json.dumps(content)
    )
    return DOCUMENT


@pytest.fixture
def runbook(rule: PlayedRule, document: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlayedRunbook]:
    """The document, whose executions are played."""
    assert document == DOCUMENT
    played = PlayedRunbook(rule.config)
    monkeypatch.setattr(automation, "ssm", played)
    yield played
    played.hold.set()
    settings.current.remediation_allowed.set()


@pytest.fixture
def recorder(account: Sandbox, config: Any) -> str:
    """A running recorder of everything, global types included; returns its role."""
    role = f"arn:aws:iam::{account.account_id}:role/recorder"
    account.client("s3").create_bucket(Bucket="recorded")
    group = {"allSupported": True, "includeGlobalResourceTypes": True}
    config.put_configuration_recorder(
        ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group}
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "recorded"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    return role
