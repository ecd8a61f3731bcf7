// Staff pages: govuk-frontend's own behaviour (error focus, no double sending). Every page works without it.
import { initAll } from "../vendor/govuk-frontend/govuk.js";

document.body.classList.add("govuk-frontend-supported");
initAll();

// A page may hold several forms: what was written in one is not lost by sending another before the browser asked.
const written = new Set();
document.addEventListener("input", ({ target }) => {
  if (!(target instanceof HTMLTextAreaElement) || target.form?.method !== "post") return;
  if (target.value === target.defaultValue) written.delete(target);
  else written.add(target);
});
document.addEventListener("submit", (event) => {
  for (const field of written) if (field.form === event.target) written.delete(field);
});
addEventListener("beforeunload", (event) => {
  if (written.size) event.preventDefault();
});
