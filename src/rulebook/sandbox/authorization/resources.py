"""What a request acts on, as IAM's policies name it, with the tags that a condition may ask for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from moto.config.models import config_backends
from moto.iam.models import Role, User

from rulebook.sandbox.authorization.principals import Principal
from rulebook.sandbox.constants import ACCOUNT_ID, REGION
from rulebook.sandbox.iam.backend import account_iam
from rulebook.sandbox.request import ApiRequest

EVERYTHING = "*"

# Without a user name these act on the calling user.
_ON_CALLER = frozenset(
    {"CreateAccessKey", "DeleteAccessKey", "GetUser", "ListAccessKeys", "UpdateAccessKey", "ChangePassword"}
)


@dataclass(frozen=True)
class Resource:
    """What is acted on.

    Attributes:
        arn: as a policy's Resource names it; ``*`` if the action has no resource-level permissions, or if
            this account does not know them.
        label: as AWS's messages name it.
        tags: of the resource.
    """

    arn: str = EVERYTHING
    label: str = EVERYTHING
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def context(self) -> dict[str, str | list[str]]:
        """The condition keys that describe the resource; IAM has its tags under two names."""
        return {
            f"{service}:ResourceTag/{key}": value
            for service in ("aws", "iam")
            for key, value in self.tags.items()
        }


def resource_of_request(request: ApiRequest, principal: Principal) -> Resource:
    """Return what ``request`` acts on.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    if request.service == "iam":
        return _of_iam(request, principal)
    if request.service == "sts" and (role_arn := request.parameters.get("RoleArn")):
        return Resource(role_arn, role_arn)
    if request.service == "config" and (rule := request.parameters.get("ConfigRuleName")):
        return _config_rule(rule)
    if request.service == "s3" and request.path != "/":
        arn = f"arn:aws:s3:::{request.path.strip('/')}"
        return Resource(arn, arn)
    return Resource()


def layers(request: ApiRequest) -> list[str]:
    """Return the ARNs of the layers that a function is given: their use is an action of its own.

    https://docs.aws.amazon.com/lambda/latest/dg/permissions-user-function.html (layers)
    """
    if request.service != "lambda" or request.operation not in {
        "CreateFunction",
        "UpdateFunctionConfiguration",
    }:
        return []
    try:
        asked = json.loads(request.body)
    except ValueError:
        return []  # moto's to refuse
    named = asked.get("Layers") if isinstance(asked, dict) else None
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) else []


def _config_rule(name: str) -> Resource:
    """Return the rule, whose ARN holds an id and not its name.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsconfig.html
    """
    known = config_backends[ACCOUNT_ID][REGION].config_rules.get(name)
    return Resource(known.config_rule_arn, known.config_rule_arn) if known else Resource()


def _of_iam(request: ApiRequest, principal: Principal) -> Resource:
    asked = request.parameters
    if request.operation == "GetAccessKeyLastUsed":
        key = account_iam().access_keys.get(asked.get("AccessKeyId"))
        owner = key and account_iam().users.get(key.user_name)
        return _user(owner) if owner else Resource()
    if name := asked.get("UserName"):
        return _user(account_iam().users.get(name), name, asked.get("Path", "/"))
    if name := asked.get("RoleName"):
        return _role(account_iam().roles.values(), name, asked.get("Path", "/"))
    if request.operation in _ON_CALLER and principal.user:
        return _user(principal.user)
    if policy_arn := asked.get("PolicyArn"):
        return Resource(policy_arn, f"policy {policy_arn}")
    return Resource()


def _user(user: User | None, name: str = "", path: str = "/") -> Resource:
    if user is None:
        return Resource(f"arn:aws:iam::{ACCOUNT_ID}:user{path}{name}", f"user {name}")
    return Resource(user.arn, f"user {user.name}", {tag["Key"]: tag["Value"] for tag in user.tags or []})


def _role(roles: Iterable[Role], name: str, path: str) -> Resource:
    role = next((role for role in roles if role.name == name), None)
    arn = role.arn if role else f"arn:aws:iam::{ACCOUNT_ID}:role{path}{name}"
    return Resource(arn, f"role {name}")
