"""The judgement, without AWS: to the second, and what is written about it."""

from __future__ import annotations

import time
import unittest
from datetime import UTC, date, datetime, timedelta

from access_keys_judgement import (
    AccessKey,
    User,
    clear_young,
    exempt,
    exemption,
    first_that_fits,
    flag,
    is_stale,
    judge_user,
)
from access_keys_parameters import Limits

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)
LIMITS = Limits(90 * A_DAY, 45 * A_DAY)
AGE_ONLY = Limits(90 * A_DAY)


def key(
    age: timedelta,
    status: str = "Active",
    used: timedelta | None = None,
    *,
    key_id: str = "AKIAAAAAAAAAAAAAAAAA",
) -> AccessKey:
    return AccessKey(key_id, status, NOW - age, None if used is None else NOW - used)


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
            ("a*", "a\n", True),
        ]
        for pattern, name, expected in cases:
            with self.subTest(pattern=pattern, name=name):
                limits = AGE_ONLY._replace(exempt_users=((pattern, None),))
                self.assertIs(bool(exemption(name, {}, limits, NOW.date())), expected)

    def test_the_last_day(self) -> None:
        """Scenarios 7 and 8: it holds on that day, not on the next."""
        limits = AGE_ONLY._replace(exempt_users=(("a", date(2026, 3, 1)),))
        self.assertEqual(exemption("a", {}, limits, date(2026, 3, 1)), "exemptUsers a until 2026-03-01")
        self.assertEqual(exemption("a", {}, limits, date(2026, 3, 2)), "")

    def test_the_day_is_that_of_utc(self) -> None:
        """Scenario 8: judge_user takes it from ``now``."""
        limits = AGE_ONLY._replace(exempt_users=(("a", date(2026, 3, 1)),))
        late = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)
        user = User("AIDA", "a", NOW - 500 * A_DAY)
        for now, expected in ((late - 2 * A_SECOND, "COMPLIANT"), (late, "NON_COMPLIANT")):
            self.assertEqual(judge_user(user, [key(100 * A_DAY)], {}, limits, now).compliance, expected)

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
                self.assertIs(
                    bool(exemption("a", tags, AGE_ONLY._replace(exempt_tag=tag), NOW.date())), expected
                )

    def test_a_pattern_of_many_stars_takes_no_time(self) -> None:
        """Scenario 7: a naive regular expression takes hours for this one."""
        limits = AGE_ONLY._replace(exempt_users=(("*a" * 30 + "b", None),))
        started = time.monotonic()
        self.assertEqual(exemption("a" * 64, {}, limits, NOW.date()), "")
        self.assertLess(time.monotonic() - started, 1)


class Annotation(unittest.TestCase):
    """What is written about a user."""

    LONG = "n" * 64

    def says(self, limits: Limits, *keys: AccessKey, tags: dict[str, str] | None = None) -> str:
        """Judge a user with the longest name."""
        user = User("AIDA", self.LONG, NOW - 5000 * A_DAY)
        return judge_user(user, keys, tags or {}, limits, NOW).annotation

    def test_two_stale_keys_of_the_longest_name_fit_with_their_ages(self) -> None:
        """Scenario 3: names have at most 64 characters, keys 20, a user two keys."""
        one, two = key(4000 * A_DAY), key(3900 * A_DAY, key_id="AKIABBBBBBBBBBBBBBBB")
        text = self.says(AGE_ONLY, one, two)
        self.assertLessEqual(len(text), 256)
        self.assertIn(f"{one.key_id} is 4000 days old (limit 90); {two.key_id} is 3900 days", text)

    def test_what_would_not_fit_is_put_shorter_and_never_cut(self) -> None:
        """Scenario 5: the longest reason, twice."""
        limits = Limits(3650 * A_DAY, 3000 * A_DAY)
        one = key(3600 * A_DAY, used=3000 * A_DAY + A_SECOND)
        two = key(3500 * A_DAY, used=3000 * A_DAY + A_SECOND, key_id="AKIABBBBBBBBBBBBBBBB")
        self.assertEqual(
            self.says(limits, one, two),
            f"{self.LONG} has stale access keys: {one.key_id} (3600 days old, unused 3000 days),"
            f" {two.key_id} (3500 days old, unused 3000 days).",
        )

    def test_the_longest_exemption_fits(self) -> None:
        """Scenario 9: a tag may have 128 and 256 characters; the parameter is named at least."""
        limits = AGE_ONLY._replace(exempt_tag=f"{'k' * 128}={'v' * 256}")
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

    def test_every_stale_key_is_named_however_many(self) -> None:
        """Scenario 3: a quota can be raised; the words get shorter before a key is left out."""
        for count, says in (
            (3, "(limit 90)"),
            (4, "days old)"),
            (7, f"{self.LONG} has stale access keys: AKIA"),
            (8, f"{self.LONG} stale: AKIA"),
        ):
            keys = [key((200 + n) * A_DAY, key_id=f"AKIA{n:016}") for n in range(count)]
            text = self.says(AGE_ONLY, *keys)
            self.assertLessEqual(len(text), 256)
            self.assertIn(says, text)
            self.assertEqual([one.key_id in text for one in keys], [True] * count)

    def test_what_does_not_fit_at_all_is_counted(self) -> None:
        """Scenario 3: 8 ids of 20 characters fit beside the longest name; the oldest are named."""
        keys = [key((200 + n) * A_DAY, key_id=f"AKIA{n:016}") for n in range(20)]
        text = self.says(AGE_ONLY, *keys)
        oldest = " ".join(one.key_id for one in reversed(keys[12:]))
        self.assertEqual(text, f"{self.LONG} stale: {oldest} and 12 more")

    def test_the_same_of_an_exempt_user(self) -> None:
        """Scenario 7: by what is said first, and the keys are named."""
        keys = [key((200 + n) * A_DAY, key_id=f"AKIA{n:016}") for n in range(7)]
        text = self.says(AGE_ONLY._replace(exempt_users=(("n*", None),)), *keys)
        self.assertTrue(text.startswith(f"{self.LONG} exempt by exemptUsers: AKIA"))
        self.assertEqual([one.key_id in text for one in keys], [True] * 7)
        self.assertLessEqual(len(text), 256)

    def test_256_characters_fit_and_257_do_not(self) -> None:
        """Scenario 7: the longest text that fits is taken."""
        old = [key(100 * A_DAY)]
        room = 256 - len(first_that_fits(exempt("n", "exemptUsers ", old, AGE_ONLY, NOW)))
        fits, does_not = (
            first_that_fits(exempt("n", f"exemptUsers {'x' * length}", old, AGE_ONLY, NOW))
            for length in (room, room + 1)
        )
        self.assertEqual((len(fits), fits[-12:]), (256, " (limit 90)."))
        self.assertIn("(100 days old)", does_not)

    def test_at_the_age_limit_only_its_disuse_is_wrong(self) -> None:
        """Scenario 6: ninety days are not more than ninety days, but never used."""
        one = key(90 * A_DAY)
        says = f"n has a stale access key: {one.key_id} is 90 days old and was never used (limit 45)."
        self.assertEqual(first_that_fits(flag("n", [one], LIMITS, NOW)), says)
        name = "n" * 170
        says = f"{name} has a stale access key: {one.key_id} (90 days old, unused 90 days)."
        self.assertEqual(first_that_fits(flag(name, [one], LIMITS, NOW)), says)


class Young(unittest.TestCase):
    """Whom nobody needs to read."""

    def test_a_user_exactly_as_old_as_the_shortest_limit_has_no_stale_key(self) -> None:
        """Scenario 2: a key of the same second would be at the limit, not past it."""
        for limits, limit in ((AGE_ONLY, 90 * A_DAY), (LIMITS, 45 * A_DAY)):
            for age, cleared in ((limit, True), (limit + A_SECOND, False)):
                verdict = clear_young(User("AIDA", "a", NOW - age), limits, NOW)
                self.assertIs(verdict is not None, cleared)


if __name__ == "__main__":
    unittest.main()
