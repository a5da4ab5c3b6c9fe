// Writes made-up files, as many as asked: cruises with bottle files and casts along sections of the oceans, and tables of moorings.
// The same seed gives the same files.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A generator of numbers between 0 and 1 (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Sections, each from one position to another: longitudes and latitudes over deep water. */
const SECTIONS = [
  [-25, 60, -28, -30], [-70, 36, -18, 28], [-45, -35, 10, -33], [-150, 20, -152, -60], [150, 32, -128, 34], [-85, -10, -170, -12],
  [60, 20, 58, -32], [90, 5, 95, -35], [115, -30, 60, -31], [-60, -58, 20, -62], [170, -45, -75, -48], [-5, 78, 5, 82], [-35, 55, -12, 58], [-170, 5, -168, 58],
];
const MONTHS = [1, 3, 4, 4, 5, 6, 6, 7, 7, 8, 9, 10, 11];

const two = (n) => String(n).padStart(2, "0");

/** A cast as WHP-Exchange CTD file. */
function cast({ expocode, station, year, month, day, longitude, latitude, deepest, next }) {
  const rows = [];
  const surface = 28 * Math.cos((latitude * Math.PI) / 190) ** 2 - 1 + next();
  const broken = next() < 0.06;
  const step = Math.max(10, Math.round(deepest / 60));
  for (let pressure = 2; pressure <= deepest; pressure += step) {
    const deep = Math.exp(-pressure / 620);
    const temperature = 1.4 + (surface - 1.4) * deep + (next() - 0.5) * 0.04;
    const salinity = 34.7 + (surface > 15 ? 1.4 : -0.5) * deep + (next() - 0.5) * 0.01;
    const oxygen = 215 + 60 * deep - 90 * Math.exp(-(((pressure - 700) / 450) ** 2)) + (next() - 0.5) * 2;
    const flag = next() < 0.012 ? 3 : next() < 0.006 ? 4 : 2;
    const spike = broken && pressure > deepest * 0.7 && next() < 0.3 ? 60 : 0;
    rows.push(`${pressure.toFixed(1)},2,${temperature.toFixed(4)},${flag},${(salinity + spike).toFixed(4)},2,${oxygen.toFixed(1)},${flag === 4 ? 4 : 2}`);
  }
  if (broken && rows.length > 9) rows[7] = rows[7].split(",").slice(0, 5).join(",");
  return `CTD,${year + 1}0501MADEUP\nNUMBER_HEADERS = 10\nEXPOCODE = ${expocode}\nSECT_ID = ${expocode.slice(0, 2)}\nSTNNBR = ${station}\nCASTNO = 1\nDATE = ${year}${two(month)}${two(day)}\nTIME = ${two(Math.floor(next() * 24))}${two(Math.floor(next() * 60))}\nLATITUDE = ${latitude.toFixed(4)}\nLONGITUDE = ${longitude.toFixed(4)}\nDEPTH = ${Math.round(deepest + 12)}\nCTDPRS,CTDPRS_FLAG_W,CTDTMP,CTDTMP_FLAG_W,CTDSAL,CTDSAL_FLAG_W,CTDOXY,CTDOXY_FLAG_W\nDBAR,,ITS-90,,PSS-78,,UMOL/KG,\n${rows.join("\n")}\nEND_DATA\n`;
}

/** A table of a mooring. */
function mooring({ year, month, longitude, latitude, next }) {
  const unit = next() < 0.2 ? "deg F" : "degC";
  const header = next() < 0.15 ? "Temperatur" : "TEMP";
  const rows = Array.from({ length: 30 }, (_, day) => {
    const at = `${year}-${two(month)}-${two(Math.min(28, day + 1))}T00:00:00Z`;
    return `${at},${latitude.toFixed(3)},${longitude.toFixed(3)},${(14 + 6 * Math.sin(day / 9) + next()).toFixed(2)},${(35 + next() * 0.3).toFixed(3)},${(next() * 0.8).toFixed(3)}`;
  });
  if (next() < 0.12) rows[11] += ",stray";
  return `time (UTC),latitude (degrees_north),longitude (degrees_east),${header} (${unit}),PSAL (1),chl_fluor_raw (V)\n${rows.join("\n")}\n`;
}

/** Writes `files` made-up files below `folder`. */
export function invent(folder, files, seed = 20_260_401) {
  const next = random(seed);
  let written = 0;
  const put = (path, content) => {
    if (written >= files) return;
    const place = join(folder, path);
    mkdirSync(place.slice(0, place.lastIndexOf("/")), { recursive: true });
    writeFileSync(place, content);
    written += 1;
  };
  for (let number = 0; written < files; number += 1) {
    const [west, south, east, north] = SECTIONS[number % SECTIONS.length];
    const year = 1986 + Math.floor(next() ** 0.6 * 40);
    const month = MONTHS[Math.floor(next() * MONTHS.length)];
    const code = `${String.fromCharCode(65 + (number % 26))}${String.fromCharCode(65 + Math.floor(number / 26) % 26)}`;
    const expocode = `99${code}${year}${two(month)}${two(1 + Math.floor(next() * 27))}`;
    const stations = 6 + Math.floor(next() * 14);
    for (let station = 1; station <= stations; station += 1) {
      const share = (station - 1 + next() * 0.4) / stations;
      const width = Math.abs(east - west) > 180 ? (east < west ? east + 360 - west : east - 360 - west) : east - west;
      let longitude = west + width * share + (next() - 0.5);
      longitude = longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
      const latitude = south + (north - south) * share + (next() - 0.5);
      const deepest = Math.round(200 + next() ** 0.5 * 5300);
      put(`cruises/${expocode}/${expocode}_${String(station).padStart(5, "0")}_00001_ct1.csv`, cast({ expocode, station, year, month, day: 1 + Math.min(27, station), longitude, latitude, deepest, next }));
    }
    if (number % 2 === 0) put(`moorings/${code.toLowerCase()}_${year}_${number}.csv`, mooring({ year, month, longitude: west + 3, latitude: (south + north) / 2, next }));
    if (number % 9 === 4) put(`incoming/${code}_${number}.dat`, `${next() < 0.5 ? "STATION REPORT" : "# log"} ${number}\nnothing that a handler knows\n`);
    if (number % 17 === 8) put(`incoming/${code}_${number}_ct1.csv`, "CTD,20240501MADEUP\nNUMBER_HEADERS = 10\n");
  }
}
