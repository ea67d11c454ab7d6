"""Let pytest import each rule and script by its own folder and bare name; keep the person's settings out."""

import os
import signal
import sys
from pathlib import Path

from hypothesis import settings

import quick_botocore

ROOT = Path(__file__).parent
sys.path[:0] = [
    str(folder) for parent in ("rules", "ssm_docs") for folder in sorted((ROOT / parent).glob("*/"))
]

# A profile, a region or an endpoint of the person's would lead clients, moto's included, somewhere else.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]

# A shell without job control lets what it starts in the background ignore Ctrl-C, which tests press.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

quick_botocore.install()

# `make test` is the same every time in CI; `make test-long` searches further.
settings.register_profile("default", max_examples=200, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Here, because pytest-xdist's own process, which prints the summary, loads no other conftest.
pytest_plugins = ["faults.matrix_table"]
