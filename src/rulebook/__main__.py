"""The command ``rulebook`` (also ``python -m rulebook``)."""

import sys

from rulebook.cli import main as command_line


def main() -> None:
    """Run the command line; the only place that ends the process."""
    sys.exit(command_line(sys.argv[1:]))


if __name__ == "__main__":
    main()
