"use strict";
// A slider and a field for every number that the example brings: parameters, initial states, inputs, targets. One array is
// shown at a time, of a large one a row of it. `changed(document)` is told of every change; it says whether the numbers
// can be shown.

const AT_ONCE = 128; // Fields that are shown at once, where there is more than one row.

function makeFields(content, host, changed) {
  const { model } = content;
  const first = content.first;
  const state = structuredClone(model.document);
  const [choice, grid] = [host.querySelector("#array"), host.querySelector(".grid")];
  const [part, which] = [host.querySelector("#row"), host.querySelector("#which")];
  const others = new Map(); // What is other than as the page came: its place as text -> [place, value].

  // Every array: what it is called, where it is in the document, how many leading axes are rows of steps.
  const arrays = [
    ...Object.entries(model.places.parameters).map(([name, place]) => ({ name, place, rows: null })),
    ...Object.entries(model.places.initial).map(([name, place]) => ({ name: `${name} at the start`, place, rows: null })),
    ...Object.entries(model.places.inputs).map(([name, place]) => ({
      name: `${name}, the inputs`, place, rows: Array.from({ length: model.steps }, (_, k) => first + k),
    })),
    ...model.places.targets.map((place, k) => ({
      name: `targets of ${model.losses[k].quantity}`, place, rows: model.losses[k].rows.map((row) => first + row),
    })),
  ];

  function holder(place) {
    return [lookUp(state, place.slice(0, -1)), place.at(-1)];
  }

  const get = (place) => lookUp(state, place);
  function set(place, value) {
    const [within, key] = holder(place);
    within[key] = value;
    if (value === lookUp(model.document, place)) others.delete(JSON.stringify(place));
    else others.set(JSON.stringify(place), [place, value]);
  }

  // Every entry of an array: its place in the document, and its index.
  function entriesOf({ place }) {
    const found = [];
    const walk = (value, index) => {
      if (Array.isArray(value)) value.forEach((part, k) => walk(part, [...index, k]));
      else found.push({ place: [...place, ...index], index });
    };
    walk(lookUp(model.document, place), []);
    return found;
  }

  function nameOf(array, index) {
    const told = array.rows ? [`t = ${array.rows[index[0]]}`, ...index.slice(1)] : index;
    return `${array.name.split(",")[0]}${told.length ? ` [${told.join(", ")}]` : ""}`;
  }

  function row(array, { place, index }) {
    const before = lookUp(model.document, place);
    // No further than a slider can tell one end from the other.
    const reach = Math.min(Number.MAX_VALUE / 4, Math.max(2, 2 * Math.abs(before)));
    const label = document.createElement("label");
    const [words, slider, field] = [document.createElement("span"), document.createElement("input"), document.createElement("input")];
    words.textContent = nameOf(array, index);
    Object.assign(slider, { type: "range", min: -reach, max: reach, step: "any", value: get(place) });
    Object.assign(field, { type: "text", inputMode: "decimal", value: String(get(place)), autocomplete: "off", spellcheck: false });
    slider.setAttribute("aria-label", `${words.textContent}, slider`);
    field.setAttribute("aria-label", words.textContent);
    slider.dataset.place = field.dataset.place = JSON.stringify(place);
    slider.addEventListener("input", () => {
      const value = Number(Number(slider.value).toPrecision(4));
      field.value = String(value);
      take(place, value, field);
    });
    field.addEventListener("input", () => {
      // What is no number is said and taken for none: an empty field is no zero.
      const value = field.value.trim() === "" ? NaN : Number(field.value);
      if (Number.isFinite(value)) slider.value = value;
      take(place, value, field, field.value);
    });
    label.append(words, slider, field);
    return label;
  }

  // Take a number for an entry; what cannot be shown is marked, said, and not kept.
  function take(place, value, field, written = String(value)) {
    const before = get(place);
    set(place, value);
    const good = changed(state, { place, value, written });
    if (!good) set(place, before);
    if (field) field.setAttribute("aria-invalid", String(!good));
  }

  function show() {
    const array = arrays[Number(choice.value)];
    const entries = entriesOf(array);
    const inRows = entries.length > AT_ONCE && entries[0].index.length > 1;
    which.hidden = !inRows;
    const shown = inRows ? entries.filter(({ index }) => index[0] === Number(part.value)) : entries;
    grid.replaceChildren(...shown.map((entry) => row(array, entry)));
  }

  function begin() {
    const array = arrays[Number(choice.value)];
    const count = lookUp(model.document, array.place).length ?? 0;
    part.replaceChildren(...Array.from({ length: count }, (_, k) => new Option(array.rows ? `t = ${array.rows[k]}` : k, k)));
    show();
  }

  // The numbers that are other than those that the page came with: [[place, value], ...].
  function changes() {
    return [...others.values()];
  }

  // Whether an array has an entry at a place, which may be anybody's text.
  function isKnown(place) {
    const array = arrays.find((one) => one.place.every((key, k) => key === place[k]));
    const index = array ? place.slice(array.place.length) : [];
    let value = array && lookUp(model.document, array.place);
    for (const k of index) value = Array.isArray(value) && Number.isInteger(k) ? value[k] : undefined;
    return typeof value === "number";
  }

  // Put changes in place of all; raises an error in words for what is none.
  function replace(list) {
    for (const [place, value] of list) {
      if (!isKnown(place)) throw new Error(`there is no number at ${JSON.stringify(place)}`);
      if (!Number.isFinite(value)) throw new Error(`not a number: ${JSON.stringify(value)}`);
    }
    changes().forEach(([place]) => set(place, lookUp(model.document, place)));
    list.forEach(([place, value]) => set(place, value));
    show();
  }

  choice.replaceChildren(...arrays.map(({ name }, k) => new Option(name, k)));
  choice.addEventListener("change", begin);
  part.addEventListener("change", show);
  begin();
  return { changes, replace, state };
}
