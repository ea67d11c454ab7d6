"""What the credential report can tell of a key's last use, to the second: it names no keys."""

import unittest
from datetime import UTC, datetime, timedelta

from access_keys_judgement import AccessKey, User
from access_keys_report import Report, ReportKey, ReportRow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)
USER = User("AIDA", "a", NOW - 500 * A_DAY)
KEY = AccessKey("AKIA", "Active", NOW - 80 * A_DAY)


def used_since(*keys: ReportKey, more: bool = False, created: datetime = USER.created) -> timedelta | None:
    """Return how long before now the report saw the key used."""
    report = Report(NOW, {"a": ReportRow(created, keys, more)})
    used = report.used_since(USER, KEY)
    return None if used is None else NOW - used


class LastUse(unittest.TestCase):
    """Scenario 2: a use clears a key if every key of the report that may be this one was used since."""

    def test_one_key(self) -> None:
        """Created when this one was, or switched on again since."""
        for rotated in (KEY.created, KEY.created + 9 * A_DAY, KEY.created - A_SECOND):
            self.assertEqual(used_since(ReportKey(rotated, NOW - A_DAY)), A_DAY)

    def test_a_key_that_was_there_before_this_one_is_another(self) -> None:
        """Its use, or disuse, says nothing."""
        own, other = ReportKey(KEY.created, NOW - A_DAY), KEY.created - 2 * A_SECOND
        self.assertEqual(used_since(ReportKey(other, None), own), A_DAY)
        self.assertIsNone(used_since(ReportKey(other, NOW)))

    def test_of_two_that_it_may_be_the_longer_unused_counts(self) -> None:
        """Either may be this one."""
        keys = (ReportKey(KEY.created, NOW - A_DAY), ReportKey(NOW - 9 * A_DAY, NOW - 3 * A_DAY))
        self.assertEqual(used_since(*keys), 3 * A_DAY)

    def test_it_cannot_tell(self) -> None:
        """Then the key itself is asked for."""
        own = ReportKey(KEY.created, NOW - A_DAY)
        self.assertIsNone(used_since(), "no key")
        self.assertIsNone(used_since(own._replace(used=None)), "never used")
        self.assertIsNone(used_since(own, ReportKey(None, None)), "a key of unknown age")
        self.assertIsNone(used_since(own, more=True), "keys that it does not show")
        self.assertIsNone(used_since(own, created=USER.created - 3 * A_SECOND), "an earlier user of the name")
        self.assertEqual(
            used_since(own, created=USER.created - A_SECOND), A_DAY, "its times have no fraction"
        )


if __name__ == "__main__":
    unittest.main()
