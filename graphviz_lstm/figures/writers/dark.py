"""The style by which an SVG turns dark: as its reader's display asks, but as the page around it says where it says so.

What a page says stands in an attribute of `<html>` or `<body>`: `data-theme` of Furo, pydata and others,
`data-bs-theme` of MkDocs and all of Bootstrap, `data-md-color-scheme` of Material. `auto`, which Furo writes, leaves it
to the display.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_lstm.figures.theme import Theme

# Material has names of its own; readers of a scheme that is none of these two see light figures.
_SAID_LIGHT = (
    '[data-theme="light"] *',
    '[data-bs-theme="light"] *',
    '[data-md-color-scheme]:not([data-md-color-scheme="slate"]) *',
)
_SAID_DARK = ('[data-theme="dark"]', '[data-bs-theme="dark"]', '[data-md-color-scheme="slate"]')


def dark_style(prefix: str, dark: Theme) -> str:
    """Return the style that takes over where it is dark, and speaks of the figure of that id alone."""
    rules = [
        (".page", f"fill:{dark.page}"),
        (".frame path", f"fill:{dark.page};stroke:{dark.frame}"),
        (".box path", f"stroke:{dark.border}"),
        (".pale path", f"fill:{dark.page};stroke:{dark.pale_border}"),
        *((f".{look} path", f"fill:{colour}") for look, colour in dark.fills.items()),
    ]
    for tone, colour in dark.tones.items():
        rules.append((f".curve.{tone} path", f"stroke:{colour}"))
        rules.append((f".curve.{tone} polygon", f"fill:{colour};stroke:{colour}"))
        rules.append((f".tone-{tone}", f"fill:{colour}"))
    asked = _scoped(f"#{prefix}:not({','.join(_SAID_LIGHT)})", rules)
    said = _scoped(f":is({','.join(_SAID_DARK)}) #{prefix}", rules)
    return f"@media (prefers-color-scheme: dark) {{\n{asked}\n}}\n{said}"


def _scoped(within: str, rules: list[tuple[str, str]]) -> str:
    return "\n".join(f"  {within} {selector}{{{declarations}}}" for selector, declarations in rules)
