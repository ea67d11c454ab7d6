"""Let pytest import each rule and script by its own folder and bare name; keep the person's settings out."""

import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

import botocore.client
import botocore.session
from hypothesis import settings

ROOT = Path(__file__).parent
sys.path[:0] = [
    str(folder) for parent in ("rules", "ssm_docs") for folder in sorted((ROOT / parent).glob("*/"))
]

# A profile, a region or an endpoint of the person's would lead clients, moto's included, somewhere else.
for _name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[_name]

# Every session reads botocore's models of the services anew, and every client makes each method of its class
# anew: most of what a client costs, thousands of times here.
_botocore: Any = botocore
_botocore.session.create_loader = cache(_botocore.session.create_loader)
_methods = _botocore.client.ClientCreator._create_methods  # noqa: SLF001 - a fact of this botocore; without it tests are slower
_made: dict[tuple[str, str], dict[str, Any]] = {}


def _create_methods(creator: Any, model: Any) -> dict[str, Any]:
    key = model.service_name, model.api_version
    if key not in _made:
        _made[key] = _methods(creator, model)
    return dict(_made[key])


_botocore.client.ClientCreator._create_methods = _create_methods  # noqa: SLF001 - the same

# `make test` is the same every time in CI; `make test-long` searches further.
settings.register_profile("default", max_examples=200, deadline=None, derandomize="CI" in os.environ)
settings.register_profile("nightly", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Here, because pytest-xdist's own process, which prints the summary, loads no other conftest.
pytest_plugins = ["faults.matrix_table"]
