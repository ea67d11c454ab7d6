# ruff: noqa: INP001 - scripts, no package
"""Draw calls and CPU seconds against users: ``draw.py RUNS.json PICTURE.svg``; needs matplotlib."""

import json
import sys
from pathlib import Path

import matplotlib as mpl  # type: ignore[import-not-found]  # in the benchmarks' own environment
from matplotlib import pyplot as plt

mpl.rcParams["svg.hashsalt"] = "rulebook"  # the same picture for the same numbers
source, picture = sys.argv[1:]
runs = json.loads(Path(source).read_text(encoding="utf-8"))
figure, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for one, axis, what in zip(axes, ("calls", "cpu"), ("calls to IAM", "CPU seconds"), strict=True):
    for program in dict.fromkeys(run["program"] for run in runs):
        own = [run for run in runs if run["program"] == program]
        one.plot([run["users"] for run in own], [run[axis] for run in own], marker="o", label=program)
    one.set(xlabel="users", ylabel=what, ylim=0, xlim=0)
    one.grid(alpha=0.3)
axes[0].legend(frameon=False)
figure.savefig(picture, metadata={"Date": None})
