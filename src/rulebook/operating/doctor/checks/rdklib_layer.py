"""rdk knows its layer with rdklib in this region; elsewhere `rdk deploy` ends in a KeyError after the upload.

The list is the installed rdk's own (rdklib_versions.yaml), and is about the partition ``aws`` only.
"""

from collections.abc import Iterator

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination
from rulebook.operating.doctor.rdk_layer import layer_versions

SUBJECT = "rdklib layer"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look the region up."""
    here, versions = examination.region, layer_versions()
    if versions is None:
        yield Diagnosis("could-not-check", SUBJECT, "the installed rdk has no list of layers", "install rdk")
    elif examination.partition == "aws" and here in versions:
        yield Diagnosis("ok", SUBJECT, f"rdk knows version {versions[here]} for {here}")
    else:
        cure = (
            f"run `rdk --region {here} init --generate-lambda-layer` and deploy with "
            "--generated-lambda-layer, or with --rdklib-layer-arn ARN"
        )
        seen = f"rdk knows none for {here} ({examination.partition}): `rdk deploy` would end in a KeyError"
        yield Diagnosis("error", SUBJECT, seen, cure)
