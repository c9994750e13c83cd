// The page's own script: draws the figures with plotly, moves them by year and view, and opens the cards of plants.
// All words come from the data, and are written as text.
(() => {
"use strict";
const data = JSON.parse(document.getElementById("content").textContent);
const words = data.words, root = document.documentElement;
const by = (id) => document.getElementById(id);
const years = data.years || [], cards = data.cards || {}, last = years[years.length - 1];
const state = { year: last, view: "control", owner: null, measure: 0 };
for (const choice of data.choices) state[choice.id] = choice.options[0][0];
const figures = {}, tables = {}, extra = {}, drawn = new Map();
for (const section of data.sections) {
  for (const each of section.figures) figures[each.id] = each;
  for (const each of section.tables) tables[each.id] = each;
  Object.assign(extra, section.extra);
}

const dark = matchMedia("(prefers-color-scheme: dark)");
root.dataset.theme = dark.matches ? "dark" : "light";

// ---- small tools -------------------------------------------------------------------------------------------------
function make(tag, set = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "class") element.className = value;
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((each) => each !== null));
  return element;
}
const fill = (text, known) => text.replace(/\{(\w+)\}/g, (_, name) => known[name]);
const number = (value, decimals = 0) => value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const tonnes = (value, decimals = 2) => number(value, data.lang === "zh" ? Math.max(decimals - 2, 0) : decimals);
const signed = (value, decimals) => (/[1-9]/.test(number(value, decimals)) ? (value > 0 ? "+" : "") + number(value, decimals) : number(0, decimals));
const inert = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const percent = (share) => `${number(100 * share, share < 0.0995 && share > 0 ? 1 : 0)} %`;
const plain = (text) => String(text).replace(/(?<![\d\w])-(?=\d)/g, "\u2212").replace(/ %/g, "\u00a0%");

// ---- colours: names of the style sheet behind an @ ------------------------------------------------------------------
let shades = {};
const shade = (name) => (shades[name] ??= getComputedStyle(root).getPropertyValue(`--${name}`).trim());
function coloured(value) {
  if (typeof value === "string") return value[0] === "@" ? shade(value.slice(1)) : value;
  if (Array.isArray(value)) return value.map(coloured);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, coloured(v)]));
  return value;
}
function laidOut(layout, height) {
  const axis = { tickformat: ",", gridcolor: shade("line"), linecolor: shade("line"), zerolinecolor: shade("line"), automargin: true, fixedrange: true };
  const full = {
    font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: shade("ink") },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", height, separators: ".,",
    margin: { l: 8, r: 8, t: 40, b: 8 }, hovermode: "closest", dragmode: false,
    hoverlabel: { bgcolor: shade("raised"), bordercolor: shade("line"), font: { family: getComputedStyle(document.body).fontFamily, color: shade("ink"), size: 12.5 }, align: "left" },
    ...coloured(layout),
  };
  for (const name of ["xaxis", "yaxis", "yaxis2"]) {
    const given = full[name] || (name === "yaxis2" ? null : {});
    if (given) full[name] = { ...axis, ...given, title: { font: { color: shade("soft"), size: 12 }, ...(given.title || {}) } };
  }
  full.xaxis.showgrid ??= false;
  full.margin = { l: 8, r: 8, t: 40, b: 8, ...(layout.margin || {}) };
  full.legend = { orientation: "h", x: 0, y: 1.01, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)", traceorder: "normal", ...(full.legend || {}) };
  return full;
}

const several = data.choices.some((choice) => choice.id === "scenario" && choice.options.length > 1);
const scenarios = Object.fromEntries(data.choices.flatMap((choice) => (choice.id === "scenario" ? choice.options : [])));
const titled = (text, scenario) => plain(several && scenario ? `${scenarios[scenario]}: ${text}` : text);

// ---- figures -----------------------------------------------------------------------------------------------------
const key = (figure) => figure.by.map((name) => state[name]).join("|");
function traces(figure, frame) {
  if (figure.id !== "curve" || !state.owner) return frame.data;
  const mine = new Map(rowsHeld(state.owner).map((row) => [row[0], row[2]]));
  return frame.data.map((trace) => (trace.customdata
    ? { ...trace, marker: { ...trace.marker, opacity: trace.customdata.map((plant) => (mine.has(plant) ? 0.35 + 0.65 * mine.get(plant) : 0.14)) } }
    : trace));
}
const said = (frame) => frame.by_year?.[state.year] ?? frame.finding;
function entitle(figure, box) {
  const frame = figure.frames[key(figure)];
  box.title.textContent = titled(frame.among || said(frame), figure.by.includes("scenario") && state.scenario);
  box.among.textContent = frame.among ? plain(said(frame)) : "";
}
function draw(figure, box) {
  const frame = figure.frames[key(figure)];
  const { plot } = box;
  entitle(figure, box);
  plot.setAttribute("aria-label", said(frame));
  plot.parentElement.hidden = !frame.data.length;
  if (!frame.data.length) return;
  // A telephone shows a part of the odds: the last year first.
  const layout = figure.id === "odds" && innerWidth < 640 ? { ...frame.layout, xaxis: { ...frame.layout.xaxis, autorange: "reversed" } } : frame.layout;
  Plotly.react(plot, coloured(traces(figure, frame)), laidOut(layout, figure.height), { displayModeBar: false, responsive: true })
    .then(() => {
      if (plot.dataset.ready) return;
      plot.dataset.ready = "1";
      plot.on("plotly_click", (event) => {
        const point = event.points[0], target = point && (Array.isArray(point.customdata) ? point.customdata[0] : point.customdata);
        if (typeof target !== "string") return;
        if (target.startsWith("owner:")) choose(target.slice(6));
        else if (cards[target]) open(target);
      });
    });
}
function redraw(...changed) {
  for (const [figure, box] of drawn) {
    const depends = figure.by.some((name) => changed.includes(name)) || (changed.includes("year") && figure.frames[key(figure)].by_year) || (figure.id === "curve" && changed.some((name) => ["owner", "view"].includes(name)));
    if (box.seen && (depends || changed.includes("theme"))) draw(figure, box);
    else if (depends) entitle(figure, box);
  }
  if (made.has("tiles") && changed.some((name) => ["year", "measure", "theme"].includes(name))) drawTiles();
  if (made.has("graph") && changed.some((name) => ["year", "view", "owner", "theme"].includes(name))) drawGraph();
  if (made.has("holdings") && changed.some((name) => ["year", "view", "owner"].includes(name))) drawHoldings();
}
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    show(entry.target);
  }
}, { rootMargin: "600px" });
function show(element) {
  for (const [figure, box] of drawn) if (box.whole === element && !box.seen) { box.seen = true; draw(figure, box); }
}
function placeFigure(figure, part) {
  const title = make("h3"), among = make("p", { class: "note" }), plot = make("div", { class: data.cards ? "plot clicks" : "plot", role: "img" });
  plot.style.minHeight = `${figure.height}px`;
  if (figure.least_width) plot.style.minWidth = `${figure.least_width}px`;
  const note = figure.note ? make("p", { class: "note" }, figure.note) : null;
  const holder = make("div", { class: "scroll", tabindex: figure.least_width ? 0 : null }, plot);
  part.append(title, among, hint(holder), holder, ...(note ? [note] : []));
  drawn.set(figure, { title, among, plot, whole: part, seen: false });
  entitle(figure, drawn.get(figure));
  watcher.observe(part);
}

const SHOWN_BY = ["scenario", "year", "view"], MOST_ROWS = 15, opened = [];

// ---- tables ------------------------------------------------------------------------------------------------------
const shown = (cell) => (Array.isArray(cell) ? plain(cell[0]) : String(cell));
const worth = (cell) => (Array.isArray(cell) ? cell[1] : cell);
function tableOf(head, rows, wordy, sorter = null) {
  const isText = (place) => place < wordy || (rows.length && typeof rows[0][place] === "string");
  const cells = head.map((name, place) => make("th", { scope: "col", class: isText(place) ? "w" : "" },
    sorter ? make("button", { type: "button", on: { click: () => sorter(place) } }, name) : name));
  const body = make("tbody");
  for (const row of rows) {
    body.append(make("tr", {}, ...row.map((cell, place) => {
      const text = shown(cell);
      const kind = Array.isArray(cell) ? "w n" : text.length > 60 || /[!-~]{30}/.test(text) ? "w long" : "w";
      return make("td", { class: isText(place) ? kind : text.length > 12 ? "span" : "", "data-head": head[place] }, text);
    })));
  }
  return make("table", {}, make("thead", {}, make("tr", {}, ...cells)), body);
}
// A table that is wider than its place becomes cards: a row one below the other, each cell under the name of its column.
const widths = new WeakMap(), fitter = new ResizeObserver((entries) => { for (const { target } of entries) if (widths.get(target) !== target.offsetWidth) fit(target); });
function fit(holder) {
  const table = holder.querySelector("table");
  widths.set(holder, holder.offsetWidth);
  table?.classList.remove("cards");
  table?.classList.toggle("cards", holder.scrollWidth > holder.clientWidth + 1);
}
function fitted(kind, ...children) {
  const holder = make("div", { class: `scroll ${kind}`, tabindex: 0 }, ...children);
  fitter.observe(holder);
  return holder;
}
function hint(holder) {
  const told = make("p", { class: "note side", hidden: "" }, words.sideways), look = () => { told.hidden = holder.scrollWidth <= holder.clientWidth + 4; };
  const watch = new ResizeObserver(look);
  watch.observe(holder);
  for (const each of holder.children) watch.observe(each);
  return told;
}
function placeTable(table, part) {
  for (const name of SHOWN_BY) if (table[name]) part.dataset[`for${name}`] = table[name];
  let sorted = null, down = false, wanted = "", whole = table.rows.length <= MOST_ROWS + 3;
  const holder = fitted("");
  const further = make("button", { type: "button", class: "further", on: { click: () => { whole = true; render(); } } });
  const sorter = !table.search ? null : (place) => { down = sorted === place ? !down : false; sorted = place; render(); };
  function render() {
    let rows = table.rows.filter((row) => row.some((cell) => shown(cell).toLowerCase().includes(wanted)));
    if (sorted !== null) {
      const order = (a, b) => (a === null ? -1 : b === null ? 1 : typeof a === "number" ? a - b : String(a).localeCompare(String(b), data.lang));
      rows = [...rows].sort((a, b) => (down ? -1 : 1) * order(worth(a[sorted]), worth(b[sorted])));
    }
    const more = whole || wanted ? 0 : Math.max(rows.length - MOST_ROWS, 0);
    const made = tableOf(table.head, more ? rows.slice(0, MOST_ROWS) : rows, table.words, sorter);
    further.hidden = !more;
    further.textContent = fill(words.more_rows, { count: more });
    if (sorted !== null) made.querySelectorAll("th")[sorted].setAttribute("aria-sort", down ? "descending" : "ascending");
    holder.replaceChildren(rows.length ? made : make("p", { class: "note" }, words.none));
    fit(holder);
  }
  opened.push(() => { whole = true; render(); });
  render();
  const tools = !table.search ? null : make("div", { class: "tools" }, make("input", {
    type: "search", placeholder: words.search, "aria-label": words.search,
    on: { input: (event) => { wanted = event.target.value.toLowerCase(); render(); } } }));
  const note = table.note ? make("p", { class: "note" }, table.note) : null;
  if (table.folded) part.append(make("details", {}, make("summary", {}, titled(table.caption, table.scenario)), ...(tools ? [tools] : []), holder, further, ...(note ? [note] : [])));
  else part.append(make("h3", {}, titled(table.caption, table.scenario)), ...(tools ? [tools] : []), ...(table.rows.length ? [holder, further] : []), ...(note ? [note] : []));
}

// ---- the map of tiles --------------------------------------------------------------------------------------------
function placeTiles(part) {
  const tabs = extra.measures.map((measure, place) => make("button", {
    type: "button", "aria-pressed": String(place === 0),
    on: { click: () => {
      state.measure = place;
      tabs.forEach((tab, each) => tab.setAttribute("aria-pressed", String(each === place)));
      redraw("measure");
    } } }, measure.label));
  part.append(make("h3", { id: "tiles-finding" }), make("p", { class: "note", id: "tiles-among" }), make("div", { class: "tools", role: "group" }, ...tabs), make("div", { class: "tiles", id: "tiles" }), make("p", { class: "note", id: "tiles-note" }));
  drawTiles();
}
function drawTiles() {
  const measure = extra.measures[state.measure], at = years.indexOf(state.year);
  const most = Math.max(...extra.tiles.flatMap((tile) => tile.values[measure.id]), 1e-9);
  const left = Math.min(...extra.tiles.map((tile) => tile.column)), top = Math.min(...extra.tiles.map((tile) => tile.row));
  const among = state.year === last ? extra.among : "", here = extra.findings[state.year];
  by("tiles-finding").textContent = plain(among || here);
  by("tiles-among").textContent = among ? plain(here) : "";
  by("tiles-note").textContent = fill(words.tiles_note, { measure: measure.label, unit: measure.unit, year: state.year, start: measure.start });
  by("tiles").style.setProperty("--columns", Math.max(...extra.tiles.map((tile) => tile.column)) - left + 1);
  by("tiles").replaceChildren(...extra.tiles.map((tile) => {
    const values = tile.values[measure.id], value = values[at], opening = tile.opening[measure.id], step = value - (opening ?? values[0]), part = Math.round(100 * value / most);
    const box = make("div", { class: "tile", tabindex: 0, role: "group", "aria-label": `${tile.name}: ${number(value, measure.decimals)} ${measure.unit}` },
      make("b", {}, tile.name), make("span", { class: "value" }, number(value, measure.decimals)),
      make("span", { class: "step" }, plain(at || opening !== undefined ? signed(step, measure.decimals) : "\u00a0")), spark(values, at));
    box.style.gridArea = `${tile.row - top + 1} / ${tile.column - left + 1}`;
    box.style.background = `color-mix(in srgb, var(--heat-coast) ${part}%, var(--raised))`;
    return box;
  }));
}
function spark(values, at) {
  const space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), line = document.createElementNS(space, "polyline");
  const high = Math.max(...values), low = Math.min(...values, high * 0.7), x = (place) => (values.length > 1 ? 2 + 56 * place / (values.length - 1) : 30), y = (value) => 22 - 20 * (value - low) / (high - low || 1);
  svg.setAttribute("viewBox", "0 0 60 24"); svg.setAttribute("aria-hidden", "true");
  line.setAttribute("points", values.map((value, place) => `${x(place)},${y(value)}`).join(" "));
  line.setAttribute("fill", "none"); line.setAttribute("stroke", "currentColor"); line.setAttribute("stroke-width", "1.6");
  const dot = document.createElementNS(space, "circle");
  dot.setAttribute("cx", x(at)); dot.setAttribute("cy", y(values[at])); dot.setAttribute("r", "2.6"); dot.setAttribute("fill", "currentColor");
  svg.append(line, dot);
  return svg;
}

// ---- owners ------------------------------------------------------------------------------------------------------
const firm = () => extra.firms[state.firm];
function choose(owner) {
  state.firm = extra.firms[owner] ? owner : null;
  state.owner = firm() ? firm().head : owner;
  by("owner").value = owner || "";
  redraw("owner");
}
const rowsHeld = (owner) => (firm() ? firm().held[state.year] : extra.held[state.view][state.year][owner]) || [];
function placePicker(part) {
  const select = make("select", { id: "owner", "aria-label": words.owner, on: { change: (event) => choose(event.target.value || null) } },
    make("option", { value: "" }, words.all_owners), ...extra.owners.map(([id, name]) => make("option", { value: id }, name)),
    make("optgroup", { label: words.under }, ...Object.entries(extra.firms).map(([id, each]) => make("option", { value: id }, `${each.name} → ${ownerName(each.head)}`))));
  part.append(make("div", { class: "tools" }, make("label", { for: "owner" }, words.owner), select));
}
const picked = () => state.owner || extra.owners[0][0];
const ownerName = (id) => (extra.owners.find(([each]) => each === id) || [id, id])[1];
function placeGraph(part) {
  part.append(make("h3", { id: "graph-finding" }), make("div", { class: "scroll", tabindex: 0 }, make("div", { class: "plot clicks", id: "graph", role: "img" })), make("p", { class: "note" }, words.graph_note));
  drawGraph();
}
const SIDES = 14 + 215, TOP = 56 + 8, AROUND = [[0, -1], [0, 1], [1, -1], [1, 1], [-1, -1], [-1, 1]];
function drawGraph() {
  const graph = extra.graphs[picked()], year = state.year, live = (edge) => edge[4] <= year && (edge[5] === null || edge[5] === undefined || edge[5] > year);
  const start = years[0];
  const edges = graph.edges.filter((edge) => live(edge) || (edge[5] > start && edge[5] <= year));
  const used = new Set(edges.flatMap((edge) => edge.slice(0, 2)));
  const nodes = graph.nodes.filter((node) => used.has(node[0]) || node[0] === picked());
  const columns = [...new Set(nodes.map((node) => node[3]))].sort((a, b) => a - b), places = new Map(), counts = new Map();
  for (const node of nodes) counts.set(node[3], (counts.get(node[3]) || 0) + 1);
  const index = new Map();
  for (const node of nodes) {
    const at = index.get(node[3]) || 0;
    index.set(node[3], at + 1);
    places.set(node[0], [columns.indexOf(node[3]), 1 - (at + 0.5) / counts.get(node[3])]);
  }
  const kinds = [["kept", "soft", "solid", 1.3], ["new", "inland", "solid", 2.4], ["gone", "soft", "dot", 1.2]];
  const kindOf = (edge) => (!live(edge) ? "gone" : edge[4] > start || (edge[6] && edge[4] >= start) ? "new" : "kept");
  const holders = new Map();
  for (const edge of edges.filter(live)) holders.set(edge[1], (holders.get(edge[1]) || 0) + 1);
  const lines = kinds.map(([kind, colour, dash, width]) => {
    const mine = edges.filter((edge) => kindOf(edge) === kind);
    return { type: "scatter", mode: "lines", name: words[`edge_${kind}`], hoverinfo: "skip", line: { color: shade(colour), dash, width },
      x: mine.flatMap((edge) => [places.get(edge[0])[0], places.get(edge[1])[0], null]), y: mine.flatMap((edge) => [places.get(edge[0])[1], places.get(edge[1])[1], null]) };
  });
  const owned = rowsHeld(picked()), sum = owned.reduce((all, row) => all + row[1] * row[2], 0), sizes = new Map(owned.map((row) => [row[0], row[1] * row[2]]));
  const key = (node) => node[0].replace(/^plant:/, "");
  const height = Math.max(260, 34 * Math.max(...counts.values(), 1) + 90), widest = Math.max(columns.length - 1, 1), least = Math.max(2, columns.length) * 165;
  // Labels stand where none covers another: names around their node, shares along their line or nowhere, for pointing at a line tells them.
  const scale = [(Math.max(by("graph").clientWidth, least) - SIDES) / (widest + 0.2), (height - TOP) / 1.04], taken = [];
  const pixel = ([x, y]) => [x * scale[0], -y * scale[1]];
  const long = (text, size) => size * [...text].reduce((all, sign) => all + (sign > "\u2e80" ? 1 : 0.6), 0);
  const room = (box) => taken.every((other) => box[0] >= other[1] || other[0] >= box[1] || box[2] >= other[3] || other[2] >= box[3]);
  const around = ([x, y], text, size, [across, down]) => {
    const wide = long(text, size), left = x + (across < 0 ? -wide - 4 : across > 0 ? 4 : -wide / 2), top = y + (down < 0 ? -size - 8 : down > 0 ? 6 : -size / 2);
    return [left, left + wide, top, top + size + 2];
  };
  for (const node of nodes) { const [x, y] = pixel(places.get(node[0])); taken.push([x - 7, x + 7, y - 6, y + 6]); }
  const texts = nodes.map((node) => cut(node[1]) + (sizes.has(key(node)) ? ` · ${tonnes(sizes.get(key(node)))}` : ""));
  const sides = nodes.map((node, place) => {
    const at = columns.indexOf(node[3]), order = at === columns.length - 1 ? [[1, 0]] : at === 0 ? [[1, -1], [1, 1]] : at % 2 ? AROUND : [...AROUND].reverse();
    const boxes = order.map((side) => around(pixel(places.get(node[0])), texts[place], 11.5, side)), first = Math.max(0, boxes.findIndex(room));
    taken.push(boxes[first]);
    return `${["top", "middle", "bottom"][order[first][1] + 1]} ${["left", "center", "right"][order[first][0] + 1]}`;
  });
  const middle = edges.filter((edge) => live(edge) && edge[2] < 0.9995).flatMap((edge) => {
    const from = places.get(edge[0]), to = places.get(edge[1]), text = percent(state.view === "equity" ? edge[2] : edge[3]);
    for (const part of [0.62, 0.5, 0.74, 0.4, 0.84, 0.3]) {
      const point = [0, 1].map((axis) => from[axis] + part * (to[axis] - from[axis])), box = around(pixel(point), text, 10.5, [0, 0]);
      if (room(box)) { taken.push(box); return [[...point, text, edge]]; }
    }
    return [];
  });
  const labels = { type: "scatter", mode: "text", showlegend: false, x: middle.map((each) => each[0]), y: middle.map((each) => each[1]), text: middle.map((each) => each[2]),
    textfont: { size: 10.5, color: shade("soft") },
    hovertext: middle.map((each) => `${inert(nameOf(graph, each[3][0]))} → ${inert(nameOf(graph, each[3][1]))}<br>${fill(words.edge, { share: percent(each[3][2]), votes: percent(each[3][3]), from: each[3][4] })}`), hoverinfo: "text" };
  const points = { type: "scatter", mode: "markers+text", showlegend: false, cliponaxis: false,
    x: nodes.map((node) => places.get(node[0])[0]), y: nodes.map((node) => places.get(node[0])[1]),
    text: texts.map(inert), textposition: sides, textfont: { size: 11.5, color: shade("ink") }, customdata: nodes.map(key), hovertext: nodes.map((node) => inert(node[1])), hoverinfo: "text",
    marker: { size: nodes.map((node) => (node[0] === (state.firm || picked()) ? 17 : 11)), symbol: nodes.map((node) => (node[2] === "plant" ? "square" : node[2] === "state" ? "diamond" : "circle")),
      color: nodes.map((node) => (holders.get(node[0]) > 1 ? shade("inland") : shade("coast"))), line: { width: 1.5, color: shade("paper") } } };
  const drawn = nodes.filter((node) => sizes.has(key(node))).length;
  by("graph-finding").textContent = fill(words[firm() ? "graph_firm" : `graph_${state.view}`], { owner: firm() ? firm().name : ownerName(picked()), head: ownerName(picked()), year, mt: tonnes(sum, 1), count: owned.length, whole: tonnes((extra.held.control[year][picked()] || []).reduce((all, row) => all + row[1], 0), 1) })
    + (drawn < owned.length ? fill(words.graph_shown, { shown: drawn }) : "");
  by("graph").style.minWidth = `${least}px`;
  by("graph").style.minHeight = `${height}px`;
  Plotly.react("graph", [...lines, labels, points], laidOut({ showlegend: true, margin: { l: 14, r: 215, t: 56, b: 8 },
    xaxis: { visible: false, range: [-0.15, widest + 0.05] }, yaxis: { visible: false, range: [0, 1.04] } }, height), { displayModeBar: false, responsive: true })
    .then((plot) => {
      if (plot.dataset.ready) return;
      plot.dataset.ready = "1";
      plot.on("plotly_click", (event) => { const target = event.points[0].customdata; if (cards[target]) open(target); else if (extra.graphs[target]) choose(target); });
    });
}
const nameOf = (graph, id) => (graph.nodes.find((node) => node[0] === id) || [id, id])[1];
function cut(text, room = 24) {
  let taken = 0;
  for (const [place, sign] of [...text].entries()) {
    taken += sign > "\u2e80" ? 2 : 1;
    if (taken > room) return `${[...text].slice(0, place).join("").trimEnd()}…`;
  }
  return text;
}
function placeHoldings(part) { part.append(Object.assign(fitted(""), { id: "holdings" })); drawHoldings(); }
function drawHoldings() {
  const rows = rowsHeld(picked());
  const view = firm() ? "equity" : state.view, parts = (size, part) => (view === "equity" ? [[percent(part)], [tonnes(size * part)]] : []);
  const table = tableOf(words[`holdings_${view}`].split("|"), rows.map(([plant, size, part, now]) => [cards[plant].name, cards[plant].where, words[`state_${now}`] || now, [tonnes(size)], ...parts(size, part)]), 3);
  [...table.tBodies[0].rows].forEach((row, place) => {
    const cell = row.cells[0];
    const button = make("button", { type: "button", class: "bare", on: { click: () => open(rows[place][0]) } }, cell.textContent);
    cell.replaceChildren(button);
  });
  by("holdings").replaceChildren(table);
  fit(by("holdings"));
}

// ---- the card of a plant -----------------------------------------------------------------------------------------
function open(plant) {
  const card = cards[plant], dialog = by("card");
  const numbers = (text) => Number(String(text).replace(/,/g, ""));
  const plot = make("div", { class: "plot", role: "img", "aria-label": words.card_plot });
  const part = (title, ...children) => [make("h3", {}, title), fitted("", ...children)];
  dialog.replaceChildren(
    make("header", {}, make("h2", { id: "card-name" }, `${card.name} · ${card.where}`), make("button", { type: "button", "aria-label": words.close, on: { click: () => dialog.close() } }, "✕")),
    plot, ...part(words.card_years, tableOf(words.card_years_head.split("|"), card.years.map((row) => [row[0], row[1], ...row.slice(2, 8).map((cell) => [cell]), row[8]]), 2)),
    ...part(words.card_owners, tableOf(words.card_owners_head.split("|"), card.owners, 3)),
    ...(card.decisions.length ? part(words.card_decisions, tableOf(words.card_decisions_head.split("|"), card.decisions, 6)) : []),
    !card.told.length ? "" : make("details", {}, make("summary", {}, words.card_told), make("dl", { class: "told" }, ...card.told.flatMap(([lead, told]) => [make("dt", {}, lead), make("dd", {}, told)]))));
  dialog.showModal();
  const x = card.years.map((row) => row[0]), line = (place, name, colour) => ({ type: "scatter", mode: "lines+markers", name, x, y: card.years.map((row) => (row[place] === "–" ? null : numbers(row[place]))), line: { color: shade(colour), width: 2.2 } });
  Plotly.newPlot(plot, [line(4, words.card_cost, "coast"), line(5, words.card_price, "inland")], laidOut({ xaxis: { tickformat: "d" }, yaxis: { title: { text: words.cny_t } } }, 240), { displayModeBar: false, responsive: true });
}

// ---- put together ------------------------------------------------------------------------------------------------
const makers = { tiles: placeTiles, "owner-picker": placePicker, graph: placeGraph, holdings: placeHoldings }, made = new Set();
for (const part of document.querySelectorAll("[data-part]")) {
  const name = part.dataset.part;
  if (figures[name]) placeFigure(figures[name], part);
  else if (tables[name]) placeTable(tables[name], part);
  else { makers[name](part); made.add(name); }
}
for (const select of document.querySelectorAll("[data-choice]")) {
  const name = select.dataset.choice, choose = () => { state[name] = select.value; showChosen(); redraw(name); };
  select.addEventListener("change", choose);
  if (select.value !== state[name]) choose();
}
function showChosen() {
  for (const each of document.querySelectorAll(SHOWN_BY.map((name) => `[data-for${name}]`).join())) {
    each.hidden = SHOWN_BY.some((name) => each.dataset[`for${name}`] && each.dataset[`for${name}`] !== String(state[name]));
  }
}
showChosen();
const slider = by("year");
if (!slider) {}
else if (years.length > 1) {
  Object.assign(slider, { min: years[0], max: last, value: last });
  slider.addEventListener("input", () => setYear(Number(slider.value)));
} else for (const id of ["play", "year"]) by(id).hidden = true;
function setYear(year) { state.year = year; slider.value = year; slider.setAttribute("aria-valuetext", year); by("year-now").textContent = year; showChosen(); redraw("year"); }
if (slider) by("year-now").textContent = state.year;
let ticking = null;
by("play")?.addEventListener("click", () => {
  const stop = () => { clearInterval(ticking); ticking = null; by("play").textContent = "▶"; };
  if (ticking) return stop();
  by("play").textContent = "❚❚";
  if (state.year === last) setYear(years[0]);
  ticking = setInterval(() => { if (state.year >= last) stop(); else setYear(state.year + 1); }, 900);
});
for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => {
    state.view = button.dataset.view;
    document.querySelectorAll("[data-view]").forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    showChosen();
    redraw("view");
  });
}
function theme(name) { root.dataset.theme = name; shades = {}; redraw("theme"); }
by("theme").addEventListener("click", () => theme(root.dataset.theme === "dark" ? "light" : "dark"));
dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
by("card").addEventListener("click", (event) => { if (event.target === by("card")) by("card").close(); });
let before = null;
addEventListener("beforeprint", () => { before = root.dataset.theme; theme("light"); opened.forEach((each) => each()); for (const [, box] of drawn) show(box.whole); });
addEventListener("afterprint", () => { if (before) theme(before); });
})();
