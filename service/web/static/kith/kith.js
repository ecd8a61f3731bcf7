// Public pages. Nothing here is needed: it moves the focus to what must be put right. Leaving is in leave.js.
(() => {
  "use strict";
  const summary = document.querySelector(".govuk-error-summary");
  if (summary) summary.focus();
})();
