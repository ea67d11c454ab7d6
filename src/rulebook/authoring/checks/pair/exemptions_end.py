"""An exemption that has ended or ends soon is told in time: after it the runbook acts on those users."""

from collections.abc import Iterator
from datetime import timedelta

from rulebook.authoring.checks.paired import Pair
from rulebook.finding import Finding

CODE = "exemptions-end"

NOTICE = timedelta(days=30)


def find(pair: Pair) -> Iterator[Finding]:
    """Find exemptions that ended or end within the notice; they do not stop a build."""
    for index, exemption in enumerate(pair.rule.exemptions):
        if exemption.until is None or exemption.until - pair.today > NOTICE:
            continue
        ended = exemption.until < pair.today
        yield pair.entry["exemptions"][index].finding(
            f"{exemption.users} {'ended' if ended else 'ends'} on {exemption.until}",
            "remove it, or set another day" if ended else "mend the reason before, or set another day",
            "warning",
        )
