"""The recorder records IAM users in this region: Config names and remedies the resources that it knows.

``allSupported`` alone leaves the global IAM types out; ``includeGlobalResourceTypes`` adds them. An exclusion
list records them unless it names them:
https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html
No region that Config came to after February 2022 can record them:
https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-in-use.html (the list of regions)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

USER = "AWS::IAM::User"
CANNOT = frozenset(
    {
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "mx-central-1",
    }
)


def find(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the recording group; without a recorder there is nothing to add."""
    recorder, here = examination.recorder, examination.region
    if recorder is None:
        return
    subject = f"recorder {recorder['name']}"
    if here in CANNOT:
        cure = "deploy in a region that can, such as us-east-1"
        yield Diagnosis("error", subject, f"Config cannot record {USER} in {here}", cure)
    elif missing := why_not(recorder.get("recordingGroup", {})):
        yield Diagnosis("error", subject, f"does not record {USER}: {missing[0]}", missing[1])
    else:
        yield Diagnosis("ok", subject, f"records {USER}")


def why_not(group: dict[str, Any]) -> tuple[str, str] | None:
    """Return why the group leaves users out, and the cure; None if it records them.

    Older recorders have no strategy; their flags and lists say what it would.
    """
    strategy = group.get("recordingStrategy", {}).get("useOnly")
    excluded = group.get("exclusionByResourceTypes", {}).get("resourceTypes", [])
    if strategy == "EXCLUSION_BY_RESOURCE_TYPES" or (strategy is None and excluded):
        if USER in excluded:
            return "its exclusion list names them", f"take {USER} off the list"
        return None
    if USER in group.get("resourceTypes", []):
        return None
    if not group.get("allSupported"):
        return "its list of types does not name them", f"add {USER} to the list"
    if not group.get("includeGlobalResourceTypes"):
        return "includeGlobalResourceTypes is off", "turn it on for this recorder"
    return None
