// A map of a bounding box and of the casts in it. d3-geo and topojson-client are loaded before as `d3` and `topojson`.

import { h, s } from "./dom.js";
import { box as words } from "./format.js";

const WIDTH = 420;
const HEIGHT = 260;

/** The outline of a box whose edges follow its parallels, clockwise as d3-geo expects; west may be greater than east. */
function outline([west, south, east, north]) {
  const right = east < west ? east + 360 : east;
  const steps = Math.max(1, Math.ceil((right - west) / 2));
  const along = (latitude, back) =>
    Array.from({ length: steps + 1 }, (_, at) => [west + ((right - west) * (back ? steps - at : at)) / steps, latitude]);
  const ring = [...along(north, false), ...along(south, true)];
  ring.push(ring[0]);
  return { type: "Polygon", coordinates: [ring] };
}

/** The part of the earth that is shown: the box with its surroundings, at least 50 degrees wide and 30 high. */
function surroundings([west, south, east, north]) {
  const right = east < west ? east + 360 : east;
  const middle = (west + right) / 2;
  const half = Math.min(80, Math.max(25, (right - west) * 0.75));
  const height = Math.max(16, (north - south) * 0.75);
  const centre = (south + north) / 2;
  return [middle - half, Math.max(-88, centre - height), middle + half, Math.min(88, centre + height)];
}

/**
 * A map of the box, from a TopoJSON of the land; polar for boxes near a pole, the whole earth for wide ones. `positions` are pairs of
 * longitude and latitude in the box.
 */
export function map(box, land, positions = []) {
  const [west, south, east, north] = box;
  const width = (east < west ? east + 360 : east) - west;
  const middle = west + width / 2;
  const frame = [[8, 8], [WIDTH - 8, HEIGHT - 8]];
  let projection;
  if (Math.min(Math.abs(south), Math.abs(north)) > 60 && Math.sign(south) === Math.sign(north)) {
    const pole = Math.sign(south) * 90;
    projection = d3.geoAzimuthalEqualArea().rotate([width > 300 ? 0 : -middle, -pole]).clipAngle(40).fitExtent(frame, { type: "Sphere" });
  } else if (width > 120) {
    projection = d3.geoEqualEarth().rotate([width > 300 ? 0 : -middle, 0]).fitExtent(frame, { type: "Sphere" });
  } else {
    projection = d3.geoEqualEarth().rotate([-middle, 0]).fitExtent(frame, outline(surroundings(box)));
    projection.clipExtent([[0, 0], [WIDTH, HEIGHT]]);
  }
  const path = d3.geoPath(projection).digits(1);
  const shapes = [
    s("path", { class: "sea", d: path({ type: "Sphere" }) }),
    s("path", { class: "graticule", d: path(d3.geoGraticule10()) }),
    s("path", { class: "land", d: path(topojson.feature(land, land.objects.land)) }),
  ];
  const edges = path.bounds(outline(box));
  const size = Math.max(edges[1][0] - edges[0][0], edges[1][1] - edges[0][1]);
  if (width < 359) shapes.push(s("path", { class: "box", d: path(outline(box)) }));
  if (positions.length > 1 && size >= 14) {
    const dots = path.pointRadius(2)({ type: "MultiPoint", coordinates: positions });
    shapes.push(s("path", { class: "dot", d: dots }));
  }
  if (size < 14) {
    const [x, y] = projection([middle, (south + north) / 2]);
    shapes.push(s("circle", { class: "ring", cx: x, cy: y, r: 8 }), s("circle", { class: "dot", cx: x, cy: y, r: 3 }));
  }
  const where = width < 359 ? `map of ${words(box)}` : "map of the earth: the positions go round it";
  const label = positions.length > 1 ? `${where}, with ${positions.length} casts` : where;
  return h("div", { class: "map" }, s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, shapes));
}
