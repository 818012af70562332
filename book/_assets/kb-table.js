// Tables that can be sorted, searched and filtered. Without this script they are plain tables.
"use strict";
(() => {
  const text = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
  // Amounts such as "405 billion" and "3.8 × 10²⁵" sort by their size.
  const SCALE = { million: 1e6, billion: 1e9, trillion: 1e12 };
  const key = (cell) => {
    const words = text(cell);
    const amount = words.match(/^([\d.,]+)(?: (million|billion|trillion))?$/);
    if (amount) return Number(amount[1].replace(/,/g, "")) * (SCALE[amount[2]] || 1);
    const power = words.match(/^(?:([\d.]+) × )?10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/);
    if (power) return Number(power[1] || 1) * 10 ** Number([...power[2]].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join(""));
    return words;
  };
  const compare = (a, b) => {
    if (a === "" || b === "") return a === b ? 0 : a === "" ? 1 : -1;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
  };

  function enhance(box) {
    const table = box.querySelector("table");
    if (!table) return;
    const heads = [...table.tHead.rows[0].cells];
    const names = heads.map(text);
    const rows = [...table.tBodies[0].rows];
    const cells = rows.map((row) => [...row.cells].map(text));
    box.classList.add("kb-cards");
    rows.forEach((row) => [...row.cells].forEach((cell, i) => { if (i) cell.dataset.column = names[i]; }));
    // Columns that only serve the filters: shown where there is no script, hidden where there is.
    for (const name of (box.dataset.hidden || "").split(",").filter(Boolean)) {
      const column = names.indexOf(name.trim());
      for (const row of [table.tHead.rows[0], ...rows]) if (row.cells[column]) row.cells[column].hidden = true;
    }

    const tools = document.createElement("div");
    tools.className = "kb-table-tools";
    const count = document.createElement("p");
    count.className = "kb-table-count";
    count.setAttribute("aria-live", "polite");
    const control = (label, element) => {
      const wrapper = document.createElement("label");
      wrapper.append(label, element);
      tools.append(wrapper);
      return element;
    };
    const search = control("Search", document.createElement("input"));
    search.type = "search";
    const filters = (box.dataset.filters || "").split(",").map((name) => name.trim()).filter(Boolean).flatMap((name) => {
      const column = names.indexOf(name);
      if (column < 0) return [];
      const values = new Set(cells.flatMap((row) => row[column].split(", ")).filter(Boolean));
      const select = control(name, document.createElement("select"));
      select.append(new Option("any", ""), ...[...values].sort(compare).map((value) => new Option(value, value)));
      return [{ column, select }];
    });
    const reset = document.createElement("button");
    reset.type = "button";
    reset.textContent = "Reset";
    tools.append(reset);

    const show = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        const whole = cells[i].join(" ").toLowerCase();
        const fits = words.every((word) => whole.includes(word)) && filters.every(({ column, select }) =>
          !select.value || cells[i][column].split(", ").includes(select.value));
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = `${shown} of ${rows.length} ${box.dataset.name || "rows"}`;
    };
    search.addEventListener("input", show);
    filters.forEach(({ select }) => select.addEventListener("change", show));
    reset.addEventListener("click", () => {
      search.value = "";
      filters.forEach(({ select }) => { select.value = ""; });
      show();
    });

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const sorted = [...rows].sort((a, b) => compare(key(a.cells[column]), key(b.cells[column])) * (down ? -1 : 1));
        table.tBodies[0].append(...sorted);
      });
    });
    // A short table without filters is read at a glance.
    if (filters.length || rows.length > 12) box.prepend(tools, count);
    show();
  }
  document.querySelectorAll(".kb-table").forEach(enhance);
})();
