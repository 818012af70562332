// Draws figures when they come into view, with one shared plotly bundle; adds filters to the graph.
"use strict";
(() => {
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  const root = document.documentElement.dataset.content_root || "./";
  let bundle;
  const library = () => (bundle ||= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${base}plotly-basic.min.js`;
    script.onload = () => done(window.Plotly);
    script.onerror = () => failed(new Error("the plotting library could not be loaded"));
    document.head.append(script);
  }));
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const config = { displaylogo: false, responsive: true, scrollZoom: false, displayModeBar: "hover",
    modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage"] };

  function paint(layout) {
    const ink = colour("--pst-color-text-base");
    layout.paper_bgcolor = layout.plot_bgcolor = "rgba(0,0,0,0)";
    layout.font = { ...layout.font, color: ink, family: getComputedStyle(document.body).fontFamily };
    for (const axis of ["xaxis", "yaxis"]) {
      if (layout[axis] && layout[axis].visible !== false) Object.assign(layout[axis], { gridcolor: colour("--kb-line"), linecolor: ink });
    }
  }

  async function plain(plot, spec) {
    const Plotly = await library();
    const colours = { layered: "--kb-bar-good", thin: "--kb-bar-mid", uncovered: "--kb-bar-bad",
      holds: "--kb-bar-good", degrades: "--kb-bar-mid", fails: "--kb-bar-bad", "not applicable": "--kb-none" };
    const draw = () => {
      paint(spec.layout);
      // Words beside the marks need room; what they say is shown on pointing too, and stands in the table.
      spec.data.forEach((trace) => { if (trace.name === "labels") trace.visible = plot.clientWidth >= 700; });
      spec.data.forEach((trace) => { if (colours[trace.name]) trace.marker = { color: colour(colours[trace.name]) }; });
      return Plotly.react(plot, spec.data, spec.layout, { ...config, displayModeBar: false });
    };
    await draw();
    onTheme(draw);
    plot.on("plotly_click", ({ points }) => { if (points[0].customdata) window.location.href = root + points[0].customdata; });
  }

  const onTheme = (draw) => new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

  const STEPS = 12;
  function curve(x0, y0, x1, y1) {
    const xs = [], ys = [];
    for (let step = 0; step <= STEPS; step++) {
      const t = step / STEPS;
      const bulge = x0 !== x1 ? 0 : 4 * t * (1 - t) * (x0 < 0.5 ? 0.18 : -0.18);
      xs.push(x0 + (x1 - x0) * t + bulge);
      ys.push(y0 + (y1 - y0) * (x0 !== x1 ? t * t * (3 - 2 * t) : t));
    }
    return [[...xs, null], [...ys, null]];
  }

  async function graph(figure, plot, spec) {
    const { nodes, edges, filters, releases } = spec.layout.meta;
    const byId = new Map(nodes.map((node) => [node.id, node]));
    const caption = figure.querySelector("figcaption");
    const tools = document.createElement("div");
    tools.className = "kb-figure-tools";
    const select = (label, options) => {
      const wrapper = document.createElement("label");
      const element = document.createElement("select");
      element.name = label.toLowerCase();
      element.append(...options.map(([value, title]) => new Option(title, value)));
      wrapper.append(label, element);
      tools.append(wrapper);
      element.addEventListener("change", () => draw());
      return element;
    };
    const used = (terms, field) => [["", "any"], ...terms.filter(([id]) => nodes.some((node) => node[field].includes(id)))];
    const kind = select("Kind", [["", "safeguards and risks"], ["safeguard", "safeguards only"], ["risk", "risks only"]]);
    const chosen = filters.map(([label, field, terms]) => [field, select(label, used(terms, field))]);
    const release = select("Release", [["", "in place"], ...releases]);
    const reset = document.createElement("button");
    reset.type = "button";
    reset.textContent = "Reset";
    reset.addEventListener("click", () => { for (const s of [kind, release, ...chosen.map(([, element]) => element)]) s.value = ""; draw(); });
    tools.append(reset);
    const note = document.createElement("p");
    note.className = "kb-figure-note";
    note.setAttribute("aria-live", "polite");
    figure.prepend(tools, note);
    const idle = "Point at an entry to see its neighbourhood; click to open its page.";
    note.textContent = idle;

    const Plotly = await library();
    const styles = Object.fromEntries(spec.data.map((trace) => [trace.name, trace]));
    let place = new Map(), drawn = [];
    const unescape = (html) => new DOMParser().parseFromString(html, "text/html").documentElement.textContent;
    const short = (title, most) => {
      const words = unescape(title);
      return words.length > most ? `${words.slice(0, most - 1).trim()}…` : words;
    };
    const escape = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    const title = (id) => unescape(byId.get(id).title);

    function state() {
      const wanted = (node) => (!kind.value || node.kind === kind.value)
        && chosen.every(([field, element]) => !element.value || node[field].includes(element.value));
      const shown = nodes.filter(wanted);
      const ids = new Set(shown.map((node) => node.id));
      const at = release.value ? 1 + releases.findIndex(([id]) => id === release.value) : 0;
      const lines = edges.filter(([a, b]) => ids.has(a) && ids.has(b)).map(([source, target, relation, strengths]) => ({
        source, target, relation, strength: relation === "mitigates" ? strengths[at] : "depends on, leads to",
        lost: relation === "mitigates" && strengths[at] === "none" }));
      return { shown, lines };
    }

    function layOut(shown) {
      const columns = { safeguard: shown.filter((n) => n.kind === "safeguard"), risk: shown.filter((n) => n.kind === "risk") };
      const rows = Math.max(columns.safeguard.length, columns.risk.length, 1);
      place = new Map();
      for (const [name, x] of [["safeguard", 0], ["risk", 1]]) {
        const gap = rows / Math.max(columns[name].length, 1);
        columns[name].forEach((node, i) => place.set(node.id, [x, i * gap + (gap - 1) / 2]));
      }
      return { columns, rows };
    }

    function path(lines) {
      const xs = [], ys = [];
      for (const { source, target } of lines) {
        const [x, y] = curve(...place.get(source), ...place.get(target));
        xs.push(...x);
        ys.push(...y);
      }
      return { x: xs, y: ys };
    }

    function draw() {
      const { shown, lines } = state();
      drawn = lines;
      const { columns, rows } = layOut(shown);
      const narrow = plot.clientWidth < 700;
      const line = { strong: "--kb-safeguard", moderate: "--kb-safeguard", weak: "--kb-safeguard", contested: "--kb-mid",
        none: "--kb-bad", "depends on, leads to": "--kb-none" };
      const data = Object.keys(line).map((name) => ({ ...styles[name], ...path(lines.filter((l) => l.strength === name)),
        line: { ...styles[name].line, color: colour(line[name]) }, opacity: name === "none" ? 0.55 : 0.45 }));
      data.push({ mode: "lines", x: [], y: [], hoverinfo: "skip", line: { width: 2.6, color: colour("--pst-color-primary") }, name: "highlight" });
      for (const name of ["safeguard", "risk"]) {
        const column = columns[name];
        const trace = styles[`${name}s`];
        const hover = new Map(trace.customdata.map((id, i) => [id, trace.hovertext[i]]));
        data.push({ ...trace, x: column.map((n) => place.get(n.id)[0]), y: column.map((n) => place.get(n.id)[1]),
          customdata: column.map((n) => n.id), text: column.map((n) => escape(short(n.title, narrow ? 17 : 36))),
          hovertext: column.map((n) => wrap(hover.get(n.id))), textfont: { size: narrow ? 9.5 : 12.5, color: colour("--pst-color-text-base") },
          marker: { ...trace.marker, color: colour(`--kb-${name}`) }, hoverlabel: { align: "left" } });
      }
      data.push({ mode: "markers", x: [], y: [], hoverinfo: "skip", name: "highlighted", cliponaxis: false,
        marker: { size: 17, color: "rgba(0,0,0,0)", line: { width: 2.5, color: colour("--pst-color-primary") } } });
      const height = rows * 24 + 60;
      const margin = narrow ? { l: 100, r: 100, t: 10, b: 10 } : spec.layout.margin;
      const layout = { ...spec.layout, meta: undefined, height, margin, xaxis: { ...spec.layout.xaxis, range: [-0.02, 1.02] },
        yaxis: { ...spec.layout.yaxis, range: [rows - 0.3, -0.7] } };
      paint(layout);
      plot.style.height = `${height}px`;
      const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;
      const links = lines.filter((l) => l.relation === "mitigates");
      const lost = links.filter((l) => l.lost).length;
      const under = release.value ? ` Under ${release.selectedOptions[0].text.toLowerCase()}, ${lost} of them ${lost === 1 ? "is" : "are"} lost.` : "";
      const filtered = kind.value || release.value || chosen.some(([, element]) => element.value);
      caption.textContent = filtered
        ? `Shown: ${count(columns.safeguard.length, "safeguard")}, ${count(columns.risk.length, "risk")} and ${count(links.length, "link")} between them.${under}`
        : plot.getAttribute("aria-label");
      note.textContent = idle;
      return Plotly.react(plot, data, layout, { ...config, scrollZoom: !narrow });
    }

    const wrap = (html) => (html || "").replace(/(.{1,60})(\s|$)/g, "$1<br>").replace(/<br>$/, "");

    function focus(id) {
      const near = drawn.filter((l) => l.source === id || l.target === id);
      const others = [...new Set(near.map((l) => (l.source === id ? l.target : l.source)))];
      const index = (name) => plot.data.findIndex((trace) => trace.name === name);
      const marks = [id, ...others].map((other) => place.get(other));
      const lines = path(near);
      Plotly.restyle(plot, { x: [lines.x], y: [lines.y] }, [index("highlight")]);
      Plotly.restyle(plot, { x: [marks.map((m) => m[0])], y: [marks.map((m) => m[1])] }, [index("highlighted")]);
      figure.dataset.focus = id;
      note.replaceChildren();
      const link = document.createElement("a");
      link.href = root + byId.get(id).href;
      link.textContent = title(id);
      const names = others.map(title).join("; ");
      note.append(link, others.length ? `: ${others.length} ${others.length === 1 ? "neighbour" : "neighbours"}: ${names}` : ": no neighbours in what is shown");
    }

    await draw();
    figure.dataset.ready = "true";
    plot.removeAttribute("role");
    plot.on("plotly_hover", ({ points }) => { if (points[0].customdata) focus(points[0].customdata); });
    plot.on("plotly_click", ({ points }) => {
      const id = points[0].customdata;
      // A finger has no hover: its first tap shows the neighbourhood, its second opens the page.
      if (window.matchMedia("(hover: none)").matches && figure.dataset.chosen !== id) {
        focus(id);
        figure.dataset.chosen = id;
      } else if (id) {
        window.location.href = root + byId.get(id).href;
      }
    });
    onTheme(draw);
  }

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((e) => e.isIntersecting)) {
      seen.unobserve(entry.target);
      const figure = entry.target;
      const plot = figure.querySelector(".kb-plot");
      const spec = JSON.parse(figure.querySelector("script").textContent);
      const drawing = figure.dataset.kind === "graph" ? graph(figure, plot, spec) : plain(plot, spec);
      drawing.catch((error) => { plot.textContent = `The figure cannot be drawn: ${error.message}. The table shows the same.`; });
    }
  }, { rootMargin: "300px" });
  document.querySelectorAll(".kb-figure").forEach((figure) => seen.observe(figure));
})();
