"""When the rule stops: to the millisecond, and with more time kept for more users."""

from __future__ import annotations

import unittest

from access_keys_rotated_deadline import Deadline, OutOfTime


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
