"""A script's process is a copy of a Python that waits: it has nothing of another script, and ends as any."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import returned

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each is started anew")


def test_it_has_nothing_of_another_script_and_no_open_file_of_ours() -> None:
    returned("import boto3, os\nboto3.mine = os.environ['MINE'] = 'seen'\nos.chdir('/')")
    look = "import boto3, os\nreturn [hasattr(boto3, 'mine'), os.environ.get('MINE'), os.getcwd() == '/']"
    assert returned(look) == [False, None, False]
    # The fourth is the folder that is being listed.
    assert returned("import os\nreturn [os.readlink(f'/proc/self/fd/{n}')[:5] for n in (0, 1, 2)]") == [
        "/dev/",
        "pipe:",
        "pipe:",
    ]
    assert len(returned("import os\nreturn os.listdir('/proc/self/fd')")) == 4


def test_it_starts_with_the_models_of_the_services_that_its_text_names() -> None:
    told = "import botocore.session as b\nloader = b.get_session().get_component('data_loader')\n"
    look = f"{told}return ('load_service_model', 'sqs', 'service-2') in loader._cache  # client('sqs')"
    assert returned(look) is True
    assert returned(look.replace("sqs", "no-such-service")) is False


def test_random_numbers_and_time_zone_are_its_own() -> None:
    source = "import random, time, uuid\nreturn [random.random(), str(uuid.uuid4()), time.tzname[0]]"
    one, another = returned(source), returned(source)
    assert (one[0] != another[0], one[1] != another[1], one[2]) == (True, True, "UTC")


# Of a script's parent, which watches over it, the parent.
WAITING = """
import os
with open(f"/proc/{os.getppid()}/status") as file:
    return int(next(line for line in file if line.startswith("PPid:")).split()[1])
"""


def test_if_the_python_that_waits_is_killed_another_is_started() -> None:
    waiting = returned(WAITING)
    os.kill(waiting, signal.SIGKILL)
    assert ended(waiting)
    assert returned(WAITING) != waiting


PROGRAM = """
import os, tempfile
from rulebook.automation.python_process import start_python
env = {"HOME": tempfile.gettempdir()}
process, printed = start_python([__import__("sys").argv[1]], env)
print(printed.read().decode(), process.wait(), flush=True)
os._exit(0)  # as if killed
"""


def test_the_python_that_waits_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    (tmp_path / "say.py").write_text("import os, sys\nprint(os.getppid())\nsys.exit(3)", encoding="utf-8")
    program = [sys.executable, "-c", PROGRAM, str(tmp_path / "say.py")]
    done = subprocess.run(program, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    waiting, code = done.stdout.split()
    assert code == "3"
    assert ended(int(waiting))


def ended(process: int) -> bool:
    """Wait a while for a process to end."""
    for _ in range(500):
        status = Path(f"/proc/{process}/stat")
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
