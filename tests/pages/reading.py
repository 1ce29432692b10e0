"""What a page shows, read as a reader has it before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIELD = "#numbers .grid input[type=text]"
# By edge "tail -> head" what its number, its colour and its width are, of the edges that are not faded.
_EDGES = """async () => {
  // What is out of sight is told a moment later.
  while (document.querySelector("[aria-busy=true]")) await new Promise(requestAnimationFrame);
  const section = document.querySelector("section[data-source]:not([hidden])");
  const lit = (edge) => edge.querySelector("title") && edge.style.opacity === "";
  const edges = [...section.querySelectorAll("g.edge")].filter(lit);
  return Object.fromEntries(edges.map((edge) => [edge.querySelector("title").textContent.split(",")[0], {
    label: edge.querySelector("text")?.textContent ?? "", tone: edge.getAttribute("class").split(" ").at(-1),
    width: Number(edge.querySelector("path").getAttribute("stroke-width")),
  }]));
}"""


def told(page: Page) -> dict[str, Any]:
    """Return what is said of each edge that is not faded."""
    return dict(page.evaluate(_EDGES))


def said(page: Page) -> str:
    """Return the sentence below the figure."""
    return page.locator("#saying").text_content() or ""


def table(page: Page) -> list[tuple[str, str]]:
    """Return the share and the words of each path that the table shows."""
    rows = page.evaluate(
        "() => [...document.querySelectorAll('section:not([hidden]) tbody tr:not([hidden])')]"
        ".map((row) => [row.cells[0].textContent, row.cells[2].textContent])"
    )
    return [(share, words) for share, words in rows]


def verdict(page: Page) -> str:
    """Return what is said of the question."""
    return " ".join((page.locator(".verdict:visible").text_content() or "").split())


def change(page: Page, array: str, entry: int, value: str) -> None:
    """Write a number into a field."""
    page.evaluate("document.getElementById('numbers').open = true")
    page.select_option("#array", label=array)
    page.locator(FIELD).nth(entry).fill(value)
