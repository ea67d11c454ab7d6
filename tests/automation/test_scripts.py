"""A script runs in a process of its own: what it sees, what ends it, and what is said of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from automation.conftest import REGION, document, failure, outcome, returned, script
from rulebook.automation import confined, run_document
from rulebook.automation.script_process import CONFINED, MAX_LOG

PERSONAL = {
    "AWS_PROFILE": "me",
    "AWS_DEFAULT_PROFILE": "me",
    "AWS_CONFIG_FILE": "config",
    "AWS_SHARED_CREDENTIALS_FILE": "credentials",
}
GIVEN = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}


def seen(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment that a script sees."""
    execution = run_document(document(script("A", "import os\nreturn dict(os.environ)")), {}, environment)
    payload: dict[str, str] = execution.steps[0].outputs["Payload"]
    return payload


def test_a_script_sees_the_variables_given_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        PERSONAL | {"AWS_SESSION_TOKEN": "mine", "SECRET": "mine", "PYTHONPATH": "mine"}
    ).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    got = seen(GIVEN | REGION)
    home = got.pop("HOME")
    assert got.pop("TMPDIR") == home
    assert got == GIVEN | REGION | {"AWS_EC2_METADATA_DISABLED": "true", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    assert home != os.environ.get("HOME")
    assert not Path(home).exists()


def test_of_a_whole_process_environment_only_aws_and_the_network_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    whole = {"HOME": "/x", "PATH": "/x", "AWS_REGION": "r", "https_proxy": "p", "NO_PROXY": "n", "LANG": "x"}
    got = seen(whole | PERSONAL)
    assert got.pop("HOME") != "/x"
    always = {"AWS_EC2_METADATA_DISABLED", "LC_ALL", "TMPDIR", "TZ"}
    assert set(got) == always | {"AWS_REGION", "https_proxy", "NO_PROXY"}


def test_boto3_finds_no_credentials_but_those_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(
        "[default]\naws_access_key_id = X\naws_secret_access_key = Y\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    source = "import boto3\nfound = boto3.Session().get_credentials()\nreturn found and found.access_key"
    assert returned(source) is None
    execution = run_document(document(script("A", source)), {}, REGION | GIVEN)
    assert execution.steps[0].outputs["Payload"] == "A"


def test_a_script_imports_from_the_virtual_environment_but_not_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here.py").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert returned("import sys, boto3\nreturn [sys.executable, sys.flags.isolated]") == [sys.executable, 1]
    assert failure("import here").startswith("ModuleNotFoundError: No module named 'here'")


def test_a_script_may_define_dataclasses_and_imports_of_its_own() -> None:
    source = """
    from dataclasses import dataclass, asdict
    from datetime import timedelta

    @dataclass(frozen=True)
    class Key:
        name: str
        age: int | None = None

    def handler(events, context):
        return asdict(Key(events["name"], timedelta(days=2).days))
    """
    assert returned(source, {"name": "k"}) == {"name": "k", "age": 2}


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ("__file__", "NameError: name '__file__' is not defined (line 1 of the script)"),
        ("import sys\nsys.modules[__name__]", "KeyError: 'customer_script' (line 2 of the script)"),
        ("assert __name__ == '__main__'", "AssertionError: (line 1 of the script)"),
        (
            "from __future__ import annotations\nimport dataclasses as d\n@d.dataclass\nclass A:\n    a: int",
            "AttributeError: 'NoneType' object has no attribute '__dict__' (line 3 of the script)",
        ),
    ],
    ids=["__file__", "its module", "__main__", "a dataclass with postponed annotations"],
)
def test_a_script_gets_nothing_of_its_loader(lines: str, error: str) -> None:
    """AWS's loader is not published: what a script needs of one here, it might not find there."""
    assert failure(f"{lines}\n\ndef handler(events, context):\n    return {{}}\n") == error


VALUES: dict[str, tuple[str, Any]] = {
    "nothing": ("pass", None),
    "a map": ("return {'a': [1, 2.5, None, True, 'é🔑']}", {"a": [1, 2.5, None, True, "é🔑"]}),
    "a tuple is a list": ("return (1, 2)", [1, 2]),
    "text with a line's end": ("return 'a\\n'", "a\n"),
    "a list of a hundred": ("return list(range(100))", list(range(100))),
    "a list of more is cut": ("return list(range(101))", list(range(100))),
    "a list deep within is cut": ("return {'a': {'b': [0] * 500}}", {"a": {"b": [0] * 100}}),
    "prints do not matter": ("print('{\"Payload\": 7}')\nreturn 1", 1),
    "a closed standard output does not matter": (
        "import sys, os\nsys.stdout.close()\nos.close(2)\nreturn 1",
        1,
    ),
    "close to 100 KB": ("return 'x' * 102000", "x" * 102000),
}


@pytest.mark.parametrize(("source", "expected"), VALUES.values(), ids=list(VALUES))
def test_a_handlers_value_is_the_payload(source: str, expected: Any) -> None:
    assert returned(source) == expected


FAILURES: dict[str, tuple[str, str]] = {
    "an exception": ("raise ValueError('bad value')", "ValueError: bad value (line 2 of the script)"),
    "an exception of its own": (
        "class Odd(Exception): pass\ndef handler(events, context):\n    raise Odd()",
        "Odd: (line 3 of the script)",
    ),
    "an exception in lines": ("raise ValueError('a\\n  b')", "ValueError: a b (line 2 of the script)"),
    "an exception within the library": (
        "import json\njson.loads('{')",
        "JSONDecodeError: Expecting property name enclosed in double quotes",
    ),
    "an exception while it loads": (
        "x = 1\ny = {}['k']\ndef handler(events, context): pass",
        "KeyError: 'k' (line 2 of the script)",
    ),
    "a syntax error": (
        "def handler(events, context):\n    return (",
        "SyntaxError: '(' was never closed (script.py, line 2) (line 2 of the script)",
    ),
    "a missing module": (
        "import requestz",
        "ModuleNotFoundError: No module named 'requestz' (line 2 of the script)",
    ),
    "no handler": ("def other(events, context): pass", "NameError: the script has no function handler"),
    "a handler that is no function": (
        "handler = 5  # not by def it",
        "NameError: the script has no function handler",
    ),
    "a handler with one argument": (
        "def handler(events): pass",
        "TypeError: handler() takes 1 positional argument but 2 were given",
    ),
    "an exit": ("import sys\nsys.exit(0)", "SystemExit: 0 (line 3 of the script)"),
    "an abrupt end": (
        "import os\nos._exit(3)",
        "the script's process was ended with exit code 3 before its handler returned",
    ),
    "a crash": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
        "the script's process was ended by SIGSEGV before its handler returned",
    ),
    "endless recursion": (
        "return handler(events, context)",
        "RecursionError: maximum recursion depth exceeded",
    ),
    "a value that is no JSON": (
        "import datetime\nreturn {'when': datetime.date(2020, 1, 1)}",
        "TypeError: handler returned what JSON cannot hold: Object of type date is not JSON serializable",
    ),
    "a number that is none": (
        "return float('nan')",
        "TypeError: handler returned what JSON cannot hold: Out of range float values are not JSON compliant",
    ),
    "a value in a circle": (
        "a = []\na.append(a)\nreturn a",
        "TypeError: handler returned what JSON cannot hold: Circular reference detected",
    ),
    "more than 100 KB": (
        "return 'x' * 102400",
        "ValueError: the output has 102415 bytes, more than the 102400 allowed",
    ),
    "a hundred megabytes": (
        "return 'x' * 100_000_000",
        "ValueError: the output has 100000015 bytes, more than the 102400 allowed",
    ),
    "an input that is not there": ("return events['a']", "KeyError: 'a' (line 2 of the script)"),
}


@pytest.mark.parametrize(("source", "message"), FAILURES.values(), ids=list(FAILURES))
def test_a_script_that_fails_says_why_and_where(source: str, message: str) -> None:
    assert failure(source).startswith(message)


def test_a_long_message_is_cut() -> None:
    assert failure("raise ValueError('x' * 5000)") == f"ValueError: {'x' * 1988}... (line 2 of the script)"


def test_a_script_that_is_no_text_fails() -> None:
    assert failure("return '\ud800'").startswith("UnicodeDecodeError: ")


def test_what_a_script_prints_is_kept_also_when_it_fails() -> None:
    source = "import sys\nprint('out: é', flush=True)\nprint('err', file=sys.stderr)\nraise ValueError"
    assert run_document(document(script("A", source)), {}, REGION).steps[0].log == "out: é\nerr\n"


def test_of_a_flood_of_output_the_end_is_kept() -> None:
    source = "for n in range(200_000):\n    print('line', n)\nprint('last')"
    log = run_document(document(script("A", source)), {}, REGION).steps[0].log
    assert len(log) == len("[...]") + MAX_LOG
    assert log.startswith("[...]")
    assert log.endswith("line 199999\nlast\n")


def test_a_thread_left_behind_does_not_keep_the_step_waiting() -> None:
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nreturn 1"
    record = run_document(document(script("A", source, timeoutSeconds=10)), {}, REGION).steps[0]
    assert (record.status, record.outputs.get("Payload")) == ("Success", 1)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits for its parent does not."""
    status = Path(f"/proc/{pid}/stat")
    with suppress(ProcessLookupError, FileNotFoundError):  # it may go between these looks
        os.kill(pid, 0)
        return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
    return False


def gone(pid: int) -> bool:
    """Wait a moment for a process to end."""
    for _ in range(100):
        if not alive(pid):
            return True
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    return False


# Refuses to end, and has a child that refuses too; writes both process ids to the file given.
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True);"
    "time.sleep(600)"],
    stdout=subprocess.PIPE)
child.stdout.readline()
pathlib.Path(events["file"]).write_text(f"{os.getpid()} {child.pid}")
if events["stay"]:
    time.sleep(600)
"""


def pids(file: Path) -> list[int]:
    for _ in range(500):
        if file.exists() and " " in file.read_text():
            return [int(one) for one in file.read_text().split()]
        time.sleep(0.02)
    raise AssertionError("the script has not begun")


def test_a_script_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    step = script("A", STUBBORN, {"file": str(tmp_path / "pids"), "stay": True}, timeoutSeconds=2)
    began = time.monotonic()
    execution = run_document(document(step), {}, REGION)
    assert outcome(execution) == ("TimedOut", [("A", "TimedOut")])
    assert execution.failure_message == "Step A: timeoutSeconds have passed"
    assert 2 <= time.monotonic() - began < 8
    assert [gone(pid) for pid in pids(tmp_path / "pids")] == [True, True]


def test_a_cancelled_script_is_killed_with_its_children(tmp_path: Path) -> None:
    stop = threading.Event()
    step = script("A", STUBBORN, {"file": str(tmp_path / "pids"), "stay": True})

    def stop_once_begun() -> None:
        pids(tmp_path / "pids")
        stop.set()

    waiting = threading.Thread(target=stop_once_begun)
    waiting.start()
    execution = run_document(document(step), {}, REGION, stop=stop)
    waiting.join()
    assert execution.status == "Cancelled"
    assert [gone(pid) for pid in pids(tmp_path / "pids")] == [True, True]


def test_children_do_not_outlive_a_script_that_ends_well(tmp_path: Path) -> None:
    step = script("A", STUBBORN, {"file": str(tmp_path / "pids"), "stay": False})
    assert run_document(document(step), {}, REGION).status == "Success"
    assert [gone(pid) for pid in pids(tmp_path / "pids")] == [True, True]


LEAVES = """
import os, pathlib, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
pathlib.Path(events["file"]).write_text(f"{os.getpid()} {child.pid}")
if events["stay"]:
    time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell who was let go")
@pytest.mark.parametrize(("stay", "ends"), [(False, "Success"), (True, "TimedOut")])
def test_a_process_that_left_the_group_ends_with_its_step(tmp_path: Path, stay: bool, ends: str) -> None:
    step = script("A", LEAVES, {"file": str(tmp_path / "pids"), "stay": stay}, timeoutSeconds=3)
    began = time.monotonic()
    assert run_document(document(step), {}, REGION).status == ends
    assert time.monotonic() - began < 8
    assert [gone(pid) for pid in pids(tmp_path / "pids")] == [True, True]


RUNS = """
import json, sys
from rulebook.automation import run_document
run_document(json.loads(sys.argv[1]), {}, {})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell who was let go")
def test_nothing_outlives_a_runner_that_is_killed(tmp_path: Path) -> None:
    step = script("A", LEAVES, {"file": str(tmp_path / "pids"), "stay": True})
    runner = subprocess.Popen([sys.executable, "-c", RUNS, json.dumps(document(step))])  # noqa: S603 - our own
    begun = pids(tmp_path / "pids")
    runner.kill()
    runner.wait()
    assert [gone(pid) for pid in begun] == [True, True]


def test_a_script_that_kills_its_parent_fails_and_the_runner_lives(tmp_path: Path) -> None:
    source = """
    import os, pathlib, signal, time
    pathlib.Path(events["file"]).write_text(f"{os.getpid()} {os.getppid()}")
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)
    """
    said = failure(source, payload={"file": str(tmp_path / "pids")})
    assert said == "the script's process was ended by SIGKILL before its handler returned"
    assert [gone(pid) for pid in pids(tmp_path / "pids")] == [True, True]


def test_a_failure_tells_every_line_of_the_script_that_it_passed() -> None:
    source = """
def handler(events, context):
    return twice(events)

def twice(events):
    return [json_of(one) for one in (1, object())]

def json_of(one):
    import json
    return json.dumps(one)
"""
    step = run_document(document(script("A", source)), {}, REGION).steps[0]
    comprehension = () if sys.version_info >= (3, 12) else ((5, "<listcomp>"),)
    assert step.trace == ((2, "handler"), (5, "twice"), *comprehension, (9, "json_of"))
    assert step.failure_message.endswith("(line 9 of the script)")


def test_a_confined_script_cannot_read_the_persons_files_but_calls_whom_it_likes(tmp_path: Path) -> None:
    if not confined.landlock():
        pytest.skip("this system cannot confine")
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    source = """
    import socket
    try:
        open(events["file"])
    except PermissionError:
        pass
    else:
        return "reads"
    with socket.create_connection(("127.0.0.1", events["port"])):
        return "calls"
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        events = {"file": str(tmp_path / "mine"), "port": server.getsockname()[1]}
        step = run_document(document(script("A", source, events)), {}, REGION | {CONFINED: "1"}).steps[0]
    assert (step.failure_message, step.outputs["Payload"]) == ("", "calls")
