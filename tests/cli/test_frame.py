"""The frame around every command: one JSON document whatever goes wrong, one line, the right exit code."""

import argparse
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore.parsers import ResponseParserError

from rulebook.cli import command_modules, main, parser
from rulebook.errors import RulebookError

RULE = "ACCESS_KEYS_ROTATED_CUSTOM"


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", "-")


def takes_json(module: ModuleType) -> bool:
    command = argparse.ArgumentParser()
    module.add_arguments(command)
    return "--json" in command.format_help()


WITH_JSON = [module for module in command_modules() if takes_json(module)]
every_json_command = pytest.mark.parametrize("module", WITH_JSON, ids=name_of)


DEMANDED = {
    "add": [RULE],
    "completion": ["bash"],
    "history": [RULE],
    "init": ["mine"],
    "new": [RULE, "--resource-type", "AWS::S3::Bucket"],
    "preview": [RULE],
    "run": [RULE],
}


def words(module: ModuleType) -> list[str]:
    """Return what makes a whole command line of it."""
    return [name_of(module), *DEMANDED.get(name_of(module), ()), "--json"]


def told(capsys: pytest.CaptureFixture[str], code: int) -> dict[str, Any]:
    """Return the error on stdout, which says what stderr says and the exit code."""
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert list(document) == ["error"]
    assert list(document["error"]) == ["type", "message", "exitCode"]
    assert document["error"]["exitCode"] == code
    assert f"rulebook: {document['error']['message']}\n" in err
    return dict(document["error"])


def test_these_commands_have_json() -> None:
    assert {name_of(module) for module in WITH_JSON} >= {"build", "demo", "doctor", "evaluate", "history"}


# The demo starts an account before it reads the file, run reads none; the frame is the same.
@pytest.mark.parametrize(
    "module", [one for one in WITH_JSON if name_of(one) not in ("demo", "run")], ids=name_of
)
@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\x00", '{"default": NaN}', "\ufeff", ""])
def test_a_malformed_settings_file_is_one_json_document(
    module: ModuleType, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rdk_config.json").write_text(text, encoding="utf-8")
    (tmp_path / "rules" / RULE).mkdir(parents=True)
    (tmp_path / "rules" / RULE / f"{RULE}.py").touch()
    assert main(["--root", str(tmp_path), *words(module)]) == 2
    assert told(capsys, 2)["message"].startswith("rdk_config.json: ")


@every_json_command
def test_no_project_is_one_json_document(
    module: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path), *words(module)]) == 2
    assert told(capsys, 2)["type"] == "ConfigurationError"


@every_json_command
@pytest.mark.parametrize("wrong", ["--nope", "--expect-account=x", "--js"])
def test_wrong_arguments_are_one_json_document(
    module: ModuleType, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(module), wrong]) == 2
    assert told(capsys, 2)["type"] == "WrongArguments"


@pytest.mark.parametrize(
    ("raised", "code", "says"),
    [
        (RulebookError("what; cure"), 2, "what; cure"),
        (RecursionError(), 2, "something that was read is nested too deeply, or too large; flatten it"),
        (MemoryError(), 2, "something that was read is nested too deeply, or too large; flatten it"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            ResponseParserError("<html>"),
            2,
            "what answered is not AWS; correct the endpoint (AWS_ENDPOINT_URL, or ",
        ),
        (ZeroDivisionError("x"), 2, "a defect of rulebook: ZeroDivisionError: x; report the lines above"),
        (OSError(28, "No space"), 2, "a defect of rulebook: OSError: [Errno 28] No space; report the lines "),
    ],
)
def test_whatever_is_raised_is_one_line_and_one_document(
    raised: BaseException,
    code: int,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A defect exits 2, not Python's 1, which means "checked and found wrong"."""

    def fail(_root: Path) -> None:
        raise raised

    monkeypatch.setattr("rulebook.cli.commands.build.find_project", fail)
    assert main(["build", "--json"]) == code
    assert told(capsys, code)["message"].startswith(says)
    assert main(["build"]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith(f"rulebook: {says}")


def test_without_json_stdout_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path), "build"]) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evalute"], "there is no command evalute (did you mean evaluate?); see `rulebook --help`"),
        (["Evaluate"], "there is no command Evaluate (did you mean evaluate?); see `rulebook --help`"),
        (
            ["help", "histroy"],
            "there is no command histroy (did you mean history?); see `rulebook help --help`",
        ),
        (["build", "--chek"], "does not take --chek (did you mean --check?); see `rulebook build --help`"),
        (
            ["build", "--check=1"],
            "argument --check: ignored explicit argument '1'; see `rulebook build --help`",
        ),
        (["build", "x"], "does not take x; see `rulebook build --help`"),
        (["build", "--root", "."], "--root stands before the command; see `rulebook build --help`"),
        (["preview"], "the following arguments are required: RULE; see `rulebook preview --help`"),
        (["history"], "the following arguments are required: RULE; see `rulebook history --help`"),
        ([], "the following arguments are required: COMMAND; see `rulebook --help`"),
    ],
)
def test_a_slip_is_one_line_with_what_may_be_meant(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"rulebook: {says}\n")


def test_a_command_like_no_other_is_told_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zzz"]) == 2
    err = capsys.readouterr().err
    assert all(name_of(module) in err for module in command_modules())


def test_the_version_is_that_of_the_distribution(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rulebook {version('aws-config-rulebook')}\n"


@pytest.mark.parametrize("about", [[], *([name_of(module)] for module in command_modules())])
def test_help_is_the_help(about: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help", *about]) == 0
    asked = capsys.readouterr()
    assert main([*about, "--help"]) == 0
    assert capsys.readouterr() == asked


def test_the_root_has_one_meaning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative folder too is looked for upwards, whichever the command."""
    inside = tmp_path / "rules" / RULE
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    for arguments in (["--root", "."], ["--root", "../X/.."], []):
        seen: list[Path] = []
        monkeypatch.setattr("rulebook.cli.commands.build.find_project", seen.append)
        main([*arguments, "build"])
        [root] = seen
        assert root == (inside if arguments != ["--root", "../X/.."] else inside.parent)


def test_no_command_finds_the_project_by_itself() -> None:
    for module in command_modules():
        assert module.__file__
        assert "Path.cwd()" not in Path(module.__file__).read_text(encoding="utf-8"), module.__file__


def test_every_command_is_reached_by_its_name() -> None:
    for module in command_modules():
        assert parser().parse_args([word for word in words(module) if word != "--json"]).run is module.run


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A project without a pair: a process of its own has little to do in it."""
    (tmp_path / "rdk_config.json").write_text('{"default": ["us-east-1"], "rules": {}}', encoding="utf-8")
    return tmp_path


# A document at the end, what argparse prints before it ends the process, and more than a buffer holds.
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["list", "--json"], ["--help"], ["schema"]])
def test_a_full_disk_under_stdout_is_one_line(arguments: list[str], empty: Path) -> None:
    buffering = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-m", "rulebook", "--root", str(empty), *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=buffering,
        )
    says = "rulebook: the output cannot be written: No space left on device; make room, or send it somewhere"
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(says)
    assert "Traceback" not in done.stderr


def test_a_closed_stdout_is_no_traceback(empty: Path) -> None:
    """``>&-`` in a shell: Python then has no sys.stdout at all."""
    command = f"{sys.executable} -m rulebook --root {empty} list --json >&-"
    done = subprocess.run(  # noqa: S602 - ours, and the shell is what closes it
        command, shell=True, stderr=subprocess.PIPE, text=True, check=False, env=os.environ | {"LC_ALL": "C"}
    )
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
