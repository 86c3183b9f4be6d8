// Makes the form builder more comfortable. Everything works without it.

// The outline's buttons send in the background. When that is refused or fails, send the form as a browser does, so
// that the page which says why is seen; a button that does nothing would say nothing.
function sendAsBrowser(event) {
  const form = event.target.closest("#builder-outline");
  if (!form) return;
  const button = event.detail.requestConfig?.triggeringEvent?.submitter;
  if (button) {
    const pressed = document.createElement("input");
    pressed.type = "hidden";
    pressed.name = button.name;
    pressed.value = button.value;
    form.append(pressed);
  }
  form.submit();
}

document.addEventListener("htmx:responseError", sendAsBrowser);
document.addEventListener("htmx:sendError", sendAsBrowser);

// The pane beside a form shows a whole section: bring the question that is worked on into sight, without moving the page.
function showWhatIsWorkedOn() {
  const sheet = document.querySelector(".qaf-builder__sheet[data-shown]");
  const side = sheet?.closest(".qaf-builder__rest");
  const field = sheet?.querySelector(`[name^="${CSS.escape(sheet.dataset.shown)}"]:not([type="hidden"])`);
  if (!field || side.scrollHeight <= side.clientHeight) return;
  const shown = field.getBoundingClientRect();
  const room = side.getBoundingClientRect();
  if (shown.top >= room.top && shown.bottom <= Math.min(room.bottom, window.innerHeight)) return;
  side.scrollTop += shown.top - room.top - side.clientHeight / 3;
}

document.addEventListener("htmx:afterSettle", showWhatIsWorkedOn);
showWhatIsWorkedOn();
