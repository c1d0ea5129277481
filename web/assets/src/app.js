// What every page does beyond itself: look again when something happened, open
// forms in a dialog, find one's way by keyboard. Without any of it the pages work.
import htmx from 'htmx.org';
import { live } from './live.js';
import { dialogs } from './dialogs.js';
import { keys } from './keys.js';
import { acts } from './acts.js';

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // nothing of a document stays in the browser's storage
htmx.config.responseHandling = [{ code: '204', swap: false }, { code: '...', swap: true }]; // a refused form is shown again, with the reason

window.htmx = htmx;
live(htmx);
dialogs(htmx);
keys();
acts();

// Back in a page that the browser kept: what it shows may be old.
addEventListener('pageshow', (e) => { if (e.persisted) document.dispatchEvent(new Event('look')); });
