// The data document of the page, unpacked: lines with one value a fix in each list.

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('data').textContent);

/** Adds up steps; null stays null and moves nothing. */
function sums(steps, count, unit = 1) {
  if (!steps) return new Array(count).fill(null);
  let sum = 0;
  return steps.map((step) => (step === null ? null : (sum += step) / unit));
}

/** Longitudes and latitudes of `[lon, lat, step, step, ...]`. */
function places(steps, unit) {
  const lon = [];
  const lat = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at + 1 < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    lon.push(x / unit);
    lat.push(y / unit);
  }
  return { lon, lat };
}

const middle = data.area ? (data.area[0] + data.area[2]) / 2 : 0;

/** Whole turns that bring a longitude next to the middle of the case. */
const turn = (lon) => -360 * Math.round((lon - middle) / 360);

function near(line) {
  const by = turn(line.lon.length ? line.lon[0] : 0);
  return by ? { lon: line.lon.map((lon) => lon + by), lat: line.lat } : line;
}

function unpackLine(coded, index) {
  const { lon, lat } = near(places(coded.at, 1e7));
  const count = lon.length;
  const line = {
    ...coded,
    index,
    count,
    lon,
    lat,
    ms: sums(coded.ms, count),
    height: sums(coded.cm, count, 100),
    speed: coded.speed.map((speed) => (speed === null ? null : speed / 100)),
    offset: sums(coded.offset, count),
    isGap: new Set(coded.gaps),
    isDated: coded.clock === 'utc' && coded.start !== null,
  };
  const known = line.ms.filter((ms) => ms !== null);
  line.first = known.length ? known.reduce((a, b) => Math.min(a, b)) : null;
  line.last = known.length ? known.reduce((a, b) => Math.max(a, b)) : null;
  // A flight is a line; pilot, home and the like are marks unless they moved.
  line.isPlace = line.subject !== 'aircraft' || line.role === 'media' || line.role === 'last-known';
  // What moves with the clock; a planned route was perhaps never flown.
  line.isFlown = !line.isPlace && line.role !== 'planned';
  return line;
}

const lines = data.lines.map(unpackLine);

const sites = data.sites.map((site, index) => ({
  ...site,
  index,
  shapes: site.shapes.map((shape) =>
    shape.circle
      ? { circle: { lon: shape.circle[0] + turn(shape.circle[0]), lat: shape.circle[1], radius: shape.circle[2] } }
      : { rings: shape.rings.map((ring) => near(places(ring, 1e7))) },
  ),
}));

const encounters = data.encounters;

/** The main line of a flight. */
const mainLine = (flight) => lines.find((line) => line.flight === flight && line.primary) ||
  lines.find((line) => line.flight === flight);

/** Where a line was at a time of its own clock: between two fixes straight on, `null` outside of it. */
function placeAt(line, ms) {
  if (line.first === null || ms < line.first || ms > line.last) return null;
  for (let at = 0; at < line.count; at += 1) {
    const to = line.ms[at];
    if (to === ms) return { at, lon: line.lon[at], lat: line.lat[at], height: line.height[at], speed: line.speed[at], isGap: false };
    const from = at > 0 ? line.ms[at - 1] : null;
    if (from === null || to === null || from > ms || to < ms || to <= from) continue;
    const part = (ms - from) / (to - from);
    const between = (list) => {
      const [a, b] = [list[at - 1], list[at]];
      return a === null || b === null ? null : a + (b - a) * part;
    };
    const isGap = line.isGap.has(at);
    return {
      at: part < 0.5 ? at - 1 : at,
      lon: between(line.lon),
      lat: between(line.lat),
      height: isGap ? null : between(line.height),
      speed: isGap ? null : between(line.speed),
      east: line.lon[at] - line.lon[at - 1],
      north: line.lat[at] - line.lat[at - 1],
      isGap,
    };
  }
  return null;
}

function batteryAt(line, ms) {
  let level = null;
  for (const [at, value] of line.battery) {
    if (at > ms) break;
    level = value;
  }
  return level;
}

const pad = (number, digits) => String(number).padStart(digits, '0');

/** A time of a line's clock in words. */
function timeText(line, ms) {
  if (ms === null) return 'not known';
  if (line.clock === 'elapsed') return `${((line.start + ms) / 1000).toFixed(1)} s of the log's own clock`;
  const text = new Date(line.start + ms).toISOString();
  return line.clock === 'local' ? `${text.slice(0, -1)} local time` : text;
}

/** Minutes and seconds since the line began. */
function sinceText(ms) {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours ? `${hours}:${pad(minutes, 2)}` : minutes) + `:${pad(seconds % 60, 2)}`;
}

function metresText(metres) {
  if (metres >= 10000) return `${(metres / 1000).toFixed(0)} km`;
  if (metres >= 1000) return `${(metres / 1000).toFixed(metres % 1000 ? 1 : 0)} km`;
  return `${metres < 10 ? +metres.toFixed(1) : Math.round(metres)} m`;
}

/** An element with a class and text; text is never read as markup. */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
