"""rdk's bucket for the functions' code exists here: `rdk deploy` uploads to it, `rdk init` makes it.

Its name is rdk's own (``code_bucket_prefix`` in rdk.py, 0.17.24 and 1.0.0).
"""

from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.project.names import code_bucket


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Ask S3 for the bucket's head, whose errors have a status for a code."""
    here, bucket = examination.region, code_bucket(examination.account_id, examination.region)
    answer = examination.code_bucket_answer
    if examination.before_init:
        return  # the recorder's check says that `rdk init` is yet to come
    if not answer:
        yield Diagnosis("ok", "code bucket", f"{bucket} exists")
    elif answer == "404":
        cure = f"run `rdk --region {here} init`, or deploy with --custom-code-bucket"
        yield Diagnosis("error", "code bucket", f"{bucket} is missing", cure)
    else:
        seen = f"{bucket} may not be seen, or belongs to another account ({answer})"
        yield Diagnosis("could-not-check", "code bucket", seen, "allow s3:ListBucket on it")
