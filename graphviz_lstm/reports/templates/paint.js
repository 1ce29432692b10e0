"use strict";
// The figure as it is told now: what each line's width, colour, dashes and number say, what stands in each box, and the
// legend. The geometry is the figure's own; only an arrowhead grows and shrinks with its line.

const FADED = "0.13";
const ROOM = 80; // What a number may be longer than it was, in points.
const PAUSE = 100; // Milliseconds without anything new to tell.
const SVG = "http://www.w3.org/2000/svg";

// Set an attribute, or the text (name null), if it is another than before. What was set is kept beside the element: asking
// the document a thousand times a frame takes longer than all that is computed.
const TOLD = Symbol("told");
function put(element, name, value) {
  const told = element[TOLD] ??= new Map();
  if (told.get(name) === value) return;
  told.set(name, value);
  if (name === null) write(element, value);
  else if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

// A text that is there is changed, not replaced: that takes half the time.
function write(element, words) {
  const [text] = element.childNodes;
  if (element.childNodes.length === 1 && text.nodeType === Node.TEXT_NODE && words !== "") text.data = words;
  else element.textContent = words;
}

function fade(part, lit) {
  if (part.lit === lit) return;
  part.lit = lit;
  part.group.style.opacity = lit ? "" : FADED;
}

function pointsOf(polygon) {
  return polygon.getAttribute("points").trim().split(/\s+/).map((pair) => pair.split(",").map(Number));
}

// Return the painter of one source's figure. `telling` says of a curve, by its edge: {tone, width, label, words}, of a box,
// by its vertex: {value, note, words}; sets of edges and vertices that are lit, or null for all; and the legend.
function makePainter(content, data, section) {
  const { model, look } = content;
  const part = (kind, k) => document.getElementById(`${data.prefix}-${kind}${k}`);
  const boxes = data.boxes.map((vertex, k) => {
    const group = part("v", k);
    return { vertex, group, texts: [...group.querySelectorAll("text")] };
  });
  const curves = data.curves.map((edge, k) => {
    const group = part("e", k);
    const [line, head] = [group.querySelector("path"), group.querySelector("polygon")];
    const width = Number(line.getAttribute("stroke-width"));
    return {
      edge, group, line, head, text: group.querySelector("text"),
      label: group.querySelector("text")?.textContent ?? "", points: head && pointsOf(head), width,
    };
  });
  const legend = Array.from({ length: 99 }, (_, k) => part("t", k)?.querySelector("text")).filter(Boolean);
  const lastRun = (text) => text.lastElementChild ?? text;
  const [total, ...others] = legend.map((text) => ({ text, run: lastRun(text), words: lastRun(text).textContent }));
  const samples = Array.from({ length: data.samples }, (_, k) => part("l", k));
  const rest = others.slice(data.samples);
  const board = section.querySelector(".board");
  // Parts stand in a group that is moved down by the height of the figure.
  const origin = -section.querySelector("svg > g").transform.baseVal.consolidate().matrix.f;
  let waiting = null;
  let later = null;

  // As Graphviz has it: heads grow more slowly than lines, and end where the line begins.
  const spread = (width) => 0.45 + 0.06 * width;

  function drawHead(curve, width, reversed) {
    const drawn = `${width} ${reversed}`;
    if (!curve.points || curve.drawn === drawn) return;
    curve.drawn = drawn;
    const [left, tip, right] = curve.points;
    const middle = [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];
    const ratio = spread(width) / spread(curve.width);
    const aside = [(left[0] - middle[0]) * ratio, (left[1] - middle[1]) * ratio];
    let [base, end] = [middle, tip];
    if (reversed) {
      // The same head at the line's start, the way back.
      const [from, to] = [curve.line.getPointAtLength(0), curve.line.getPointAtLength(1)];
      const size = Math.hypot(tip[0] - middle[0], tip[1] - middle[1]);
      const along = [to.x - from.x, to.y - from.y];
      base = [from.x + along[0] * size, from.y + along[1] * size];
      end = [from.x, from.y];
      const half = Math.hypot(...aside);
      aside[0] = -along[1] * half;
      aside[1] = along[0] * half;
    }
    const told = [[base[0] + aside[0], base[1] + aside[1]], end, [base[0] - aside[0], base[1] - aside[1]]];
    put(curve.head, "points", [...told, told[0]].map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" "));
  }

  function labelOf(curve) {
    if (curve.text) return curve.text;
    // An edge that had no number as the figure was drawn: beside the middle of its line.
    const place = curve.line.getPointAtLength(curve.line.getTotalLength() / 2);
    curve.text = document.createElementNS(SVG, "text");
    for (const [name, value] of Object.entries({ x: place.x + 4, y: place.y - 3, "text-anchor": "start", "font-size": "9.00" })) {
      curve.text.setAttribute(name, value);
    }
    curve.text.append(document.createElementNS(SVG, "tspan"));
    curve.group.append(curve.text);
    return curve.text;
  }

  function drawCurve(curve, told, lit, reversed) {
    fade(curve, lit);
    if (curve.edge < 0) return;
    const { tone, width, label, words } = told;
    const colour = look.tones[tone];
    put(curve.group, "class", `edge curve ${tone}`);
    put(curve.line, "stroke", colour);
    put(curve.line, "stroke-width", String(Math.round(width * 100) / 100));
    put(curve.line, "stroke-dasharray", tone === "negative" ? "5,2" : null);
    if (curve.head) {
      put(curve.head, "stroke", colour);
      put(curve.head, "fill", colour);
      put(curve.head, "stroke-width", String(Math.round(width * 100) / 100));
      drawHead(curve, width, reversed);
    }
    if (label || curve.text) {
      const text = labelOf(curve);
      const colours = tone === "pale" || tone === "faint" ? "quiet" : tone;
      put(lastRun(text), null, label);
      put(text, "fill", look.tones[colours]);
      put(text, "class", `tone-${colours}`);
    }
    put(curve.group, "aria-label", words);
  }

  function drawBox(box, told, lit, now) {
    fade(box, lit);
    if (box.now !== now) box.group.classList.toggle("now", now);
    box.now = now;
    if (box.texts[1]) put(lastRun(box.texts[1]), null, told.value);
    if (box.texts[2]) put(lastRun(box.texts[2]), null, told.note);
    put(box.group, "aria-label", told.words);
  }

  // The legend: its first line, and what the lines and boxes hold; null is what the figure came with.
  function drawLegend({ first, lines, marks = null, plain = false }) {
    put(total.run, null, first ?? total.words);
    rest.forEach(({ text, run, words }, k) => {
      put(text, "display", lines && k >= lines.length ? "none" : null);
      put(run, null, lines ? lines[k] ?? "" : words);
    });
    // Where lines have no colours, nothing is said of them.
    samples.forEach((sample) => put(sample, "display", plain ? "none" : null));
    others.slice(0, data.samples).forEach(({ text, run, words }, k) => {
      put(text, "display", plain ? "none" : null);
      put(run, null, (marks && marks[k]) ?? words);
    });
  }

  function drawParts({ litEdges, litVertices, curve, box, now = null, reversed = false }, wanted) {
    curves.filter(wanted).forEach((one) => drawCurve(
      one, one.edge < 0 ? null : curve(one.edge), !litEdges || litEdges.has(one.edge), reversed,
    ));
    boxes.filter(wanted).forEach((one) => drawBox(
      one, box(one.vertex), !litVertices || litVertices.has(one.vertex), one.vertex === now,
    ));
  }

  // Where a part can be seen: its own box, made once, with room for a longer number.
  function isSeen({ x, y, width, height }) {
    return (one) => {
      one.area ??= one.group.getBBox();
      const { area } = one;
      return area.x < x + width + ROOM && area.x + area.width > x - ROOM && area.y - origin < y + height + ROOM
        && area.y - origin + area.height > y - ROOM;
    };
  }

  // What is seen of the figure is told at once. The rest follows as soon as nothing else is to be told, or it is looked at:
  // until then the board is busy.
  function paint(telling, seen = null) {
    const wanted = seen ? isSeen(seen) : () => true;
    drawParts(telling, wanted);
    drawLegend(telling.legend);
    clearTimeout(waiting);
    later = seen ? () => drawParts(telling, (one) => !wanted(one)) : null;
    put(board, "aria-busy", later ? "true" : null);
    if (later) waiting = setTimeout(catchUp, PAUSE);
  }

  function catchUp() {
    clearTimeout(waiting);
    later?.();
    later = null;
    put(board, "aria-busy", null);
  }

  return {
    paint, catchUp, boxes, curves, samples,
    svg: section.querySelector("svg"),
    parts: [...boxes.map((one) => one.group), ...curves.map((one) => one.group)],
    // What a part is: a vertex, or an edge of the graph.
    meaning: (k) => (k < boxes.length ? { vertex: boxes[k].vertex } : { edge: curves[k - boxes.length].edge }),
    vertices: model.vertices,
  };
}
