"use strict";
// Pan and zoom of an SVG by its `viewBox`: the window through which the figure is seen. Two laws: the window lies within
// the figure's own box (or is higher than it), so that the figure cannot be lost; and a point that is held stays under what holds it.
function makeZoom(svg, moved = () => {}) {
  const LONG = 3.5; // A figure so much wider than high is a strip: what is seen of it has the shape of its board.
  // Points of a strip that are seen at once as it begins: as many as its board has pixels, so that numbers can be read.
  const atOnce = () => within(svg.clientWidth || 1000, 300, 1000);
  const STEP = 1.4; // One press of a key or a button.
  const PART = 0.2; // What an arrow key moves by, of the window.
  const MOVED = 4; // Pixels from which on a press is a drag.
  const { x: left, y: top, width, height } = svg.viewBox.baseVal;
  const whole = { x: left, y: top, width, height };
  const MOST = Math.max(8, width / 250); // How much larger than fitted.
  const pointers = new Map(); // Those that are down: id -> where they are.
  // So is any whose numbers could not be read if all of it were seen: on a telephone, or in a column.
  const SMALL = 7 / 9;
  const fitted = Math.min(svg.clientWidth / width, svg.clientHeight / height);
  const long = width > LONG * height || fitted < SMALL;
  svg.classList.toggle("long", long);
  let begun = false;
  let seen = whole;
  let board = { width: 0, height: 0 }; // In pixels, as it was measured last: to ask takes a layout.
  let start = null; // Where the first of them came down, until it is a drag.

  const within = (number, least, most) => Math.max(least, Math.min(number, most));

  function measure() {
    board = { width: svg.clientWidth, height: svg.clientHeight };
  }

  function see(x, y, wide) {
    const w = within(wide, whole.width / MOST, whole.width);
    measure();
    const h = w * (long && board.width ? board.height / board.width : whole.height / whole.width);
    const below = whole.height - h;
    seen = {
      x: within(x, whole.x, whole.x + whole.width - w),
      // A strip that is lower than its board stands in the middle of it.
      y: below < 0 ? whole.y + below / 2 : within(y, whole.y, whole.y + below),
      width: w,
      height: h,
    };
    svg.setAttribute("viewBox", [seen.x, seen.y, w, h].join(" "));
    moved();
    // Of the whole figure one finger scrolls the page, of a part of it the figure.
    svg.style.touchAction = w < whole.width ? "none" : "";
  }

  // Where a place on the screen is in the figure.
  function place(clientX, clientY) {
    return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  }

  function centre() {
    return { x: seen.x + seen.width / 2, y: seen.y + seen.height / 2 };
  }

  // Grow, and have the point `held` of the figure where `at` is seen now: by default each stays where it is.
  function zoomBy(factor, at = centre(), held = at) {
    const wide = within(seen.width / factor, whole.width / MOST, whole.width);
    const part = wide / seen.width;
    see(held.x - (at.x - seen.x) * part, held.y - (at.y - seen.y) * part, wide);
  }

  function panBy(dx, dy) {
    see(seen.x + dx, seen.y + dy, seen.width);
  }

  // Move the window so that all of a part of the figure is in it, and no further than that takes.
  function show(part) {
    const box = part.getBoundingClientRect();
    const [from, to] = [place(box.left, box.top), place(box.right, box.bottom)];
    const shift = (low, high, edge, size) => {
      if (high - low > size) return (low + high - size) / 2 - edge;
      return Math.min(low - edge, 0) + Math.max(high - edge - size, 0);
    };
    panBy(shift(from.x, to.x, seen.x, seen.width), shift(from.y, to.y, seen.y, seen.height));
  }

  // --- Pointers: one drags, two pinch ------------------------------------------------------------------------------

  // The middle of the pointers, and how far they are from it.
  function grip() {
    const points = [...pointers.values()];
    const x = points.reduce((sum, point) => sum + point.x, 0) / points.length;
    const y = points.reduce((sum, point) => sum + point.y, 0) / points.length;
    return { x, y, spread: Math.hypot(points[0].x - x, points[0].y - y) };
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pointers.size === 2) return;
    if (pointers.size === 0) start = { x: event.clientX, y: event.clientY };
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  svg.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return;
    const [before, at] = [grip(), { x: event.clientX, y: event.clientY }];
    if (start && pointers.size === 1 && Math.hypot(at.x - start.x, at.y - start.y) <= MOVED) return;
    start = null;
    // A press alone is not taken: what was pressed is to hear of it.
    svg.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at);
    const after = grip();
    const factor = before.spread && after.spread ? after.spread / before.spread : 1;
    zoomBy(factor, place(after.x, after.y), place(before.x, before.y));
  });
  // Of the window: one that has not dragged may come up elsewhere.
  for (const name of ["pointerup", "pointercancel"]) {
    window.addEventListener(name, (event) => pointers.delete(event.pointerId));
  }

  // With a key, so that the page scrolls over a figure; a trackpad's pinch comes with Control.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
    event.preventDefault();
    // With Shift some browsers turn it sideways; some count in lines instead of pixels.
    const turned = (event.deltaY || event.deltaX) * (event.deltaMode ? 33 : 1);
    zoomBy(STEP ** within(-turned / 100, -1, 1), place(event.clientX, event.clientY));
  }, { passive: false });
  svg.addEventListener("dblclick", (event) => zoomBy(event.shiftKey ? 0.5 : 2, place(event.clientX, event.clientY)));

  // --- Keys --------------------------------------------------------------------------------------------------------

  const KEYS = {
    "+": () => zoomBy(STEP),
    "=": () => zoomBy(STEP),
    "-": () => zoomBy(1 / STEP),
    _: () => zoomBy(1 / STEP),
    0: fit,
    ArrowLeft: () => panBy(-PART * seen.width, 0),
    ArrowRight: () => panBy(PART * seen.width, 0),
    ArrowUp: () => panBy(0, -PART * seen.height),
    ArrowDown: () => panBy(0, PART * seen.height),
  };

  function key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
    // What has the focus is not left behind by zooming; moving away from it is meant.
    const focus = document.activeElement;
    if (!event.key.startsWith("Arrow") && focus !== svg && svg.contains(focus)) show(focus);
  }

  window.addEventListener("resize", () => {
    measure();
    moved();
  });

  function fit() {
    see(whole.x, whole.y, whole.width);
  }

  // As it is first shown, a strip is seen at its end: all of the part that stands there.
  function begin(end) {
    if (long && !begun) {
      see(left + width, top, atOnce());
      const box = end.getBoundingClientRect();
      see(left + width, place(0, (box.top + box.bottom) / 2).y - seen.height / 2, atOnce());
    }
    begun = true;
  }

  // Of a strip, see all of some parts, as large as it began or smaller.
  function frame(parts) {
    if (!long || !parts.length) return;
    const boxes = parts.map((part) => part.getBoundingClientRect());
    const from = place(Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top)));
    const to = place(Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom)));
    const wide = Math.max(atOnce(), 1.1 * (to.x - from.x), (1.1 * (to.y - from.y) * seen.width) / seen.height);
    see((from.x + to.x - wide) / 2, (from.y + to.y) / 2 - (wide * seen.height) / seen.width / 2, wide);
  }

  // What is seen: the window, and what its board has room for beside it; null for all.
  function inSight() {
    if (seen.width >= whole.width) return null;
    const across = Math.max(seen.width, board.height ? (seen.height * board.width) / board.height : 0);
    return { x: seen.x - (across - seen.width) / 2, y: seen.y, width: across, height: seen.height };
  }

  return { view: inSight, zoomIn: KEYS["+"], zoomOut: KEYS["-"], fit, key, show, begin, frame, whole: [left, top, width, height].join(" ") };
}
