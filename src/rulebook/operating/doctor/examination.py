"""What the checks look at: the project, and the account that the caller's credentials lead to."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import ClientError

from rulebook.errors import ConfigurationError
from rulebook.project import Project
from rulebook.project.names import code_bucket, function_name
from rulebook.project.permissions import read_permissions
from rulebook.project.rdk_config import Config
from rulebook.project.rdk_config.source import read_json

PER_USER_RULE = "iam:ListUsers"  # a rule that may call it judges users


@dataclass(frozen=True)
class Examination:
    """One account and region, and what is to be deployed there.

    Attributes:
        project: whose rules.
        config: its rdk_config.json.
        session: of the person who will deploy.
        account_id: twelve digits.
        arn: of the caller, as GetCallerIdentity names it.
        region: of the session.
        partition: ``aws``, ``aws-cn`` or ``aws-us-gov``.
        today: the day (UTC) that dates are held against.
    """

    project: Project
    config: Config
    session: boto3.Session
    account_id: str
    arn: str
    region: str
    partition: str
    today: date

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a client of the account; in the session's region unless another is named."""
        where = (service, region or self.region)
        if where not in self._clients:
            make: Any = self.session.client
            self._clients[where] = make(service, region_name=where[1])
        return self._clients[where]

    @cached_property
    def _clients(self) -> dict[tuple[str, str], Any]:
        """Those made so far: to make one costs more than a call, and many checks ask the same service."""
        return {}

    @cached_property
    def recorder(self) -> dict[str, Any] | None:
        """The configuration recorder that the account's owner manages; there is one at most in a region."""
        found = self.client("config").describe_configuration_recorders()["ConfigurationRecorders"]
        return next((one for one in found if "servicePrincipal" not in one), None)

    @cached_property
    def users(self) -> int:
        """How many IAM users the account has."""
        return int(self.client("iam").get_account_summary()["SummaryMap"]["Users"])

    def actions_read(self, rule: str) -> list[str]:
        """Return the IAM actions with which a rule reads, as its permissions.json states them."""
        folder = self.project.rules()[rule]
        if not folder.permissions.is_file():
            return []
        return read_permissions(folder.permissions, self.project.relative(folder.permissions))

    def built_parameters(self, rule: str) -> dict[str, Any]:
        """Return what rdk reads under Parameters of a rule's parameters.json.

        Raises:
            ConfigurationError: it is missing, malformed, or has no such part.
        """
        path = self.project.rules()[rule].parameters
        name = self.project.relative(path)
        data = read_json(path, name)
        parameters = data.get("Parameters") if isinstance(data, dict) else None
        if not isinstance(parameters, dict):
            raise ConfigurationError(f"{name}: Parameters: is missing; run `rulebook build`")
        return parameters

    @cached_property
    def before_init(self) -> bool:
        """Whether ``rdk init`` is yet to come: neither rdk's bucket nor a recorder is there."""
        return self.code_bucket_answer == "404" and self.recorder is None

    @cached_property
    def code_bucket_answer(self) -> str:
        """S3's error code for rdk's bucket, asked for as this account's own; empty if it is there."""
        try:
            self.client("s3").head_bucket(
                Bucket=code_bucket(self.account_id, self.region), ExpectedBucketOwner=self.account_id
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in {"403", "404"}:
                raise
            return code
        return ""

    def rules_about_users(self) -> list[str]:
        """Return the rules that judge IAM users."""
        return [name for name in self.deployable() if PER_USER_RULE in self.actions_read(name)]

    def deployed_timeout(self, rule: str) -> int | None:
        """Return the time-out in seconds of a rule's function as deployed, or None if it is not."""
        try:
            function = self.client("lambda").get_function_configuration(FunctionName=function_name(rule))
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise
        return int(function["Timeout"])

    def deployable(self) -> list[str]:
        """Return the rules of rdk_config.json that have a folder, in its order."""
        on_disk = self.project.rules()
        return [name for name in self.config.rules if name in on_disk]
