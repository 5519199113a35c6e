// Conveniences only: every page works without this file.
(() => {
  "use strict";
  const number = (text) => Number.parseFloat(text.replace(/,/g, ""));
  for (const table of document.querySelectorAll("table.sortable")) {
    table.querySelectorAll("thead th").forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const text = (row) => row.cells[column].textContent.trim();
        const rows = [...table.tBodies[0].rows];
        const numeric = rows.every((row) => text(row) === "" || row.cells[column].classList.contains("number"));
        rows.sort((a, b) => numeric
          ? (number(text(a)) || 0) - (number(text(b)) || 0)
          : text(a).localeCompare(text(b), "zh-Hans"));
        if (down) rows.reverse();
        table.tBodies[0].append(...rows);
      });
    });
  }
  const editor = document.getElementById("query");
  if (editor) {
    for (const example of document.querySelectorAll("details.example")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "填入";
      button.addEventListener("click", () => {
        editor.value = example.querySelector("code").textContent;
        editor.focus();
        editor.scrollIntoView({ block: "center" });
      });
      example.append(button);
    }
    editor.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) editor.form.requestSubmit();
    });
  }
})();
