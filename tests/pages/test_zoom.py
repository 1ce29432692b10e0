"""Pan and zoom of the interactive page, in a real browser: by mouse, wheel, two fingers and keys. No figure is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graphviz_lstm.cells import CELLS, LSTM
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.pages.interactive import interactive_page
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MOST = 8
_SEEN = "() => document.querySelector('.board svg').getAttribute('viewBox').split(' ').map(Number)"
# Where a point of the screen is in the figure.
_PLACE = """([x, y]) => {
  const svg = document.querySelector(".board svg");
  const point = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}"""
# Whether the focused part is seen: within the window of the figure, and within that of the browser.
_FOCUS_IS_SEEN = """() => {
  const part = document.activeElement.getBoundingClientRect();
  const board = document.querySelector(".board svg").getBoundingClientRect();
  const inside = (outer) => part.left >= outer.left - 1 && part.right <= outer.right + 1
    && part.top >= outer.top - 1 && part.bottom <= outer.bottom + 1;
  return inside(board) && inside({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return where the page lies."""
    file: Path = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(interactive_page([Study("gomez", "W_A")]), "utf-8")
    return file.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Return the page in a window that shows all of the figure; nothing may be complained of."""
    opened = browser.new_page(viewport={"width": 1300, "height": 1000}, has_touch=True)
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text))
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(address)
    yield opened
    assert errors == []
    opened.close()


def seen(page: Page) -> tuple[float, ...]:
    """Return the window through which the figure is seen: left, top, width, height."""
    return tuple(page.evaluate(_SEEN))


def middle(page: Page, right: float = 0.5, down: float = 0.5) -> tuple[float, float]:
    """Return a place on the screen: the figure's middle, or another part of its width and height."""
    box = page.locator(".board svg").bounding_box()
    assert box is not None
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def place(page: Page, point: tuple[float, float]) -> list[float]:
    """Return where a point of the screen is in the figure."""
    return list(page.evaluate(_PLACE, list(point)))


def close(one: object, other: object, within: float = 0.5) -> bool:
    """Return whether two places are the same, in points."""
    return bool(one == pytest.approx(other, abs=within))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move in a few steps, let go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def test_a_drag_keeps_what_is_held_under_the_pointer(page: Page) -> None:
    """And it presses nothing."""
    page.click("#in")
    page.click("#in")
    start, end = middle(page), middle(page, 0.6, 0.4)
    held = place(page, start)
    drag(page, start, end)
    assert close(place(page, end), held)
    assert page.locator(".board [aria-pressed='true']").count() == 0


def test_a_press_that_does_not_move_is_a_press(page: Page) -> None:
    """Zoomed or not."""
    page.click("#in")
    page.locator(".board g[aria-label^='H_0:']").click()
    assert page.locator(".board [aria-pressed='true']").count() == 1


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_the_wheel_zooms_at_the_pointer_with_a_key(page: Page, key: str) -> None:
    """Without one it scrolls the page."""
    whole = seen(page)
    at = middle(page, 0.3, 0.6)
    page.mouse.move(*at)
    page.mouse.wheel(0, -100)
    assert seen(page) == whole
    held = place(page, at)
    page.keyboard.down(key)
    page.mouse.wheel(0, -100)
    page.wait_for_function("old => document.querySelector('.board svg').viewBox.baseVal.width < old", arg=whole[2])
    assert close(place(page, at), held)
    for _ in range(9):
        page.mouse.wheel(0, 100)
    page.keyboard.up(key)
    page.wait_for_function(f"({_SEEN})()[2] >= {whole[2]}")
    assert seen(page) == whole


def test_a_double_click_goes_in_and_with_shift_out(page: Page) -> None:
    """Twice as large, where it was pressed."""
    whole = seen(page)
    at = middle(page, 0.5, 0.97)
    held = place(page, at)
    page.mouse.dblclick(*at)
    assert close(seen(page)[2], whole[2] / 2)
    assert abs(place(page, at)[0] - held[0]) < 0.5
    page.keyboard.down("Shift")
    page.mouse.dblclick(*at)
    page.keyboard.up("Shift")
    assert seen(page) == whole


def test_two_fingers_pinch_and_one_drags_what_is_zoomed(page: Page) -> None:
    """The middle between the fingers stays between them, and the figure grows as they part."""
    whole = seen(page)
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    x, y = middle(page)
    held = place(page, (x, y))
    send("touchStart", (x - 50, y))
    send("touchStart", (x - 50, y), (x + 50, y))
    for apart in (60, 80, 100):
        send("touchMove", (x - apart, y), (x + apart, y))
    send("touchEnd")
    assert close(seen(page)[2], whole[2] / 2, within=2)
    assert close(place(page, (x, y)), held, within=2)
    send("touchStart", (x, y))
    for moved in (10, 20, 30):
        send("touchMove", (x, y - moved))
    send("touchEnd")
    assert place(page, (x, y))[1] > held[1] + 5
    assert page.evaluate("scrollY") == 0


def test_keys_zoom_move_and_fit(page: Page) -> None:
    """On the zoom's buttons and in the figure; in the figure arrows go from part to part, so moving takes Shift."""
    whole = seen(page)
    page.focus("#in")
    page.keyboard.press("+")
    page.keyboard.press("+")
    inside = seen(page)
    assert inside[2] < whole[2] / 1.9
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    moved = seen(page)
    assert moved[0] > inside[0]
    assert moved[1] > inside[1]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    assert close(seen(page), inside)
    page.keyboard.press("-")
    assert close(seen(page)[2], inside[2] * 1.4)
    page.keyboard.press("0")
    assert seen(page) == whole
    page.focus(".board g[tabindex='0']")
    page.keyboard.press("+")
    page.keyboard.press("+")
    inside = seen(page)
    page.keyboard.press("Shift+ArrowRight")
    assert seen(page)[0] > inside[0]


def test_what_is_focused_by_keyboard_is_seen(page: Page) -> None:
    """Each vertex and each edge, at the largest: the window moves to it, and zooming does not leave it behind."""
    page.focus("#in")
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.press("Shift+Tab")
    parts = page.locator(".board g[tabindex]").count()
    page.focus(".board g[tabindex='0']")
    boxes = page.locator(".board g.box").count()
    names = set()
    for k in range(parts):
        names.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        # An edge can be longer than the window: then its middle is seen.
        assert k >= boxes or page.evaluate(_FOCUS_IS_SEEN), names
        page.keyboard.press("ArrowRight")
    assert len(names) == parts
    page.keyboard.press("Home")
    for _ in range(8):
        page.keyboard.press("+")
    assert page.evaluate(_FOCUS_IS_SEEN)


# As often as it takes to come to the border, without a word to the browser for each.
_PRESSED = """([key, times]) => {
  for (let k = 0; k < times; k += 1) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
}"""


def test_no_figure_is_ever_lost(page: Page) -> None:
    """However it is dragged, turned and pushed: the window stays within the figure, and is never empty or larger."""
    left, top, width, height = seen(page)

    def law() -> None:
        x, y, w, h = seen(page)
        slack = 1e-6 * width
        assert left - slack <= x
        assert x + w <= left + width + slack
        assert top - slack <= y
        assert y + h <= top + height + slack
        assert width / MOST - slack <= w <= width + slack
        assert h / w == pytest.approx(height / width)

    corners = [middle(page, right, down) for right in (0.02, 0.98) for down in (0.02, 0.98)]
    page.focus("#in")
    for count in (0, 3, 12):
        page.keyboard.press("0")
        for _ in range(count):
            page.keyboard.press("+")
        for end in corners:
            for _ in range(3):
                drag(page, middle(page), end)
            law()
        page.focus("#in")
        for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
            page.evaluate(_PRESSED, [key, 60])
            law()
    page.keyboard.down("Control")
    page.mouse.move(*corners[0])
    for turned in (-1e9, 1e9, -3, 3, 0):
        page.mouse.wheel(0, turned)
        law()
    page.keyboard.up("Control")


def test_a_copied_figure_is_whole(page: Page) -> None:
    """Whatever part of it is seen."""
    whole = seen(page)
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.click("#in")
    page.click("#copy")
    page.locator("#saying", has_text="Copied").wait_for()
    copied = page.evaluate("window.copied")
    assert f'viewBox="{" ".join(f"{number:g}" for number in whole)}"' in copied


@pytest.mark.parametrize("steps", [2, 12])
@pytest.mark.parametrize("wide", [390, 700, 1010, 1300])
def test_numbers_can_be_read_as_the_page_opens(browser: Browser, tmp_path: Path, steps: int, wide: int) -> None:
    """At a desk, in a column, on a telephone: as large as in the figure by itself, or nearly; when asked, all of it."""
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(random_example(LSTM, steps=steps), "W_A")]), "utf-8")
    opened = browser.new_page(viewport={"width": wide, "height": 844})
    opened.goto(file.as_uri())
    opened.locator("#controls").wait_for()
    scale = "document.querySelector('section:not([hidden]) svg').getScreenCTM().a"
    assert opened.evaluate(scale) * 9.0 >= 7.0
    opened.click("#fit")
    box = opened.locator("section:visible svg").bounding_box()
    assert box is not None
    assert box["width"] <= wide
    opened.close()


# Boxes of the path in focus that are not wholly in the window; the source and E may lie far from its steps.
_CUT = """() => {
  const board = document.querySelector(".board svg").getBoundingClientRect();
  const cut = (group) => {
    const box = group.getBoundingClientRect();
    const beside = box.left < board.left - 1 || box.right > board.right + 1;
    return beside || box.top < board.top - 1 || box.bottom > board.bottom + 1;
  };
  return [...document.querySelectorAll(".board g.box")].filter((group) => group.style.opacity === "" && cut(group))
    .map((group) => group.querySelector("title").textContent.split(/[ :=,]/)[0])
    .filter((name) => !["W_A", "E"].includes(name));
}"""


@pytest.mark.parametrize("wide", [360, 700, 1300])
def test_a_path_in_focus_is_seen_whole_in_a_long_figure(browser: Browser, tmp_path: Path, wide: int) -> None:
    """Each step that it passes, from its highest box to its lowest."""
    file = tmp_path / "page.html"
    file.write_text(interactive_page([Study(random_example(CELLS["lstm-peephole"], steps=20), "W_A")]), "utf-8")
    opened = browser.new_page(viewport={"width": wide, "height": 844})
    opened.goto(file.as_uri())
    opened.locator("#controls").wait_for()
    for row in (0, 7, 30, 99):
        opened.locator("td button").nth(row).focus()
        assert opened.evaluate(_CUT) == []
    opened.close()
