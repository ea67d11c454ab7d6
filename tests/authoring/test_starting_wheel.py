"""The wheel holds everything that a project of one's own needs, and nothing that somebody left behind."""

import email
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
EXTRA = 'extra == "sandbox"'
# What stands in a package and is no module, by where it is used.
DATA = {
    "rulebook/operating/report/templates/page.html",
    "rulebook/project/rdk_config/rdk_config.schema.json",
    "rulebook/py.typed",
    "rulebook/sandbox/state.schema.json",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as it is released: of the source distribution, which leaves out what git ignores."""
    folder = tmp_path_factory.mktemp("dist")
    [source] = SdistBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    shutil.unpack_archive(source, folder)
    [built] = WheelBuilder(source.removesuffix(".tar.gz")).build(directory=str(folder), versions=["standard"])
    return Path(built)


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        [name] = [one for one in opened.namelist() if one.endswith("/METADATA")]
        return email.message_from_string(opened.read(name).decode())


def tracked(*folders: str) -> set[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    return {one for one in done.stdout.splitlines() if (ROOT / one).is_file()}


def test_it_holds_every_module_schema_and_template(names: set[str]) -> None:
    assert {one.removeprefix("src/") for one in tracked("src")} <= names
    assert names >= DATA
    assert "rulebook/authoring/starting/templates/project/.github/workflows/ci.yml.jinja" in names


def test_it_holds_the_pairs_with_their_tests_and_nothing_left_behind(names: set[str]) -> None:
    left = {one for one in names if one.startswith("rulebook/pairs/") and one.endswith((".zip", ".pyc"))}
    pairs = {one.removeprefix("rulebook/pairs/") for one in names if one.startswith("rulebook/pairs/")}
    assert left == set()
    assert pairs == {"rdk_config.json", *tracked("rules", "ssm_docs")}


def test_the_base_installation_has_neither_moto_nor_rdk(metadata: Message) -> None:
    required = metadata.get_all("Requires-Dist") or []
    base = {one for one in required if "extra ==" not in one}
    assert not [one for one in base if one.startswith(("moto", "rdk=", "pytest", "hypothesis"))]
    sandbox = [one for one in required if one.replace("'", '"').endswith(EXTRA)]
    assert {one.partition("[")[0].partition(">")[0] for one in sandbox} >= {"moto", "pytest"}


def test_it_says_what_it_is(metadata: Message) -> None:
    assert metadata["Name"] == "aws-config-rulebook"
    assert "Programming Language :: Python :: 3.11" in (metadata.get_all("Classifier") or [])
    assert metadata.get_all("Project-URL")
    assert metadata["License-Expression"] == "Apache-2.0"


def test_no_test_of_a_pair_asks_for_what_the_sandbox_does_not_bring() -> None:
    """`rdk test-local` and pytest run them in a project that has the wheel with its extra, and no more."""
    brought = {"boto3", "botocore", "moto", "rdklib", "pytest", "yaml"}
    for path in [*ROOT.glob("rules/*/*.py"), *ROOT.glob("ssm_docs/*/*.py")]:
        own = {one.stem for one in path.parent.glob("*.py")}
        imported = {
            line.split()[1].partition(".")[0]
            for line in path.read_text("utf-8").splitlines()
            if line.startswith(("import ", "from "))
        }
        assert imported <= brought | own | sys.stdlib_module_names, path.name


STEPS = """\
set -eux
rulebook --version
rulebook init mine
cd mine
rulebook add ACCESS_KEYS_ROTATED_CUSTOM
rulebook new S3_BUCKETS_TAGGED TagBuckets --resource-type AWS::S3::Bucket
rulebook new BUCKET_CHANGED MendBucket --resource-type AWS::S3::Bucket --change
rulebook list
rulebook check
rulebook demo
pytest -q rules/S3_BUCKETS_TAGGED rules/BUCKET_CHANGED ssm_docs/TagBuckets ssm_docs/MendBucket
pytest -q ssm_docs/DeleteStaleAccessKeys
cd rules
rdk test-local --rulename S3_BUCKETS_TAGGED
"""


@pytest.mark.long
def test_everything_works_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """With an empty HOME and nothing of this repository; installs from the package index."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)  # noqa: S603
    programs = tmp_path / "venv" / "bin"
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", f"{wheel}[sandbox]"]
    subprocess.run(install, check=True)  # noqa: S603 - the wheel of this tree
    (tmp_path / "home").mkdir()
    environment = {
        "PATH": os.pathsep.join([str(programs), os.defpath]),
        "HOME": str(tmp_path / "home"),
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(  # noqa: S603 - the commands above
        ["/bin/bash", "-c", STEPS],
        cwd=tmp_path / "home",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "The loop is closed" in done.stdout
