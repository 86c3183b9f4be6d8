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
