// Boxes and lines: pointing at a box shows its neighbours; choices dim what they leave out or colour by an answer.
"use strict";
(() => {
  function enhance(figure) {
    const nodes = [...figure.querySelectorAll("a[data-id]")];
    const lines = [...figure.querySelectorAll("path[data-a]")];
    const byId = new Map(nodes.map((node) => [node.dataset.id, node]));
    const note = figure.querySelector(".kb-figure-note");
    const controls = [...figure.querySelectorAll("select")];
    const colouring = figure.dataset.colours.split(" ").filter(Boolean);
    const title = (id) => byId.get(id).dataset.title;
    // A native tooltip would cover the boxes around it; the link keeps its words as its name.
    for (const node of nodes) {
      const tooltip = node.querySelector("title");
      node.setAttribute("aria-label", tooltip.textContent);
      tooltip.remove();
    }

    function chosen() {
      return controls.filter((c) => c.value);
    }

    function show() {
      const said = new Map();
      for (const node of nodes) {
        const out = chosen().some((c) => !colouring.includes(c.name) && node.dataset[c.name] !== c.value);
        delete node.dataset.says;
        let silent = false;
        for (const c of chosen().filter((c) => colouring.includes(c.name))) {
          const answer = node.getAttribute(`data-${c.value}`);
          silent = !answer;
          if (answer && !out) {
            node.dataset.says = answer;
            said.set(answer, (said.get(answer) || 0) + 1);
          }
        }
        node.classList.toggle("kb-dim", out || silent);
      }
      for (const line of lines) line.classList.toggle("kb-dim", [line.dataset.a, line.dataset.b].some((id) => byId.get(id).classList.contains("kb-dim")));
      const left = nodes.filter((node) => !node.classList.contains("kb-dim")).length;
      const question = controls.find((c) => colouring.includes(c.name) && c.value);
      note.textContent = !chosen().length ? note.dataset.idle
        : question ? `${question.selectedOptions[0].text} ${["yes", "no", "depends"].map((a) => `${said.get(a) || 0} say ${a === "depends" ? "it depends" : a}`).join(", ")}.`
          : `${left} of ${nodes.length} shown.`;
    }

    function focus(id) {
      const near = lines.filter((line) => line.dataset.a === id || line.dataset.b === id);
      const others = new Set(near.flatMap((line) => [line.dataset.a, line.dataset.b]));
      figure.classList.add("kb-pointing");
      for (const node of nodes) node.classList.toggle("kb-near", node.dataset.id === id || others.has(node.dataset.id));
      for (const line of lines) line.classList.toggle("kb-near", near.includes(line));
      note.replaceChildren();
      const link = document.createElement("a");
      link.href = byId.get(id).getAttribute("href");
      link.textContent = title(id);
      const out = near.filter((line) => line.dataset.a === id).map((line) => `${line.dataset.words} “${title(line.dataset.b)}”`);
      const back = near.filter((line) => line.dataset.b === id).map((line) => `“${title(line.dataset.a)}” ${line.dataset.words} it`);
      note.append(link, [...out, ...back].length ? `: ${[...out, ...back].join("; ")}.` : ": no line leads from it or to it in these data.");
      figure.dataset.focus = id;
    }

    function leave() {
      figure.classList.remove("kb-pointing");
      for (const element of [...nodes, ...lines]) element.classList.remove("kb-near");
    }

    for (const node of nodes) {
      node.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") focus(node.dataset.id); });
      node.addEventListener("focus", () => focus(node.dataset.id));
      // A finger has no hover: its first tap shows the neighbours, its second opens the page.
      node.addEventListener("click", (event) => {
        if (window.matchMedia("(hover: none)").matches && figure.dataset.chosen !== node.dataset.id) {
          event.preventDefault();
          figure.dataset.chosen = node.dataset.id;
          focus(node.dataset.id);
        }
      });
    }
    figure.querySelector("svg").addEventListener("pointerleave", leave);
    for (const control of controls) control.addEventListener("change", () => { leave(); show(); });
    figure.querySelector("[name=reset]")?.addEventListener("click", () => { for (const c of controls) c.value = ""; leave(); show(); });
    figure.dataset.ready = "true";
  }
  document.querySelectorAll(".kb-network").forEach(enhance);
})();
