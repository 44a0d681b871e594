// The view of the map: Mercator, a place in the middle and a scale.

const EARTH_M = 6378137;
const MOST_LAT = 85;
const view = { x: 0, y: 0, scale: 1, width: 0, height: 0 };

const radians = (degrees) => (degrees * Math.PI) / 180;
const worldX = (lon) => radians(lon);
const worldY = (lat) => Math.log(Math.tan(Math.PI / 4 + radians(Math.max(-MOST_LAT, Math.min(MOST_LAT, lat))) / 2));
const lonOf = (x) => (x * 180) / Math.PI;
const latOf = (y) => ((2 * Math.atan(Math.exp(y)) - Math.PI / 2) * 180) / Math.PI;

const screenX = (lon) => (worldX(lon) - view.x) * view.scale + view.width / 2;
const screenY = (lat) => (view.y - worldY(lat)) * view.scale + view.height / 2;
const lonAt = (px) => lonOf((px - view.width / 2) / view.scale + view.x);
const latAt = (py) => latOf(view.y - (py - view.height / 2) / view.scale);

/** Pixels of a metre at a latitude. */
const pixels = (metres, lat) => (metres / (EARTH_M * Math.cos(radians(lat)))) * view.scale;
/** Metres of a pixel in the middle. */
const metresOfPixel = () => (EARTH_M * Math.cos(radians(latOf(view.y)))) / view.scale;

const MOST_SCALE = 4e8;
const LEAST_SCALE = 40;

function zoomAt(px, py, factor) {
  const scale = Math.max(LEAST_SCALE, Math.min(MOST_SCALE, view.scale * factor));
  const moved = 1 / view.scale - 1 / scale;
  view.x += (px - view.width / 2) * moved;
  view.y -= (py - view.height / 2) * moved;
  view.scale = scale;
}

function panBy(dx, dy) {
  view.x -= dx / view.scale;
  view.y = Math.max(worldY(-MOST_LAT), Math.min(worldY(MOST_LAT), view.y + dy / view.scale));
}

/** Shows a box of degrees with room around it, at least `least` metres across. */
function fit([west, south, east, north], least = 150) {
  const [x1, x2, y1, y2] = [worldX(west), worldX(east), worldY(south), worldY(north)];
  view.x = (x1 + x2) / 2;
  view.y = (y1 + y2) / 2;
  const small = least / (EARTH_M * Math.cos(radians((south + north) / 2)));
  const wide = Math.max(x2 - x1, small);
  const high = Math.max(y2 - y1, small);
  const room = 0.84;
  view.scale = Math.max(LEAST_SCALE, Math.min(MOST_SCALE, room * view.width / wide, room * view.height / high));
}

/** The box of places, `null` without any. */
function boxOf(lists) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { lon, lat } of lists) {
    for (let at = 0; at < lon.length; at += 1) {
      box[0] = Math.min(box[0], lon[at]);
      box[1] = Math.min(box[1], lat[at]);
      box[2] = Math.max(box[2], lon[at]);
      box[3] = Math.max(box[3], lat[at]);
    }
  }
  return box[0] <= box[2] ? box : null;
}

lines.forEach((line) => { line.box = boxOf([line]); });

const isSeen = (box, margin = 20) =>
  screenX(box[2]) > -margin && screenX(box[0]) < view.width + margin &&
  screenY(box[1]) > -margin && screenY(box[3]) < view.height + margin;
