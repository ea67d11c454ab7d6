"""The layer with rdklib that `rdk deploy` names by itself, from the list that the installed rdk carries."""

from importlib import resources

import yaml

# RDKLIB_ARN_STRING in rdk.py (0.17.24, 1.0.0), which knows the partition aws only.
LAYER = "arn:aws:lambda:{region}:711761543063:layer:rdklib-layer:{version}"


def layer_versions() -> dict[str, str] | None:
    """Return the layer's version by region, from the installed rdk's own list; None without rdk."""
    try:
        file = resources.files("rdk").joinpath("rdklib_versions.yaml")
        listed = yaml.safe_load(file.read_text(encoding="utf-8"))["rdklib_layer_versions"]
    except (ModuleNotFoundError, FileNotFoundError, KeyError, TypeError):
        return None
    return {str(region): str(version) for region, version in listed.items()}


def layer_arn(region: str) -> str | None:
    """Return the layer's ARN in a region; None where rdk knows none, or is not installed."""
    version = (layer_versions() or {}).get(region)
    return LAYER.format(region=region, version=version) if version else None
