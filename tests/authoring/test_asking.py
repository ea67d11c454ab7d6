"""What a rule says of its parameters, and that asking it costs and reveals nothing."""

import json
import socket
import sys
from pathlib import Path

import pytest

from authoring.conftest import MODULE, RULE, Sample
from rulebook.authoring import asking
from rulebook.authoring import render as build
from rulebook.authoring.asking import Answer, Question, ask_rules
from rulebook.errors import ConfigurationError
from rulebook.project.permissions import read_permissions

HEAD = (
    "from rdklib import ConfigRule, InvalidParametersError\n\nlambda_handler = None\n\n\n"
    "class SAMPLE_RULE(ConfigRule):\n"
)
METHOD = "    def evaluate_parameters(self, rule_parameters):\n"


linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")


def write(sample: Sample, body: str) -> Path:
    module = sample.project.root / "rules" / RULE / f"{RULE}.py"
    module.write_text(body, encoding="utf-8")
    return module


def asked(sample: Sample, body: str, **further: str) -> Answer:
    folder = write(sample, body).parent
    [answer] = ask_rules([Question(RULE, folder, "eu-west-1", {"maxAge": "90"}, further)])
    return answer


def found(sample: Sample) -> list[str]:
    return [str(one) for one in build.inspect_project(sample.project).findings]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("strict", "false", "same"),
        ("strict", "true", "differs"),
        ("strict", "maybe", "refused"),
        ("Action", "Delete", "same"),  # the sample looks over what it does not know
    ],
)
def test_a_rule_says_what_a_further_parameter_means_to_it(
    sample: Sample, name: str, value: str, kind: str
) -> None:
    assert asked(sample, MODULE, **{name: value}).further[name].kind == kind


def test_a_name_that_a_rule_refuses_like_any_other_is_unknown_to_it(sample: Sample) -> None:
    body = (
        f"{HEAD}{METHOD}        for name in rule_parameters:\n"
        "            if name != 'maxAge':\n"
        "                raise InvalidParametersError(f'no {name}; there is maxAge, and Maximum')\n"
        "        return 1\n"
    )
    assert asked(sample, body, Max="1").further["Max"].kind == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        f"{HEAD}    limit = 90\n",  # rdklib's own evaluate_parameters returns what it is given
        f"{HEAD}{METHOD}        return object()\n",
    ],
)
def test_what_cannot_be_compared_is_not(sample: Sample, body: str) -> None:
    assert asked(sample, body, strict="true") == Answer("accepted", comparable=False)


def test_a_rule_that_tells_no_defaults_is_warned_of_where_it_names_the_parameter(sample: Sample) -> None:
    write(sample, f"{HEAD}    known = ('maxAge', 'strict', 'exemptUsers')\n")
    assert found(sample) == [
        (
            "rdk_config.json:9:7: rules.SAMPLE_RULE.parameters: warning: do not set exemptUsers, and what "
            "SAMPLE_RULE goes by then cannot be told: its evaluate_parameters returns nothing that can be "
            "compared; set exemptUsers, so that TidySample has the same [same-values]"
        )
    ]


def test_defaults_that_differ_are_found_where_neither_is_given_a_value(sample: Sample) -> None:
    sample.configure("parameters", {"strict": False})
    sample.replace(sample.yaml, 'default: "90"', 'default: "1"')
    assert found(sample) == [
        (
            "rdk_config.json:9:7: rules.SAMPLE_RULE.parameters: do not set MaxAge: TidySample then goes by '1', "
            "SAMPLE_RULE does not; set MaxAge, which reaches both [same-values]"
        )
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("import nothing_of_that_name\n", "warning: cannot be asked about its parameters: No module named"),
        ("class (:\n", "cannot be loaded: SyntaxError: "),
        ("x = 1\n", "cannot be loaded: AttributeError: "),
        (
            f"{HEAD}{METHOD}        return 1 / 0\n",
            "evaluate_parameters raises ZeroDivisionError: division by",
        ),
        (
            f"import os\n{HEAD}{METHOD}        os._exit(7)\n",
            "ended its process with exit code 7 before it had",
        ),
    ],
)
def test_a_rule_that_cannot_answer_is_found(sample: Sample, body: str, problem: str) -> None:
    names = "lambda_handler = maxAge = strict = exemptUsers = AssumeRoleMode = 1\n"
    write(sample, body + ("# " if "class (" in body else "") + names)
    [one] = found(sample)
    assert problem in one


def test_a_rule_that_does_not_end_is_stopped(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 1.5)
    answer = asked(sample, f"{HEAD}{METHOD}        while True:\n            pass\n")
    assert answer == Answer("failed", "gave no answer within 1.5 seconds")


def test_a_rule_gets_no_credentials_and_no_files_of_the_person(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    body = (
        f"import os\n{HEAD}{METHOD}"
        "        seen = {name: value for name, value in os.environ.items() if 'AWS' in name}\n"
        "        raise InvalidParametersError(str(sorted(seen.items())))\n"
    )
    assert asked(sample, body).message == str(
        [
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_REGION", "eu-west-1"),
        ]
    )


@linux
def test_a_rule_reads_no_file_of_the_person(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> None:
    private = tmp_path_factory.mktemp("home") / "credentials"
    private.write_text("secret", encoding="utf-8")
    answer = asked(sample, f"{HEAD}{METHOD}        return open({str(private)!r}).read()\n")
    assert "PermissionError" in answer.message


@linux
def test_a_rule_reaches_no_network(sample: Sample) -> None:
    """Somebody listens there, so only a confined process is refused."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        body = (
            f"import socket\n{HEAD}{METHOD}"
            f"        socket.create_connection(('127.0.0.1', {port}), 2)\n        return 1\n"
        )
        answer = asked(sample, body)
    assert "PermissionError" in answer.message


def test_what_a_rules_code_calls_is_compared_with_its_permissions(sample: Sample) -> None:
    folder = sample.project.root / "rules" / RULE
    (folder / "permissions.json").write_text('["iam:GetUser", "iam:ListUser"]', encoding="utf-8")
    (folder / "sample_reads.py").write_text("def read(iam):\n    return iam.list_users()\n", encoding="utf-8")
    module = folder / f"{RULE}.py"
    module.write_text(f"{MODULE}\n\ndef make(factory):\n    return factory.build_client('iam')\n", "utf-8")
    file = f"rules/{RULE}/permissions.json"
    assert [one.partition(";")[0] for one in found(sample)] == [
        f"{file}:1:1: lacks iam:ListUsers, which is called",
        f"{file}:1:2: [0]: is iam:GetUser, which nothing calls",
        f"{file}:1:17: [1]: is iam:ListUser, which IAM does not have",
    ]


@pytest.mark.parametrize("content", ['["*"]', '"text"', "null", '[["iam:GetUser"]]', '["iam:GetUsr"]', "{}"])
def test_reader_and_check_refuse_the_same_permissions_of_a_rule_without_an_entry_too(
    sample: Sample, content: str
) -> None:
    folder = sample.project.root / "rules" / "OTHER_RULE"
    folder.mkdir()
    (folder / "OTHER_RULE.py").write_text("", encoding="utf-8")
    (folder / "permissions.json").write_text(content, encoding="utf-8")
    [wrong] = [
        one for one in build.inspect_project(sample.project).findings if one.check == "permissions-form"
    ]
    with pytest.raises(ConfigurationError) as refused:
        read_permissions(folder / "permissions.json", wrong.file)
    place = f"{wrong.place}: " if wrong.place else ""
    assert str(refused.value) == f"{wrong.file}: {place}{wrong.problem}; {wrong.cure}"


def test_a_rule_without_a_remediation_is_built_without_one(sample: Sample) -> None:
    sample.configure("remediation", None)
    build.build(sample.project)
    assert not {"Remediation", "SSMAutomation"} & set(sample.parameters())


def test_two_rules_may_share_a_document_each_with_its_own_values(sample: Sample) -> None:
    other = sample.project.root / "rules" / "OTHER_RULE"
    other.mkdir()
    (other / "OTHER_RULE.py").write_text(MODULE.replace(RULE, "OTHER_RULE"), encoding="utf-8")
    (other / "permissions.json").write_text("[]", encoding="utf-8")
    config = json.loads(sample.project.config.read_text(encoding="utf-8"))
    entry = json.loads(json.dumps(config["rules"][RULE]))
    entry["parameters"]["maxAge"] = 30
    config["rules"]["OTHER_RULE"] = entry
    sample.project.config.write_text(json.dumps(config, indent=2), encoding="utf-8")
    build.build(sample.project)
    values = [
        json.loads((sample.project.root / "rules" / rule / "parameters.json").read_text("utf-8"))[
            "Parameters"
        ]["Remediation"]["Parameters"]["MaxAge"]
        for rule in (RULE, "OTHER_RULE")
    ]
    assert values == [{"StaticValue": {"Values": [age]}} for age in ("90", "30")]
