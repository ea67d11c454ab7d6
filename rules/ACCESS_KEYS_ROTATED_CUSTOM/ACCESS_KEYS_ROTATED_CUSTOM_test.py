"""The scenarios of the rule's contract: the function runs, and what reaches Config is read back."""

from __future__ import annotations

import random
import threading
import unittest
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import boto3
from botocore.exceptions import ClientError

from ACCESS_KEYS_ROTATED_CUSTOM import ACCESS_KEYS_ROTATED_CUSTOM, EvaluationFailed
from access_keys_rotated_deadline import OutOfTime
from access_keys_rotated_embedded_test import Context, EmbeddedAccount, Key
from access_keys_rotated_report import ReportNotReady

HOUR, SECOND = 1 / 24, 1 / 86400
LAST_ROTATED = {"ageBasis": "LastRotated"}


class WithAccount(unittest.TestCase):
    """Each test has an account of its own."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        self.account = EmbeddedAccount()
        self.enterContext(self.account)


class Age(WithAccount):
    """Keys older than the limit."""

    def test_a_user_without_an_active_key_is_compliant(self) -> None:
        """Scenario 1: no key at all, or none that is active."""
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

    def test_by_create_date_a_reactivated_key_keeps_its_age(self) -> None:
        """Scenario 4: toggling a key does not launder it, though the report has it as 3 days old."""
        (key,) = self.account.key_ids("toggled")
        says = f"toggled has a stale access key: {key} is 200 days old (limit 90)."
        self.assertEqual(self.account.evaluate(), {"toggled": ("NON_COMPLIANT", says)})

    def test_by_last_rotated_it_counts_from_its_reactivation(self) -> None:
        """Scenario 4: as the managed rule does it."""
        says = "No active access key of toggled is older than 90 days, by the credential report."
        self.assertEqual(self.account.evaluate(LAST_ROTATED), {"toggled": ("COMPLIANT", says)})
        self.assertEqual(self.account.calls["ListAccessKeys"], 0)

    def test_by_last_rotated_it_is_stale_once_that_is_too_long_ago(self) -> None:
        """Scenario 4: and the annotation says from when its age counts."""
        self.account.add_user("again", Key(300, rotated=120))
        (key,) = self.account.key_ids("again")
        says = f"again has a stale access key: {key} was last rotated 120 days ago (limit 90)."
        self.assertEqual(self.account.evaluate(LAST_ROTATED)["again"], ("NON_COMPLIANT", says))

    def test_a_key_switched_off_since_the_report_does_not_count(self) -> None:
        """Scenario 1: the report flags, the live keys decide; in both bases."""
        self.account.add_user("fixed", Key(200), Key(200, rotated=2))
        self.account.make_report()
        for key in self.account.backend.users["fixed"].access_keys:
            key.status = "Inactive"
        for basis in ("CreateDate", "LastRotated"):
            says = ("COMPLIANT", "fixed has no active access key.")
            self.assertEqual(self.account.evaluate({"ageBasis": basis})["fixed"], says)


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
        """Scenario 2: the report says idle, GetAccessKeyLastUsed says otherwise; in both bases."""
        self.account.add_user("woken", Key(80, used=50))
        self.account.make_report()
        self.account.use("woken", 0.1)
        for basis in ("CreateDate", "LastRotated"):
            found = self.account.evaluate({**self.LIMITS, "ageBasis": basis})
            self.assertEqual(found["woken"][0], "COMPLIANT")

    def test_a_key_swapped_in_since_the_report_is_asked_for_itself(self) -> None:
        """Scenario 5: the report's last use was that of a key which is gone."""
        self.account.add_user("swapped", Key(80, used=1))
        self.account.make_report()
        user = self.account.backend.users["swapped"]
        self.account._add_key(user, Key(80, used=70))
        self.assertEqual(self.account.evaluate(self.LIMITS)["swapped"][0], "NON_COMPLIANT")

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
        """Scenarios 10 and 11: the stale keys were those of a user who is gone."""
        self.on_alice("GetUser", "reuse")
        self.assertEqual(set(self.account.evaluate()), {"bob"})

    def test_a_user_renamed_meanwhile_is_still_judged_by_last_rotated(self) -> None:
        """Scenario 11: with the report at hand, and nobody else's row of it taken for the user's."""
        self.account.make_report()
        self.on_alice("GetUser", "swap")
        found = self.account.evaluate(LAST_ROTATED)
        self.assertEqual([found[name][0] for name in ("alice", "alicia")], ["COMPLIANT", "NON_COMPLIANT"])

    def test_a_user_who_is_listed_and_never_found_is_an_error(self) -> None:
        """Scenario 16: the state is unknown, so nobody is left out quietly."""
        self.account.on("ListAccessKeys", lambda name: "NoSuchEntity" if name == "alice" else None)
        with self.assertRaisesRegex(RuntimeError, "lists these users and does not find them: alice"):
            self.account.evaluate()
        self.assertEqual(self.account.pauses, [2, 4])
        self.assertEqual(self.account.put, 0)

    def test_a_key_deleted_meanwhile_is_looked_at_again(self) -> None:
        """Scenario 1: GetAccessKeyLastUsed does not find it; the next listing does not either."""
        self.account.add_user("carol", Key(80))
        carol = self.account.backend.users["carol"]
        self.account.on("GetAccessKeyLastUsed", lambda _: carol.access_keys.clear() or "NoSuchEntity")
        found = self.account.evaluate({"maxCredentialUsageAge": "45"})
        self.assertEqual(found["carol"], ("COMPLIANT", "carol has no active access key."))


class CredentialReport(WithAccount):
    """What becomes of the report's own delays and gaps."""

    def setUp(self) -> None:  # noqa: D102 - unittest documents it
        super().setUp()
        self.account.add_user("none")
        self.account.add_user("stale", Key(100))

    def compliance(self, **parameters: str) -> dict[str, str]:
        """Evaluate; return the compliance by name."""
        return {name: found[0] for name, found in self.account.evaluate(parameters).items()}

    EXPECTED = {"none": "COMPLIANT", "stale": "NON_COMPLIANT"}  # noqa: RUF012 - read only

    def test_it_clears_whoever_has_no_active_key_or_is_too_young(self) -> None:
        """Scenario 1: two of three users cost no call."""
        self.account.add_user("young", Key(3), age=4)
        found = self.account.evaluate()
        says = "young was created within 90 days and so were its access keys, if any."
        self.assertEqual(found["young"], ("COMPLIANT", says))
        self.assertEqual(self.account.calls["ListAccessKeys"], 1)

    def test_none_yet_then_in_progress_then_there(self) -> None:
        """Scenario 13: it is waited for."""
        self.account.fail("GetCredentialReport", "ReportNotPresent", "ReportInProgress", "ReportInProgress")
        self.assertEqual(self.compliance(), self.EXPECTED)
        self.assertEqual(self.account.pauses, [1, 2, 4])
        self.assertEqual(self.account.calls["ListAccessKeys"], 1)

    def test_expired_is_made_anew(self) -> None:
        """Scenario 13: asked for once more."""
        self.account.fail("GetCredentialReport", "ReportExpired")
        self.assertEqual(self.compliance(), self.EXPECTED)
        self.assertEqual(self.account.calls["GenerateCredentialReport"], 2)

    def test_one_that_is_being_made_already_is_no_error(self) -> None:
        """Scenario 13: LimitExceeded says that somebody else asked for it just now."""
        self.account.fail("GenerateCredentialReport", "LimitExceeded")
        self.assertEqual(self.compliance(), self.EXPECTED)

    def test_late_keys_are_listed(self) -> None:
        """Scenario 13: after half a minute every user's keys are listed, which is exact."""
        self.account.on("GetCredentialReport", lambda _: "ReportInProgress")
        with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "WARNING") as log:
            self.assertEqual(self.compliance(), self.EXPECTED)
        self.assertIn("Every user's keys are listed instead", log.output[0])
        self.assertEqual(self.account.pauses[:5], [1, 2, 4, 8, 15])
        self.assertEqual(self.account.calls["ListAccessKeys"], 2)

    def test_late_is_an_error_where_only_the_report_can_tell(self) -> None:
        """Scenarios 13 and 16: by LastRotated nothing is concluded without it."""
        self.account.on("GetCredentialReport", lambda _: "ReportInProgress")
        with self.assertRaises(ReportNotReady):
            self.account.evaluate(LAST_ROTATED)
        self.assertEqual(self.account.put, 0)

    def test_it_is_not_waited_for_longer_than_there_is_time(self) -> None:
        """Scenario 13: a third of the time left at most."""
        self.account.on("GetCredentialReport", lambda _: "ReportInProgress")
        for milliseconds, pauses in ((9_000, [1, 2]), (12_000, [1, 2, 4])):
            self.account.pauses.clear()
            with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "WARNING"):
                self.account.evaluate(context=Context(milliseconds))
            self.assertEqual(self.account.pauses, pauses)

    def test_not_permitted_keys_are_listed_and_the_log_says_so(self) -> None:
        """Scenario 14: in both bases; ages count from creation then."""
        for operation in ("GenerateCredentialReport", "GetCredentialReport"):
            self.account.on(operation, lambda _: "AccessDenied")
        for basis in ("CreateDate", "LastRotated"):
            with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "WARNING") as log:
                self.assertEqual(self.compliance(ageBasis=basis), self.EXPECTED)
            self.assertIn("not permitted (AccessDenied)", log.output[0])
        self.assertEqual(self.account.calls["ListAccessKeys"], 4)

    def test_one_that_may_not_be_made_is_not_waited_for(self) -> None:
        """Scenario 14: nobody else had it made either."""
        self.account.on("GenerateCredentialReport", lambda _: "AccessDenied")
        self.account.on("GetCredentialReport", lambda _: "ReportNotPresent")
        with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "WARNING") as log:
            self.assertEqual(self.compliance(), self.EXPECTED)
        self.assertIn("not permitted (ReportNotPresent)", log.output[0])
        self.assertEqual((self.account.pauses, self.account.calls["ListAccessKeys"]), ([], 2))

    def test_one_of_five_hours_is_the_oldest_that_is_trusted(self) -> None:
        """Scenario 14: four hours is how long IAM keeps one, an hour what making it may take."""
        for hours, listed in ((4.9, 1), (5.1, 2)):
            self.account.calls.clear()
            self.account.make_report(hours=hours)
            self.assertEqual(self.compliance(), self.EXPECTED)
            self.assertEqual(self.account.calls["ListAccessKeys"], listed)

    def test_one_that_somebody_else_had_made_is_used(self) -> None:
        """Scenario 14: reading it is permitted, having it made is not."""
        self.account.on("GenerateCredentialReport", lambda _: "AccessDenied")
        self.assertEqual(self.compliance(), self.EXPECTED)
        self.assertEqual(self.account.calls["ListAccessKeys"], 1)

    def test_one_older_than_iam_keeps_them_is_not_trusted(self) -> None:
        """Scenario 14: a key could have become stale since."""
        self.account.make_report(hours=30)
        self.account._add_key(self.account.backend.users["none"], Key(1.2))
        with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "WARNING") as log:
            self.assertEqual(self.compliance(maxAccessKeyAge="1")["none"], "NON_COMPLIANT")
        self.assertIn("out of date", log.output[0])

    def test_a_user_whom_it_does_not_know_is_listed(self) -> None:
        """Scenario 15: in both bases; seeded old, as if the report were older than it says."""
        self.account.make_report()
        self.account.add_user("missing", Key(100))
        for basis in ("CreateDate", "LastRotated"):
            self.assertEqual(self.compliance(ageBasis=basis)["missing"], "NON_COMPLIANT")

    def test_an_earlier_user_of_the_name_says_nothing_of_this_one(self) -> None:
        """Scenario 15: the creation times differ, so the row without keys clears nobody."""
        self.account.add_user("reused", age=3000)
        self.account.make_report()
        del self.account.backend.users["reused"]
        self.account.add_user("reused", Key(100), age=200)
        self.assertEqual(self.compliance()["reused"], "NON_COMPLIANT")


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

    def test_a_report_that_fails_fails_the_invocation(self) -> None:
        """Scenario 16: to make one, or to get it."""
        for operation in ("GenerateCredentialReport", "GetCredentialReport"):
            self.account.fail(operation, "InvalidInput")
            with (
                self.subTest(operation),
                self.assertRaisesRegex(EvaluationFailed, "InvalidInput"),
            ):
                self.account.evaluate()
        self.assertEqual(self.account.put, 0)

    def test_a_refused_listing_fails_the_invocation(self) -> None:
        """Scenario 16: no users read is not no users."""
        self.account.on("ListUsers", lambda _: "AccessDenied")
        with self.assertRaisesRegex(EvaluationFailed, "AccessDenied"):
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

        self.account.on("*", throttle)
        with self.assertLogs("ACCESS_KEYS_ROTATED_CUSTOM", "INFO") as log:
            self.assertEqual(self.account.evaluate(), undisturbed)
        self.assertIn(f"{len(throttled)} retries", log.output[0])
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

        def hang(_: str) -> str:
            context.milliseconds = 1_000
            answered.wait(60)
            return "AccessDenied"

        self.account.on("ListAccessKeys", hang)
        with self.assertRaisesRegex(OutOfTime, "has judged 0 of 30 users"):
            self.account.evaluate(context=context)

    def test_time_may_run_out_while_users_are_listed(self) -> None:
        """Scenario 18: before any is judged."""
        with self.assertRaisesRegex(OutOfTime, "has judged 0 of 30 users"):
            self.account.evaluate(context=Context(5_000))


if __name__ == "__main__":
    unittest.main()
