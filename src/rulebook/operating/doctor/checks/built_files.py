"""The built files are current and would run: rdk deploys parameters.json and the documents as they are.

An old parameters.json deploys old thresholds, silently; docs/adr/0002-built-files-are-committed.md.
"""

from collections.abc import Iterator

from rulebook.authoring import render
from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at what `rulebook build --check` looks at."""
    findings = render.check_build(examination.project, examination.today)
    for one in findings:
        yield Diagnosis(one.severity, one.where, one.said, one.cure)
    if not findings:
        yield Diagnosis("ok", "parameters.json and documents", "built and current")
