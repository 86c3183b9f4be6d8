// Brings the design system's components to life. Every page works without it.
import { initAll } from "./vendor/govuk/govuk-frontend.min.js";
import { initAll as initAllMoj } from "./vendor/moj/moj-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
initAllMoj();

// Parts that htmx puts into the page need their components started too.
document.body.addEventListener("htmx:afterSettle", (event) => {
  initAll({ scope: event.target });
});
