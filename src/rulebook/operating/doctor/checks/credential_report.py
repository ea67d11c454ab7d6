"""The credential report can be made: rules that read it can judge nothing without.

Asked with the caller's credentials, so a refusal may mean the caller alone, unless the organization refuses
everybody (its message says so). Making a report changes nothing, and an existing one is good for four hours:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
"""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

SUBJECT = "credential report"
ACTION = "iam:GenerateCredentialReport"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Ask for a report, if any rule does."""
    if not any(ACTION in examination.actions_read(rule) for rule in examination.rules_about_users()):
        return
    try:
        state = examination.client("iam").generate_credential_report()["State"]
    except ClientError as error:
        message = error.response["Error"].get("Message", "")
        if "service control policy" in message:
            cure = f"have the organization allow {ACTION}"
            yield Diagnosis("error", SUBJECT, f"a service control policy denies {ACTION}", cure)
            return
        raise
    yield Diagnosis("ok", SUBJECT, f"may be made ({state})")
