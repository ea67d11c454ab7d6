"""How long aws:sleep waits."""

from datetime import UTC, datetime, timedelta

import pytest

from automation.conftest import REGION, document, passes
from rulebook.automation import run_document
from rulebook.automation.language.durations import duration, instant

DURATIONS = {
    "seconds": ("PT30S", timedelta(seconds=30)),
    "part of a second": ("PT0.5S", timedelta(seconds=0.5)),
    "minutes": ("PT10M", timedelta(minutes=10)),
    "hours and minutes": ("PT2H30M", timedelta(hours=2, minutes=30)),
    "a day and an hour": ("P1DT1H", timedelta(days=1, hours=1)),
    "the longest": ("PT604799S", timedelta(days=7) - timedelta(seconds=1)),
}


@pytest.mark.parametrize(("text", "expected"), DURATIONS.values(), ids=list(DURATIONS))
def test_a_duration_is_read(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "10", "PT10", "P1Y", "P7D", "PT-1S", "pt1s", "PT1S "]
)
def test_what_is_no_duration_up_to_seven_days_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no ISO 8601 duration|longer than"):
        duration(text)


def test_a_time_is_read_in_utc() -> None:
    assert instant("2020-01-02T03:04:05Z") == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    with pytest.raises(ValueError, match="no time like"):
        instant("2020-01-02")


def test_it_waits_as_long_as_it_says() -> None:
    execution = run_document(document(passes("Wait", inputs={"Duration": "PT0.3S"})), {}, REGION)
    took = execution.steps[0].duration
    assert took is not None
    assert timedelta(seconds=0.3) <= took < timedelta(seconds=2)
    assert execution.status == "Success"


def test_a_time_that_has_passed_is_no_wait() -> None:
    execution = run_document(
        document(passes("Wait", inputs={"Timestamp": "2020-01-01T00:00:00Z"})), {}, REGION
    )
    assert execution.status == "Success"


def test_a_duration_from_a_parameter_is_read_when_the_step_runs() -> None:
    step = passes("Wait", inputs={"Duration": "{{ D }}"})
    execution = run_document(document(step, parameters={"D": {"type": "String"}}), {"D": "soon"}, REGION)
    assert execution.failure_message == "Step Wait: Duration is 'soon', no ISO 8601 duration like PT10M"
