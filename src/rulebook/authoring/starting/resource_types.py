"""Config's resource types, as botocore's model of AWS Config lists them."""

from difflib import get_close_matches
from functools import cache

from botocore.loaders import Loader

from rulebook.authoring.starting.draft import CannotStart
from rulebook.wording import shown

ACCOUNT = "AWS::::Account"  # rules may report on the account; the list is of what Config records


@cache
def resource_types() -> frozenset[str]:
    """Return every type that a rule may report on."""
    model = Loader().load_service_model("config", "service-2")
    return frozenset({ACCOUNT, *model["shapes"]["ResourceType"]["enum"]})


def demand_resource_type(name: str) -> None:
    """Refuse a type that Config does not have.

    Raises:
        CannotStart: naming the nearest.
    """
    there = {one.lower(): one for one in resource_types()}
    if there.get(name.lower()) != name:
        near = get_close_matches(name.lower(), sorted(there), n=1)
        cure = f"did you mean {there[near[0]]}" if near else "write it as AWS does, such as AWS::S3::Bucket"
        raise CannotStart(f"--resource-type: Config has no resource type {shown(name)}; {cure}")
