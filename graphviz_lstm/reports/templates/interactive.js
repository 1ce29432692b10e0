"use strict";
// The page's one script. Whatever comes from an example goes in as text, never as markup.
(() => {
  const content = JSON.parse(document.getElementById("content").textContent);
  const at = (id) => document.getElementById(id);
  const FADED = "0.13";
  const views = content.sources.map(makeView);
  let view = views[0];
  let stepped = 0; // How many steps of backpropagation are shown; 0 is none.

  function makeView(data, number) {
    const section = document.querySelector(`[data-source="${number}"]`);
    const table = document.querySelector(`[data-table="${number}"]`);
    const svg = section.querySelector("svg");
    const vertices = data.vertices.map((_, k) => document.getElementById(`${data.prefix}-v${k}`));
    const edges = data.edges.map((_, k) => document.getElementById(`${data.prefix}-e${k}`));
    const rows = [...table.querySelectorAll("tbody tr")];
    const buttons = rows.map((row, k) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = data.paths[k].words;
      button.setAttribute("aria-pressed", "false");
      button.tabIndex = k === 0 ? 0 : -1;
      row.querySelector(".path").replaceChildren(button);
      return button;
    });
    // The second text of a box is its value; adjoints take its place while backpropagation is stepped through.
    const numbers = vertices.map((group) => [...group.querySelectorAll("text")][1]);
    const values = numbers.map((text) => text && text.textContent);
    return {
      data, section, table, svg, vertices, edges, rows, buttons, numbers, values,
      parts: [...vertices, ...edges], pinned: null, pressed: null, hovered: null, zoom: null,
    };
  }

  // --- What is lit -------------------------------------------------------------------------------------------------

  function passes(path) {
    const { gate, crossings, step } = chosen();
    const { pressed, data } = view;
    if (pressed !== null) {
      const through = pressed < data.vertices.length
        ? path.vertices.includes(pressed) : path.edges.includes(pressed - data.vertices.length);
      if (!through) return false;
    }
    return (gate === "" || path.gates.includes(gate)) && (crossings === "" || path.crossings === Number(crossings))
      && (step === "" || path.steps.includes(Number(step)));
  }

  function chosen() {
    return { gate: at("gate").value, crossings: at("crossings").value, step: at("step").value };
  }

  function light(vertices, edges) {
    view.vertices.forEach((group, k) => { group.style.opacity = !vertices || vertices.has(k) ? "" : FADED; });
    view.edges.forEach((group, k) => { group.style.opacity = !edges || edges.has(k) ? "" : FADED; });
  }

  function lightPaths(paths) {
    light(new Set(paths.flatMap((path) => path.vertices)), new Set(paths.flatMap((path) => path.edges)));
  }

  function percent(part) {
    const number = Number((100 * part).toPrecision(3));
    return `${number >= 0 ? "+" : "\u2212"}${Math.abs(number)} %`;
  }

  function together(paths) {
    const sum = paths.reduce((so_far, path) => so_far + path.part, 0);
    return view.data.zero ? `a contribution of ${Number(sum.toPrecision(3))}` : `${percent(sum)} of the gradient`;
  }

  function show() {
    const { data, rows, buttons, parts } = view;
    const kept = data.paths.filter(passes);
    const filtered = kept.length < data.paths.length;
    data.paths.forEach((path, k) => { rows[k].hidden = !passes(path); });
    const focus = view.hovered ?? view.pinned;
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === view.pinned)));
    rows.forEach((row, k) => row.classList.toggle("lit", k === focus));
    parts.forEach((part, k) => part.setAttribute("aria-pressed", String(k === view.pressed)));
    if (!buttons.some((button, k) => button.tabIndex === 0 && !rows[k].hidden)) {
      buttons.forEach((button) => { button.tabIndex = -1; });
      const first = buttons.find((_, k) => !rows[k].hidden);
      if (first) first.tabIndex = 0;
    }
    at("where").textContent = "";
    restoreValues();
    if (stepped) return showStep();
    if (focus !== null) {
      const path = data.paths[focus];
      lightPaths([path]);
      return say(`${path.share}  ${path.words}\nIt contributes ${path.contribution}.`);
    }
    if (filtered) lightPaths(kept);
    else light(null, null);
    const listed = `${kept.length} of the ${data.paths.length} listed paths`;
    const through = view.pressed === null ? "" : `Through ${tip(view.pressed)}: `;
    say(filtered || through ? `${through}${listed}, together ${together(kept)}.`
      : `All ${data.count} paths together are the gradient: ${data.total}.`);
  }

  function tip(part) {
    const { vertices, edges } = view.data;
    return part < vertices.length ? vertices[part].tip : edges[part - vertices.length].tip;
  }

  function say(words) {
    if (at("saying").textContent !== words) at("saying").textContent = words;
  }

  // --- Backpropagation, step by step -------------------------------------------------------------------------------

  function order() {
    const { data } = view;
    if (at("mode").value === "path") return data.paths.filter(passes);
    const names = new Map(data.vertices.map((vertex, k) => [vertex.name, k]));
    const target = content.adjoints[0].name;
    const reached = new Set([target]);
    return content.adjoints.filter((adjoint) => {
      if (adjoint.terms.some((term) => reached.has(term.head))) reached.add(adjoint.name);
      return reached.has(adjoint.name) && names.has(adjoint.name);
    }).map((adjoint) => ({ ...adjoint, vertex: names.get(adjoint.name) }));
  }

  function restoreValues() {
    view.numbers.forEach((text, k) => { if (text) setNumber(text, view.values[k]); });
  }

  function setNumber(text, words) {
    (text.querySelector("tspan") ?? text).textContent = words;
  }

  function showStep() {
    const all = order();
    stepped = Math.min(stepped, all.length);
    const meaning = at("mode").value === "vertex" ? "; in a box: its adjoint" : "";
    at("where").textContent = `${stepped} of ${all.length}${meaning}`;
    if (at("mode").value === "path") showPathStep(all.slice(0, stepped));
    else showVertexStep(all.slice(0, stepped));
  }

  function showPathStep(done) {
    lightPaths(done);
    const path = done.at(-1);
    view.rows.forEach((row, k) => row.classList.toggle("lit", view.data.paths[k] === path));
    if (path) say(`${path.share}  ${path.words}\nThe ${done.length} so far are ${together(done)}.`);
  }

  function showVertexStep(done) {
    const filled = new Set(done.map((adjoint) => adjoint.vertex));
    const edges = new Set(view.data.edges.flatMap(({ tail, head }, k) => (filled.has(tail) && filled.has(head) ? [k] : [])));
    light(filled, edges);
    view.numbers.forEach((text) => { if (text) setNumber(text, ""); });
    for (const adjoint of done) {
      const text = view.numbers[adjoint.vertex];
      if (text) setNumber(text, adjoint.short);
    }
    const now = done.at(-1);
    if (!now) return;
    const terms = now.terms.map((term) => `${term.text} = ${term.value}${term.crossing ? "  (through a gate)" : ""}`);
    say([`adj(${now.name}) = ${now.value}${terms.length > 1 ? ", the sum of" : ""}`, ...terms].join("\n"));
  }

  function goTo(count) {
    stepped = Math.max(0, Math.min(count, order().length));
    view.hovered = null;
    show();
  }

  // --- Choosing, by mouse and by keyboard --------------------------------------------------------------------------

  function pin(row) {
    view.pinned = view.pinned === row ? null : row;
    stepped = 0;
    show();
  }

  function press(part) {
    view.pressed = view.pressed === part ? null : part;
    view.pinned = view.hovered = null;
    stepped = 0;
    show();
  }

  function hover(row) {
    if (stepped || view.hovered === row) return;
    view.hovered = row;
    show();
  }

  function letGo() {
    view.pinned = view.pressed = view.hovered = null;
    stepped = 0;
    for (const id of ["gate", "crossings", "step"]) at(id).value = "";
    show();
  }

  const MOVES = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

  // One stop for Tab; arrow keys go from one to the next.
  function rove(event, items) {
    if (!(event.key in MOVES) || event.shiftKey) return;
    event.preventDefault();
    const here = items.indexOf(event.currentTarget);
    const there = items[Math.max(0, Math.min(items.length - 1, here + MOVES[event.key]))];
    event.currentTarget.tabIndex = -1;
    there.tabIndex = 0;
    there.focus({ preventScroll: true });
    there.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function listen(one) {
    one.buttons.forEach((button, k) => {
      button.addEventListener("click", () => pin(k));
      button.addEventListener("focus", () => hover(k));
      button.addEventListener("blur", () => hover(null));
      button.addEventListener("keydown", (event) => rove(event, one.buttons.filter((_, n) => !one.rows[n].hidden)));
      one.rows[k].addEventListener("mouseenter", () => hover(k));
      one.rows[k].addEventListener("mouseleave", () => hover(null));
    });
    one.parts.forEach((part, k) => {
      part.setAttribute("role", "button");
      part.setAttribute("tabindex", k === 0 ? "0" : "-1");
      const words = k < one.data.vertices.length ? one.data.vertices[k].tip : one.data.edges[k - one.data.vertices.length].tip;
      part.setAttribute("aria-label", words);
      // By keyboard alone: a part that is pressed is where it is seen.
      part.addEventListener("focus", () => { if (part.matches(":focus-visible")) one.zoom.show(part); });
      part.addEventListener("keydown", (event) => {
        rove(event, one.parts);
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          press(k);
        }
      });
    });
    one.svg.setAttribute("role", "group");
    listenToPointer(one);
  }

  // A press that has moved was a drag.
  function listenToPointer(one) {
    let start = null;
    one.svg.addEventListener("pointerdown", (event) => { start = [event.clientX, event.clientY]; }, true);
    one.svg.addEventListener("click", (event) => {
      const moved = start && Math.hypot(event.clientX - start[0], event.clientY - start[1]) > 4;
      const part = one.parts.findIndex((group) => group.contains(event.target));
      if (!moved && part >= 0) press(part);
    });
    one.zoom = makeZoom(one.svg);
    one.section.querySelector(".board").addEventListener("keydown", one.zoom.key);
  }

  function fill(id, first, choices) {
    at(id).replaceChildren(new Option(first, ""), ...choices.map((choice) => new Option(String(choice), String(choice))));
  }

  function choose(number) {
    view = views[number];
    views.forEach((one) => { one.section.hidden = one.table.hidden = one !== view; });
    const { paths } = view.data;
    const distinct = (values) => [...new Set(values)].sort((a, b) => (typeof a === "number" ? a - b : a < b ? -1 : 1));
    fill("gate", "any or none", distinct(paths.flatMap((path) => path.gates)));
    fill("crossings", "any number", distinct(paths.map((path) => path.crossings)));
    fill("step", "any", distinct(paths.flatMap((path) => path.steps)));
    letGo();
  }

  // --- Copying -----------------------------------------------------------------------------------------------------

  async function copy() {
    const shown = view.svg.cloneNode(true);
    shown.removeAttribute("style");
    shown.setAttribute("viewBox", view.zoom.whole);
    shown.setAttribute("role", "img");
    for (const part of shown.querySelectorAll("[tabindex]")) {
      for (const name of ["tabindex", "role", "aria-label", "aria-pressed"]) part.removeAttribute(name);
    }
    const text = new XMLSerializer().serializeToString(shown);
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without leave to write to the clipboard the older way is left, which takes a selected text.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say(`Copied: the figure as it is shown, ${text.length.toLocaleString("en")} characters of SVG.`);
  }

  views.forEach(listen);
  at("source").addEventListener("change", (event) => choose(Number(event.target.value)));
  for (const id of ["gate", "crossings", "step"]) {
    at(id).addEventListener("change", () => { view.pinned = null; stepped = 0; show(); });
  }
  at("mode").addEventListener("change", () => goTo(0));
  at("clear").addEventListener("click", letGo);
  at("first").addEventListener("click", () => goTo(0));
  at("back").addEventListener("click", () => goTo(stepped - 1));
  at("next").addEventListener("click", () => goTo(stepped + 1));
  at("last").addEventListener("click", () => goTo(Infinity));
  at("in").addEventListener("click", () => view.zoom.zoomIn());
  at("out").addEventListener("click", () => view.zoom.zoomOut());
  at("reset").addEventListener("click", () => view.zoom.fit());
  at("zoom").addEventListener("keydown", (event) => view.zoom.key(event));
  at("copy").addEventListener("click", copy);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") letGo(); });
  for (const id of ["controls", "saying", "help"]) at(id).hidden = false;
  choose(0);
})();
