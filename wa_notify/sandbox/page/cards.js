/* The cards of a carousel, side by side, and the card of a link; nothing is fetched for either. */

import {actionOf} from "./actions.js";
import {icon, make, outward} from "./dom.js";
import {hostOf} from "./words.js";

const FILES = {"[image]": ["picture", "Picture"], "[video]": ["film", "Video"]};

/* Each card with its buttons, of which those of several cards may have the same title. */
export function carouselOf(message, deeds) {
  return message.cards.map((card, place) => {
    const box = make("section", "card"), words = make("div", "words");
    box.setAttribute("aria-label", `Card ${place + 1} of ${message.cards.length}`);
    const [iconName, name] = FILES[card.header] ?? ["bag", `Product ${card.header.replace(/^\[|\]$/g, "")}`];
    words.append(icon(iconName), make("span", "", name));
    box.append(words);
    if (card.body) box.append(make("p", "", card.body));
    for (const button of card.buttons) {
      box.append(actionOf(button, {...deeds, tap: () => deeds.tap({...button, title: button.payload})}));
    }
    return box;
  });
}

/* null when the address is none that a browser should follow. */
export function previewOf(url) {
  const link = outward(url, "tile preview", ""), words = make("span", "words");
  if (!link) return null;
  words.append(make("strong", "", hostOf(url)), make("small", "", url));
  link.append(icon("link"), words);
  return link;
}
