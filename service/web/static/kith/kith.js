// Public pages. Nothing here is needed: it makes leaving quicker and moves the focus to an error.
(() => {
  "use strict";
  const link = document.querySelector("[data-leave]");
  const leave = (event) => {
    if (event) event.preventDefault();
    document.body.hidden = true;
    document.title = "…";
    window.location.replace(link.href);
  };
  if (link) {
    let presses = [];
    link.addEventListener("click", leave);
    document.addEventListener("keyup", (event) => {
      if (event.key !== "Shift") {
        presses = [];
        return;
      }
      presses = presses.filter((at) => event.timeStamp - at < 5000).concat(event.timeStamp);
      if (presses.length === 3) leave();
    });
    // Coming back through the browser's memory must not show the page that was left.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && document.body.hidden) leave();
    });
  }
  const summary = document.querySelector(".govuk-error-summary");
  if (summary) summary.focus();
})();
