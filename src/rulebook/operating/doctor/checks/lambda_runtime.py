"""The runtime of the rules' functions is one that Lambda supports, for half a year at least.

Lambda stops patching a deprecated runtime, and later refuses to create and to update functions with it.
The dates are those of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html as of July 2026;
AWS has moved such dates before, mostly to a later day.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

DEPRECATED_ON = {
    "python3.8": date(2024, 10, 14),
    "python3.9": date(2025, 12, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
}
NOTICE = timedelta(days=180)
PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at SourceRuntime of every parameters.json; a missing file is another check's business."""
    for name, rule in examination.project.rules().items():
        if rule.parameters.is_file():
            runtime = str(examination.built_parameters(name).get("SourceRuntime", "no SourceRuntime"))
            # rdk's `-lib` is not Lambda's: it adds the layer with rdklib.
            yield _judge(name, runtime.removesuffix("-lib"), examination.today)


def _judge(rule: str, runtime: str, today: date) -> Diagnosis:
    day = DEPRECATED_ON.get(runtime)
    cure = "take a newer version of this tool, and run `rulebook build`"
    if day is None:
        return Diagnosis("could-not-check", rule, f"{runtime} is not in this tool's table", f"look at {PAGE}")
    if day <= today:
        return Diagnosis("error", rule, f"{runtime} is deprecated since {day}", cure)
    if day - today <= NOTICE:
        return Diagnosis("warning", rule, f"{runtime} is deprecated on {day}", cure)
    return Diagnosis("ok", rule, f"{runtime} is supported until {day}")
