"""The contract of IAM_PASSWORD_POLICY_CUSTOM, run by `rdk test-local` and by pytest, against moto."""

from __future__ import annotations

import json
import os
import unittest
from typing import Any
from unittest.mock import patch

import boto3
from botocore.stub import Stubber
from moto import mock_aws
from moto.config.responses import ConfigResponse
from rdklib import InvalidParametersError

from IAM_PASSWORD_POLICY_CUSTOM import REQUIREMENTS, EvaluationFailed, judge, lambda_handler, parse_parameters

ACCOUNT = "123456789012"
STRICT: dict[str, Any] = {
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "MinimumPasswordLength": 14,
    "PasswordReusePrevention": 24,
    "MaxPasswordAge": 90,
    "AllowUsersToChangePassword": True,
    "HardExpiry": False,
}
MEETS = "The password policy meets the requirement."
NOTHING_ASKED = {
    **dict.fromkeys([name for name in STRICT if name.startswith("Require")], "false"),
    "MinimumPasswordLength": "6",
    "PasswordReusePrevention": "1",
}


def event(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what Config sends once a day."""
    return {
        "version": "1.0",
        "invokingEvent": json.dumps(
            {
                "awsAccountId": ACCOUNT,
                "notificationCreationTime": "2026-01-31T12:00:00.000Z",
                "messageType": "ScheduledNotification",
                "recordVersion": "1.0",
            }
        ),
        # The function's own role: what rdk deploys, and what needs no STS here.
        "ruleParameters": json.dumps({"AssumeRoleMode": "False", **parameters}),
        "resultToken": "TESTMODE",  # rdklib then calls PutEvaluations with TestMode
        "eventLeftScope": False,
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/config",
        "configRuleName": "IAM_PASSWORD_POLICY_CUSTOM",
        "accountId": ACCOUNT,
    }


class EmbeddedAccount(unittest.TestCase):
    """Each test has an account of its own, without a password policy."""

    def setUp(self) -> None:
        """Start it."""
        # Without the profile or endpoint of the person who runs this; put back as a whole, so that what the
        # handler sets goes too.
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
        environment = patch.dict(os.environ, own | region, clear=True)
        environment.start()
        self.addCleanup(environment.stop)
        account = mock_aws()
        account.start()
        self.addCleanup(account.stop)
        self.iam = boto3.client("iam")

    def policy(self, **settings: Any) -> None:
        """Set the account's policy: the strict one with these settings; None leaves one out."""
        wanted = {name: value for name, value in (STRICT | settings).items() if value is not None}
        self.iam.update_account_password_policy(**wanted)

    def evaluate(self, **parameters: Any) -> tuple[str, str]:
        """Return compliance and annotation of the one evaluation."""
        evaluations = lambda_handler(event(parameters), None)
        self.assertEqual(len(evaluations), 1)
        one = evaluations[0]
        return one["ComplianceType"], one["Annotation"]

    def assert_short(self, told: str, **parameters: Any) -> None:
        """Assert that the policy falls short, and how that is told."""
        self.assertEqual(self.evaluate(**parameters), ("NON_COMPLIANT", told))

    def assert_meets(self, **parameters: Any) -> None:
        """Assert that the policy meets the requirement."""
        self.assertEqual(self.evaluate(**parameters), ("COMPLIANT", MEETS))


class TheAccount(EmbeddedAccount):
    """What is reported, and of what."""

    def test_no_policy(self) -> None:
        """Scenario 1: no policy; the annotation lists what one must have."""
        self.assert_short(
            "No password policy is set: RequireUppercaseCharacters, RequireLowercaseCharacters, "
            "RequireSymbols, RequireNumbers must be true; MinimumPasswordLength must be at least 14; "
            "PasswordReusePrevention must be at least 24"
        )

    def test_no_policy_falls_short_even_of_the_least_requirement(self) -> None:
        """Scenario 1: with hardly anything asked for, an account without a policy still has none."""
        self.assert_short(
            "No password policy is set: MinimumPasswordLength must be at least 6; PasswordReusePrevention "
            "must be at least 1",
            **NOTHING_ASKED,
        )

    def test_one_evaluation_of_the_account_is_reported(self) -> None:
        """Scenario 2: a policy that meets everything; the resource is the account of the event."""
        self.policy()
        self.assertEqual(
            lambda_handler(event({}), None),
            [
                {
                    "ComplianceResourceId": ACCOUNT,
                    "ComplianceResourceType": "AWS::::Account",
                    "ComplianceType": "COMPLIANT",
                    "OrderingTimestamp": "2026-01-31T12:00:00.000Z",
                    "Annotation": MEETS,
                }
            ],
        )

    def test_stricter_than_required(self) -> None:
        """Scenario 2: beyond the numbers is as good as at them."""
        self.policy(MinimumPasswordLength=20, MaxPasswordAge=30)
        self.assert_meets(MinimumPasswordLength="12", PasswordReusePrevention="5", MaxPasswordAge="90")


class EachSetting(EmbeddedAccount):
    """One setting wrong at a time."""

    def test_each_kind_of_character_not_asked_for(self) -> None:
        """Scenario 3: each of the four kinds, on its own."""
        for name in (
            "RequireUppercaseCharacters",
            "RequireLowercaseCharacters",
            "RequireSymbols",
            "RequireNumbers",
        ):
            with self.subTest(name):
                self.policy(**{name: False})
                self.assert_short(f"Password policy: {name} is false, must be true")

    def test_a_kind_of_character_not_required(self) -> None:
        """Scenario 4: false means not required, whether the policy asks for it or not."""
        for asked in (True, False):
            with self.subTest(asked=asked):
                self.policy(RequireSymbols=asked)
                self.assert_meets(RequireSymbols="false")

    def test_a_shorter_minimum_length(self) -> None:
        """Scenario 5: one character short of the default."""
        self.policy(MinimumPasswordLength=13)
        self.assert_short("Password policy: MinimumPasswordLength is 13, must be at least 14")

    def test_the_length_itself_is_enough(self) -> None:
        """Scenario 5: the limit itself meets it."""
        self.policy(MinimumPasswordLength=8)
        self.assert_meets(MinimumPasswordLength="8")

    def test_fewer_passwords_remembered(self) -> None:
        """Scenario 6: one fewer than the default."""
        self.policy(PasswordReusePrevention=23)
        self.assert_short("Password policy: PasswordReusePrevention is 23, must be at least 24")

    def test_no_password_remembered(self) -> None:
        """Scenario 6: the setting is absent from what IAM answers."""
        self.policy(PasswordReusePrevention=None)
        self.assert_short(
            "Password policy: PasswordReusePrevention is not set, must be at least 1",
            PasswordReusePrevention="1",
        )

    def test_passwords_live_longer(self) -> None:
        """Scenario 7: a day too long."""
        self.policy(MaxPasswordAge=91)
        self.assert_short("Password policy: MaxPasswordAge is 91, must be at most 90", MaxPasswordAge="90")

    def test_passwords_never_expire(self) -> None:
        """Scenario 7: moto answers 0 for "no expiry", AWS leaves it out; 0 is not "at most 90"."""
        self.policy(MaxPasswordAge=None)
        self.assertEqual(self.iam.get_account_password_policy()["PasswordPolicy"]["MaxPasswordAge"], 0)
        self.assert_short("Password policy: MaxPasswordAge is not set, must be at most 90", MaxPasswordAge=90)

    def test_passwords_live_as_long_as_allowed(self) -> None:
        """Scenario 7: the limit itself meets it."""
        self.policy(MaxPasswordAge=90)
        self.assert_meets(MaxPasswordAge="90")

    def test_what_is_not_given_is_not_checked(self) -> None:
        """Scenario 8: the three settings without a default."""
        self.policy(MaxPasswordAge=None, AllowUsersToChangePassword=False, HardExpiry=True)
        self.assert_meets()
        self.assert_meets(MaxPasswordAge="", AllowUsersToChangePassword="", HardExpiry="")

    def test_exact_settings_either_way(self) -> None:
        """Scenario 9: wanted true or false, had true or false."""
        for name in ("AllowUsersToChangePassword", "HardExpiry"):
            for have in (True, False):
                with self.subTest(name, have=have):
                    self.policy(**{name: have})
                    self.assert_meets(**{name: str(have)})
                    self.assert_short(
                        f"Password policy: {name} is {str(have).lower()}, must be {str(not have).lower()}",
                        **{name: str(not have)},
                    )


class SeveralShortfalls(EmbeddedAccount):
    """How they are told."""

    def test_everything_the_default_asks_for(self) -> None:
        """Scenario 10: all six settings of the default fit; equals are named together."""
        self.iam.update_account_password_policy(MinimumPasswordLength=8)
        self.assert_short(
            "Password policy: RequireUppercaseCharacters, RequireLowercaseCharacters, RequireSymbols, "
            "RequireNumbers are false, must be true; MinimumPasswordLength is 8, must be at least 14; "
            "PasswordReusePrevention is not set, must be at least 24"
        )

    def test_shorter_words_before_any_is_left_out(self) -> None:
        """Scenario 10: seven settings fit in few words, nine as what must be."""
        self.iam.update_account_password_policy()
        characters = "RequireUppercaseCharacters, RequireLowercaseCharacters, RequireSymbols, RequireNumbers"
        self.assert_short(
            f"Password policy: {characters} false, not true; "
            "MinimumPasswordLength 6, not >=14; PasswordReusePrevention not set, not >=24; "
            "MaxPasswordAge not set, not <=90",
            MaxPasswordAge=90,
        )
        self.assert_short(
            f"Password policy must have {characters}, AllowUsersToChangePassword, HardExpiry true; "
            "MinimumPasswordLength >=128; PasswordReusePrevention >=24; MaxPasswordAge <=90",
            MaxPasswordAge=90,
            AllowUsersToChangePassword=True,
            HardExpiry=True,
            MinimumPasswordLength=128,
        )

    def test_256_characters_are_not_too_many(self) -> None:
        """Scenario 10: Config's limit is of the characters that fit."""
        limits = parse_parameters(
            {
                "RequireUppercaseCharacters": "false",
                "RequireSymbols": "false",
                "AllowUsersToChangePassword": "true",
                "HardExpiry": "true",
                "MinimumPasswordLength": 105,
                "PasswordReusePrevention": 13,
                "MaxPasswordAge": 10,
            }
        )
        have = STRICT | {"RequireLowercaseCharacters": False, "RequireSymbols": True, "RequireNumbers": False}
        have |= {"AllowUsersToChangePassword": False, "HardExpiry": True, "MinimumPasswordLength": 67}
        have |= {"PasswordReusePrevention": 1, "MaxPasswordAge": 548}
        said = judge(have, limits).annotation
        self.assertEqual((len(said), said[:50]), (256, "Password policy: RequireLowercaseCharacters, Requi"))
        self.assertIn("MaxPasswordAge is 548, must be at most 10", said)

    def test_every_setting_is_named_whatever_falls_short(self) -> None:
        """Scenario 10: with and without a policy, every set of shortfalls, the longest numbers."""
        longest = {"MinimumPasswordLength": 128, "PasswordReusePrevention": 24, "MaxPasswordAge": 1000}
        names = [one.setting for one in REQUIREMENTS]
        for chosen in range(2 ** len(names)):
            given = {name: longest.get(name, "true") for n, name in enumerate(names) if chosen & 1 << n}
            given |= {"AllowUsersToChangePassword": "false"} if chosen & 16 and chosen & 1 else {}
            limits = [one for one in parse_parameters(given) if one.requirement.setting in given]
            have: dict[str, Any] = {one.setting: None if one.numbers else False for one in REQUIREMENTS}
            for policy in (None, have | {"AllowUsersToChangePassword": bool(chosen & 1)}):
                said = judge(policy, limits).annotation
                self.assertLessEqual(len(said), 256, said)
                self.assertEqual([name for name in names if name in given and name not in said], [])


class TheSession(EmbeddedAccount):
    """What rdklib makes its clients of."""

    def test_a_process_that_has_none_gets_one(self) -> None:
        """As in Lambda, before the first client is made."""
        with patch.object(boto3, "DEFAULT_SESSION", None):
            self.assert_short(
                "No password policy is set: MinimumPasswordLength must be at least 6; "
                "PasswordReusePrevention must be at least 1",
                **NOTHING_ASKED,
            )
            self.assertIsNotNone(boto3.DEFAULT_SESSION)

    def test_one_that_is_there_is_kept(self) -> None:
        """With whatever somebody has set in it."""
        there = boto3.Session()
        with patch.object(boto3, "DEFAULT_SESSION", there):
            self.policy()
            self.assert_meets()
            self.assertIs(boto3.DEFAULT_SESSION, there)


class Parameters(unittest.TestCase):
    """What is taken, and what is refused."""

    def limits(self, **parameters: Any) -> dict[str, Any]:
        """Return what is wanted of each setting that is checked."""
        return {one.requirement.setting: one.want for one in parse_parameters(parameters)}

    def refusal(self, **parameters: Any) -> str:
        """Return how the parameters are refused."""
        with self.assertRaises(InvalidParametersError) as refused:
            parse_parameters(parameters)
        return str(refused.exception)

    def test_the_defaults(self) -> None:
        """Scenario 8: six settings are checked unless told otherwise."""
        self.assertEqual(
            self.limits(),
            {
                "RequireUppercaseCharacters": True,
                "RequireLowercaseCharacters": True,
                "RequireSymbols": True,
                "RequireNumbers": True,
                "MinimumPasswordLength": 14,
                "PasswordReusePrevention": 24,
            },
        )

    def test_text_and_json_values_mean_the_same(self) -> None:
        """Config passes text; a test event may carry JSON values."""
        for text, value in (("TRUE", True), ("False", False)):
            self.assertEqual(self.limits(HardExpiry=text), self.limits(HardExpiry=value))
        self.assertEqual(self.limits(MaxPasswordAge="1095"), self.limits(MaxPasswordAge=1095))

    def test_the_ends_of_each_range(self) -> None:
        """Scenario 11: the ends are in, the next number is out, as number and as text."""
        for name, low, high in (
            ("MinimumPasswordLength", 6, 128),
            ("PasswordReusePrevention", 1, 24),
            ("MaxPasswordAge", 1, 1095),
        ):
            for value in (low, high, str(low), str(high)):
                self.assertEqual(self.limits(**{name: value})[name], int(value))
            for value in (low - 1, high + 1, str(low - 1), str(high + 1)):
                self.assertEqual(
                    self.refusal(**{name: value}),
                    f"IAM_PASSWORD_POLICY_CUSTOM: {name} must be a whole number from {low} to {high}, "
                    f"not {value!r}.",
                )

    def test_what_is_no_number(self) -> None:
        """Scenario 11: True is an int to Python, and digits come in many scripts."""
        numbers: list[Any] = [True, False, None, 14.0, [14], {}]
        texts = [
            "14.0",
            " 14 ",
            "14\n",
            "+14",
            "-14",
            "014",
            "1_4",
            "0x0e",
            "\u0661\u0664",
            "\u00b9\u2074",
            "fourteen",
        ]
        for name in ("MinimumPasswordLength", "PasswordReusePrevention", "MaxPasswordAge"):
            for value in [*numbers, *texts]:
                with self.subTest(name, value=value):
                    self.assertIn(f"{name} must be a whole number from ", self.refusal(**{name: value}))

    def test_what_is_no_boolean(self) -> None:
        """Scenario 11: neither 0 and 1 nor yes and no are taken for false and true."""
        values: list[Any] = [0, 1, None, 1.0, [], {"true": True}, "1", "yes", " true", "true\n", "keep"]
        for value in values:
            with self.subTest(value=value):
                self.assertIn("HardExpiry must be true or false, not ", self.refusal(HardExpiry=value))

    def test_an_unknown_parameter(self) -> None:
        """Scenario 11: a misspelt name is not passed over; names are case-sensitive."""
        self.assertEqual(
            self.refusal(minimumPasswordLength="14"),
            "IAM_PASSWORD_POLICY_CUSTOM has no parameter minimumPasswordLength (value '14'); it takes "
            "RequireUppercaseCharacters, RequireLowercaseCharacters, RequireSymbols, RequireNumbers, "
            "AllowUsersToChangePassword, HardExpiry, MinimumPasswordLength, PasswordReusePrevention, "
            "MaxPasswordAge.",
        )

    def test_rdklibs_own_parameters_pass(self) -> None:
        """They tell rdklib which role to use, and are none of this rule."""
        own = {"ExecutionRoleName": "reader", "ExecutionRoleRegion": "eu-west-1", "AssumeRoleMode": "False"}
        self.assertEqual(self.limits(**own), self.limits())


class Failures(EmbeddedAccount):
    """An error is not a verdict."""

    def test_a_wrong_parameter_fails_the_invocation(self) -> None:
        """Scenario 11: rdklib would return a dictionary, and Lambda call it a success."""
        self.policy()
        with self.assertRaises(RuntimeError) as failed:
            lambda_handler(event({"MinimumPasswordLength": "long"}), None)
        self.assertEqual(
            str(failed.exception),
            "IAM_PASSWORD_POLICY_CUSTOM failed: InvalidParameterValueException: "
            "IAM_PASSWORD_POLICY_CUSTOM: MinimumPasswordLength must be a whole number from 6 to 128, "
            "not 'long'.",
        )

    def failing(self, code: str, status: int) -> str:
        """Return the error of an invocation to which IAM answers with this code."""
        stubber = Stubber(self.iam)
        stubber.add_client_error("get_account_password_policy", code, "no", http_status_code=status)
        build = patch("rdklib.clientfactory.ClientFactory.build_client", return_value=self.iam)
        with stubber, build as built, self.assertRaises(RuntimeError) as failed:
            lambda_handler(event({}), None)
        self.assertEqual([call.args for call in built.call_args_list], [("iam",)], "Config was never called")
        return str(failed.exception)

    def test_an_aws_error_fails_the_invocation(self) -> None:
        """Scenario 12: refused, throttled for ever, or failed; nothing is reported."""
        for code, status in (("AccessDenied", 403), ("Throttling", 400), ("ServiceFailure", 500)):
            with self.subTest(code):
                told = self.failing(code, status)
                self.assertTrue(told.startswith(f"IAM_PASSWORD_POLICY_CUSTOM failed: {code}: "), told)

    def test_an_error_without_a_customers_code_fails_the_invocation(self) -> None:
        """Scenario 12: rdklib calls InternalError its own and leaves the customer's code empty."""
        self.assertRegex(
            self.failing("InternalError", 500),
            r": Unexpected error while completing API request: .*\(InternalError\)",
        )

    def test_an_evaluation_that_config_refuses_fails_the_invocation(self) -> None:
        """Scenario 13: rdklib does not look at the answer."""
        self.policy()
        refused = [{"ComplianceResourceId": one, "ComplianceType": "COMPLIANT"} for one in (ACCOUNT, "other")]
        answer = json.dumps({"FailedEvaluations": refused})
        says = f"Config refused 2 evaluations, the first of {ACCOUNT}"
        with (
            patch.object(ConfigResponse, "put_evaluations", lambda _: answer),
            self.assertRaisesRegex(EvaluationFailed, says),
        ):
            lambda_handler(event({}), None)

    def test_an_unexpected_message_fails_the_invocation(self) -> None:
        """Scenario 12: the rule is periodic; any other message is an error."""
        changed = event({}) | {"invokingEvent": json.dumps({"messageType": "SomethingElse"})}
        with self.assertRaisesRegex(RuntimeError, "Unexpected message type"):
            lambda_handler(changed, None)

    def test_throttled_calls_are_retried_adaptively_unless_set_otherwise(self) -> None:
        """A client factory of rdklib takes no retry settings; botocore reads them from the environment."""
        self.policy()
        for attempts, expected in ((None, 10), ("3", 3)):
            with self.subTest(attempts=attempts), patch.dict(os.environ):
                for name in ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS"):
                    os.environ.pop(name, None)
                if attempts:
                    os.environ["AWS_MAX_ATTEMPTS"] = attempts
                lambda_handler(event({}), None)
                config: Any = boto3.client("iam").meta.config
                self.assertEqual(config.retries, {"mode": "adaptive", "total_max_attempts": expected})


if __name__ == "__main__":
    unittest.main()
