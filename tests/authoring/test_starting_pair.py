"""`rulebook new`: the least that is right, which works at once and says what is to be filled in."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.session import Session

from quick_python import quick
from rulebook.authoring.render import check_build
from rulebook.authoring.starting import draft
from rulebook.authoring.starting.draft import CannotStart
from rulebook.authoring.starting.fresh_project import init
from rulebook.authoring.starting.new_names import script_name
from rulebook.authoring.starting.new_pair import Wish, new
from rulebook.authoring.starting.resource_types import ACCOUNT, resource_types
from rulebook.cli import main
from rulebook.errors import ConfigurationError, RulebookError
from rulebook.project import CONFIG, Project

LONG = (
    "A_BUCKET_" * 5 + "THEY_A_R_E_F_I_N_E_"
)  # 64, of which rdk keeps 46: its function name has no room for more
KINDS = {
    "periodic": Wish("S3_BUCKETS_TAGGED", "TagBuckets", "AWS::S3::Bucket"),
    "change": Wish("INSTANCES_FINE", "MendInstance", "AWS::EC2::Instance", on_change=True),
    "account": Wish("ACCOUNT_FINE", "MendAccount.v2", ACCOUNT),
    "alone": Wish("ONLY_FINDS", None, "AWS::IAM::User"),
    "long names": Wish(LONG, "MakeTheBucketsThatHaveAVeryLongNameFineAgain12345678901", "AWS::S3::Bucket"),
}
TOOLS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a new pair of each kind."""
    root = tmp_path_factory.mktemp("made") / "mine"
    init(root)
    for wish in KINDS.values():
        new(Project(root), wish)
    return Project(root)


def run(project: Project, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - tools of our own environment
        [str(TOOLS / command[0]), *command[1:]],
        cwd=project.root,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def tree(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in project.root.rglob("*")
        if path.is_file()
    }


def test_all_of_it_builds_and_is_built(made: Project) -> None:
    assert check_build(made) == []
    assert {one.built.is_file() for one in made.documents().values()} == {True}
    assert {one.parameters.is_file() for one in made.rules().values()} == {True}


def test_all_of_it_is_tidy(made: Project) -> None:
    """Whatever the names are, and however long."""
    for command in (("format", "--check"), ("check",)):
        done = run(made, "ruff", *command, "--no-cache", ".")
        assert done.returncode == 0, done.stdout


@pytest.mark.long
def test_all_of_it_is_typed(made: Project) -> None:
    done = run(made, "mypy", "--cache-dir", str(made.root.parent / "mypy"))
    assert done.returncode == 0, done.stdout


def test_rdk_is_told_the_trigger(made: Project) -> None:
    told = {
        name: json.loads(one.parameters.read_text("utf-8"))["Parameters"]
        for name, one in made.rules().items()
    }
    assert told["INSTANCES_FINE"]["SourceEvents"] == "AWS::EC2::Instance"
    assert "SourcePeriodic" not in told["INSTANCES_FINE"]
    assert told["S3_BUCKETS_TAGGED"]["SourcePeriodic"] == "TwentyFour_Hours"
    assert "SourceEvents" not in told["S3_BUCKETS_TAGGED"]


def test_a_new_remediation_is_started_by_a_person(made: Project) -> None:
    entries = json.loads(made.config.read_text("utf-8"))["rules"]
    triggers = {one["remediation"]["trigger"] for one in entries.values() if "remediation" in one}
    assert triggers == {"manual"}


@pytest.fixture(scope="module")
def tested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A project with two new pairs, and what its own pytest says."""
    root = tmp_path_factory.mktemp("tested") / "mine"
    init(root)
    for kind in ("periodic", "change"):
        new(Project(root), KINDS[kind])
    environment = quick(tmp_path_factory.mktemp("quick"))
    done = run(Project(root), "pytest", "-q", "--tb=no", "-rA", "-p", "no:cacheprovider", **environment)
    return Project(root), done.stdout


def test_every_test_passes_but_those_of_the_places_to_fill(tested: tuple[Project, str]) -> None:
    """Both loops are closed in the embedded account among them."""
    _, said = tested
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE)
    assert {one.partition("[")[0] for one in failed} == {"tests/test_filled_in.py::test_is_filled_in"}, said
    loops = re.findall(r"^PASSED \S+test_the_loop_closes$", said, re.MULTILINE)
    assert len(loops) == 2, said


def test_a_test_fails_for_each_place_to_fill(tested: tuple[Project, str]) -> None:
    project, said = tested
    marked = {
        f"{path.relative_to(project.root).as_posix()}:{number}"
        for path in project.root.rglob("*")
        if path.suffix in (".py", ".yaml") or path.name == CONFIG
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if "FILL IN" in line
    }
    assert set(re.findall(r"^FAILED [^[\s]+\[(\S+)\]", said, re.MULTILINE)) == marked
    assert len(marked) > 20


def test_the_resource_types_are_those_of_botocore() -> None:
    model = Session().get_service_model("config")
    assert resource_types() == {*model.shape_for("ResourceType").enum, ACCOUNT}  # type: ignore[attr-defined]


REFUSED = [
    ("a name that is none", Wish("1ST", None, "AWS::S3::Bucket"), r'"1ST" is no name for a rule: .*; use letters, digits and _, a letter first'),
    ("a test's name", Wish("OK_test", None, "AWS::S3::Bucket"), r"OK_test: pytest and rdk take modules of such names for tests"),
    ("a path", Wish("../X", None, "AWS::S3::Bucket"), r'"\.\./X" is no name for a rule'),
    ("a word of Python", Wish("class", None, "AWS::S3::Bucket"), r"class: Python has a word of that name; call the rule otherwise"),
    ("too long for a file", Wish("A" * 253, None, "AWS::S3::Bucket"), r"rdk would call its stack .* which CloudFormation refuses"),
    ("a package of Python's tests", Wish("test", None, "AWS::S3::Bucket"), r"test: Python has a module of that name; call the rule otherwise"),
    ("a module of Python", Wish("json", None, "AWS::S3::Bucket"), r"json: Python has a module of that name; call the rule otherwise"),
    ("too long for rdk", Wish(LONG + "9", None, "AWS::S3::Bucket"), r"rdk would give its function a name of 65 characters, and Lambda takes 64; shorten it by 1"),
    ("a rule that exists", Wish("TAKEN", "Another", "AWS::S3::Bucket"), r"rules/TAKEN: is there already; remove it first, or choose another name"),
    ("a stack that exists", Wish("TAK_EN", "Another", "AWS::S3::Bucket"), r"it would have the stack TAKEN, as the rule TAKEN has; rename it"),
    ("a document that exists", Wish("RULE", "TakeIt", "AWS::S3::Bucket"), r"ssm_docs/TakeIt: is there already; remove it first, or choose another name"),
    ("a script that exists", Wish("RULE", "Take-It", "AWS::S3::Bucket"), r"take_it: ssm_docs/TakeIt/take_it\.py has that name already; call the document otherwise"),
    ("a document that is none", Wish("RULE", "Do It", "AWS::S3::Bucket"), r'"Do It" is no name for a document; use 3 to 128'),
    ("a document of AWS", Wish("RULE", "AmazonThing", "AWS::S3::Bucket"), r"AmazonThing: AWS keeps names that begin with aws, amazon and amzn; begin it otherwise"),
    ("a document without a letter", Wish("RULE", "1Thing", "AWS::S3::Bucket"), r"1Thing: its script could not have its name; begin it with a letter"),
    ("a document too long for its role", Wish("RULE", "D" * 56, "AWS::S3::Bucket"), r"its role would have a name of 65 characters, and IAM takes 64; shorten it by 1"),
    ("a type in other letters", Wish("RULE", None, "aws::s3::bucket"), r'Config has no resource type "aws::s3::bucket"; did you mean AWS::S3::Bucket'),
    ("no type", Wish("RULE", None, "bucket"), r'Config has no resource type "bucket"; write it as AWS does, such as AWS::S3::Bucket'),
    ("changes of the account", Wish("RULE", None, ACCOUNT, on_change=True), r"--change: Config records no changes of AWS::::Account; use --periodic"),
]  # fmt: skip


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that has a pair."""
    root = tmp_path_factory.mktemp("taken") / "mine"
    init(root)
    new(Project(root), Wish("TAKEN", "TakeIt", "AWS::S3::Bucket"))
    return Project(root)


@pytest.mark.parametrize(("_", "wish", "says"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be(taken: Project, _: str, wish: Wish, says: str) -> None:
    before = tree(taken)
    with pytest.raises(CannotStart, match=says):
        new(taken, wish)
    assert tree(taken) == before


def test_a_name_too_long_for_rdk_config(taken: Project) -> None:
    before = tree(taken)
    with pytest.raises(ConfigurationError, match="64 characters or fewer"):
        new(taken, Wish(f"{LONG}_", None, "AWS::S3::Bucket"))
    assert tree(taken) == before


def test_a_config_edited_to_nonsense(project: Project) -> None:
    project.config.write_text('{"default": [],,}', encoding="utf-8")
    before = tree(project)
    with pytest.raises(
        ConfigurationError, match=r"rdk_config\.json: line 1, column 16: .*; mend the JSON there"
    ):
        new(project, KINDS["periodic"])
    assert tree(project) == before


@pytest.mark.parametrize("broken", ["write_whole", "build"])
def test_nothing_is_half_made(project: Project, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(draft, broken, fail)
    before = tree(project)
    with pytest.raises(CannotStart, match="No space left on device; use a folder that you may write to"):
        new(project, KINDS["periodic"])
    assert tree(project) == before


def test_what_somebody_wrote_into_the_config_stays(project: Project) -> None:
    project.config.write_text('{"default": ["eu-west-3"], "rules": {}}', encoding="utf-8")
    new(project, KINDS["alone"])
    settings = json.loads(project.config.read_text("utf-8"))
    assert settings["default"] == ["eu-west-3"]
    assert list(settings["rules"]) == ["ONLY_FINDS"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["RULE"], "name a DOCUMENT, or give --no-remediation"),
        (["RULE", "DoIt", "--no-remediation"], "name a DOCUMENT, or give --no-remediation"),
        (["RULE", "DoIt", "--change", "--periodic"], "not allowed with"),
    ],
)
def test_the_command_line_is_clear(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert main(["--root", str(project.root), "new", *arguments, "--resource-type", "AWS::S3::Bucket"]) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("document", "script"),
    [("TagBuckets", "tag_buckets"), ("DeleteIAMUser", "delete_iam_user"), ("Mend.It-2", "mend_it_2")],
)
def test_a_script_is_named_after_its_document(document: str, script: str) -> None:
    assert script_name(document) == script


def test_every_refusal_ends_the_command_with_2() -> None:
    assert issubclass(CannotStart, RulebookError)
    assert CannotStart.exit_code == 2
