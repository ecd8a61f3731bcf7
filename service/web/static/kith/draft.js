// Keeps what an editor types every 20 seconds, if it changed. The button "Keep for later" does the same without a script.
const EVERY = 20_000; // milliseconds

const form = document.querySelector("form[data-draft]");
if (form) {
  const said = form.querySelector("[data-draft-said]");
  const read = () => {
    const fields = new FormData(form);
    fields.set("quiet", "1");
    return new URLSearchParams(fields);
  };
  let kept = read().toString();
  let sending = false;

  const keep = async () => {
    const now = read();
    if (now.toString() === kept || sending) return;
    sending = true;
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: now, credentials: "same-origin" });
      if (answer.ok) {
        kept = now.toString();
        said.textContent = said.dataset.draftWords;
      }
    } catch {
      said.textContent = "";
    }
    sending = false;
  };

  setInterval(keep, EVERY);
}
