/* How the panel hears how everything stands: a subscription that is made anew whenever it is lost. */

const FIRST_PAUSE = 1000, LONGEST_PAUSE = 30000, LOOK_FOR_ENTRIES = 10000;

/* `take(change)` gets {entries}, {snapshot} or {state}: connecting, live, paused, restarting. */
export class Feed {
  constructor(hass, take) {
    this.hass = hass;
    this.take = take;
    this.entry = "";
    this.pause = FIRST_PAUSE;
    this.turn = 0;
    this.onReady = () => this.start();
    this.onGone = () => this.stop("paused");
    hass.connection.addEventListener?.("ready", this.onReady);
    hass.connection.addEventListener?.("disconnected", this.onGone);
  }

  call(command, values = {}) {
    return this.hass.callWS({type: `wa_notify/${command}`, entry_id: this.entry, ...values});
  }

  /* Look which numbers there are, and listen to the one that was chosen. */
  async start() {
    this.stop("connecting");
    const turn = this.turn;
    try {
      const entries = await this.hass.callWS({type: "wa_notify/entries"});
      if (turn !== this.turn) return;
      this.take({entries});
      this.pause = FIRST_PAUSE;
      if (!entries.length) this.later(() => this.start(), LOOK_FOR_ENTRIES);
    } catch {
      if (turn === this.turn) this.lost();
    }
  }

  async listen(entry) {
    if (entry === this.entry && this.listening) return;
    this.stop("connecting");
    this.entry = entry;
    this.listening = true;
    const turn = this.turn;
    try {
      const end = await this.hass.connection.subscribeMessage(
        (snapshot) => { if (turn === this.turn) this.hear(snapshot); },
        {type: "wa_notify/subscribe", entry_id: entry},
        {resubscribe: false},
      );
      if (turn === this.turn) this.end = end;
      else dropped(end);
    } catch {
      if (turn === this.turn) this.lost();
    }
  }

  hear(snapshot) {
    this.pause = FIRST_PAUSE;
    this.take(snapshot ? {snapshot, state: "live"} : {state: "restarting"});
  }

  lost() {
    this.stop("paused");
    this.later(() => this.start(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  later(deed, pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(deed, pause);
  }

  /* What was asked before has no say any more. */
  stop(state) {
    this.turn += 1;
    clearTimeout(this.timer);
    if (this.end) dropped(this.end);
    this.end = null;
    this.listening = false;
    this.take({state});
  }

  close() {
    this.hass.connection.removeEventListener?.("ready", this.onReady);
    this.hass.connection.removeEventListener?.("disconnected", this.onGone);
    this.take = () => {};
    this.stop("paused");
  }
}

/* A connection that is gone has forgotten the subscription already. */
function dropped(end) {
  Promise.resolve().then(end).catch(() => {});
}
