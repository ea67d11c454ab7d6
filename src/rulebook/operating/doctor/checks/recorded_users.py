"""The recorder records what the rules are about: Config names, remedies and follows what it knows.

That is IAM users, where a rule names their type, and the types whose changes trigger a rule.

``allSupported`` alone leaves the global IAM types out; ``includeGlobalResourceTypes`` adds them. An exclusion
list records them unless it names them:
https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html
No region that Config came to after February 2022 can record them:
https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-in-use.html (the list of regions)
"""

from collections.abc import Iterator
from typing import Any

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

USER = "AWS::IAM::User"
# Regions that Config came to by February 2022; of others, the newest included, AWS says that they cannot.
CAN = """
    af-south-1 ap-east-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
    ap-southeast-3 ca-central-1 cn-north-1 cn-northwest-1 eu-central-1 eu-north-1 eu-south-1 eu-west-1
    eu-west-2 eu-west-3 me-south-1 sa-east-1 us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1
    us-west-2
"""
CANNOT = """
    ap-east-2 ap-south-2 ap-southeast-4 ap-southeast-5 ap-southeast-7 ca-west-1 eu-central-2 eu-south-2
    il-central-1 me-central-1 mx-central-1
"""


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the recording group; without a recorder there is nothing to add."""
    recorder, here = examination.recorder, examination.region
    if recorder is None:
        return
    subject = f"recorder {recorder['name']}"
    for kind in _changing(examination):
        if missing := why_not(recorder.get("recordingGroup", {}), kind):
            seen = f"does not record {kind}, whose changes trigger a rule: {missing[0]}"
            yield Diagnosis("error", subject, seen, missing[1])
        else:
            yield Diagnosis("ok", subject, f"records {kind}")
    if not _names_users(examination):
        return
    if here in CANNOT.split():
        cure = "deploy in a region that can, such as us-east-1"
        yield Diagnosis("error", subject, f"Config cannot record {USER} in {here}", cure)
    elif here not in CAN.split():
        seen = f"whether Config can record {USER} in {here} is not known to this tool"
        cure = "look at https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-in-use.html"
        yield Diagnosis("could-not-check", subject, seen, cure)
    elif missing := why_not(recorder.get("recordingGroup", {})):
        yield Diagnosis("error", subject, f"does not record {USER}: {missing[0]}", missing[1])
    else:
        yield Diagnosis("ok", subject, f"records {USER}")


def _changing(examination: Examination) -> list[str]:
    """Return the types whose changes trigger a rule, users aside."""
    kinds = {kind for rule in examination.config.rules.values() for kind in rule.resource_types}
    return sorted(kinds - {USER})


def _names_users(examination: Examination) -> bool:
    """Whether the code or the entry of a rule names their type."""
    folders = [examination.project.rules()[name].folder for name in examination.deployable()]
    modules = [path for folder in folders for path in folder.glob("*.py") if not path.stem.endswith("_test")]
    return any(USER in rule.resource_types for rule in examination.config.rules.values()) or any(
        USER in path.read_text(encoding="utf-8", errors="replace") for path in modules
    )


def why_not(group: dict[str, Any], kind: str = USER) -> tuple[str, str] | None:
    """Return why the group leaves a type out, and the cure; None if it records it.

    Older recorders have no strategy; their flags and lists say what it would.
    """
    strategy = group.get("recordingStrategy", {}).get("useOnly")
    excluded = group.get("exclusionByResourceTypes", {}).get("resourceTypes", [])
    if strategy == "EXCLUSION_BY_RESOURCE_TYPES" or (strategy is None and excluded):
        if kind in excluded:
            return "its exclusion list names them", f"take {kind} off the list"
        return None
    if kind in group.get("resourceTypes", []):
        return None
    if not group.get("allSupported"):
        return "its list of types does not name them", f"add {kind} to the list"
    if kind.startswith("AWS::IAM::") and not group.get("includeGlobalResourceTypes"):
        return "includeGlobalResourceTypes is off", "turn it on for this recorder"
    return None
