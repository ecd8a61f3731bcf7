// Says what words about a meeting mean while they are typed. The button beside them does the same without a script.
const PAUSE = 500; // milliseconds without a key

const line = (name, words, className) => {
  const made = document.createElement(name);
  made.textContent = words;
  if (className) made.className = className;
  return made;
};

for (const box of document.querySelectorAll("[data-when]")) {
  const words = document.getElementsByName(box.dataset.words)[0];
  const first = document.getElementsByName(box.dataset.from)[0];
  const token = words.form.elements.csrf_token;
  const said = box.querySelector("[data-when-said]");
  let waiting = 0;
  let asked = 0;

  const show = (told) => {
    said.replaceChildren();
    if (told.problem) said.append(line("p", told.problem, "kith-soft"));
    if (told.title) said.append(line("p", told.title));
    for (const meaning of told.meanings) {
      const slip = line("div", "", "kith-slip");
      slip.append(line("p", meaning.said), line("p", meaning.dates.join(" · "), "kith-soft"));
      said.append(slip);
    }
  };

  const ask = async () => {
    const number = ++asked;
    const body = new URLSearchParams({ words: words.value, from: first.value, csrf_token: token.value });
    try {
      const answer = await fetch(box.dataset.when, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin",
      });
      if (answer.ok && number === asked) show(await answer.json());
    } catch {
      said.replaceChildren();
    }
  };

  words.addEventListener("input", () => {
    clearTimeout(waiting);
    if (words.value.trim()) waiting = setTimeout(ask, PAUSE);
    else said.replaceChildren();
  });
}
