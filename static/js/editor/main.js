// Switches the editor on for every text area that asks for it.

import { Field } from "./field.js";

for (const textarea of document.querySelectorAll("textarea[data-editor]")) new Field(textarea);
