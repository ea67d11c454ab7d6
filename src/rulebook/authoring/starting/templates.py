"""The files that a start is made of: jinja2 with brackets of its own, since the files have ``{{ }}`` too.

A name in square brackets in a path, such as ``[rule].py``, is filled in too.
"""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent / "templates"
_FILLED = re.compile(r"\[(\w+)\]")


def write_templates(kind: str, folder: Path, values: dict[str, object]) -> None:
    """Render every template of a kind into a folder that need not exist.

    Args:
        kind: ``project``, ``rule`` or ``document``.
        folder: where to.
        values: what the templates name.

    Raises:
        OSError: something cannot be written.
    """
    for path in sorted((FOLDER / kind).rglob("*.jinja")):
        name = path.relative_to(FOLDER).as_posix()
        text = _environment().get_template(name).render(values)
        inner = _FILLED.sub(lambda match: str(values[match[1]]), path.relative_to(FOLDER / kind).as_posix())
        target = folder / inner.removesuffix(".jinja")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=False,  # noqa: S701 - code and configuration; every value was checked
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        variable_start_string="<<",
        variable_end_string=">>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
