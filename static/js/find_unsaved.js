// On pages without a form: sends what is kept in this browser and not on the server, and shows it.

import { bringUp } from "./recovery.js";

const place = document.querySelector("[data-find-unsaved]");
const { workingCopy: address, person } = place.dataset;
const found = await bringUp({ address, person });
if (found.length) location.reload();
else place.dataset.looked = "";
