# ruff: noqa: INP001 - a module beside tests, no package
"""The built artefacts, run in this process on an embedded account: documents' scripts, rules' handlers.

The document is walked by rulebook.automation, parameters, patterns and outputs included; only the process
of a script's own is left out, so that its calls can be interfered with.
"""

import json
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto.config.models import config_backends

from faults.direct import Direct
from faults.wire import Wire, nobody_waits
from rulebook import automation
from rulebook.automation import AutomationExecution, script_process
from rulebook.automation.script_process import Ran, ScriptError
from rulebook.sandbox import KeySeed, Sandbox, credentials
from rulebook.sandbox.config import state as config_state
from rulebook.sandbox.iam.backend import account_iam
from shipped.pairs import shipped

PROJECT = shipped()
DOCUMENTS: dict[str, dict[str, Any]] = {
    name: json.loads(folder.built.read_text(encoding="utf-8")) for name, folder in PROJECT.documents().items()
}
RULES = tuple(PROJECT.rules())
ROLE = "arn:aws:iam::123456789012:role/runbook"
DAY = timedelta(days=1)
YEARS = 1500 * DAY

State = dict[str, Any]


class Lab:
    """An account, the wire to it, and what can be run on it."""

    def __init__(self, account: Sandbox, direct: Direct, folder: Path) -> None:
        self.account = account
        self._direct = direct
        self.wire = self._default_wire()
        self._file = folder / "state.json"

    def state(self) -> State:
        """Return everything there is of users, keys, tags and the password policy."""
        self.account.save(self._file)
        found: State = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def restore(self, state: State) -> None:
        """Put all of it back, and forget what was seen and planned on the wire."""
        self._file.write_text(json.dumps(state), encoding="utf-8")
        self.account.restore(self._file)
        self.wire.clear()

    def run(self, document: str | Mapping[str, Any], **parameters: str) -> AutomationExecution:
        """Run a document, built or given, in this process."""
        content = DOCUMENTS[document] if isinstance(document, str) else document
        given = {"AutomationAssumeRole": ROLE, **parameters}
        with in_this_process():
            return automation.run_document(content, given, {})

    def evaluate(self, rule: str, parameters: Mapping[str, str] | None = None) -> Any:
        """Invoke a rule's function as Config does, with this account's token."""
        handler = import_module(rule).lambda_handler
        with nobody_waits():
            return handler(self.event(rule, parameters), None)

    def event(self, rule: str, parameters: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Begin an evaluation; return the event."""
        now = datetime.now(UTC)
        memory = config_state.config_state(self.account.account_id, self.account.region)
        memory.invocations["token"] = config_state.Invocation(rule, "token", now)
        stamp = f"{now.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
        notification = {"messageType": "ScheduledNotification", "notificationCreationTime": stamp}
        return {
            "version": "1.0",
            "invokingEvent": json.dumps({"awsAccountId": self.account.account_id, **notification}),
            "ruleParameters": json.dumps({"AssumeRoleMode": "False", **(parameters or {})}),
            "resultToken": "token",
            "executionRoleArn": f"arn:aws:iam::{self.account.account_id}:role/config",
            "configRuleName": rule,
            "accountId": self.account.account_id,
        }

    def reported(self, rule: str) -> dict[str, tuple[str, str]]:
        """Return what Config holds: compliance and annotation by resource id."""
        memory = config_state.config_state(self.account.account_id, self.account.region)
        return {one: (r.compliance, r.annotation) for (_, one), r in memory.rule(rule).results.items()}

    def earlier(self, rule: str, results: Mapping[str, str]) -> None:
        """Let Config hold just these earlier results of a rule: compliance by resource id."""
        where = (self.account.account_id, self.account.region)
        arn = f"arn:aws:config:{where[1]}:{where[0]}:config-rule/config-rule-faults"
        known = SimpleNamespace(config_rule_name=rule, config_rule_arn=arn)
        config_backends[where[0]][where[1]].config_rules[rule] = known
        then = datetime.now(UTC) - DAY
        kind = "AWS::IAM::User" if rule.startswith("ACCESS") else "AWS::::Account"
        config_state.config_state(*where).rule(rule).results = {
            (kind, one): config_state.Result(compliance, "earlier", then, then, then)
            for one, compliance in results.items()
        }

    def config_records(self, on: bool) -> None:
        """Let AWS Config record IAM users, as they are when it is next asked, or nothing."""
        config = self.account.client("config")
        for one in config.describe_configuration_recorders()["ConfigurationRecorders"]:
            config.delete_configuration_recorder(ConfigurationRecorderName=one["name"])
        self.config_forgets()
        if not on:
            return
        role = f"arn:aws:iam::{self.account.account_id}:role/config"
        group = {"allSupported": True, "includeGlobalResourceTypes": True}
        config.put_configuration_recorder(
            ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group}
        )
        self.account.client("s3").create_bucket(Bucket="records")
        config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "records"})
        config.start_configuration_recorder(ConfigurationRecorderName="default")

    def config_forgets(self) -> None:
        """Let Config record the users anew when it is next asked."""
        config_state.config_state(self.account.account_id, self.account.region).users = {}

    def make_report(self) -> None:
        """Have the credential report made, of the users as they are now."""
        iam = account_iam()
        iam.report, iam.report_takes = None, timedelta(0)
        iam.generate_report()

    @contextmanager
    def as_role(self, policy: Mapping[str, Any], service: str = credentials.AUTOMATION) -> Iterator[str]:
        """Let this process's default session be a role with this policy; yields the role's ARN."""
        iam = self.account.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        arn = iam.create_role(RoleName="tried", AssumeRolePolicyDocument=_document(trust))["Role"]["Arn"]
        iam.put_role_policy(RoleName="tried", PolicyName="tried", PolicyDocument=json.dumps(policy))
        exports = credentials.assume(self.account.account_id, arn, "session", service=service)
        try:
            with patch.dict("os.environ", exports), self._another_session():
                yield arn
        finally:
            iam.delete_role_policy(RoleName="tried", PolicyName="tried")
            iam.delete_role(RoleName="tried")

    @contextmanager
    def _another_session(self) -> Iterator[None]:
        """Let the wire be that of a new default session."""
        before = self.wire
        with patch.object(boto3, "DEFAULT_SESSION", None):
            boto3.setup_default_session()
            self.wire = self._default_wire()
            try:
                yield
            finally:
                self.wire = before

    def _default_wire(self) -> Wire:
        session: Any = boto3.DEFAULT_SESSION
        return Wire(session, self._direct.send)


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@contextmanager
def open_lab(folder: Path) -> Iterator[Lab]:
    """Start an empty account and make this process's default session call it, and nothing else."""
    direct = Direct()
    with direct.watching(), Sandbox.start() as account:
        exports = account.exports()
        with patch.dict("os.environ", exports), patch.object(boto3, "DEFAULT_SESSION", None):
            boto3.setup_default_session()
            yield Lab(account, direct, folder)


def key(days: float, used: float | None = None, status: str = "Active") -> KeySeed:
    """Return a key created, and last used, so many days ago."""
    return KeySeed(days * DAY, status, None if used is None else used * DAY)


def keys_of(state: State) -> dict[str, tuple[str, str]]:
    """Return every key: its user's id and its status by key id."""
    return {one["id"]: (user["id"], one["status"]) for user in state["users"] for one in user["keys"]}


@contextmanager
def in_this_process() -> Iterator[None]:
    """Let the steps of documents call their scripts here, without waiting."""
    with patch.object(script_process, "run_script", _here), nobody_waits():
        yield


def _here(script: str, handler: str, events: Any, *_: Any, **__: Any) -> Ran:
    """Call a script's handler in this process; what is no Exception ends the run as a kill would."""
    namespace: dict[str, Any] = {"__name__": "customer_script"}  # as poor as the runner's own
    exec(_compiled(script), namespace)  # noqa: S102 - its purpose
    try:
        payload = namespace[handler](events, {})
    except Exception as error:  # noqa: BLE001 - whatever a script raises is its step's failure
        return Ran(None, ScriptError(f"{type(error).__name__}: {error}", None), "")
    return Ran(json.loads(json.dumps(payload)), None, "")


@cache
def _compiled(script: str) -> types.CodeType:
    return compile(script, "script", "exec")
