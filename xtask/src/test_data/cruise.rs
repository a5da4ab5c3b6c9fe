//! Cruises that never took place; platform code `99DR` belongs to no ship.

use super::ocean::Climate;
use xtask::random::Random;

/// A voyage and its stations.
pub(super) struct Cruise {
    pub(super) expocode: &'static str,
    pub(super) section: &'static str,
    pub(super) stations: Vec<Station>,
}

/// Where and when water was sampled; one cast each.
#[derive(Clone)]
pub(super) struct Station {
    pub(super) number: usize,
    /// YYYYMMDD.
    pub(super) date: String,
    /// HHMM.
    pub(super) time: String,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
    /// Of the sea floor, in metres.
    pub(super) depth: u32,
    pub(super) climate: Climate,
}

/// A straight section: what begins at the first station and ends at the last.
struct Plan {
    expocode: &'static str,
    section: &'static str,
    from: (f64, f64),
    to: (f64, f64),
    /// Of the sea floor per station, in metres.
    depths: &'static [u32],
    /// Hours between stations.
    pace: u32,
    climate: [Climate; 2],
}

const SUBTROPICS: Climate = Climate {
    surface_temperature: 24.5,
    deep_temperature: 2.1,
    surface_salinity: 36.9,
    deep_silicate: 45.0,
};
const UPWELLING: Climate = Climate {
    surface_temperature: 18.2,
    deep_temperature: 2.3,
    surface_salinity: 36.2,
    deep_silicate: 38.0,
};
const WARM_POOL: Climate = Climate {
    surface_temperature: 29.4,
    deep_temperature: 1.4,
    surface_salinity: 34.6,
    deep_silicate: 140.0,
};
const COLD_TONGUE: Climate = Climate {
    surface_temperature: 26.1,
    deep_temperature: 1.3,
    surface_salinity: 35.3,
    deep_silicate: 145.0,
};
const ARCTIC: Climate = Climate {
    surface_temperature: -1.61,
    deep_temperature: -0.3,
    surface_salinity: 31.8,
    deep_silicate: 12.0,
};

/// Twelve stations from the shelf off Africa into the Atlantic.
pub(super) fn atlantic() -> Cruise {
    plan(Plan {
        expocode: "99DR20190412",
        section: "A0N",
        from: (-17.3, 24.4),
        to: (-32.8, 24.6),
        depths: &[
            118, 940, 2210, 3105, 3620, 3980, 4310, 4705, 4980, 5215, 5340, 5402,
        ],
        pace: 7,
        climate: [UPWELLING, SUBTROPICS],
    })
}

/// Eight stations across the 180th meridian.
pub(super) fn dateline() -> Cruise {
    plan(Plan {
        expocode: "99DR20200115",
        section: "P00",
        from: (171.25, -9.5),
        to: (188.75, -10.5),
        depths: &[3480, 4120, 5010, 4870, 5230, 4660, 5105, 4950],
        pace: 11,
        climate: [WARM_POOL, COLD_TONGUE],
    })
}

/// Four stations on the way to the pole, where longitude means little.
pub(super) fn arctic() -> Cruise {
    plan(Plan {
        expocode: "99DR20180821",
        section: "ARC",
        from: (31.0, 86.2),
        to: (54.5, 89.6),
        depths: &[3870, 4010, 4205, 4230],
        pace: 29,
        climate: [ARCTIC, ARCTIC],
    })
}

/// Five stations of the nineties, for the files that have seen many hands.
pub(super) fn nineties() -> Cruise {
    plan(Plan {
        expocode: "99DR19910703",
        section: "A0X",
        from: (-20.5, 46.0),
        to: (-24.5, 44.0),
        depths: &[310, 880, 1620, 2050, 2240],
        pace: 9,
        climate: [UPWELLING, UPWELLING],
    })
}

fn plan(plan: Plan) -> Cruise {
    let mut random = Random::new(plan.depths.len() as u64);
    let day: u32 = plan.expocode[10..].parse().expect("an EXPOCODE ends with a day");
    let last = (plan.depths.len() - 1) as f64;
    let stations = plan.depths.iter().enumerate().map(|(at, depth)| {
        let way = at as f64 / last;
        let between = |from: f64, to: f64| from + (to - from) * way;
        let minutes = (at as u32 * plan.pace + 4) * 60 + (random.unit() * 59.0) as u32;
        let longitude = between(plan.from.0, plan.to.0) + random.noise(0.02);
        let [from, to] = plan.climate;
        Station {
            number: at + 1,
            // No cruise here is long enough to end in another month.
            date: format!("{}{:02}", &plan.expocode[4..10], day + minutes / 1440),
            time: format!("{:02}{:02}", minutes / 60 % 24, minutes % 60),
            latitude: between(plan.from.1, plan.to.1) + random.noise(0.02),
            longitude: if longitude > 180.0 {
                longitude - 360.0
            } else {
                longitude
            },
            depth: *depth,
            climate: Climate {
                surface_temperature: between(from.surface_temperature, to.surface_temperature),
                deep_temperature: between(from.deep_temperature, to.deep_temperature),
                surface_salinity: between(from.surface_salinity, to.surface_salinity),
                deep_silicate: between(from.deep_silicate, to.deep_silicate),
            },
        }
    });
    Cruise {
        expocode: plan.expocode,
        section: plan.section,
        stations: stations.collect(),
    }
}
