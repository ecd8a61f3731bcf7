// Staff pages: govuk-frontend's own behaviour (error focus, no double sending). Every page works without it.
import { initAll } from "../vendor/govuk-frontend/govuk.js";

document.body.classList.add("govuk-frontend-supported");
initAll();
