"""The end of the account ends its functions; in a module of its own, for one account runs at a time."""

import time
from pathlib import Path

from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import Functions, trust


def test_the_account_s_end_ends_a_queued_event(tmp_path: Path) -> None:
    file = tmp_path / "attempts"
    started = time.monotonic()
    with Sandbox.start() as account:
        role = account.client("iam").create_role(
            RoleName="r", AssumeRolePolicyDocument=trust("lambda.amazonaws.com")
        )["Role"]["Arn"]
        functions = Functions(account, account.client("lambda"), role)
        code = (
            f"import time\ndef handler(e, c):\n    open({str(file)!r}, 'a').write('x\\n')\n    time.sleep(60)"
        )
        functions.invoke(functions.deploy("long", code, Timeout=100), InvocationType="Event")
        while not file.exists():
            time.sleep(0.1)
    assert time.monotonic() - started < 20
    assert file.read_text() == "x\n"
