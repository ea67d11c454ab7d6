"""The scenarios of the rule's contract: the function runs, and what reaches Config is read back."""

from __future__ import annotations

import random
import threading
import unittest
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError

from access_keys_embedded_test import Context, EmbeddedAccount, Key
from access_keys_parameters import OutOfTime
from ACCESS_KEYS_ROTATED_CUSTOM import ACCESS_KEYS_ROTATED_CUSTOM, EvaluationFailed

LOG = "ACCESS_KEYS_ROTATED_CUSTOM"
HOUR, SECOND = 1 / 24, 1 / 86400


def always(code: str) -> Callable[[str], str]:
    """Answer every attempt with this error code."""
    return lambda _: code


def gone(user: Any, code: str) -> Callable[[str], str]:
    """Delete the user's keys, and answer with this error code."""

    def answer(_: str) -> str:
        user.access_keys.clear()
        return code

    return answer


class WithAccount(unittest.TestCase):
    """Each test has an account of its own."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        self.account = EmbeddedAccount()
        self.enterContext(self.account)


class Age(WithAccount):
    """Keys older than the limit."""

    def test_a_user_without_an_active_key_is_compliant(self) -> None:
        """Scenario 1: no key at all, or none that is active, read where the report cannot be."""
        self.account.on("GetCredentialReport", lambda _: "AccessDenied")
        self.account.add_user("none")
        self.account.add_user("off", Key(300, "Inactive"))
        self.assertEqual(
            self.account.evaluate(),
            {
                "none": ("COMPLIANT", "none has no active access key."),
                "off": ("COMPLIANT", "off has no active access key."),
            },
        )

    def test_a_key_just_within_the_limit_is_fresh(self) -> None:
        """Scenario 2: ninety days are not more than ninety days; a minute is left for the test to run."""
        self.account.add_user("edge", Key(90 - 60 * SECOND), Key(5))
        self.assertEqual(
            self.account.evaluate(),
            {"edge": ("COMPLIANT", "No active access key of edge is older than 90 days.")},
        )

    def test_ninety_days_and_five_hours_are_more_than_ninety_days(self) -> None:
        """Scenario 3: tools that count whole days let this one pass."""
        self.account.add_user("edge", Key(90 + 5 * HOUR))
        (key,) = self.account.key_ids("edge")
        says = f"edge has a stale access key: {key} is 90 days and 5 h old (limit 90)."
        self.assertEqual(self.account.evaluate(), {"edge": ("NON_COMPLIANT", says)})

    def test_every_stale_key_is_named_with_its_age(self) -> None:
        """Scenario 3: both keys, the oldest first."""
        self.account.add_user("two", Key(100), Key(200))
        younger, older = self.account.key_ids("two")
        says = (
            f"two has stale access keys: {older} is 200 days old (limit 90);"
            f" {younger} is 100 days old (limit 90)."
        )
        self.assertEqual(self.account.evaluate(), {"two": ("NON_COMPLIANT", says)})

    def test_only_the_stale_one_of_two_keys_is_named(self) -> None:
        """Scenario 3: an old inactive key beside a stale active one is not the user's fault."""
        self.account.add_user("mixed", Key(500, "Inactive"), Key(91))
        says = f"mixed has a stale access key: {self.account.key_ids('mixed')[1]} is 91 days old (limit 90)."
        self.assertEqual(self.account.evaluate(), {"mixed": ("NON_COMPLIANT", says)})

    def test_an_old_inactive_key_beside_a_fresh_one_is_compliant(self) -> None:
        """Scenario 2: only active keys count."""
        self.account.add_user("mixed", Key(500, "Inactive"), Key(5))
        self.assertEqual(self.account.evaluate()["mixed"][0], "COMPLIANT")

    def test_the_limit_is_a_parameter(self) -> None:
        """Scenarios 2 and 3: as a string and as a number."""
        self.account.add_user("user", Key(45))
        self.assertEqual(self.account.evaluate({"maxAccessKeyAge": "44"})["user"][0], "NON_COMPLIANT")
        self.assertEqual(self.account.evaluate({"maxAccessKeyAge": 46})["user"][0], "COMPLIANT")

    def test_a_user_under_a_path_is_judged_like_any_other(self) -> None:
        """Scenario 3: the path is no part of the name."""
        self.account.add_user("deep", Key(91), path="/division/team/")
        self.assertEqual(self.account.evaluate()["deep"][0], "NON_COMPLIANT")

    def test_users_are_reported_in_the_order_of_their_names(self) -> None:
        """A user's place does not depend on which thread was faster."""
        for name in ("d", "b", "a", "c"):
            self.account.add_user(name, Key(91))
        self.assertEqual(list(self.account.evaluate()), ["a", "b", "c", "d"])

    def test_an_account_without_users_has_nothing_to_evaluate(self) -> None:
        """Scenario 19: rdklib reports an empty list, which is no error."""
        self.assertEqual(self.account.evaluate(), {})
        self.assertEqual(self.account.put, 1)


class Reactivated(WithAccount):
    """A key that was switched off and on again."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        super().setUp()
        self.account.add_user("toggled", Key(200, rotated=3))

    def test_a_reactivated_key_keeps_its_age(self) -> None:
        """Scenario 4: toggling a key does not launder it, though the report has it as 3 days old."""
        (key,) = self.account.key_ids("toggled")
        says = f"toggled has a stale access key: {key} is 200 days old (limit 90)."
        self.assertEqual(self.account.evaluate(), {"toggled": ("NON_COMPLIANT", says)})

    def test_a_key_switched_on_since_the_report_counts(self) -> None:
        """Scenario 3: the report has it as inactive, so it shows a key, and the user is read."""
        self.account.add_user("back", Key(200, "Inactive"))
        self.account.make_report()
        self.account.backend.users["back"].access_keys[0].status = "Active"
        self.assertEqual(self.account.evaluate()["back"][0], "NON_COMPLIANT")

    def test_a_key_switched_off_since_the_report_does_not_count(self) -> None:
        """Scenario 1: the live keys decide."""
        self.account.make_report()
        self.account.backend.users["toggled"].access_keys[0].status = "Inactive"
        says = ("COMPLIANT", "toggled has no active access key.")
        self.assertEqual(self.account.evaluate(), {"toggled": says})


class Disuse(WithAccount):
    """Keys that nobody uses."""

    LIMITS = {"maxCredentialUsageAge": "45"}  # noqa: RUF012 - read only

    def test_a_key_unused_for_too_long_is_stale(self) -> None:
        """Scenario 5: young enough, but idle."""
        self.account.add_user("idle", Key(80, used=50))
        (key,) = self.account.key_ids("idle")
        says = f"idle has a stale access key: {key} is 80 days old and was last used 50 days ago (limit 45)."
        self.assertEqual(self.account.evaluate(self.LIMITS), {"idle": ("NON_COMPLIANT", says)})

    def test_never_used_counts_from_creation(self) -> None:
        """Scenario 6: not from today, and not from the dawn of time."""
        self.account.add_user("never", Key(60))
        self.account.add_user("new", Key(10))
        (key,) = self.account.key_ids("never")
        says = f"never has a stale access key: {key} is 60 days old and was never used (limit 45)."
        found = self.account.evaluate(self.LIMITS)
        self.assertEqual(found["never"], ("NON_COMPLIANT", says))
        self.assertEqual(found["new"][0], "COMPLIANT")

    def test_the_report_clears_a_key_that_was_used(self) -> None:
        """Scenario 2: no further call is made for it."""
        self.account.add_user("busy", Key(80, used=1), Key(85, "Inactive", used=84))
        says = "No active access key of busy is older than 90 days or unused for more than 45 days."
        self.assertEqual(self.account.evaluate(self.LIMITS), {"busy": ("COMPLIANT", says)})
        self.assertEqual(self.account.calls["GetAccessKeyLastUsed"], 0)

    def test_the_report_clears_the_only_key_too(self) -> None:
        """Scenario 2: the report has columns for a second one, which does not exist."""
        self.account.add_user("busy", Key(80, used=1))
        self.assertEqual(self.account.evaluate(self.LIMITS)["busy"][0], "COMPLIANT")
        self.assertEqual(self.account.calls["GetAccessKeyLastUsed"], 0)

    def test_a_key_used_since_the_report_is_not_flagged(self) -> None:
        """Scenario 2: the report says idle, GetAccessKeyLastUsed says otherwise."""
        self.account.add_user("woken", Key(80, used=50))
        self.account.make_report()
        self.account.use("woken", 0.1)
        self.assertEqual(self.account.evaluate(self.LIMITS)["woken"][0], "COMPLIANT")

    def test_a_key_switched_on_while_another_was_switched_off_is_asked_for_itself(self) -> None:
        """Scenario 5: the report knows as many active keys as there are, and they are not the same."""
        self.account.add_user("traded", Key(70, used=1), Key(80, "Inactive", used=79))
        self.account.make_report()
        for key in self.account.backend.users["traded"].access_keys:
            key.status = "Inactive" if key.status == "Active" else "Active"
        self.assertEqual(self.account.evaluate(self.LIMITS)["traded"][0], "NON_COMPLIANT")

    def test_disuse_is_not_checked_unless_asked_for(self) -> None:
        """Scenario 2: and costs nothing then."""
        self.account.add_user("idle", Key(80))
        self.assertEqual(self.account.evaluate()["idle"][0], "COMPLIANT")
        self.assertEqual(self.account.calls["GetAccessKeyLastUsed"], 0)


class Exempt(WithAccount):
    """Users who are left alone."""

    def test_by_name(self) -> None:
        """Scenario 7: the pattern matches in any case, and the annotation says from what it exempts."""
        self.account.add_user("SVC-backup", Key(100))
        (key,) = self.account.key_ids("SVC-backup")
        says = f"SVC-backup is exempt by exemptUsers svc-*: {key} is 100 days old (limit 90)."
        found = self.account.evaluate({"exemptUsers": "root?, svc-*"})
        self.assertEqual(found, {"SVC-backup": ("COMPLIANT", says)})

    def test_until_the_end_of_the_last_day(self) -> None:
        """Scenario 7: today is still covered."""
        today = datetime.now(UTC).date()
        self.account.add_user("svc", Key(100))
        (key,) = self.account.key_ids("svc")
        says = f"svc is exempt by exemptUsers s?c until {today}: {key} is 100 days old (limit 90)."
        self.assertEqual(self.account.evaluate({"exemptUsers": f"s?c:{today}"}), {"svc": ("COMPLIANT", says)})

    def test_no_longer_on_the_day_after(self) -> None:
        """Scenario 8: the exemption ended yesterday."""
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        self.account.add_user("svc", Key(100))
        found = self.account.evaluate({"exemptUsers": f"svc:{yesterday}"})
        self.assertEqual(found["svc"][0], "NON_COMPLIANT")

    def test_by_tag(self) -> None:
        """Scenario 9: the tag's key in any case."""
        self.account.add_user("tagged", Key(100), tags={"Rotation": "manual"})
        (key,) = self.account.key_ids("tagged")
        says = f"tagged is exempt by exemptTag rotation=manual: {key} is 100 days old (limit 90)."
        found = self.account.evaluate({"exemptTag": "rotation=manual"})
        self.assertEqual(found, {"tagged": ("COMPLIANT", says)})

    def test_by_the_tags_key_alone(self) -> None:
        """Scenario 9: without a value any value does."""
        self.account.add_user("tagged", Key(100), tags={"Rotation": "whatever"})
        self.assertEqual(self.account.evaluate({"exemptTag": "rotation"})["tagged"][0], "COMPLIANT")

    def test_not_by_another_value_of_the_tag(self) -> None:
        """Scenario 3: the value is compared exactly."""
        self.account.add_user("tagged", Key(100), tags={"rotation": "Manual"})
        found = self.account.evaluate({"exemptTag": "rotation=manual"})
        self.assertEqual(found["tagged"][0], "NON_COMPLIANT")

    def test_tags_are_read_for_flagged_users_only(self) -> None:
        """Scenario 9: one call for the stale user, none for the fresh one."""
        self.account.add_user("fresh", Key(5), tags={"rotation": "manual"})
        self.account.add_user("tagged", Key(100), tags={"rotation": "manual"})
        self.account.evaluate({"exemptTag": "rotation=manual"})
        self.assertEqual(self.account.calls["GetUser"], 1)


class Meanwhile(WithAccount):
    """The account changes while the rule runs."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        super().setUp()
        self.account.add_user("alice", Key(100))
        self.account.add_user("bob", Key(5))

    def on_alice(self, operation: str, change: str) -> None:
        """Change the account once, just before the rule asks for alice."""
        waiting = [getattr(self, change)]
        self.account.on(operation, lambda name: waiting.pop()() if name == "alice" and waiting else None)

    def delete(self) -> None:
        """Delete alice."""
        del self.account.backend.users["alice"]

    def rename(self) -> None:
        """Rename alice."""
        self.account.backend.update_user("alice", None, "alicia")

    def reuse(self) -> None:
        """Delete alice, and create another user of that name."""
        self.delete()
        self.account.add_user("alice", Key(5), age=6)

    def swap(self) -> None:
        """Rename alice, then give her name to bob."""
        self.rename()
        self.account.backend.update_user("bob", None, "alice")

    def test_a_user_deleted_meanwhile_is_left_out(self) -> None:
        """Scenario 10: deleted before the keys are listed, or after; bob is judged all the same."""
        for operation in ("ListAccessKeys", "GetUser"):
            with self.subTest(operation):
                self.on_alice(operation, "delete")
                self.assertEqual(set(self.account.evaluate()), {"bob"})
                self.account.add_user("alice", Key(100))

    def test_a_user_renamed_meanwhile_is_judged_under_the_new_name(self) -> None:
        """Scenario 11: leaving a user out would make rdklib withdraw the result."""
        self.on_alice("ListAccessKeys", "rename")
        found = self.account.evaluate()
        (key,) = self.account.key_ids("alicia")
        says = f"alicia has a stale access key: {key} is 100 days old (limit 90)."
        self.assertEqual(found["alicia"], ("NON_COMPLIANT", says))
        self.assertEqual(set(found), {"alicia", "bob"})

    def test_a_name_that_passes_to_another_user_is_noticed_by_id(self) -> None:
        """Scenario 11: alice's verdict goes with alice, who is called alicia now."""
        self.on_alice("GetUser", "swap")
        self.assertEqual(self.account.evaluate()["alicia"][0], "NON_COMPLIANT")

    def test_a_name_used_again_does_not_bring_the_earlier_user_back(self) -> None:
        """Scenarios 10 and 11: the stale keys were those of a user who is gone; the new one is judged."""
        self.on_alice("GetUser", "reuse")
        found = self.account.evaluate()
        self.assertEqual(
            {name: one for name, (one, _) in found.items()}, dict.fromkeys(["alice", "bob"], "COMPLIANT")
        )
        self.assertEqual(self.account.evaluations, 2)

    def test_a_name_that_passed_on_is_noticed_where_nothing_is_stale_under_it(self) -> None:
        """Scenario 11: alice is cleared by bob's fresh key, then listed as alicia."""
        self.on_alice("ListAccessKeys", "swap")
        found = self.account.evaluate()
        self.assertEqual([found[name][0] for name in ("alice", "alicia")], ["COMPLIANT", "NON_COMPLIANT"])

    def test_a_user_renamed_past_the_pages_of_the_first_listing_is_judged(self) -> None:
        """Scenario 11: the second listing has the user; left out, rdklib would withdraw the result."""
        self.account.hidden["alice"] = 1
        self.assertEqual(self.account.evaluate()["alice"][0], "NON_COMPLIANT")

    def test_a_user_renamed_past_the_pages_of_the_second_listing_is_judged(self) -> None:
        """Scenarios 10 and 11: only two listings without a user say that the user is gone."""
        self.account.hidden["alice"] = 2
        self.assertEqual(self.account.evaluate()["alice"][0], "NON_COMPLIANT")

    def test_a_user_on_two_pages_has_one_verdict_under_the_later_name(self) -> None:
        """Scenario 11: renamed while the pages come."""
        self.rename()
        self.account.earlier_names["alicia"] = "alice"
        self.assertEqual(set(self.account.evaluate()), {"alicia", "bob"})
        self.assertEqual(self.account.evaluations, 2)

    def test_a_user_who_is_listed_and_never_found_is_an_error(self) -> None:
        """Scenario 16: the state is unknown, so nobody is left out quietly."""
        self.account.on("ListAccessKeys", lambda name: "NoSuchEntity" if name == "alice" else None)
        with self.assertRaisesRegex(RuntimeError, "lists these users and does not find them: alice"):
            self.account.evaluate()
        self.assertEqual(self.account.pauses, [2, 4])
        self.assertEqual(self.account.put, 0)

    def test_a_key_that_is_gone_when_its_last_use_is_asked_does_not_count(self) -> None:
        """Scenario 10: AWS refuses to tell (AccessDenied), others do not find it; the key list decides."""
        for number, code in enumerate(("AccessDenied", "NoSuchEntity")):
            name = f"carol-{number}"
            self.account.add_user(name, Key(80))
            user = self.account.backend.users[name]
            self.account.forget()
            self.account.on("GetAccessKeyLastUsed", gone(user, code))
            found = self.account.evaluate({"maxCredentialUsageAge": "45"})
            self.assertEqual(found[name], ("COMPLIANT", f"{name} has no active access key."))

    def test_a_refused_question_about_a_key_that_is_there_is_an_error(self) -> None:
        """Scenario 16: the same answer; nothing is concluded from it."""
        self.account.add_user("carol", Key(80))
        self.account.on("GetAccessKeyLastUsed", lambda _: "AccessDenied")
        with self.assertRaisesRegex(EvaluationFailed, "AccessDenied"):
            self.account.evaluate({"maxCredentialUsageAge": "45"})
        self.assertEqual(self.account.put, 0)


class CredentialReport(WithAccount):
    """What the report clears, and what becomes of its own delays, refusals and gaps."""

    EXPECTED = {"none": "COMPLIANT", "stale": "NON_COMPLIANT"}  # noqa: RUF012 - read only

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        super().setUp()
        self.account.add_user("none")
        self.account.add_user("stale", Key(100))

    def check(self, listed: int, says: str = "", context: Context | None = None) -> None:
        """Evaluate: the verdicts are right, so many users' keys were listed, and the log says so."""
        self.account.calls.clear()
        self.account.pauses.clear()
        with self.assertLogs(LOG, "INFO") as log:
            found = self.account.evaluate(context=context)
        self.assertEqual({name: one for name, (one, _) in found.items()}, self.EXPECTED)
        self.assertEqual(self.account.calls["ListAccessKeys"], listed)
        warned = [line for line in log.output if line.startswith("WARNING")]
        self.assertEqual(len(warned), 1 if says else 0)
        self.assertIn(says, "".join(warned))

    def test_it_clears_whoever_shows_no_key_and_says_of_when_it_is(self) -> None:
        """Scenario 13: two of three users cost no call; an inactive key is a key."""
        self.account.add_user("young", Key(3), age=4)
        self.account.add_user("off", Key(300, "Inactive"))
        found = self.account.evaluate()
        made = f"{self.account.now - timedelta(hours=1):%Y-%m-%d %H:%M} UTC"
        says = f"none has no access key, by the credential report of {made}."
        self.assertEqual(found["none"], ("COMPLIANT", says))
        says = "young was created within 90 days and so were its access keys, if any."
        self.assertEqual(found["young"], ("COMPLIANT", says))
        self.assertEqual(found["off"], ("COMPLIANT", "off has no active access key."))
        self.assertEqual(self.account.calls["ListAccessKeys"], 2)

    def test_a_third_key_is_seen(self) -> None:
        """Scenario 15: the report has columns for two, and a quota can be raised."""
        self.account.add_user("three", Key(400, "Inactive"), Key(300, "Inactive"), Key(200))
        self.assertEqual(self.account.evaluate()["three"][0], "NON_COMPLIANT")

    def test_a_key_that_only_the_additional_information_tells_of_is_seen(self) -> None:
        """Scenario 15: nothing in the two columns clears nobody."""
        self.account.add_user("more", Key(200))
        row = self.account.row("more")
        self.account.edit_report(row, ",".join(row.split(",")[:3]) + ",false,N/A,N/A,false,N/A,N/A,1 more")
        self.assertEqual(self.account.evaluate()["more"][0], "NON_COMPLIANT")

    def test_a_row_that_cannot_be_read_is_looked_at_and_stops_nobody(self) -> None:
        """Scenario 15: that user is read instead, and the log says so."""
        row = self.account.row("none")
        for bad in (
            f"{row},",  # a comma in a cell
            row.rpartition(",")[0],
            row.replace("2", "never, 2", 1),
            row.replace("+00:00", ""),
            f"{row}\n{row}",  # the same name again
        ):
            with self.subTest(bad):
                self.account.edit_report(row, bad)
                self.check(
                    listed=2, says="1 rows of the credential report cannot be read, the first is of 'none'"
                )

    def test_of_rows_that_cannot_be_read_the_first_is_named(self) -> None:
        """Scenario 15: the log says how many there are."""
        self.account.edit_report("+00:00", "")
        self.check(listed=2, says="2 rows of the credential report cannot be read, the first is of 'none'")

    def test_an_unexpected_word_means_look(self) -> None:
        """Scenario 15: it is not the word for false."""
        row = self.account.row("none")
        for word in ("TRUE", "False", "no_information", "N/A", ""):
            with self.subTest(word):
                self.account.edit_report(row, row.replace("false", word, 1))
                self.check(listed=2)

    def test_times_are_read_as_old_reports_and_new_ones_write_them(self) -> None:
        """Scenario 13: ``+00:00`` or ``Z``; no new line at the end is needed."""
        self.account.edit_report("+00:00", "Z")
        self.check(listed=1)

    def test_no_column_of_additional_keys_is_none_to_tell_of(self) -> None:
        """Scenario 13: reports of some years do not have it."""
        self.account.edit_report(",additional_credentials_info", "")
        self.account._report = self.account._report.replace(",N/A\n", "\n").removesuffix(",N/A")
        self.check(listed=1)

    def test_what_is_no_report_at_all_is_not_used(self) -> None:
        """Scenario 14: the rule goes on without it."""
        self.account.edit_report("user,arn", "who,arn")
        self.check(listed=2, says="cannot be read")

    def test_none_yet_then_in_progress_then_there(self) -> None:
        """Scenario 13: it is waited for."""
        self.account.fail("GetCredentialReport", "ReportNotPresent", "ReportInProgress", "ReportInProgress")
        self.check(listed=1)
        self.assertEqual(self.account.pauses, [2, 4, 8])

    def test_expired_is_made_anew(self) -> None:
        """Scenario 13: asked for once more."""
        self.account.fail("GetCredentialReport", "ReportExpired")
        self.check(listed=1)
        self.assertEqual(self.account.calls["GenerateCredentialReport"], 2)

    def test_one_that_somebody_else_had_made_is_used(self) -> None:
        """Scenario 13: whatever became of asking for it."""
        for code in ("AccessDenied", "LimitExceeded", "Throttling"):
            with self.subTest(code):
                self.account.on("GenerateCredentialReport", always(code))
                self.check(listed=1)

    def test_late_it_is_done_without_after_half_a_minute(self) -> None:
        """Scenario 14: every user's keys are listed, which is exact."""
        self.account.on("GetCredentialReport", lambda _: "ReportInProgress")
        says = "not to be had (GetCredentialReport: ReportInProgress)"
        self.check(listed=2, says=says, context=Context(900_000))
        self.assertEqual(self.account.pauses, [2, 4, 8, 16])

    def test_refused_for_good_it_costs_seven_calls_and_half_a_minute(self) -> None:
        """Scenario 14: throttled, at a limit, without capacity, broken: it is a short cut."""
        for code in ("Throttling", "LimitExceeded", "ServiceFailure", "ServiceUnavailable", "InvalidInput"):
            with self.subTest(code):
                self.account.on("GenerateCredentialReport", always(code))
                self.account.on("GetCredentialReport", always(code))
                says = f"(GenerateCredentialReport: {code}, GetCredentialReport: {code})"
                self.check(listed=2, says=says, context=Context(900_000))
                self.assertEqual(self.account.calls["GenerateCredentialReport"], 2)
                self.assertEqual(self.account.calls["GetCredentialReport"], 5)
                self.assertEqual(self.account.attempts["GetCredentialReport"], 5, "botocore adds none")
                self.assertEqual(sum(self.account.pauses), 30)
            self.account.forget()

    def test_not_permitted_it_is_not_waited_for(self) -> None:
        """Scenario 14: and one that may not be made neither; nobody else had it made."""
        for operation, code in (
            ("GetCredentialReport", "AccessDenied"),
            ("GetCredentialReport", "ReportNotPresent"),
        ):
            with self.subTest(code):
                self.account.on("GenerateCredentialReport", lambda _: "AccessDenied")
                self.account.on(operation, always(code))
                self.check(
                    listed=2, says=f"GenerateCredentialReport: AccessDenied, GetCredentialReport: {code}"
                )
                self.assertEqual(self.account.pauses, [])
            self.account.forget()

    def test_it_is_not_waited_for_longer_than_a_third_of_the_time_left(self) -> None:
        """Scenario 14: a function that ends soon looks less often."""
        self.account.on("GetCredentialReport", lambda _: "ReportInProgress")
        for milliseconds, pauses in ((17_000, [2]), (18_000, [2, 4]), (60_000, [2, 4, 8])):
            self.check(listed=2, says="ReportInProgress", context=Context(milliseconds))
            self.assertEqual(self.account.pauses, pauses)

    def test_an_answer_that_does_not_come_is_not_waited_for_either(self) -> None:
        """Scenario 14: half of the time left at most."""
        answered, ended, daemons = threading.Event(), [], []
        self.addCleanup(answered.set)

        def hang(_: str) -> None:
            daemons.append(threading.current_thread().daemon)
            ended.append(answered.wait(60))

        self.account.on("GenerateCredentialReport", hang)
        self.check(listed=2, says="no answer in 3 seconds", context=Context(6_000))
        self.assertEqual(ended, [])
        self.assertEqual(daemons, [True], "not even the end of Python waits for it")

    def test_one_of_five_hours_is_the_oldest_that_is_trusted(self) -> None:
        """Scenario 14: four hours is how long IAM keeps one, an hour what making it may take."""
        for hours, listed, says in ((4.9, 1, ""), (5.1, 2, "is out of date")):
            self.account.make_report(hours=hours)
            self.check(listed=listed, says=says)

    def test_an_earlier_user_of_the_name_says_nothing_of_this_one(self) -> None:
        """Scenario 15: the creation times differ, so the row without keys clears nobody."""
        self.account.add_user("reused", age=3000)
        self.account.make_report()
        del self.account.backend.users["reused"]
        self.account.add_user("reused", Key(100), age=200)
        self.account.add_user("missing", Key(100))
        found = self.account.evaluate()
        self.assertEqual((found["reused"][0], found["missing"][0]), ("NON_COMPLIANT", "NON_COMPLIANT"))


class Failing(WithAccount):
    """What cannot be judged is not judged."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        super().setUp()
        for n in range(30):
            self.account.add_user(f"user-{n:02}", Key(80 + n))

    def test_a_wrong_parameter_fails_the_invocation(self) -> None:
        """Scenario 12: rdklib returns it; the function raises it."""
        says = "maxAccessKeyAge of .* must be a whole number of days from 1 to 3650, not '0'"
        with self.assertRaisesRegex(EvaluationFailed, says):
            self.account.evaluate({"maxAccessKeyAge": "0"})
        self.assertEqual((self.account.put, self.account.calls), (0, {}))

    def test_a_refused_call_fails_the_invocation(self) -> None:
        """Scenario 16: one user of thirty; no verdict is made of it, nor of the others."""
        refuse = lambda name: "AccessDenied" if name == "user-07" else None  # noqa: E731 - one line says it
        for operation in ("ListAccessKeys", "GetUser"):
            self.account.on(operation, refuse)
            with self.subTest(operation), self.assertRaisesRegex(EvaluationFailed, "AccessDenied"):
                self.account.evaluate()
        self.assertEqual(self.account.put, 0)

    def test_a_refused_listing_fails_the_invocation(self) -> None:
        """Scenario 16: no users read is not no users."""
        self.account.on("ListUsers", lambda _: "AccessDenied")
        with self.assertRaisesRegex(EvaluationFailed, "AccessDenied"):
            self.account.evaluate()

    def test_an_error_that_rdklib_takes_for_its_own_fails_the_invocation(self) -> None:
        """Scenario 16: it leaves the customer's code empty then."""
        self.account.on("ListUsers", always("InternalError"))
        with self.assertRaisesRegex(EvaluationFailed, r"failed: Unexpected error .*\(InternalError\)"):
            self.account.evaluate()

    def test_the_rule_itself_lets_errors_travel(self) -> None:
        """Scenario 16: for whoever runs the evaluator without the function."""
        self.account.on("ListUsers", lambda _: "AccessDenied")
        self.account.make_report()
        rule = ACCESS_KEYS_ROTATED_CUSTOM()

        class Factory:
            build_client = staticmethod(boto3.client)

        with self.assertRaises(ClientError):
            rule.evaluate_periodic({}, Factory(), rule.evaluate_parameters({}))

    def test_evaluations_that_config_refuses_fail_the_invocation(self) -> None:
        """Scenario 20: rdklib does not look at them."""
        self.account.config_refuses = [
            {"ComplianceResourceId": "AIDA7", "ComplianceType": "COMPLIANT"},
            {"ComplianceResourceId": "AIDA8", "ComplianceType": "COMPLIANT"},
        ]
        says = "Config refused 2 evaluations, the first of AIDA7; others may be reported"
        with self.assertRaisesRegex(EvaluationFailed, says):
            self.account.evaluate()
        self.assertEqual(self.account.put, 1, "what Config took is there; nothing more is sent")

    def test_the_figures_are_asked_for_and_plain(self) -> None:
        """For `rulebook evaluate --html`: the ages of the keys that were read, in days."""
        self.account.make_report()
        rule = ACCESS_KEYS_ROTATED_CUSTOM()

        class Factory:
            build_client = staticmethod(boto3.client)

        event = self.account.event()
        evaluations, (figure,) = rule.evaluate_and_measure(event, Factory(), rule.evaluate_parameters({}))
        self.assertEqual(len(evaluations), 30)
        self.assertEqual((figure["unit"], figure["limit"]), ("days", 90))
        self.assertEqual(sorted(round(age) for age in figure["values"]), list(range(80, 110)))
        self.assertEqual(
            vars(rule).keys(), vars(ACCESS_KEYS_ROTATED_CUSTOM()).keys(), "nothing is left behind"
        )

    def test_throttled_calls_give_the_same_result(self) -> None:
        """Scenario 17: a fifth of all attempts is refused.

        botocore's limiter, which slows every call down after that, would have this test wait half a minute.
        """
        self.enterContext(patch("botocore.retries.bucket.TokenBucket.acquire"))
        undisturbed = self.account.evaluate()
        dice = random.Random(7)  # noqa: S311 - a repeatable test, no secret
        throttled: list[str] = []

        def throttle(name: str) -> str | None:
            if dice.random() >= 0.2:
                return None
            throttled.append(name)
            return "Throttling"

        self.account.forget()
        self.account.on("*", throttle)
        with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "INFO") as log:
            self.assertEqual(self.account.evaluate(), undisturbed)
        told = next(line for line in log.output if "retries" in line)
        again = self.account.attempts - self.account.calls
        retries = sum(count for operation, count in again.items() if "Report" not in operation)
        self.assertIn(f"; {retries} retries", told)
        self.assertGreater(len(throttled), 5)

    def test_running_out_of_time_says_how_far_it_came(self) -> None:
        """Scenario 18: time stops after ten users; nothing is reported."""
        context, seen = Context(), []

        def tick(name: str) -> None:
            seen.append(name)
            if len(seen) == 10:
                context.milliseconds = 4_000

        self.account.on("ListAccessKeys", tick)
        says = r"has judged \d+ of 30 users and stops with 4.0 seconds left; nothing .*--lambda-timeout 900"
        with self.assertRaisesRegex(OutOfTime, says):
            self.account.evaluate(context=context)
        self.assertEqual(self.account.put, 0)

    def test_time_runs_out_while_no_answer_comes(self) -> None:
        """Scenario 18: a call that hangs, as one does that waits for its retry, does not hide it."""
        context, answered = Context(), threading.Event()
        self.addCleanup(answered.set)
        self.account.add_user("cleared by the report")

        def hang(_: str) -> str:
            context.milliseconds = 1_000
            answered.wait(60)
            return "AccessDenied"

        self.account.on("ListAccessKeys", hang)
        with self.assertRaisesRegex(OutOfTime, "has judged 1 of 31 users"):
            self.account.evaluate(context=context)

    def test_time_may_run_out_while_users_are_listed(self) -> None:
        """Scenario 18: before any is judged."""
        with self.assertRaisesRegex(OutOfTime, "has judged 0 of 30 users"):
            self.account.evaluate(context=Context(5_000))


if __name__ == "__main__":
    unittest.main()
