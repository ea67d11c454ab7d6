"""IAM is global: one region should own the rules, and it should be the one that this session is in.

In two regions, two rules would judge the same users and two runbooks act on the same keys:
https://docs.aws.amazon.com/config/latest/developerguide/iam-policy-in-use.html ("To avoid unnecessary
evaluations, you should only deploy periodic rules that report compliance on a global IAM resource type to one
of the supported Regions")
"""

from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

SUBJECT = "rdk_config.json: default"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Compare the regions of rdk_config.json with the session's."""
    regions, here = examination.config.regions, examination.region
    listed = ", ".join(regions)
    if len(regions) > 1:
        yield Diagnosis(
            "warning",
            SUBJECT,
            f"lists {listed}; IAM is global, so each would judge and remedy the same users",
            "keep one region",
        )
    if here not in regions:
        yield Diagnosis(
            "warning",
            SUBJECT,
            f"lists {listed}, but this session is in {here}: `rdk deploy` and `rdk -f` would differ",
            f"pass --region {regions[0]}, or write {here} there",
        )
    elif len(regions) == 1:
        yield Diagnosis("ok", SUBJECT, f"{here} owns the rules, and this session is in it")
