"""The same rule is not deployed in another region already: it would judge and remedy the same users twice.

Looked at are the regions of rdk_config.json, without the one this session is in. Source: see one_region.
"""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

TAKE_OFF = "enable the region, or take it off rdk_config.json"
# What a region answers that the account has not enabled.
NOT_ENABLED = frozenset({"AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"})


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Ask Config in each of the other regions."""
    for region in examination.config.regions:
        if region != examination.region:
            yield from _there(examination, region)
    if set(examination.config.regions) <= {examination.region}:
        yield Diagnosis("ok", "other regions", "rdk_config.json lists none")


def _there(examination: Examination, region: str) -> Iterator[Diagnosis]:
    try:
        deployed = _rules(examination.client("config", region))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in NOT_ENABLED:
            raise
        yield Diagnosis("could-not-check", region, f"refuses these credentials ({code})", TAKE_OFF)
        return
    except EndpointConnectionError:
        yield Diagnosis("could-not-check", region, "does not answer", TAKE_OFF)
        return
    twice = [name for name in examination.config.rules if name in deployed]
    for name in twice:
        yield Diagnosis(
            "warning",
            name,
            f"is deployed in {region} already",
            f"run `rdk --region {region} undeploy {name}`, or go on deploying there",
        )
    if not twice:
        yield Diagnosis("ok", region, "has none of these rules")


def _rules(client: Any) -> set[str]:
    pages = client.get_paginator("describe_config_rules").paginate()
    return {rule["ConfigRuleName"] for page in pages for rule in page["ConfigRules"]}
