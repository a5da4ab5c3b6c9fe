//! A sea that is simple, but looks like one: thermocline, oxygen minimum, nutrients that grow with depth.
//!
//! Only sums, products and quotients: these are the same to the last bit on every machine, `exp` is not.

/// What a region is like.
#[derive(Clone, Copy)]
pub(super) struct Climate {
    /// At the surface, °C.
    pub(super) surface_temperature: f64,
    /// Far below, °C.
    pub(super) deep_temperature: f64,
    /// At the surface, PSS-78.
    pub(super) surface_salinity: f64,
    /// Far below, µmol/kg: the Atlantic has little, the Pacific much.
    pub(super) deep_silicate: f64,
}

/// A water sample; concentrations in µmol/kg.
#[derive(Clone, Copy)]
pub(super) struct Water {
    pub(super) temperature: f64,
    pub(super) salinity: f64,
    pub(super) oxygen: f64,
    pub(super) silicate: f64,
    pub(super) nitrate: f64,
    pub(super) nitrite: f64,
    pub(super) phosphate: f64,
}

/// 1 at `centre`, half of it `width` away.
fn bump(pressure: f64, centre: f64, width: f64) -> f64 {
    let away = (pressure - centre) / width;
    1.0 / (1.0 + away * away)
}

/// 0 at the surface, half at `half`, nearly 1 far below.
fn rise(pressure: f64, half: f64) -> f64 {
    let ratio = pressure / half;
    ratio * ratio / (1.0 + ratio * ratio)
}

impl Climate {
    /// The water at a pressure in dbar.
    pub(super) fn at(&self, pressure: f64) -> Water {
        let warm = bump(pressure, 0.0, 450.0);
        let temperature = self.deep_temperature + (self.surface_temperature - self.deep_temperature) * warm;
        let nitrate = 0.05 + 31.0 * rise(pressure, 420.0);
        Water {
            temperature,
            salinity: 34.9 + (self.surface_salinity - 34.9) * warm - 0.3 * bump(pressure, 850.0, 350.0),
            // Cold water holds more.
            oxygen: 330.0
                - 4.6 * temperature
                - 95.0 * bump(pressure, 780.0, 420.0)
                - 60.0 * rise(pressure, 600.0),
            silicate: 0.8 + self.deep_silicate * rise(pressure, 1300.0),
            nitrate,
            nitrite: 0.02 + 0.25 * bump(pressure, 90.0, 35.0),
            phosphate: 0.03 + nitrate / 15.4,
        }
    }
}
