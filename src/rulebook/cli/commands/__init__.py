"""One module a command; ``rulebook.cli`` finds them by walking this folder."""
