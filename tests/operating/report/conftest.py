"""A report with something of everything in it."""

from datetime import UTC, date, datetime

import pytest

from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.figure import Figure
from rulebook.operating.report import Report, RuleReport
from rulebook.project.rdk_config import Exemption, Remediation, RuleConfig

HOSTILE = '"><script>document.title="taken over"</script><img src=https://example.invalid/x>'
KEYS = Figure("Age of active access keys", "days", 90, tuple(range(0, 400, 2)))


def rule(name: str, *exemptions: Exemption) -> RuleConfig:
    parameters = {"maxAccessKeyAge": 90, "AssumeRoleMode": "False"}
    return RuleConfig(name, f"About {name}.", "One_Hour", parameters, exemptions, Remediation("D", "P", True))


def evaluation(name: str, number: int, compliance: str, why: str) -> RuleEvaluation:
    return RuleEvaluation(name, "AWS::IAM::User", f"AIDA{number:017}", compliance, why)


@pytest.fixture
def report() -> Report:
    """Three hundred users, nine of them NON_COMPLIANT, and an account that is COMPLIANT."""
    stale = [evaluation("KEYS", n, "NON_COMPLIANT", f"user-{n} has a stale key.") for n in range(9)]
    fresh = [evaluation("KEYS", n, "COMPLIANT", f"user-{n} has fresh keys.") for n in range(9, 299)]
    hostile = evaluation("KEYS", 299, "COMPLIANT", HOSTILE)
    exemptions = (
        Exemption("svc-*", f"vendor rotates {HOSTILE}", date(2027, 3, 31)),
        Exemption("break-glass", "in the safe"),
    )
    return Report(
        "123456789012",
        "us-east-1",
        datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        (
            RuleReport(rule("KEYS", *exemptions), (*fresh, *stale, hostile), (KEYS,)),
            RuleReport(rule("POLICY"), (evaluation("POLICY", 300, "COMPLIANT", "meets it"),)),
        ),
        {f"AIDA{n:017}": f"svc-backup-of-the-north-{n}" for n in range(300)},
    )
