"""The account that a command works in: the usual AWS environment, narrowed by the usual options."""

import argparse
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3

from rulebook.errors import RulebookError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient

ACCOUNT_ID = re.compile(r"[0-9]{12}")


class WrongAccount(RulebookError):
    """The credentials in use belong to another account than the person meant."""


@dataclass(frozen=True)
class Account:
    """Where the ambient credentials lead.

    Attributes:
        session: the session every client of the command comes from.
        account_id: the twelve digits.
        arn: of the caller.
        region: of the session.
    """

    session: boto3.Session
    account_id: str
    arn: str
    region: str

    @property
    def partition(self) -> str:
        """``aws``, ``aws-cn`` or ``aws-us-gov``."""
        return self.arn.split(":")[1]

    # One client for the whole command: to make one costs more than a call.
    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """Of the session."""
        return self.session.client("cloudformation")

    @cached_property
    def iam(self) -> "IAMClient":
        """Of the session."""
        return self.session.client("iam")

    @cached_property
    def ssm(self) -> "SSMClient":
        """Of the session."""
        return self.session.client("ssm")


def add_account_options(parser: argparse.ArgumentParser) -> None:
    """Add ``--profile``, ``--region`` and ``--expect-account``."""
    group = parser.add_argument_group("account (default: the usual AWS environment)")
    group.add_argument("--profile", metavar="NAME", help="a profile of ~/.aws/config")
    group.add_argument("--region", metavar="REGION", help="for example us-east-1")
    group.add_argument(
        "--expect-account",
        metavar="ID",
        type=account_id_argument,
        help="end with an error unless the credentials belong to this account",
    )


def open_account(args: argparse.Namespace) -> Account:
    """Open the account the options and the environment lead to; one call (GetCallerIdentity).

    Raises:
        WrongAccount: it is not the one of ``--expect-account``; nothing else was called.
        botocore.exceptions.BotoCoreError: no credentials, no region, no such profile.
        botocore.exceptions.ClientError: the credentials are refused.
    """
    session = boto3.Session(profile_name=args.profile, region_name=args.region)
    sts: STSClient = session.client("sts")
    caller = sts.get_caller_identity()
    if args.expect_account and caller["Account"] != args.expect_account:
        raise WrongAccount(
            f"the credentials belong to account {caller['Account']}, not {args.expect_account}; "
            "use another profile, or correct --expect-account"
        )
    return Account(session, caller["Account"], caller["Arn"], sts.meta.region_name)


def account_id_argument(text: str) -> str:
    """Return the text if it is an account id; for argparse."""
    if not ACCOUNT_ID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"an account id has twelve digits, unlike {text!r}")
    return text
