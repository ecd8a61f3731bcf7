// Two minutes before somebody is signed out, says so and offers to stay. What they were writing stays as it is.
const WARN_SECONDS = 120;

const box = document.querySelector("[data-session-left]");
if (box) {
  const form = box.querySelector("form");
  const said = box.querySelector("[data-session-said]");
  const until = box.querySelector("[data-session-until]");
  let ends = Date.now() + Number(box.dataset.sessionLeft) * 1000;

  const look = () => {
    const left = (ends - Date.now()) / 1000;
    box.classList.toggle("kith-session--soon", left <= WARN_SECONDS);
    const words = left <= 0 ? box.dataset.sessionOver : left <= WARN_SECONDS ? box.dataset.sessionSoon : "";
    if (said.textContent !== words) said.textContent = words;
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
      });
      const told = await answer.json();
      ends = Date.now() + told.seconds * 1000;
      until.textContent = told.until;
      look();
    } catch {
      form.submit();
    }
  });
  setInterval(look, 5000);
  look();
}
