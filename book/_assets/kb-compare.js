// The comparison of laws: shows the chosen rows and questions, and hands them out as a file. Without it all is shown.
"use strict";
(() => {
  const text = (cell) => [...cell.querySelectorAll("p")].map((p) => p.textContent.trim().replace(/\s+/g, " ")).join("; ") || cell.textContent.trim().replace(/\s+/g, " ");
  // A cell that begins like a formula is text for a spreadsheet too.
  const quoted = (value) => `"${(/^[=+\-@\t]/.test(value) ? `'${value}` : value).replace(/"/g, '""')}"`;

  function enhance(box) {
    const table = box.querySelector("table");
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...table.tBodies[0].rows];
    const names = ["place", "kind", "status"];
    const control = (name) => box.querySelector(`[name=${name}]`);
    const questions = [...box.querySelectorAll("[name=question]")];
    const first = questions.filter((q) => q.checked).map((q) => q.value);
    const count = box.querySelector(".kb-table-count");

    function restore() {
      const state = new URLSearchParams(window.location.hash.slice(1));
      for (const name of [...names, "words"]) control(name).value = state.get(name) || "";
      control("answered").checked = state.get("answered") === "yes";
      const wanted = state.has("questions") ? state.get("questions").split(",") : first;
      for (const question of questions) question.checked = wanted.includes(question.value);
    }

    function keep() {
      const state = new URLSearchParams();
      for (const name of [...names, "words"]) if (control(name).value) state.set(name, control(name).value);
      if (control("answered").checked) state.set("answered", "yes");
      const chosen = questions.filter((q) => q.checked).map((q) => q.value);
      if (chosen.join() !== first.join()) state.set("questions", chosen.join(","));
      history.replaceState(null, "", `#${state.toString().replace(/%2C/g, ",")}`);
    }

    function show() {
      const chosen = new Set(questions.filter((q) => q.checked).map((q) => q.value));
      const columns = heads.map((head, i) => i === 0 || chosen.has(head.dataset.question));
      const words = control("words").value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      heads.forEach((head, i) => { head.hidden = !columns[i]; });
      for (const row of rows) {
        const cells = [...row.cells];
        cells.forEach((cell, i) => { cell.hidden = !columns[i]; });
        const answered = cells.some((cell, i) => i && columns[i] && cell.querySelector("a"));
        const name = row.cells[0].textContent.toLowerCase();
        row.hidden = !(names.every((n) => !control(n).value || row.dataset[n] === control(n).value)
          && words.every((word) => name.includes(word)) && (answered || !control("answered").checked));
        shown += !row.hidden;
      }
      count.textContent = `${shown} of ${rows.length} instruments, ${chosen.size} of ${questions.length} questions`;
    }

    function download() {
      const columns = heads.map((head, i) => i).filter((i) => !heads[i].hidden);
      const lines = [["Place", "Kind", "Status", ...columns.map((i) => heads[i].textContent)], ...rows.filter((row) => !row.hidden).map((row) =>
        [row.dataset.place, row.dataset.kind, row.dataset.status, ...columns.map((i) => (i ? text(row.cells[i]) : row.cells[0].querySelector("a").textContent))])];
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([`\ufeff${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`], { type: "text/csv" }));
      link.download = "open-models-law-comparison.csv";
      link.click();
      URL.revokeObjectURL(link.href);
    }

    box.addEventListener("input", () => { show(); keep(); });
    control("csv").addEventListener("click", download);
    for (const [name, checked] of [["all", true], ["none", false]]) {
      control(name).addEventListener("click", () => { for (const question of questions) question.checked = checked; show(); keep(); });
    }
    control("reset").addEventListener("click", () => { history.replaceState(null, "", "#"); restore(); show(); });
    window.addEventListener("hashchange", () => { restore(); show(); });
    restore();
    show();
  }
  document.querySelectorAll(".kb-compare").forEach(enhance);
})();
