// Words to copy: a button that does it and says so. Without this script the words can be marked and copied by hand.
(() => {
  "use strict";
  for (const row of document.querySelectorAll("[data-copy]")) {
    const words = document.getElementById(row.dataset.copy);
    const told = row.querySelector("[role=status]");
    row.hidden = false;
    row.querySelector("button").addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words.value);
        told.textContent = told.dataset.done;
      } catch {
        words.focus();
        words.select();
        told.textContent = told.dataset.failed;
      }
    });
  }
})();
