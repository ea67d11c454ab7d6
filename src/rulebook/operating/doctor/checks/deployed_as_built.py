"""What is deployed is what is built here: the rule's parameters, its remediation and its runbook.

Somebody may have edited one of them in the console, or `rulebook build` was run and `rdk deploy` was not. The
role's ARN is left out, since rdk makes it; so is the function's code, of which AWS tells a digest only.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from rulebook.authoring.render.writing import current_text
from rulebook.operating.doctor.checks.function_time import LONGEST
from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination

ROLE = "AutomationAssumeRole"
# Settings that Config may leave out of its answer, with what it then means.
UNSET: dict[str, Any] = {"Automatic": False}


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Compare every rule that is deployed."""
    for name in examination.deployable():
        deployed = _deployed(examination, name)
        if deployed is None:
            yield Diagnosis("ok", name, "is not deployed yet")
            continue
        differing = [*_rule(examination, name, deployed), *_remediation(examination, name)]
        if differing:
            # Without the option rdk sets 60 seconds again.
            cure = f"run `rdk deploy {name} --lambda-timeout {LONGEST}`"
            yield Diagnosis("warning", name, f"differs: {'; '.join(differing)}", cure)
        else:
            yield Diagnosis("ok", name, "is deployed as built: parameters, remediation and runbook")


def _deployed(examination: Examination, name: str) -> dict[str, Any] | None:
    try:
        found = examination.client("config").describe_config_rules(ConfigRuleNames=[name])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchConfigRuleException":
            return None
        raise
    return next(map(dict, found["ConfigRules"]), None)


def _rule(examination: Examination, name: str, deployed: Mapping[str, Any]) -> Iterator[str]:
    built = examination.built_parameters(name)
    wanted = json.loads(built["InputParameters"]) | json.loads(built["OptionalParameters"])
    yield from differences("parameter ", json.loads(deployed.get("InputParameters") or "{}"), wanted)


def _remediation(examination: Examination, name: str) -> Iterator[str]:
    wanted = examination.built_parameters(name).get("Remediation")
    found = examination.client("config").describe_remediation_configurations(ConfigRuleNames=[name])
    attached = next(iter(found["RemediationConfigurations"]), None)
    if wanted is None or attached is None:
        if wanted or attached:
            yield "a remediation is attached" if attached else "no remediation is attached"
        return
    yield from differences("remediation parameter ", _values(attached), _values(wanted))
    settings = wanted.keys() - {"Parameters", "TargetId", "TargetType", "ConfigRuleName"}
    have, want = ({key: one.get(key, UNSET.get(key)) for key in settings} for one in (attached, wanted))
    yield from differences("", have, want)
    yield from _document(examination, name, attached["TargetId"])


def _values(remediation: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each parameter but the role gets: the resource id, or its static values."""
    return {
        name: given.get("StaticValue", {}).get("Values") or "RESOURCE_ID"
        for name, given in remediation.get("Parameters", {}).items()
        if name != ROLE
    }


def _document(examination: Examination, name: str, target: str) -> Iterator[str]:
    chosen = examination.config.rules[name].remediation.document
    folder = examination.project.documents().get(chosen)
    built = current_text(folder.built) if folder else None
    if built is None:
        return  # the check of built files says so
    try:
        found = examination.client("ssm").get_document(Name=target, DocumentFormat="JSON")
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidDocument":
            raise
        yield f"its runbook {target} does not exist"
        return
    if not _same_json(found["Content"], built):
        yield f"the content of its runbook {target}"


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def differences(kind: str, deployed: Mapping[str, Any], built: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs, as ``kind NAME is X, built Y``."""
    for name in sorted(deployed.keys() | built.keys()):
        have, want = deployed.get(name), built.get(name)
        if _plain(have) != _plain(want):
            yield f"{kind}{name} is {_shown(have)}, built {_shown(want)}"


def _plain(value: Any) -> str:
    """Return a value so that 60 and "60" are alike: CloudFormation passes texts."""
    return json.dumps(value, sort_keys=True, default=str).replace('"', "")


def _shown(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, default=str).replace('"', "")
