// Signing in gives the browser a new token against forged forms. A form that was opened before sends
// the one the browser has by now, read from its cookie.

export function freshToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

export function refreshToken(form) {
  const field = form.elements.namedItem("csrfmiddlewaretoken");
  if (field && freshToken()) field.value = freshToken();
}

document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-fresh-token")) refreshToken(event.target);
});
