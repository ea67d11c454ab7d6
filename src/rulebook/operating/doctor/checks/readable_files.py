"""Lambda can read the rule's files: rdk zips them with their modes, and Lambda reads them as another user.

A file that only its owner may read ends in "Permission denied" at the first invocation:
https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html
"""

import stat
from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the modes of every rule's modules."""
    for name, rule in examination.project.rules().items():
        modules = sorted(path for path in rule.folder.rglob("*.py") if path.is_file())
        private = [path.name for path in modules if not path.stat().st_mode & stat.S_IROTH]
        if private:
            cure = f"chmod a+r rules/{name}/*.py"
            yield Diagnosis("error", name, f"only their owner may read {', '.join(private)}", cure)
        else:
            yield Diagnosis("ok", name, "everybody may read its modules, as Lambda must")
