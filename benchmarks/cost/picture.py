"""Calls and time against users, as one SVG that draws its own ground: it reads on light and on dark pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cost.comparison import Run

WIDTH, HEIGHT = 900, 400
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, APART = 64, 96, 316, 240, 450
STEPS = (1, 2, 5)
MOST_TICKS = 6
LINE_HEIGHT = 14  # between two labels at the ends of lines
STYLES = (  # light, dark, and dashes of its own for those who see no colour
    ("#0969da", "#58a6ff", ""),
    ("#1a7f37", "#3fb950", "9 3"),
    ("#bc4c00", "#f0883e", "4 3"),
    ("#8250df", "#bc8cff", "2 2"),
    ("#bf3989", "#f778ba", "9 3 2 3"),
)


@dataclass(frozen=True)
class Panel:
    """One diagram.

    Attributes:
        title: what is drawn, with its unit.
        left: where its axis is.
        value: what is drawn of a run.
        shown: writes a value.
        limit: a level to draw a line at, and what it is.
    """

    title: str
    left: int
    value: Callable[[Run], float]
    shown: Callable[[float], str]
    limit: tuple[float, str] | None = None


PANELS = (
    Panel("calls to AWS", LEFT, lambda run: run.all_calls, lambda value: f"{value:,.0f}"),
    Panel(
        "seconds, at 10 ms a call",
        LEFT + APART,
        lambda run: run.seconds,
        lambda value: f"{value:.0f}" if value >= 10 else f"{value:.1f}",  # noqa: PLR2004 - two digits are enough
        (60, "rdk's function ends at 60 s"),
    ),
)


def picture(runs: Sequence[Run]) -> str:
    """Return the SVG; ``runs`` are of some programs in accounts of several sizes."""
    programs = list(dict.fromkeys(run.program for run in runs))
    body = [_legend(programs), *(_panel(panel, runs, programs) for panel in PANELS)]
    biggest = max(run.users for run in runs)
    title = f"Calls and seconds of one evaluation, up to {biggest:,} IAM users"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        f' height="{HEIGHT}" role="img" aria-label="{escape(title)}">\n<title>{escape(title)}</title>\n'
        f"<style>{_css()}</style>\n"
        f'<rect class="ground" x=".5" y=".5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="6"/>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def _css() -> str:
    light, dark = (
        "".join(
            f".p{number}{{stroke:{style[which]}}}.f{number}{{fill:{style[which]}}}"
            for number, style in enumerate(STYLES)
        )
        for which in (0, 1)
    )
    dashes = "".join(
        f".p{number}{{stroke-dasharray:{style[2]}}}" for number, style in enumerate(STYLES) if style[2]
    )
    return (
        "text{font:12px -apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1f2328}"
        ".title{font-size:14px;font-weight:600}.ground{fill:#fff;stroke:#d1d9e0}"
        ".grid{stroke:#d1d9e0}.axis,.limit{stroke:#59636e}.limit{stroke-dasharray:2 4}"
        f".line{{fill:none;stroke-width:2}}{light}{dashes}"
        "@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.ground{fill:#0d1117;stroke:#3d444d}"
        f".grid{{stroke:#3d444d}}.axis,.limit{{stroke:#9198a1}}{dark}}}"
    )


def _legend(programs: Sequence[str]) -> str:
    between = (WIDTH - 2 * 24) // max(len(programs), 1)
    return "\n".join(
        f'<line class="line p{number}" x1="{x}" x2="{x + 26}" y1="28" y2="28"/>'
        f'<text x="{x + 32}" y="32">{escape(program)}</text>'
        for number, program in enumerate(programs)
        for x in [24 + number * between]
    )


@dataclass(frozen=True)
class _Scale:
    """Where a panel puts users and values."""

    left: int
    most_users: int
    step: int
    top: int

    @classmethod
    def of(cls, panel: Panel, runs: Sequence[Run]) -> _Scale:
        """Make one that has room for every run."""
        largest = max(map(panel.value, runs))
        step = tick_step(largest)
        return cls(panel.left, max(run.users for run in runs), step, step * (int(largest // step) + 1))

    def across(self, users: float) -> float:
        return self.left + users / self.most_users * PANEL_WIDTH

    def down(self, value: float) -> float:
        return TOP + PANEL_HEIGHT * (1 - value / self.top)


def _panel(panel: Panel, runs: Sequence[Run], programs: Sequence[str]) -> str:
    scale = _Scale.of(panel, runs)
    parts = [f'<text class="title" x="{panel.left}" y="{TOP - 20}">{escape(panel.title)}</text>']
    ticks = range(scale.top // scale.step + 1)
    parts += [_level(panel, scale.down(n * scale.step), f"{n * scale.step:,}") for n in ticks]
    parts.append(_users(scale, {0, *(run.users for run in runs)}))
    if panel.limit and panel.limit[0] < scale.top:
        parts.append(_limit(panel, scale.down(panel.limit[0]), panel.limit[1]))
    ends = []
    for number, program in enumerate(programs):
        own = sorted((run for run in runs if run.program == program), key=lambda run: run.users)
        points = " ".join(f"{scale.across(run.users):.1f},{scale.down(panel.value(run)):.1f}" for run in own)
        parts.append(f'<polyline class="line p{number}" points="{points}"/>')
        ends.append((panel.value(own[-1]), number))
    return "\n".join([*parts, *_end_labels(panel, scale, sorted(ends, reverse=True))])


def _users(scale: _Scale, sizes: set[int]) -> str:
    """Label the axis of users."""
    y = TOP + PANEL_HEIGHT
    labels = [
        f'<text text-anchor="middle" x="{scale.across(users):.1f}" y="{y + 18}">{users:,}</text>'
        for users in sorted(sizes)
    ]
    middle = scale.left + PANEL_WIDTH / 2
    return "\n".join([*labels, f'<text text-anchor="middle" x="{middle}" y="{y + 42}">IAM users</text>'])


def _end_labels(panel: Panel, scale: _Scale, ends: Sequence[tuple[float, int]]) -> list[str]:
    """Write each line's last value beside its end; ``ends`` are values and numbers of lines, from the top."""
    x = panel.left + PANEL_WIDTH + 6
    places = apart([scale.down(value) for value, _ in ends])
    return [
        f'<text class="f{number}" x="{x}" y="{y + 4:.1f}">{panel.shown(value)}</text>'
        for (value, number), y in zip(ends, places, strict=True)
    ]


def _level(panel: Panel, y: float, label: str) -> str:
    return (
        f'<line class="grid" x1="{panel.left}" x2="{panel.left + PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text text-anchor="end" x="{panel.left - 8}" y="{y + 4:.1f}">{label}</text>'
    )


def _limit(panel: Panel, y: float, label: str) -> str:
    return (
        f'<line class="limit" x1="{panel.left}" x2="{panel.left + PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text x="{panel.left + 6}" y="{y - 5:.1f}">{escape(label)}</text>'
    )


def tick_step(largest: float) -> int:
    """Return the least of 1, 2, 5, 10, 20... with which few ticks reach ``largest``."""
    power = 1
    while True:
        for step in STEPS:
            if largest / (step * power) < MOST_TICKS:
                return step * power
        power *= 10


def apart(places: Sequence[float]) -> list[float]:
    """Move labels, from the top down, so far apart that none covers another."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + LINE_HEIGHT) if moved else place)
    return moved
