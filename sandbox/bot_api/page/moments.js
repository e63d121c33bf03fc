// Says moments in the person's language: the clock of a bubble, the day above a group, and times inside texts that tick by themselves.

const MINUTE = 60;
const STEPS = [["second", 1, 60], ["minute", MINUTE, 60], ["hour", 3600, 24], ["day", 86400, 30], ["month", 2592000, 12], ["year", 31536000, Infinity]];
const ticking = new Set();
let timer = 0;
let language = navigator.language;

/** The language of every moment from now on, with the browser's own region where it speaks it too; an unknown code changes nothing. */
export function speak(code) {
  try {
    const regional = navigator.languages.find((name) => name.split("-")[0] === code);
    language = new Intl.Locale(regional ?? code).toString();
  } catch {
    language = navigator.language;
  }
}

/** "14:03" */
export function clock(unix) {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(unix * 1000);
}

/** "Monday, 23 November 2026, 14:03:09", for the tooltip of a time. */
export function inFull(unix) {
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium" }).format(unix * 1000);
}

/** A key that two moments of one local day share. */
export function dayKey(unix) {
  return new Date(unix * 1000).toDateString();
}

/** "Today", "Yesterday" or the date, with the year only when it is another one. */
export function dayName(unix) {
  const then = new Date(unix * 1000);
  const now = new Date();
  const days = Math.round((new Date(now.toDateString()) - new Date(then.toDateString())) / 86400000);
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-days, "day");
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", ...year }).format(then);
}

function relative(unix) {
  const distance = unix - Date.now() / 1000;
  const size = Math.abs(distance);
  const [unit, seconds] = STEPS.find(([, length, most]) => Math.round(size / length) < most);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(distance / seconds), unit);
}

/** A moment in the format of a date_time entity: "r", or w, d or D, t or T together (core.telegram.org/bots/api, date-time formatting). */
export function formatted(unix, format) {
  if (format === "r") return relative(unix);
  const wanted = {};
  if (format.includes("w")) wanted.weekday = "long";
  if (format.includes("d")) Object.assign(wanted, { day: "numeric", month: "numeric", year: "numeric" });
  if (format.includes("D")) Object.assign(wanted, { day: "numeric", month: "long", year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(wanted, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) wanted.second = "2-digit";
  return new Intl.DateTimeFormat(language, wanted).format(unix * 1000);
}

function tick() {
  for (const node of ticking) {
    if (!node.isConnected) {
      ticking.delete(node);
      continue;
    }
    const words = relative(Number(node.dataset.unix));
    // Writing only what changed keeps the selection and spares the layout.
    if (node.textContent !== words) node.textContent = words;
  }
  if (!ticking.size) {
    clearInterval(timer);
    timer = 0;
  }
}

/** Fill a time element from its entity; a relative one keeps itself up to date while it is on the page. */
export function fillTime(node, unix, format) {
  node.dateTime = new Date(unix * 1000).toISOString();
  node.title = inFull(unix);
  if (!format) return;
  node.textContent = formatted(unix, format);
  if (format !== "r") return;
  node.dataset.unix = unix;
  // The element joins the page after this call, so it is looked at from the next second on.
  setTimeout(() => ticking.add(node) && (timer ||= setInterval(tick, 1000)));
}
