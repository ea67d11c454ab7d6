"""Temporary credentials of a role, as a service of AWS gets them for what it runs on the account's behalf."""

import json

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from rulebook.iam.policy import Decision, decide_trust
from rulebook.sandbox import endpoint
from rulebook.sandbox.constants import PARTITION, REGION

AUTOMATION = "ssm.amazonaws.com"
FUNCTIONS = "lambda.amazonaws.com"
LIFETIME = 3600  # seconds; the default of AssumeRole


class NotAssumable(Exception):
    """The role does not exist, or its trust policy does not let the service assume it."""


def assume(
    account_id: str,
    role_arn: str,
    session_name: str,
    *,
    service: str = AUTOMATION,
    region: str = REGION,
    source_arn: str | None = None,
) -> dict[str, str]:
    """Assume a role as a service principal does, and return the environment of a process that acts as it.

    The keys are registered with moto's STS, so that the server knows who calls with them.

    Args:
        account_id: the account of the role.
        role_arn: with its path, if it has one.
        session_name: becomes part of the principal's ARN, 2 to 64 characters.
        service: the service principal.
        region: where the process will work.
        source_arn: the resource on whose behalf the service acts; without one, the account's Automation
            executions as a whole, which is enough for the condition that AWS recommends.

    Raises:
        NotAssumable: no such role, or it does not trust the service.
        UnsupportedPolicy: the trust policy has a condition that is not known here.
    """
    if not _trusts(account_id, role_arn, service, region, source_arn):
        raise NotAssumable(f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}")
    session = sts_backends[account_id][PARTITION].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy=None,
        duration=LIFETIME,
        external_id=None,
    )
    return place(region) | {
        "AWS_ACCESS_KEY_ID": session.access_key_id,
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }


def place(region: str) -> dict[str, str]:
    """Return the variables that lead a process to this account, without the right to do anything in it."""
    return {
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL": endpoint.current(),
        # Without this a process that has no credentials asks the network for some.
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _trusts(account_id: str, role_arn: str, service: str, region: str, source_arn: str | None) -> bool:
    try:
        role = iam_backends[account_id][PARTITION].get_role_by_arn(role_arn)
    except NotFoundException:
        return False
    context = {
        "aws:sourceaccount": account_id,
        "aws:sourcearn": source_arn or f"arn:aws:ssm:{region}:{account_id}:automation-execution/any",
    }
    policy = json.loads(role.assume_role_policy_document)
    return decide_trust(policy, {"Service": service}, context) is Decision.ALLOWED
