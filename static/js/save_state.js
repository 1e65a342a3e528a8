// Says in words where what is typed is. The words are in the page: templates/posts/_save_state.html.

export class SaveState {
  constructor(place) {
    this.place = place;
    this.line = place.querySelector("[role=status]");
    this.shown = "";
    place.hidden = false;
  }

  // The words for a state, with a time if there is one, and others after them.
  say(state, { at, also = [] } = {}) {
    const names = [state, ...also];
    const shown = [...names, at?.getTime()].join();
    if (shown === this.shown) return;
    this.shown = shown;
    this.place.dataset.state = state;
    const parts = names.map((name) =>
      this.place.querySelector(`template[data-words=${name}]`).content.cloneNode(true),
    );
    if (at) {
      const time = document.createElement("time");
      time.dateTime = at.toISOString();
      time.textContent = at.toLocaleTimeString(document.documentElement.lang);
      parts.splice(1, 0, " ", time, " ");
    }
    this.line.replaceChildren(...parts);
  }
}
