"""The style by which an SVG turns dark: as its reader's display asks, but as the page around it says where it says so.

What a page says stands in an attribute of `<html>` or `<body>`: `data-theme` of Furo, pydata and others,
`data-bs-theme` of MkDocs and all of Bootstrap, `data-md-color-scheme` of Material. `auto`, which Furo writes, leaves it
to the display.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.figures.scene import prefix_of, texts_of

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Scene
    from graphviz_lstm.figures.theme import Theme

# Material has names of its own; readers of a scheme that is none of these two see light figures.
_SAID_LIGHT = (
    '[data-theme="light"] *',
    '[data-bs-theme="light"] *',
    '[data-md-color-scheme]:not([data-md-color-scheme="slate"]) *',
)
_SAID_DARK = ('[data-theme="dark"]', '[data-bs-theme="dark"]', '[data-md-color-scheme="slate"]')


# Tones that a page may give a line or a number that had another.
_USUAL = ("positive", "negative", "pale", "text", "quiet")


def dark_style(scene: Scene, dark: Theme) -> str:
    """Return the style that takes over where it is dark, and speaks of that scene's figure alone."""
    prefix = prefix_of(scene)
    used = {*_USUAL, *(text.tone for _, text in texts_of(scene))}
    used |= {curve.tone for curve in scene.curves} | {sample.tone for sample in scene.samples}
    looks = {box.look for box in scene.boxes}
    rules = [
        (".page", f"fill:{dark.page}"),
        (".frame path", f"fill:{dark.page};stroke:{dark.frame}"),
        (".box path", f"stroke:{dark.border}"),
        (".box.pale path", f"fill:{dark.page};stroke:{dark.pale_border}"),
        *((f".box.{look} path", f"fill:{colour}") for look, colour in dark.fills.items() if look in looks),
    ]
    if any(box.circle for box in scene.boxes):
        rules.append((".mark ellipse", f"fill:{dark.fills['mark']};stroke:{dark.border}"))
    for tone, colour in dark.tones.items():
        if tone not in used:
            continue
        rules.append((f".curve.{tone} path", f"stroke:{colour}"))
        rules.append((f".curve.{tone} polygon", f"fill:{colour};stroke:{colour}"))
        rules.append((f".tone-{tone}", f"fill:{colour}"))
    within = "\n".join(f"  {selector}{{{declarations}}}" for selector, declarations in rules)
    # Rules within rules: browsers older than 2023 leave the figure light.
    asked = f"#{prefix}:not({','.join(_SAID_LIGHT)}) {{\n{within}\n}}"
    said = f":is({','.join(_SAID_DARK)}) #{prefix} {{\n{within}\n}}"
    return f"@media (prefers-color-scheme: dark) {{\n{asked}\n}}\n{said}"
