"""The annotations at their limits: of 256 characters, and of the two ages."""

from __future__ import annotations

import unittest
from datetime import UTC, datetime, timedelta

from access_keys_rotated_annotation import exempt, stale
from access_keys_rotated_parameters import Parameters
from access_keys_rotated_records import AccessKey

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
LIMITS = Parameters(max_access_key_age=90 * A_DAY, max_credential_usage_age=45 * A_DAY)
OLD = AccessKey("AKIAAAAAAAAAAAAAAAAA", "Active", NOW - 100 * A_DAY)
AT_THE_LIMIT = OLD._replace(created=NOW - 90 * A_DAY)


class Length(unittest.TestCase):
    """What fits."""

    def test_256_characters_fit_and_257_do_not(self) -> None:
        """Scenario 7: the longest text that fits is taken."""
        room = 256 - len(exempt("n", "exemptUsers ", [OLD], LIMITS, NOW))
        fits, does_not = (
            exempt("n", f"exemptUsers {'x' * length}", [OLD], LIMITS, NOW) for length in (room, room + 1)
        )
        self.assertEqual((len(fits), fits[-12:]), (256, " (limit 90)."))
        self.assertIn("(100 days old)", does_not)

    def test_where_nothing_fits_the_shortest_is_said(self) -> None:
        """Scenarios 3 and 7: no name is that long, but nothing is cut even then."""
        for name in ("n" * 185, "n" * 300):
            self.assertEqual(
                exempt(name, "exemptTag a=b", [OLD, OLD], LIMITS, NOW),
                f"{name} is exempt by exemptTag from having stale access keys.",
            )
            self.assertEqual(stale(name, [OLD, OLD], LIMITS, NOW), f"{name} has stale access keys.")


class Reason(unittest.TestCase):
    """What is wrong with a key that is just as old as it may be."""

    def test_at_the_age_limit_only_its_disuse_is_wrong(self) -> None:
        """Scenario 6: ninety days are not more than ninety days, but never used."""
        self.assertEqual(
            stale("n", [AT_THE_LIMIT], LIMITS, NOW),
            "n has a stale access key: AKIAAAAAAAAAAAAAAAAA is 90 days old and was never used (limit 45).",
        )

    def test_the_same_in_short(self) -> None:
        """Scenario 6: where the name leaves less room."""
        name = "n" * 170
        self.assertEqual(
            stale(name, [AT_THE_LIMIT], LIMITS, NOW),
            f"{name} has a stale access key: AKIAAAAAAAAAAAAAAAAA (90 days old, unused 90 days).",
        )


if __name__ == "__main__":
    unittest.main()
