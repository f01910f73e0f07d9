/* The script of the page. Everything works without it; with it the page is live, fresh and quick to the hand. */

import {startDeeds} from "./deeds.js";
import {startKeys} from "./keys.js";
import {startLive} from "./live.js";
import {startParts} from "./parts.js";
import {startSearch} from "./search.js";
import {tellFlashes} from "./telling.js";
import {startTimes} from "./times.js";

startTimes();
startDeeds();
startSearch();
startKeys();
startParts();
tellFlashes();
startLive();
