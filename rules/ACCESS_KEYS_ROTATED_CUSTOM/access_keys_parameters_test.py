"""The rule's parameters: what is accepted, and what is refused."""

from __future__ import annotations

import unittest
from datetime import date, timedelta
from typing import Any

from rdklib import InvalidParametersError

from access_keys_parameters import Deadline, Limits, OutOfTime, parse_parameters

NAMES = ("maxAccessKeyAge", "maxCredentialUsageAge", "exemptUsers", "exemptTag")

ACCEPTED: list[tuple[str, str, Any, Any]] = [
    ("a string", "maxAccessKeyAge", "1", timedelta(days=1)),
    ("the least JSON number", "maxAccessKeyAge", 1, timedelta(days=1)),
    ("a JSON number", "maxAccessKeyAge", 3650, timedelta(days=3650)),
    ("empty is the default", "maxAccessKeyAge", "", timedelta(days=90)),
    ("disuse", "maxCredentialUsageAge", "45", timedelta(days=45)),
    ("disuse, empty is not checked", "maxCredentialUsageAge", "", None),
    ("no user", "exemptUsers", "", ()),
    ("patterns", "exemptUsers", "svc-*, b?b ", (("svc-*", None), ("b?b", None))),
    ("with a last day", "exemptUsers", "a:2024-02-29", (("a", date(2024, 2, 29)),)),
    ("a tag's key", "exemptTag", "Rotation", "Rotation"),
    ("a tag's key and value", "exemptTag", "a:b=c=d", "a:b=c=d"),
    ("a tag's key with no value", "exemptTag", "a=", "a="),
    ("blanks around a tag's key and value", "exemptTag", " Rotation = by hand ", "Rotation=by hand"),
    ("blanks around a tag's key", "exemptTag", " Rotation ", "Rotation"),
    ("blanks within a tag's value", "exemptTag", "a = b = c", "a=b = c"),
]

REFUSED: list[tuple[str, str, Any]] = [
    ("zero", "maxAccessKeyAge", "0"),
    ("too many", "maxAccessKeyAge", "3651"),
    ("too many, as a number", "maxAccessKeyAge", 3651),
    ("negative", "maxAccessKeyAge", -90),
    ("negative text", "maxAccessKeyAge", "-90"),
    ("a leading zero, which the runbook's pattern refuses", "maxAccessKeyAge", "090"),
    ("blanks around it", "maxAccessKeyAge", " 90 "),
    ("a line break after it", "maxAccessKeyAge", "90\n"),
    ("digits of another script", "maxAccessKeyAge", "９０"),  # noqa: RUF001 - that is the point
    ("an exponent", "maxAccessKeyAge", "1e2"),
    ("an underscore", "maxAccessKeyAge", "9_0"),
    ("a fraction", "maxAccessKeyAge", 90.0),
    ("a truth", "maxAccessKeyAge", True),
    ("nothing", "maxAccessKeyAge", None),
    ("a list", "maxAccessKeyAge", [90]),
    ("an integer too long to write out", "maxAccessKeyAge", 10**5000),
    ("digits without end", "maxAccessKeyAge", "9" * 5000),
    ("disuse out of range", "maxCredentialUsageAge", 0),
    ("an empty entry", "exemptUsers", "a,,b"),
    ("a comma at the end", "exemptUsers", "a,"),
    ("a blank", "exemptUsers", " "),
    ("a class of characters", "exemptUsers", "user[0-9]"),
    ("an impossible day", "exemptUsers", "a:2026-02-30"),
    ("a day of another script", "exemptUsers", "a:２026-02-03"),  # noqa: RUF001 - that is the point
    ("a time", "exemptUsers", "a:2026-02-03T00:00"),
    ("a list of users", "exemptUsers", ["a"]),
    ("no key before the value", "exemptTag", "=value"),
    ("a tag as an object", "exemptTag", {"Key": "a"}),
    ("a tag of blanks", "exemptTag", "  "),
    ("blanks before a value", "exemptTag", " =value"),
]


class Parsing(unittest.TestCase):
    """Strings and JSON values become a frozen record, or an error."""

    def test_nothing_given_is_the_defaults(self) -> None:
        """Every parameter is optional."""
        self.assertEqual(parse_parameters({}), Limits(timedelta(days=90), None, (), ""))

    def test_what_is_accepted(self) -> None:
        """Scenario 12: strings and JSON values."""
        fields = dict(zip(NAMES, Limits._fields, strict=True))
        for case, name, value, expected in ACCEPTED:
            with self.subTest(case):
                self.assertEqual(getattr(parse_parameters({name: value}), fields[name]), expected)

    def test_what_is_refused(self) -> None:
        """Scenario 12: the message names the parameter and the rule, and says what is allowed."""
        for case, name, value in REFUSED:
            says = rf"{name} of ACCESS_KEYS_ROTATED_CUSTOM must be .*, not "
            with self.subTest(case), self.assertRaisesRegex(InvalidParametersError, says):
                parse_parameters({name: value})

    def test_the_message_names_the_value(self) -> None:
        """Scenario 12: as it was given."""
        with self.assertRaises(InvalidParametersError) as refused:
            parse_parameters({"maxAccessKeyAge": "ninety"})
        self.assertEqual(
            str(refused.exception),
            "maxAccessKeyAge of ACCESS_KEYS_ROTATED_CUSTOM must be a whole number of days from 1 to 3650,"
            " not 'ninety'.",
        )

    def test_the_message_names_the_day_that_the_calendar_does_not_have(self) -> None:
        """Scenario 12: the entry looks right."""
        with self.assertRaisesRegex(InvalidParametersError, "there is no 2026-02-30, not"):
            parse_parameters({"exemptUsers": "a, b:2026-02-30"})

    def test_an_unknown_parameter_is_refused(self) -> None:
        """Scenario 12: a misspelt limit would silently be the default."""
        says = "ACCESS_KEYS_ROTATED_CUSTOM has no parameter 'maxAccesKeyAge' .*it has maxAccessKeyAge"
        with self.assertRaisesRegex(InvalidParametersError, says):
            parse_parameters({"maxAccesKeyAge": "90"})

    def test_a_parameter_of_earlier_versions_is_refused_like_any_other(self) -> None:
        """Scenario 12: there is one judgement, by creation."""
        with self.assertRaisesRegex(InvalidParametersError, "has no parameter 'ageBasis'"):
            parse_parameters({"ageBasis": "CreateDate"})

    def test_rdklibs_own_parameters_pass(self) -> None:
        """They are for rdklib, and come along."""
        own = {"ExecutionRoleName": "role", "ExecutionRoleRegion": "us-east-1", "AssumeRoleMode": "False"}
        self.assertEqual(parse_parameters(own), Limits(timedelta(days=90)))

    def test_parameters_that_are_no_object_are_refused(self) -> None:
        """Scenario 12: whatever JSON allows in their place."""
        with self.assertRaisesRegex(InvalidParametersError, "must be a JSON object, not \\[\\]"):
            parse_parameters([])  # type: ignore[arg-type]  # that is the point


class TimeLeft(unittest.TestCase):
    """What is enough time to report."""

    def test_five_seconds_and_two_milliseconds_a_user_are_kept_for_reporting(self) -> None:
        """Scenario 18: exactly that is enough, a millisecond less is not."""
        for users, enough in ((0, 5_000), (1, 5_002), (5_000, 15_000)):
            with self.subTest(users=users):
                Deadline(lambda enough=enough: enough).check(0, users)  # type: ignore[misc]  # a loop's value
                with self.assertRaises(OutOfTime):
                    Deadline(lambda enough=enough: enough - 1).check(0, users)  # type: ignore[misc]

    def test_without_an_end_there_is_always_time(self) -> None:
        """Scenario 18: outside of Lambda."""
        Deadline().check(0, 5_000)


if __name__ == "__main__":
    unittest.main()
