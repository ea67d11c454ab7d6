"""The judgement, without AWS: to the second, and what is written about it."""

from __future__ import annotations

import time
import unittest
from datetime import UTC, date, datetime, timedelta

from access_keys_rotated_judgement import (
    clear_user,
    exemption,
    is_stale,
    judge_user,
    known_use,
    with_rotation,
)
from access_keys_rotated_parameters import ExemptUser, Parameters
from access_keys_rotated_records import AccessKey, ReportKey, ReportRow, User
from access_keys_rotated_report import parse_report

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)
LIMITS = Parameters(max_access_key_age=90 * A_DAY, max_credential_usage_age=45 * A_DAY)
AGE_ONLY = Parameters(max_access_key_age=90 * A_DAY)


def key(
    age: timedelta,
    status: str = "Active",
    used: timedelta | None = None,
    *,
    key_id: str = "AKIAAAAAAAAAAAAAAAAA",
    rotated: timedelta | None = None,
) -> AccessKey:
    return AccessKey(
        key_id,
        status,
        NOW - age,
        None if used is None else NOW - used,
        None if rotated is None else NOW - rotated,
    )


class Stale(unittest.TestCase):
    """When a key is stale."""

    def test_to_the_second(self) -> None:
        """Scenarios 2, 3, 5 and 6: at the limit is not past it."""
        cases = [
            ("at the limit", key(90 * A_DAY, used=A_DAY), False),
            ("a second past it", key(90 * A_DAY + A_SECOND, used=A_DAY), True),
            ("unused at the limit", key(80 * A_DAY, used=45 * A_DAY), False),
            ("unused a second longer", key(80 * A_DAY, used=45 * A_DAY + A_SECOND), True),
            ("never used, at the limit", key(45 * A_DAY), False),
            ("never used, a second longer", key(45 * A_DAY + A_SECOND), True),
            ("inactive", key(500 * A_DAY, "Inactive"), False),
            ("expired", key(500 * A_DAY, "Expired"), False),
            ("created after now", key(-A_DAY), False),
            ("re-activated", key(200 * A_DAY, used=A_DAY, rotated=3 * A_DAY), False),
            (
                "re-activated, and unused for long before",
                key(200 * A_DAY, used=100 * A_DAY, rotated=A_DAY),
                True,
            ),
        ]
        for case, one, expected in cases:
            with self.subTest(case):
                self.assertIs(is_stale(one, LIMITS, NOW), expected)


class Exemption(unittest.TestCase):
    """Whom the rule leaves alone."""

    def test_names(self) -> None:
        """Scenarios 7 and 8: `*` and `?` only, in any case, the whole name."""
        cases = [
            ("svc-*", "SVC-a", True),
            ("svc-*", "my-svc-a", False),
            ("SVC", "svc", True),
            ("b?b", "bob", True),
            ("b?b", "bb", False),
            ("*", "anybody", True),
            ("a.c", "abc", False),
            ("a+c", "aac", False),
            ("[ab]", "a", False),
            ("[ab]", "[ab]", True),
            ("a*", "a\n", True),
        ]
        for pattern, name, expected in cases:
            with self.subTest(pattern=pattern, name=name):
                parameters = Parameters(exempt_users=(ExemptUser(pattern),))
                self.assertIs(bool(exemption(name, {}, parameters, NOW.date())), expected)

    def test_the_last_day(self) -> None:
        """Scenarios 7 and 8: it holds on that day, not on the next."""
        parameters = Parameters(exempt_users=(ExemptUser("a", date(2026, 3, 1)),))
        self.assertEqual(exemption("a", {}, parameters, date(2026, 3, 1)), "exemptUsers a until 2026-03-01")
        self.assertEqual(exemption("a", {}, parameters, date(2026, 3, 2)), "")

    def test_the_day_is_that_of_utc(self) -> None:
        """Scenario 8: judge_user takes it from ``now``."""
        parameters = Parameters(exempt_users=(ExemptUser("a", date(2026, 3, 1)),))
        late = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)
        user = User("AIDA", "a", NOW - 500 * A_DAY)
        for now, expected in ((late - 2 * A_SECOND, "COMPLIANT"), (late, "NON_COMPLIANT")):
            self.assertEqual(judge_user(user, [key(100 * A_DAY)], {}, parameters, now).compliance, expected)

    def test_tags(self) -> None:
        """Scenario 9: keys in any case, values exactly."""
        cases = [
            ("Keep", {"keep": "no"}, True),
            ("keep=yes", {"KEEP": "yes"}, True),
            ("keep=yes", {"keep": "Yes"}, False),
            ("keep=", {"keep": ""}, True),
            ("keep=", {"keep": "yes"}, False),
            ("keep", {"kept": "yes"}, False),
            ("", {"": "yes"}, False),
        ]
        for tag, tags, expected in cases:
            with self.subTest(tag=tag, tags=tags):
                self.assertIs(bool(exemption("a", tags, Parameters(exempt_tag=tag), NOW.date())), expected)

    def test_a_pattern_of_many_stars_takes_no_time(self) -> None:
        """Scenario 7: a naive regular expression takes hours for this one."""
        parameters = Parameters(exempt_users=(ExemptUser("*a" * 30 + "b"),))
        started = time.monotonic()
        self.assertEqual(exemption("a" * 64, {}, parameters, NOW.date()), "")
        self.assertLess(time.monotonic() - started, 1)


class Annotation(unittest.TestCase):
    """What is written about a user."""

    LONG = "n" * 64

    def says(self, parameters: Parameters, *keys: AccessKey, tags: dict[str, str] | None = None) -> str:
        """Judge a user with the longest name."""
        user = User("AIDA", self.LONG, NOW - 5000 * A_DAY)
        return judge_user(user, keys, tags or {}, parameters, NOW).annotation

    def test_two_stale_keys_of_the_longest_name_fit_with_their_ages(self) -> None:
        """Scenario 3: names have at most 64 characters, keys 20, a user two keys."""
        one, two = key(4000 * A_DAY), key(3900 * A_DAY, key_id="AKIABBBBBBBBBBBBBBBB")
        text = self.says(AGE_ONLY, one, two)
        self.assertLessEqual(len(text), 256)
        self.assertIn(f"{one.key_id} is 4000 days old (limit 90); {two.key_id} is 3900 days", text)

    def test_what_would_not_fit_is_put_shorter_and_never_cut(self) -> None:
        """Scenario 5: the longest reason, twice."""
        limits = Parameters(max_access_key_age=3650 * A_DAY, max_credential_usage_age=3000 * A_DAY)
        one = key(3600 * A_DAY, used=3000 * A_DAY + A_SECOND)
        two = key(3500 * A_DAY, used=3000 * A_DAY + A_SECOND, key_id="AKIABBBBBBBBBBBBBBBB")
        self.assertEqual(
            self.says(limits, one, two),
            f"{self.LONG} has stale access keys: {one.key_id} (3600 days old, unused 3000 days),"
            f" {two.key_id} (3500 days old, unused 3000 days).",
        )

    def test_the_longest_exemption_fits(self) -> None:
        """Scenario 9: a tag may have 128 and 256 characters; the parameter is named at least."""
        limits = Parameters(exempt_tag=f"{'k' * 128}={'v' * 256}")
        text = self.says(limits, key(100 * A_DAY), tags={"k" * 128: "v" * 256})
        self.assertEqual(text, f"{self.LONG} is exempt by exemptTag: AKIAAAAAAAAAAAAAAAAA (100 days old).")

    def test_an_age_just_past_the_limit_is_not_written_as_the_limit(self) -> None:
        """Scenario 3: 90 days is not older than 90."""
        for over, text in (
            (A_SECOND, "90 days and under an hour"),
            (A_DAY / 2, "90 days and 12 h"),
            (A_DAY, "91 days"),
        ):
            self.assertIn(f"is {text} old (limit 90)", self.says(AGE_ONLY, key(90 * A_DAY + over)))


class Cleared(unittest.TestCase):
    """Whom the report clears."""

    def test_the_ages_of_the_active_keys_are_kept_as_far_as_the_report_knows_them(self) -> None:
        """Scenario 1: of a user too young for a stale key."""
        user = User("AIDA", "young", NOW - 10 * A_DAY)
        known, unknown = ReportKey(True, NOW - 3 * A_DAY, None), ReportKey(True, None, None)
        off = ReportKey(False, NOW - 9 * A_DAY, None)
        verdict = clear_user(user, ReportRow(user.created, (known, unknown, off)), AGE_ONLY, NOW)
        self.assertEqual(verdict and (verdict.compliance, verdict.since), ("COMPLIANT", (known.rotated,)))

    def test_a_user_exactly_as_old_as_the_limit_has_no_stale_key(self) -> None:
        """Scenario 1: a key of the same second would be at the limit, not past it."""
        for age, cleared in ((90 * A_DAY, True), (90 * A_DAY + A_SECOND, False)):
            verdict = clear_user(User("AIDA", "a", NOW - age), None, AGE_ONLY, NOW)
            self.assertIs(verdict is not None, cleared)

    def test_a_user_older_than_the_shorter_limit_is_read(self) -> None:
        """Scenario 6: younger than the age limit, yet a key never used may be stale."""
        for age, cleared in ((45 * A_DAY, True), (45 * A_DAY + A_SECOND, False)):
            verdict = clear_user(User("AIDA", "a", NOW - age), None, LIMITS, NOW)
            self.assertIs(verdict is not None, cleared)

    def test_an_active_key_without_a_time_is_an_active_key(self) -> None:
        """Scenario 4: a report that knows no time of it does not make it disappear."""
        row = {"user": "a", "user_creation_time": "2020-01-01T00:00:00+00:00"}
        for n, active in ((1, "true"), (2, "false")):
            row |= {f"access_key_{n}_active": active, f"access_key_{n}_last_rotated": "N/A"}
            row |= {f"access_key_{n}_last_used_date": "N/A"}
        parsed = parse_report(f"{','.join(row)}\n{','.join(row.values())}")
        self.assertEqual(parsed["a"].keys, (ReportKey(True, None, None),))

    def test_an_active_key_without_a_time_is_read(self) -> None:
        """Scenario 4: by LastRotated the report cannot clear what it does not know."""
        row = ReportRow(NOW - 500 * A_DAY, (ReportKey(True, None, None),))
        by_report = Parameters(age_basis="LastRotated")
        self.assertIsNone(clear_user(User("AIDA", "a", row.user_created), row, by_report, NOW))


class Rotation(unittest.TestCase):
    """How the report's times find their keys."""

    GENERATED = NOW - timedelta(hours=2)

    def rotated(self, keys: list[AccessKey], *report: tuple[bool, timedelta]) -> list[timedelta | None]:
        """Return how long ago each key was rotated, given which keys the report has as active since when."""
        row = ReportRow(NOW, tuple(ReportKey(active, NOW - ago, None) for active, ago in report))
        found = with_rotation(keys, row, self.GENERATED)
        return [None if one.rotated is None else NOW - one.rotated for one in found]

    def test_the_report_names_no_keys_so_times_are_matched(self) -> None:
        """Scenario 4: exactly where a key was never re-activated, in any order."""
        old, new = key(200 * A_DAY), key(10 * A_DAY, key_id="AKIAB")
        report = ((True, 10 * A_DAY), (True, 200 * A_DAY))
        self.assertEqual(self.rotated([old, new], *report), [200 * A_DAY, 10 * A_DAY])

    def test_a_reactivated_key_takes_what_is_left(self) -> None:
        """Scenario 4: the other key has its own time."""
        old, new = key(200 * A_DAY), key(100 * A_DAY, key_id="AKIAB")
        report = ((True, 100 * A_DAY), (True, 5 * A_DAY))
        self.assertEqual(self.rotated([old, new], *report), [5 * A_DAY, 100 * A_DAY])

    def test_whoever_deleted_the_stale_key_is_not_flagged_again(self) -> None:
        """Scenario 4: of two possible times the remaining key gets the later."""
        for report in (((True, 150 * A_DAY), (True, 5 * A_DAY)), ((True, 5 * A_DAY), (True, 150 * A_DAY))):
            self.assertEqual(self.rotated([key(200 * A_DAY)], *report), [5 * A_DAY])

    def test_the_active_key_gets_the_later_time(self) -> None:
        """Scenario 4: the one that was switched off was the stale one."""
        off, on = key(200 * A_DAY, "Inactive"), key(300 * A_DAY, key_id="AKIAB")
        report = ((True, 150 * A_DAY), (True, 5 * A_DAY))
        self.assertEqual(self.rotated([off, on], *report), [150 * A_DAY, 5 * A_DAY])

    def test_a_key_switched_on_since_the_report_was_rotated_since(self) -> None:
        """Scenario 4: the report had it as inactive."""
        self.assertEqual(self.rotated([key(200 * A_DAY)], (False, 200 * A_DAY)), [timedelta(hours=2)])

    def test_a_key_that_is_still_off_keeps_its_time(self) -> None:
        """Scenario 4: nobody switched it on."""
        self.assertEqual(self.rotated([key(200 * A_DAY, "Inactive")], (False, 200 * A_DAY)), [200 * A_DAY])

    def test_a_key_newer_than_the_report_has_no_time(self) -> None:
        """Scenario 4: its creation counts."""
        self.assertEqual(self.rotated([key(A_SECOND)], (True, 100 * A_DAY)), [None])


class KnownUse(unittest.TestCase):
    """What the report knows of last use."""

    USED = NOW - A_DAY

    def test_the_longest_unused_of_the_active_keys_counts(self) -> None:
        """Scenario 5: the report clears both keys or none."""
        keys = [key(80 * A_DAY), key(80 * A_DAY)]
        row = ReportRow(NOW, (ReportKey(True, NOW, NOW), ReportKey(True, NOW, self.USED)))
        self.assertEqual(known_use(keys, row), self.USED)

    def test_it_cannot_tell_of_a_key_never_used_or_of_other_keys(self) -> None:
        """Scenarios 5 and 6: then the key itself is asked for."""
        on, off = ReportKey(True, NOW, self.USED), ReportKey(False, NOW, self.USED)
        never = ReportKey(True, NOW, None)
        one = key(80 * A_DAY)
        for case, row in (
            ("no row", None),
            ("never used", ReportRow(NOW, (never,))),
            ("one more key", ReportRow(NOW, (on, off))),
            ("inactive then", ReportRow(NOW, (off,))),
        ):
            with self.subTest(case):
                self.assertIsNone(known_use([one], row))
        with self.subTest("one of two switched on since"):
            self.assertIsNone(known_use([one, one], ReportRow(NOW, (on, off))))


if __name__ == "__main__":
    unittest.main()
