"""Each rule's function has memory enough for the account's users.

rdk gives every function 256 MB and has no option for it. Reckoned high: 120 MB for Python, boto3 and rdklib,
and 16 KB a user for the report's row, the user, the keys and the result.
"""

from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.project.names import function_name

RDK_MEMORY = 256  # MB
AT_REST = 120  # MB
A_USER = 16 / 1024  # MB


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Compare what the users need with what rdk gives."""
    for name in examination.rules_about_users():
        needed = round(AT_REST + examination.users * A_USER)
        seen = f"{examination.users} users need up to {needed} MB; rdk gives {RDK_MEMORY} MB"
        if needed <= RDK_MEMORY:
            yield Diagnosis("ok", name, seen)
        else:
            function = function_name(name)
            cure = f"after deploying: aws lambda update-function-configuration --function-name {function}"
            yield Diagnosis("warning", name, seen, f"{cure} --memory-size {(needed // 128 + 1) * 128}")
