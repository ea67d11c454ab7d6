"""`rulebook completion`: what a shell completes."""

import shutil
import subprocess

import pytest

from rulebook.cli import command_modules, main

BASH = shutil.which("bash")
ASK = """
source /dev/stdin
COMP_WORDS=(rulebook {words}) COMP_CWORD={place}
$(complete -p rulebook | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
echo "${{COMPREPLY[@]}}"
"""


def completed(script: str, *words: str) -> list[str]:
    ask = ASK.format(words=" ".join(f"'{word}'" for word in words), place=len(words))
    done = subprocess.run(  # noqa: S603 - bash, with what the command printed
        [str(BASH), "--norc", "-c", ask], input=script, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
def test_bash_completes_commands_and_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    names = {module.__name__.rpartition(".")[2].replace("_", "-") for module in command_modules()}
    assert set(completed(script, "")) >= names
    assert completed(script, "prev") == ["preview"]
    assert "--resource-type" in completed(script, "new", "--")


def test_zsh_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "zsh"]) == 0
    assert capsys.readouterr().out.startswith("#compdef rulebook")


def test_no_other_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish"]) == 2
    assert "invalid choice: 'fish'" in capsys.readouterr().err
