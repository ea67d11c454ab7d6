"""Where a run is: the account and the partition, which a document may ask for by name."""

from rulebook.automation.actions.base import Context
from rulebook.automation.actions.execute_api import call

# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def partition(region: str | None) -> str:
    """Return the partition of a region; the standard one if its name begins like no other's."""
    return next((name for start, name in _PARTITIONS.items() if (region or "").startswith(start)), "aws")


def account_id(context: Context) -> str:
    """Ask AWS whose credentials a run has.

    Raises:
        StepFailed: AWS refused, or there are none.
    """
    return str(call({"Service": "sts", "Api": "GetCallerIdentity"}, context)["Account"])
