"use strict";
// The player: a motion step by step, or by itself. `page` is what it moves on: {view, now, show, say, light}.

function makePlayer(content, page) {
  const { model } = content;
  const at = (id) => document.getElementById(id);
  let count = 0; // How many moments are shown; 0 is none.
  let playing = null;

  function moments() {
    const { motion, painter } = page.view();
    const shown = new Set(painter.boxes.map(({ vertex }) => vertex));
    const mode = at("mode").value;
    if (mode === "path") return page.now().solved.paths;
    return mode === "forward" ? motion.forwards(shown) : motion.backwards(shown);
  }

  function showMoment(state) {
    const all = moments();
    count = Math.min(count, all.length);
    const done = all.slice(0, count);
    const mode = at("mode").value;
    const meaning = { vertex: "; in a box: its dE/d(box)", forward: "; in a box: its value", path: "" }[mode];
    put(at("where"), null, `${count} of ${all.length}${meaning}`);
    if (mode === "path") return showPaths(state, done);
    const told = mode === "forward" ? page.view().motion.tellForwards(state, done) : page.view().motion.tellBackwards(state, done);
    page.view().painter.paint(told);
    page.say(told.words);
    const box = page.view().painter.boxes.find(({ vertex }) => vertex === told.now);
    if (box) page.view().zoom.show(box.group);
    return null;
  }

  // Path by path: the flows of those so far.
  function showPaths(state, done) {
    const path = done.at(-1);
    const { telling } = page.view();
    const edges = new Float64Array(model.edges.length);
    done.forEach((one) => one.edges.forEach((e) => { edges[e] += one.part; }));
    const part = done.reduce((sum, one) => sum + one.part, 0);
    const nodes = [...new Set(done.flatMap((one) => [...telling.along(one.edges).vertices]))].map((v) => ({
      v, out: [...new Set(done.flatMap((one) => one.edges))].filter((e) => model.edges[e][0] === v).map((e) => ({ e })),
    }));
    const solved = { ...state.solved, filtered: true, layout: { nodes, count: BigInt(done.length) }, chosen: { edges, part } };
    page.view().painter.paint(telling.ofChosen({ ...state, solved }));
    page.light(done.length - 1);
    const size = state.solved.zero ? formatSum(path.part) : formatShare(path.part);
    page.say(`${size}  ${telling.wordsOf(path.edges)}\nThe ${done.length} so far are ${telling.part(state.solved, part)}.`);
  }

  function goTo(moment) {
    count = Math.max(0, Math.min(moment, moments().length));
    page.view().hovered = null;
    if (count === moments().length) pause();
    page.show();
  }

  function pause() {
    clearInterval(playing);
    playing = null;
    put(at("play"), null, "Play");
  }

  function play() {
    if (playing) return pause();
    if (count === moments().length) count = 0;
    put(at("play"), null, "Pause");
    playing = setInterval(() => goTo(count + 1), 900);
    return goTo(count + 1);
  }

  const STEPS = { ArrowRight: () => goTo(count + 1), ArrowLeft: () => goTo(count - 1), Home: () => goTo(0), End: () => goTo(Infinity) };

  function key(event) {
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    STEPS[event.key]();
  }

  function stop() {
    count = 0;
    pause();
  }

  function restart() {
    pause();
    goTo(0);
  }

  return {
    show: showMoment, stepped: () => count, stop, restart, key,
    actions: { first: STEPS.Home, back: STEPS.ArrowLeft, next: STEPS.ArrowRight, last: STEPS.End, play },
  };
}
