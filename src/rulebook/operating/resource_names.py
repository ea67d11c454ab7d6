"""What people call the resources that a rule judges: Config's id of an IAM user is not the user's name."""

from collections.abc import Iterable

import boto3
from botocore.config import Config

from rulebook.operating.evaluation import RuleEvaluation

USER = "AWS::IAM::User"


def resource_names(session: boto3.Session, evaluations: Iterable[RuleEvaluation]) -> dict[str, str]:
    """Return the names of the users among the resources, by id; calls nothing if there is no user.

    A user who was deleted since the rule ran has none.

    Raises:
        botocore.exceptions.ClientError: AWS refused ListUsers.
    """
    wanted = {one.resource_id for one in evaluations if one.resource_type == USER}
    if not wanted:
        return {}
    pages = (
        session.client("iam", config=Config(retries={"mode": "adaptive", "max_attempts": 8}))
        .get_paginator("list_users")
        .paginate()
    )
    users = (user for page in pages for user in page["Users"])
    return {user["UserId"]: user["UserName"] for user in users if user["UserId"] in wanted}
