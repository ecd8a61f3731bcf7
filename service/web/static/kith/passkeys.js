// Asks the device for a passkey and sends what it answers with the form. Without it the page shows the other ways.
const form = document.querySelector("form[data-passkey]");
const said = document.querySelector("[data-passkey-said]");

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

// What the standard's own parse…FromJSON and toJSON do, which not every browser has yet.
function read(options) {
  const asked = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    asked.user = { ...options.user, id: bytes(options.user.id) };
    asked.excludeCredentials = named(options.excludeCredentials);
  } else {
    asked.allowCredentials = named(options.allowCredentials);
  }
  return asked;
}

function write(made) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) response[part] = text(made.response[part]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

async function ask(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  said.textContent = form.dataset.wait;
  try {
    const publicKey = read(JSON.parse(form.dataset.options));
    const made = await (publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    form.querySelector("input[name=answer]").value = JSON.stringify(write(made));
    form.submit();
  } catch {
    said.textContent = form.dataset.failed;
    button.disabled = false;
    button.focus();
  }
}

if (form && window.PublicKeyCredential) {
  document.querySelector("[data-passkey-with]").hidden = false;
  document.querySelector("[data-passkey-without]").hidden = true;
  form.addEventListener("submit", ask);
}
