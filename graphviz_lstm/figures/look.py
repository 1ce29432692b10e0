"""How a finished figure is to look, whatever it shows: what was asked for, read before anything is worked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.colours import Colours, colours_of
from graphviz_lstm.figures.figure import Figure
from graphviz_lstm.figures.finishing import finished, read_title, widened
from graphviz_lstm.figures.options import OPTIONS, require_known
from graphviz_lstm.figures.sizes import Length, read_dpi, read_font_size, read_width
from graphviz_lstm.figures.theme import LABEL_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.scene import Scene

_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Look:
    """What a finished figure looks like; see `draw` for each."""

    theme: ThemeName
    colours: Colours
    title: str | None
    legend: bool
    numbers: bool
    width: Length | None
    font_size: float | None
    dpi: int | None
    fragment: bool

    @property
    def room(self) -> float | None:
        """How wide a scene must be, where both its width and the size of its letters are asked for."""
        if self.width is None or self.font_size is None:
            return None
        return self.width.points * LABEL_SIZE / self.font_size

    def figure(self, scene: Scene) -> Figure:
        """Return the figure of a scene.

        Raises
        ------
        InputError
            If it does not fit into the width with letters of that size.
        """
        scene = finished(scene, title=self.title, legend=self.legend, numbers=self.numbers)
        width = self.width
        if self.room is not None and width is not None:
            needed = (scene.right - scene.left) / self.room
            if needed > 1 + _ROUNDING / self.room:
                raise InputError(
                    f"too large letters: at font_size={self.font_size:g} the figure is {width.times(needed)} wide, not "
                    f"{width} (at most {cast('float', self.font_size) / needed - 0.05:.1f}, or a greater width)"
                )
            scene = widened(scene, self.room)
        elif self.font_size is not None:
            width = Length((scene.right - scene.left) * self.font_size / LABEL_SIZE, "pt")
        return Figure(scene, self.theme, width, self.dpi, self.colours, self.fragment)


LOOKS = ("title", "legend", "numbers", "width", "font_size", "dpi", "theme", "colours", "fragment")
"""The options of `draw` that every figure of ours has a use for, whatever it shows."""


def look_of(asked: Mapping[str, object]) -> Look:
    """Return what the options of `draw` say of the finished figure; what is not among them is as it is by default.

    Raises
    ------
    InputError
        If one of them cannot be.
    """
    asked = {name: asked.get(name, OPTIONS[name].default) for name in LOOKS}
    require_known(asked)
    given = {name: value for name, value in asked.items() if value is not None}
    theme = cast("ThemeName", asked["theme"])
    colours = colours_of(given["colours"]) if "colours" in given else Colours()
    # So that what cannot be read is refused before anything is drawn.
    colours.themes(theme)
    return Look(
        theme=theme,
        colours=colours,
        title=read_title(given["title"]) if "title" in given else None,
        legend=bool(asked["legend"]),
        numbers=bool(asked["numbers"]),
        width=read_width(given["width"]) if "width" in given else None,
        font_size=read_font_size(given["font_size"]) if "font_size" in given else None,
        dpi=read_dpi(given["dpi"]) if "dpi" in given else None,
        fragment=bool(asked["fragment"]),
    )
