# ruff: noqa: INP001 - tests are no package
"""Draw what `rulebook demo` prints: `python tests/e2e/demo_picture.py` writes docs/images/demo.svg."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs/images/demo.svg"
COLUMNS = 110
SVG = "{http://www.w3.org/2000/svg}"


def text_of(picture: Path) -> str:
    """Return the words of a picture that `draw` made, as a terminal shows them."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for part in ET.parse(picture).iter(f"{SVG}text"):  # noqa: S314 - our own file
        if part.get("clip-path"):  # the title has none
            row = lines.setdefault(float(part.get("y", "0")), [])
            row.append((float(part.get("x", "0")), "".join(part.itertext()).replace("\xa0", " ")))
    return "\n".join(" ".join(text for _, text in sorted(row)) for _, row in sorted(lines.items()))


def draw(shown: str) -> None:
    """Write the picture of a terminal's lines."""
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    console.print(Text.from_ansi(shown), soft_wrap=True)
    PICTURE.write_text(console.export_svg(title="rulebook demo"), encoding="utf-8")


def main() -> int:
    """Run the demo as a terminal would show it, and draw that."""
    terminal = {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    done = subprocess.run(
        [sys.executable, "-m", "rulebook", "demo"],
        cwd=ROOT,
        env=os.environ | terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    draw(done.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
