"""AWS Config is set up in this region: a configuration recorder that is on, and a delivery channel.

Without a recorder, PutConfigRule is refused (NoAvailableConfigurationRecorderException):
https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigRule.html
A recorder cannot be started without a delivery channel (NoAvailableDeliveryChannelException):
https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigurationRecorder.html
Recorders of other AWS services (with a service principal) do not count: they serve only their owner.
"""

from collections.abc import Iterator
from typing import Any

from rulebook.operating.doctor.diagnosis import Diagnosis
from rulebook.operating.doctor.examination import Examination


def diagnose(examination: Examination) -> Iterator[Diagnosis]:
    """Look at the recorder, its status and the channel."""
    client, here = examination.client("config"), examination.region
    recorder = examination.recorder
    if recorder is None and examination.before_init:
        seen = f"is yet to come in {here}: it makes the recorder, the delivery channel and the code bucket"
        yield Diagnosis("warning", "rdk init", seen, f"run `rdk --region {here} init` before `rdk deploy`")
        return
    if recorder is None:
        yield Diagnosis(
            "error",
            "recorder",
            f"there is none in {here}: AWS Config is not set up",
            f"run `rdk --region {here} init`, or set up AWS Config in the console",
        )
        return
    statuses = client.describe_configuration_recorder_status(ConfigurationRecorderNames=[recorder["name"]])
    yield _status(recorder["name"], statuses["ConfigurationRecordersStatus"])
    channels = client.describe_delivery_channels()["DeliveryChannels"]
    if channels:
        yield Diagnosis("ok", "delivery channel", f"{channels[0]['name']} delivers to a bucket")
    else:
        cure = "create one: aws configservice put-delivery-channel"
        yield Diagnosis("error", "delivery channel", f"there is none in {here}", cure)


def _status(name: str, statuses: list[dict[str, Any]]) -> Diagnosis:
    subject = f"recorder {name}"
    start = f"aws configservice start-configuration-recorder --configuration-recorder-name {name}"
    if not any(one["recording"] for one in statuses):
        return Diagnosis("error", subject, "is off", f"turn it on: {start}")
    failed = [one for one in statuses if one.get("lastStatus") == "Failure"]
    if failed:
        message = failed[0].get("lastErrorMessage") or failed[0].get("lastErrorCode") or "no reason given"
        return Diagnosis("warning", subject, f"is on, but failed last: {message}", "mend what it names")
    return Diagnosis("ok", subject, "is on")
