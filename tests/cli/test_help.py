"""Every command's help ends with an example that the parser takes, and begins with the module's docstring."""

import contextlib
import io
import re
import shlex
from types import ModuleType

import pytest

from rulebook.cli import command_modules, main, parser

MODULES = list(command_modules())
every_command = pytest.mark.parametrize(
    "module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2]
)


def help_of(module: ModuleType) -> str:
    """Return what ``rulebook COMMAND --help`` prints."""
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert main([name, "--help"]) == 0
    return printed.getvalue()


def examples(help_text: str) -> list[str]:
    """Return the command lines below ``example:`` or ``examples:``, which must end the help."""
    found = re.search(r"^examples?:\n((?:  \S.*\n)+)\Z", help_text, re.MULTILINE)
    assert found, help_text
    return [line.strip() for line in found[1].splitlines()]


@every_command
def test_the_help_ends_with_an_example_that_is_accepted(module: ModuleType) -> None:
    lines = examples(help_of(module))
    assert lines
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "rulebook"
        assert parser().parse_args(arguments).run is module.run


@every_command
def test_the_description_is_the_modules_docstring(module: ModuleType) -> None:
    assert module.__doc__
    assert module.__doc__.strip() in help_of(module)


@every_command
def test_the_command_is_called_like_its_module(
    module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    assert main([name, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"usage: rulebook {name} ")


def test_the_overview_names_every_command_and_ends_with_an_example(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    [line] = examples(text)
    assert parser().parse_args(shlex.split(line)[1:]).run
    for module in MODULES:
        name = module.__name__.rpartition(".")[2].replace("_", "-")
        assert re.search(rf"^    {name}\s+\w", text, re.MULTILINE), name
