"""Tests of how users are read: how far a message says the rule came, and what the log counts."""

from __future__ import annotations

import threading
import unittest
from typing import Any

import boto3
from botocore.exceptions import ReadTimeoutError

import access_keys_reading
import access_keys_report
from access_keys_embedded_test import Context, EmbeddedAccount, Key
from access_keys_parameters import OutOfTime
from ACCESS_KEYS_ROTATED_CUSTOM import EvaluationFailed

LOG = "ACCESS_KEYS_ROTATED_CUSTOM"


class CountedContext(Context):
    """Has time until the clock is looked at for the given time; counts the looks."""

    def __init__(self, ends_with: int = 0) -> None:
        super().__init__()
        self.looks, self._ends_with = 0, ends_with

    def get_remaining_time_in_millis(self) -> int:
        """Return the time left."""
        self.looks += 1
        return 4_000 if self.looks == self._ends_with else 60_000


class WithAccount(unittest.TestCase):
    """Each test has an account of its own."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        self.account = EmbeddedAccount()
        self.enterContext(self.account)
        self.context = Context()

    def stop_the_clock(self, _: str) -> None:
        """Leave less time than reporting takes."""
        self.context.milliseconds = 4_000


class Counting(WithAccount):
    """What the log says."""

    def test_calls_retries_and_users_are_counted(self) -> None:
        """Scenario 17: the log says how often a call was tried again."""
        self.account.add_user("stale", Key(100))
        self.account.add_user("fresh", Key(10))
        self.account.add_user("other-fresh", Key(10))
        self.account.add_user("none")
        self.account.fail("ListUsers", "Throttling")
        with self.assertLogs(LOG, "INFO") as log:
            self.account.evaluate()
        calls = sum(self.account.calls.values())
        self.assertEqual(
            log.output,
            [
                f"INFO:{LOG}:IAM was called {calls} times; 1 retries.",
                f"INFO:{LOG}:4 users, 1 NON_COMPLIANT.",
            ],
        )

    def test_a_call_that_nobody_answers_is_counted(self) -> None:
        """Scenario 17: it cost its time like any other."""

        def lose(_: str) -> None:
            raise ReadTimeoutError(endpoint_url="")

        self.account.on("GetCredentialReport", lose)
        with self.assertLogs(LOG, "INFO") as log:
            self.account.evaluate()
        calls = sum(self.account.calls.values())
        self.assertIn(f"INFO:{LOG}:IAM was called {calls} times; 0 retries.", log.output)

    def test_users_are_listed_a_thousand_a_page(self) -> None:
        """The most that IAM gives at once."""
        sizes = []

        def note(params: dict[str, Any], **_: Any) -> None:
            sizes.append(params["body"]["MaxItems"])

        events: Any = boto3._get_default_session().events
        events.register("before-call.iam.ListUsers", note)
        self.account.evaluate()
        self.assertEqual(sizes, [1000, 1000])


class Imports(unittest.TestCase):
    """What the function has no package for."""

    def test_types_are_for_the_checker_only(self) -> None:
        """Nobody zips mypy_boto3 with the rule."""
        for module in (access_keys_reading, access_keys_report):
            self.assertNotIn("IAMClient", vars(module))


class RunningOutOfTime(WithAccount):
    """Scenario 18, moment by moment."""

    def test_while_users_are_listed_none_is_judged(self) -> None:
        """Scenario 18: not even those whom the report clears."""
        self.account.add_user("none")
        self.account.on("ListUsers", self.stop_the_clock)
        with self.assertRaisesRegex(OutOfTime, "has judged 0 of 1 users"):
            self.account.evaluate(context=self.context)

    def test_with_the_last_look_all_are_judged_and_none_is_reported(self) -> None:
        """Scenario 18: what is left must do for reporting."""
        self.account.add_user("none")
        looks = CountedContext()
        self.account.evaluate(context=looks)
        with self.assertRaisesRegex(OutOfTime, "has judged 1 of 1 users"):
            self.account.evaluate(context=CountedContext(ends_with=looks.looks))
        self.assertEqual(self.account.put, 1)

    def rename_one_of_two(self, on_second_look: Any) -> None:
        """Rename one of two users before the keys are listed; do something when they are again."""
        self.account.add_user("stays", Key(100))
        self.account.add_user("before", Key(100))
        self.account.make_report()
        users = self.account.backend.users

        def look(name: str) -> str | None:
            if name == "before":
                users["after"] = users.pop("before")
                users["after"].name = "after"
            return on_second_look(name) if name == "after" else None

        self.account.on("ListAccessKeys", look)

    def test_while_a_renamed_user_is_looked_for_the_others_are_judged(self) -> None:
        """Scenario 18: the second listing."""
        listings = []

        def listed(_: str) -> None:
            listings.append(1)
            if len(listings) == 2:
                self.stop_the_clock("")

        self.rename_one_of_two(lambda _: None)
        self.account.on("ListUsers", listed)
        with self.assertRaisesRegex(OutOfTime, "has judged 1 of 2 users"):
            self.account.evaluate(context=self.context)

    def test_while_a_renamed_user_is_read_the_others_are_judged(self) -> None:
        """Scenario 18: the second reading, whose answer does not come."""
        answered, ended = threading.Event(), []
        self.addCleanup(answered.set)

        def hang(name: str) -> str:
            self.stop_the_clock(name)
            ended.append(answered.wait(60))
            return "AccessDenied"

        self.rename_one_of_two(hang)
        with self.assertRaisesRegex(OutOfTime, "has judged 1 of 2 users"):
            self.account.evaluate(context=self.context)
        self.assertEqual(ended, [])

    def test_what_was_not_begun_is_not_begun_any_more(self) -> None:
        """Scenario 18: the function is over; nothing of it goes on in the next invocation."""
        answered = threading.Event()
        self.addCleanup(answered.set)
        for number in range(40):
            self.account.add_user(f"user-{number:02}", Key(100))

        def hang(name: str) -> str:
            self.stop_the_clock(name)
            answered.wait(60)
            return "AccessDenied"

        self.account.on("ListAccessKeys", hang)
        with self.assertRaises(OutOfTime):
            self.account.evaluate(context=self.context)
        answered.set()
        threading.Event().wait(0.5)  # time.sleep is the account's
        self.assertLessEqual(self.account.calls["ListAccessKeys"], 10)


class Slow(WithAccount):
    """An answer that takes longer than the rule's look at the clock."""

    def test_it_is_waited_for(self) -> None:
        """Scenario 3: all the same."""
        self.account.add_user("stale", Key(100))

        def answer_late(_: str) -> None:
            threading.Event().wait(0.8)

        self.account.on("ListAccessKeys", answer_late)
        self.assertEqual(self.account.evaluate()["stale"][0], "NON_COMPLIANT")

    def test_it_is_not_left_behind_by_an_error(self) -> None:
        """Scenario 16: nothing goes on in the next invocation."""
        self.account.add_user("refused", Key(100))
        self.account.add_user("slow", Key(100))
        begun, answered = threading.Event(), []

        def answer(name: str) -> str | None:
            if name == "refused":
                begun.wait(60)
                return "AccessDenied"
            begun.set()
            threading.Event().wait(0.3)
            answered.append(name)
            return None

        self.account.on("ListAccessKeys", answer)
        with self.assertRaisesRegex(EvaluationFailed, "AccessDenied"):
            self.account.evaluate()
        self.assertEqual(answered, ["slow"])


if __name__ == "__main__":
    unittest.main()
