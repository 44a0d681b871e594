// The time of the case: the spans in which anything flew, one after the other, with what lies between them left out.

/** Spans of UTC in milliseconds that hold all dated lines, in order. */
function spansOf() {
  const dated = lines.filter((line) => line.isDated && line.isFlown && line.first !== null);
  const spans = dated.map((line) => [line.start + line.first, line.start + line.last]).sort((a, b) => a[0] - b[0]);
  const joined = [];
  for (const [from, to] of spans) {
    const last = joined[joined.length - 1];
    if (last && from <= last[1] + 1000) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

const spans = spansOf();
const total = spans.reduce((sum, [from, to]) => sum + to - from, 0);

/** The time at so many milliseconds of flight. */
function timeAfter(flown) {
  let rest = flown;
  for (const [from, to] of spans) {
    if (rest <= to - from) return from + rest;
    rest -= to - from;
  }
  return spans[spans.length - 1][1];
}

/** Milliseconds of flight before a time. */
function flownBefore(time) {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(time, to) - from), 0);
}

function setNow(time) {
  if (!spans.length) return;
  state.now = time;
  byId('time').value = String(Math.round(flownBefore(time) / 1000));
  tellNow();
  repaint();
}

function tellNow() {
  const flying = lines.filter((line) => line.isDated && line.primary && line.isFlown && placeAt(line, state.now - line.start));
  const who = [...new Set(flying.map((line) => line.flight))].sort((a, b) => a - b).map((flight) => `flight ${flight + 1}`);
  const utc = new Date(state.now).toISOString();
  const text = `${utc.slice(0, 10)} ${utc.slice(11, 21)} UTC`;
  byId('now').textContent = who.length ? `${text}, ${who.slice(0, 3).join(', ')}${who.length > 3 ? ', ...' : ''}` : text;
  byId('time').setAttribute('aria-valuetext', byId('now').textContent);
}

const playing = { last: null, request: null };

function step(now) {
  const past = playing.last === null ? 0 : now - playing.last;
  playing.last = now;
  const flown = flownBefore(state.now) + past * Number(byId('speed').value);
  if (flown >= total) {
    setNow(timeAfter(total));
    return stop();
  }
  setNow(timeAfter(flown));
  playing.request = requestAnimationFrame(step);
  return undefined;
}

function stop() {
  cancelAnimationFrame(playing.request);
  Object.assign(playing, { last: null, request: null });
  byId('play').textContent = 'Play';
  byId('play').setAttribute('aria-pressed', 'false');
}

function play() {
  if (playing.request !== null) return stop();
  if (flownBefore(state.now) >= total) setNow(spans[0][0]);
  byId('play').textContent = 'Pause';
  byId('play').setAttribute('aria-pressed', 'true');
  playing.request = requestAnimationFrame(step);
  return undefined;
}

function listenToClock() {
  if (!spans.length) return;
  byId('clock').hidden = false;
  // A step of the slider is a second.
  byId('time').max = String(Math.ceil(total / 1000));
  byId('time').addEventListener('input', (event) => {
    setNow(timeAfter(Math.min(total, Number(event.target.value) * 1000)));
    const flying = lines.find((line) => line.isDated && line.primary && placeAt(line, state.now - line.start));
    if (flying && state.flight === null) showProfile(flying);
  });
  byId('play').addEventListener('click', play);
  setNow(spans[0][0]);
}
