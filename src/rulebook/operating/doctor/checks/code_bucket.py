"""rdk's bucket for the functions' code exists here: `rdk deploy` uploads to it, `rdk init` makes it.

Its name is rdk's own (``code_bucket_prefix`` in rdk.py, 0.17.24 and 1.0.0).
"""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination, code_bucket


def find(examination: Examination) -> Iterator[Diagnosis]:
    """Ask S3 for the bucket's head, whose errors have a status for a code."""
    here, bucket = examination.region, code_bucket(examination.account_id, examination.region)
    try:
        examination.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "404":
            cure = f"run `rdk --region {here} init`, or deploy with --custom-code-bucket"
            yield Diagnosis("error", "code bucket", f"{bucket} is missing", cure)
        elif code == "403":
            seen = f"{bucket} may not be seen, or belongs to another account"
            yield Diagnosis("could-not-check", "code bucket", seen, "allow s3:ListBucket on it")
        else:
            raise
        return
    yield Diagnosis("ok", "code bucket", f"{bucket} exists")
