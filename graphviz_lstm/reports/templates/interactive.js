"use strict";
// The page: what is asked by mouse, keyboard and address, and what is shown of it. Whatever comes from an example or an
// address goes in as text, never as markup.

(async () => {
  const content = await readContent();
  const { model } = content;
  const at = (id) => document.getElementById(id);
  const around = neighbours(model);
  let numbers = model.document; // The document whose numbers are shown: the last good one.
  let found = null;
  let adjoints = null;
  let error = "";
  const views = content.sources.map(makeView);
  let view = views[0];
  const player = makePlayer(content, { view: () => view, now, show, say, light });

  function makeView(data, place) {
    const section = document.querySelector(`[data-source="${place}"]`);
    const table = document.querySelector(`[data-table="${place}"]`);
    const painter = makePainter(content, data, section);
    const telling = makeTelling(content, data);
    return {
      data, section, table, painter, telling,
      study: makeStudy(model, data, around),
      motion: makeMotion(content, data, telling, around),
      zoom: makeZoom(painter.svg, painter.catchUp),
      body: table.querySelector("tbody"), rows: [], buttons: [], solved: null, key: null,
      pinned: null, pressed: null, hovered: null,
    };
  }

  // --- Computing -----------------------------------------------------------------------------------------------------

  // Take numbers; return whether they can be shown. If not it is said, and the last good picture stays.
  function take(documentOf, { written, place } = {}) {
    error = "";
    const tried = tryNumbers(documentOf, place && !Number.isFinite(lookUp(documentOf, place)) ? shorten(JSON.stringify(written)) : "");
    if (tried.why) error = `This cannot be shown: ${tried.why}. The figure is of the last numbers that could.`;
    else {
      ({ found, adjoints } = tried);
      numbers = documentOf === model.document ? documentOf : structuredClone(documentOf);
      views.forEach((one) => { one.key = null; });
      [view.solved, view.key] = [tried.solved, JSON.stringify(chosen())];
    }
    show();
    return !tried.why;
  }

  // The adjoints; of what can be asked for, 0 where it is rounding alone.
  function sweep(now) {
    const swept = adjointsOf(model, now, around);
    const sources = views.map(({ data }) => data.source);
    const settled = sources.map((source) => settledSource(model, now, swept, around, source));
    sources.forEach((source, k) => { swept[source] = settled[k]; });
    return swept;
  }

  // All that is told of numbers, or in `why` what stands against it.
  function tryNumbers(documentOf, written) {
    if (written) return { why: `not a number: ${written}` };
    const now = evaluate(model, numbersOf(model, documentOf));
    if (now.lost !== null) return { why: `the value of ${model.vertices[now.lost][0]} would be no finite number` };
    const swept = sweep(now);
    if (!swept.every((adjoint) => adjoint.data.every(Number.isFinite))) return { why: "a gradient would not be a finite number" };
    const solved = view.study.solve(now, swept, chosen(), fields.changes().length === 0);
    return { why: solved.error ?? "", found: now, adjoints: swept, solved };
  }

  function chosen() {
    const value = (id) => (at(id).value === "" ? null : at(id).value);
    const [gate, crossings, step] = [value("gate"), value("crossings"), value("step")];
    const pressed = view.pressed === null ? {} : view.painter.meaning(view.pressed);
    return {
      ...ALL_PATHS,
      gate, crossings: crossings === null ? null : Number(crossings), step: step === null ? null : Number(step) - content.first,
      vertex: pressed.vertex ?? null, edge: pressed.edge ?? null,
    };
  }

  // What is told of the choice: computed anew where the choice or the numbers are others.
  function now() {
    const choice = chosen();
    const key = JSON.stringify(choice);
    if (view.key !== key) {
      view.solved = view.study.solve(found, adjoints, choice, fields.changes().length === 0);
      view.key = key;
    }
    return { found, adjoints, solved: view.solved };
  }

  // --- Showing -------------------------------------------------------------------------------------------------------

  function say(words) {
    put(at("saying"), null, words);
  }

  function show() {
    const state = now();
    const { solved } = state;
    if (solved.error) return say(solved.error);
    while (view.rows.length < solved.paths.length) addRow();
    tabulate(content, view, solved);
    headline(view, state);
    const focus = solved.paths[view.hovered ?? view.pinned];
    view.painter.parts.forEach((part, k) => put(part, "aria-pressed", String(k === view.pressed)));
    view.buttons.forEach((button, k) => put(button, "aria-pressed", String(k === view.pinned)));
    light(focus === undefined ? null : view.hovered ?? view.pinned);
    put(at("where"), null, "");
    if (player.stepped()) player.show(state);
    else if (focus) {
      view.painter.paint(view.telling.ofPath(state, focus), view.zoom.view());
      say(view.telling.pathSentence(state, focus));
    } else {
      view.painter.paint(view.telling.ofChosen(state), view.zoom.view());
      const through = view.pressed === null ? "" : `Through ${partName(view.pressed)}: `;
      say(view.telling.chosenSentence(state, through));
    }
    if (error) say(error);
    return null;
  }

  // The one row of the path that is told of; null for none.
  function light(lit) {
    view.rows.forEach((row, k) => put(row, "class", k === lit ? "lit" : null));
  }

  function partName(k) {
    const { vertex, edge } = view.painter.meaning(k);
    const name = view.telling.name;
    return vertex === undefined ? `${name(model.edges[edge][0])} -> ${name(model.edges[edge][1])}` : name(vertex);
  }

  function addRow() {
    const { rows, buttons, body } = view;
    const k = rows.length;
    const one = view;
    const row = body.insertRow();
    row.setAttribute("role", "row");
    for (const kind of ["number", "number", "path"]) {
      const cell = row.insertCell();
      cell.className = kind;
      cell.setAttribute("role", "cell");
    }
    const button = document.createElement("button");
    Object.assign(button, { type: "button", tabIndex: k === 0 ? 0 : -1 });
    row.cells[2].append(button);
    button.addEventListener("click", () => pin(k));
    button.addEventListener("focus", () => {
      hover(k);
      frame(k);
    });
    button.addEventListener("blur", () => hover(null));
    button.addEventListener("keydown", (event) => rove(event, one.buttons.filter((_, n) => !one.rows[n].hidden)));
    row.addEventListener("mouseenter", () => hover(k));
    row.addEventListener("mouseleave", () => hover(null));
    rows.push(row);
    buttons.push(button);
  }

  // --- Choosing, by mouse and by keyboard ------------------------------------------------------------------------------

  function pin(row) {
    view.pinned = view.pinned === row ? null : row;
    restart();
  }

  function press(part) {
    if (view.painter.meaning(part).edge === -1) return;
    view.pressed = view.pressed === part ? null : part;
    view.pinned = view.hovered = null;
    restart();
  }

  function restart() {
    player.stop();
    error = "";
    show();
  }

  function hover(row) {
    if (player.stepped() || view.hovered === row) return;
    view.hovered = row;
    error = "";
    show();
  }

  // Of a long figure, see the steps that a path passes.
  function frame(row) {
    const path = view.solved.paths[row];
    if (!path) return;
    const passed = new Set(path.edges.slice(0, -1).map((e) => model.edges[e][1]));
    view.zoom.frame(view.painter.boxes.filter(({ vertex }) => passed.has(vertex)).map(({ group }) => group));
  }

  function letGo() {
    view.pinned = view.pressed = view.hovered = null;
    for (const id of ["gate", "crossings", "step"]) at(id).value = "";
    restart();
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
    const { parts, svg } = one.painter;
    one.body.replaceChildren();
    parts.forEach((part, k) => {
      part.setAttribute("role", "button");
      part.setAttribute("tabindex", k === 0 ? "0" : "-1");
      part.setAttribute("aria-label", part.querySelector("title").textContent);
      // By keyboard alone: a part that is pressed is where it is seen.
      part.addEventListener("focus", () => { if (part.matches(":focus-visible")) one.zoom.show(part); });
      part.addEventListener("keydown", (event) => {
        rove(event, parts);
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          press(k);
        }
      });
    });
    svg.setAttribute("role", "group");
    // What a part says when it is pointed at is what it says to a screen reader; written when it is asked for.
    svg.addEventListener("pointerover", (event) => {
      const part = event.target.closest("[aria-label]");
      if (part && part !== svg) put(part.querySelector("title"), null, part.getAttribute("aria-label"));
    });
    // A press that has moved was a drag.
    let start = null;
    svg.addEventListener("pointerdown", (event) => { start = [event.clientX, event.clientY]; }, true);
    svg.addEventListener("click", (event) => {
      const moved = start && Math.hypot(event.clientX - start[0], event.clientY - start[1]) > 4;
      const part = parts.findIndex((group) => group.contains(event.target));
      if (!moved && part >= 0) press(part);
    });
    one.section.querySelector(".board").addEventListener("keydown", one.zoom.key);
  }

  function fill(id, first, choices) {
    at(id).replaceChildren(new Option(first, ""), ...choices.map((choice) => new Option(String(choice), String(choice))));
  }

  function choose(place) {
    const { error: why } = views[place].study.solve(found, adjoints, ALL_PATHS, fields.changes().length === 0);
    if (why) {
      // What the figure of another source came with is of other numbers: the one that is shown stays.
      at("source").value = String(views.indexOf(view));
      error = `This cannot be shown: ${why}.`;
      show();
      return;
    }
    view = views[place];
    views.forEach((one) => { one.section.hidden = one.table.hidden = one !== view; });
    const choices = view.study.choices();
    view.zoom.begin(view.painter.boxes.find(({ vertex }) => vertex === model.vertices.length - 1).group);
    fill("gate", "any or none", choices.gates);
    fill("crossings", "any number", choices.crossings);
    fill("step", "any", choices.steps.map((step) => content.first + step));
    letGo();
  }

  // --- The address -----------------------------------------------------------------------------------------------------

  function readAddress() {
    let state;
    try {
      state = readFragment(location.hash);
      if (state === null) return;
      const place = content.sources.findIndex((one) => one.name === state.source);
      if (place < 0) throw new Error(`there is no source ${shorten(JSON.stringify(state.source))}`);
      fields.replace(state.changes);
      at("source").value = String(place);
      choose(place);
      if (!take(fields.state)) fields.replace([]);
    } catch (problem) {
      error = `The address tells no state of this page, and is ignored: ${shorten(problem.message, 200)}.`;
      show();
    }
  }

  function share() {
    history.replaceState(null, "", writeFragment({ source: view.data.name, changes: fields.changes() }));
    copyText(location.href);
    say("Copied: the address of this page with this state.");
  }

  function reset() {
    fields.replace([]);
    if (location.hash) history.replaceState(null, "", location.pathname);
    take(model.document);
  }

  async function copyFigure() {
    const text = figureText(view.painter, view.zoom.whole);
    await copyText(text);
    say(`Copied: the figure as it is shown, ${text.length.toLocaleString("en")} characters of SVG.`);
  }

  async function copyTikz() {
    const text = figureTikz(view.painter, content.tex);
    await copyText(text);
    say(`Copied: the figure as it is shown, a tikzpicture of ${text.length.toLocaleString("en")} characters.`);
  }

  async function copyLatex() {
    await copyText(pathsLatex(content, view.data, now()));
    say("Copied: the listed paths as LaTeX, an align* of amsmath.");
  }

  views.forEach(listen);
  const fields = makeFields(content, at("numbers"), take);
  found = evaluate(model, numbersOf(model));
  adjoints = sweep(found);
  at("source").addEventListener("change", (event) => choose(Number(event.target.value)));
  for (const id of ["gate", "crossings", "step"]) {
    at(id).addEventListener("change", () => { view.pinned = null; restart(); });
  }
  at("mode").addEventListener("change", player.restart);
  const ACTIONS = {
    clear: letGo, ...player.actions,
    in: () => view.zoom.zoomIn(), out: () => view.zoom.zoomOut(), fit: () => view.zoom.fit(),
    copy: copyFigure, tikz: copyTikz, latex: copyLatex, share, reset,
    download: () => save(`${JSON.stringify(numbers, null, 2)}\n`, `${shorten(content.name.replace(/[^\w.-]+/g, "-"), 60)}.json`),
  };
  for (const [id, action] of Object.entries(ACTIONS)) at(id).addEventListener("click", action);
  at("zoom").addEventListener("keydown", (event) => view.zoom.key(event));
  at("steps").addEventListener("keydown", player.key);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") letGo(); });
  window.addEventListener("hashchange", readAddress);
  for (const id of ["controls", "player", "saying", "help"]) at(id).hidden = false;
  at("numbers").hidden = !model.live;
  for (const id of ["share", "reset", "download"]) at(id).hidden = !model.live;
  // On a phone the figure and the table come first: controls are opened by who wants them.
  const phone = matchMedia("(max-width: 47.99rem)");
  const fold = () => document.querySelectorAll(".fold").forEach((part) => { part.open = !phone.matches; });
  phone.addEventListener("change", fold);
  fold();
  at("download").disabled = !model.readable;
  // Motion is only by single steps where somebody does not want any.
  at("play").hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  choose(0);
  readAddress();
})();
