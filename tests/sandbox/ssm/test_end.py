"""The end of the account ends its executions; in a module of its own, for one account runs at a time."""

import json
import threading
import time
from pathlib import Path

from rulebook.sandbox import Sandbox
from sandbox.functions.deployed import trust
from sandbox.ssm.published import document, script_step


def test_the_account_s_end_ends_what_runs(tmp_path: Path) -> None:
    mark = tmp_path / "begun"
    script = f"import time\ndef handler(e, c):\n    open({str(mark)!r}, 'w').close()\n    time.sleep(60)"
    started = time.monotonic()
    with Sandbox.start() as account:
        role = account.client("iam").create_role(
            RoleName="r", AssumeRolePolicyDocument=trust("ssm.amazonaws.com")
        )["Role"]["Arn"]
        ssm = account.client("ssm")
        content = json.dumps(document([script_step("Long", script)], role=role))
        ssm.create_document(Name="Long", Content=content, DocumentType="Automation", DocumentFormat="JSON")
        for _ in range(6):
            ssm.start_automation_execution(DocumentName="Long")
        while not mark.exists():
            time.sleep(0.1)
    assert time.monotonic() - started < 20
    assert [one.name for one in threading.enumerate() if one.name.startswith("ssm-automation")] == []
