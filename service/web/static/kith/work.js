// Staff pages: govuk-frontend's own behaviour (error focus, no double sending). Every page works without it.
import { initAll } from "../vendor/govuk-frontend/govuk.js?v=6.3.0";

document.body.classList.add("govuk-frontend-supported");
initAll();
