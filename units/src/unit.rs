//! A unit as a function of SI base units, and conversions between units.

use std::fmt;

use crate::{Reference, UnitError};

/// Symbols of the base units, in the order of the exponents of [`Unit`]; the last, the radian, counts as dimensionless.
const BASES: [&str; 8] = ["m", "kg", "s", "A", "K", "mol", "cd", "rad"];
/// Index of the radian among the base units.
const RADIAN: usize = 7;
/// Index of the second among the base units.
const SECOND: usize = 2;
/// Largest exponent to which UDUNITS-2 raises a unit.
const MAX_POWER: i64 = 255;

/// A unit of measurement: a product of powers of base units with a scale, an offset, a logarithm or a reference time.
///
/// ```
/// let unit = udunits::parse("hPa")?;
/// assert_eq!(unit.to_string(), "100 m-1 kg s-2");
/// # Ok::<(), udunits::UnitError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Exponent of each base unit.
    exponents: [i16; 8],
    /// A value x is `slope * x + intercept` in base units; in a logarithmic unit that is the exponent.
    slope: f64,
    intercept: f64,
    log: Option<Log>,
    reference: Option<Reference>,
}

/// A logarithmic unit: a value x is `reference * base ^ (slope * x + intercept)` in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Log {
    base: f64,
    reference: f64,
}

impl Unit {
    /// The dimensionless unit 1.
    pub(crate) const ONE: Unit = Unit {
        exponents: [0; 8],
        slope: 1.0,
        intercept: 0.0,
        log: None,
        reference: None,
    };

    /// The base unit number `index` of [`BASES`].
    pub(crate) fn base(index: usize) -> Unit {
        let mut unit = Unit::ONE;
        if let Some(exponent) = unit.exponents.get_mut(index) {
            *exponent = 1;
        }
        unit
    }

    pub(crate) const RADIAN: usize = RADIAN;

    /// Whether values have no dimension: `1`, `%`, `g/kg`, and angles.
    pub fn is_dimensionless(&self) -> bool {
        self.exponents[..RADIAN].iter().all(|exponent| *exponent == 0)
    }

    /// Whether values are plain numbers: `1`, `%` or `g/kg`, but not angles.
    pub fn is_number(&self) -> bool {
        self.log.is_none() && self.exponents.iter().all(|exponent| *exponent == 0)
    }

    /// Whether values are times: `s`, `days`, `days since 1950-01-01`.
    pub fn is_time(&self) -> bool {
        let is_second = |(at, exponent): (usize, &i16)| *exponent == i16::from(at == SECOND);
        self.log.is_none() && self.exponents[..RADIAN].iter().enumerate().all(is_second)
    }

    /// The moment from which values are counted, such as `1950-01-01` in `days since 1950-01-01`; `None` for units
    /// without one.
    pub fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// Whether values are logarithms, as those of `dB` units are.
    pub fn is_logarithmic(&self) -> bool {
        self.log.is_some()
    }

    /// Number of base units (m, kg, s, A, K, mol, cd, rad) in one unit; for a logarithmic unit the factor of the
    /// exponent.
    ///
    /// ```
    /// assert_eq!(udunits::parse("week")?.scale(), 604_800.0);
    /// # Ok::<(), udunits::UnitError>(())
    /// ```
    pub fn scale(&self) -> f64 {
        self.slope
    }

    /// Whether values in this unit can be expressed in `other`: both have the same dimension, and both or neither have
    /// a reference time.
    ///
    /// Angles are dimensionless. Reciprocal units such as `s` and `Hz` are not convertible.
    ///
    /// ```
    /// let (mole, mass) = (udunits::parse("umol/kg")?, udunits::parse("ml/l")?);
    /// assert!(!mole.is_convertible_to(&mass));
    /// # Ok::<(), udunits::UnitError>(())
    /// ```
    pub fn is_convertible_to(&self, other: &Unit) -> bool {
        self.exponents[..RADIAN] == other.exponents[..RADIAN]
            && self.reference.is_some() == other.reference.is_some()
    }

    /// This unit multiplied by a number.
    pub(crate) fn scaled(mut self, factor: f64) -> Result<Unit, UnitError> {
        self.slope *= factor;
        self.checked()
    }

    /// This unit with another origin: `K @ 273.15`.
    pub(crate) fn shifted(mut self, origin: f64) -> Result<Unit, UnitError> {
        self.intercept += self.slope * origin;
        self.checked()
    }

    /// This unit counted from a moment.
    pub(crate) fn since(mut self, reference: Reference) -> Result<Unit, UnitError> {
        if !self.is_time() {
            return Err(UnitError::Meaningless(
                "only a time can be counted from a reference time",
            ));
        }
        self.reference = Some(reference);
        Ok(self)
    }

    /// The product of two units; origins are dropped, as UDUNITS-2 does.
    pub(crate) fn times(&self, other: &Unit) -> Result<Unit, UnitError> {
        let log = match (self.log, other.log) {
            (None, None) => None,
            (Some(log), None) if other.is_dimensionless() => Some(log),
            (None, Some(log)) if self.is_dimensionless() => Some(log),
            _ => {
                return Err(UnitError::Meaningless(
                    "a logarithmic unit can only be multiplied by a number",
                ));
            }
        };
        let mut exponents = self.exponents;
        for (own, theirs) in exponents.iter_mut().zip(other.exponents) {
            *own = own.checked_add(theirs).ok_or(UnitError::OutOfRange)?;
        }
        Unit {
            exponents,
            slope: self.slope * other.slope,
            intercept: 0.0,
            log,
            reference: None,
        }
        .checked()
    }

    /// This unit raised to a power; origins are dropped, as UDUNITS-2 does.
    pub(crate) fn raised(&self, power: i64) -> Result<Unit, UnitError> {
        match power {
            0 => return Ok(Unit::ONE),
            1 => return Ok(self.clone()),
            _ if power.abs() > MAX_POWER => return Err(UnitError::OutOfRange),
            _ if self.log.is_some() => {
                return Err(UnitError::Meaningless("a logarithmic unit has no powers"));
            }
            _ => {}
        }
        let power = i16::try_from(power).map_err(|_| UnitError::OutOfRange)?;
        let mut exponents = self.exponents;
        for exponent in &mut exponents {
            *exponent = exponent.checked_mul(power).ok_or(UnitError::OutOfRange)?;
        }
        Unit {
            exponents,
            slope: self.slope.powi(i32::from(power)),
            intercept: 0.0,
            log: None,
            reference: None,
        }
        .checked()
    }

    /// The logarithm to `base` of values in units of this one.
    pub(crate) fn logarithm(&self, base: f64) -> Result<Unit, UnitError> {
        if self.log.is_some() || self.reference.is_some() {
            return Err(UnitError::Meaningless(
                "the reference of a logarithm must be a plain unit",
            ));
        }
        let log = Log {
            base,
            reference: self.slope,
        };
        Ok(Unit {
            exponents: self.exponents,
            log: Some(log),
            ..Unit::ONE
        })
    }

    fn checked(self) -> Result<Unit, UnitError> {
        let usable = self.slope.is_finite() && self.slope != 0.0 && self.intercept.is_finite();
        if usable {
            Ok(self)
        } else {
            Err(UnitError::OutOfRange)
        }
    }

    fn to_base(&self, value: f64) -> f64 {
        let linear = value.mul_add(self.slope, self.intercept);
        self.log
            .map_or(linear, |log| log.reference * log.base.powf(linear))
    }

    fn of_base(&self, value: f64) -> f64 {
        let linear = self
            .log
            .map_or(value, |log| (value / log.reference).log(log.base));
        (linear - self.intercept) / self.slope
    }
}

/// Written in base units, in a form that UDUNITS-2 parses: `1000000 m3 s-1`, `K @ 273.15`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if self.slope != 1.0 {
            words.push(number(self.slope));
        }
        let powers: Vec<String> = BASES
            .iter()
            .zip(self.exponents)
            .filter(|(_, exponent)| *exponent != 0)
            .map(|(base, exponent)| match exponent {
                1 => (*base).to_owned(),
                exponent => format!("{base}{exponent}"),
            })
            .collect();
        match self.log {
            Some(log) => {
                let of = [vec![number(log.reference)], powers].concat().join(" ");
                words.push(if log.base == 10.0 {
                    format!("lg(re {of})")
                } else if log.base == 2.0 {
                    format!("lb(re {of})")
                } else {
                    format!("ln(re {of})")
                });
            }
            None => words.extend(powers),
        }
        if words.is_empty() {
            words.push("1".to_owned());
        }
        f.write_str(&words.join(" "))?;
        match &self.reference {
            Some(reference) => write!(f, " since {reference}"),
            None if self.intercept != 0.0 => write!(f, " @ {}", number(self.intercept / self.slope)),
            None => Ok(()),
        }
    }
}

/// A number with at most 15 significant digits, so that `0.1 * 0.1 * 0.1` is printed as `0.001`.
fn number(value: f64) -> String {
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    match rounded.abs() {
        0.0 => "0".to_owned(),
        1e-4..1e9 => rounded.to_string(),
        _ => format!("{rounded:e}"),
    }
}

/// Converts values in one unit to values in another. [`converter`] creates it.
#[derive(Debug, Clone, PartialEq)]
pub struct Converter {
    from: Unit,
    to: Unit,
}

impl Converter {
    /// The value in the other unit.
    pub fn convert(&self, value: f64) -> f64 {
        match self.linear() {
            Some((scale, offset)) => value.mul_add(scale, offset),
            None => self.to.of_base(self.from.to_base(value)),
        }
    }

    /// Scale and offset of the conversion: a value x becomes `x * scale + offset`. `None` if a logarithm is part of it.
    ///
    /// ```
    /// let (from, to) = (udunits::parse("degF")?, udunits::parse("degC")?);
    /// let (scale, offset) = udunits::converter(&from, &to).and_then(|it| it.linear()).unwrap();
    /// assert!((scale - 5.0 / 9.0).abs() < 1e-12 && (offset + 160.0 / 9.0).abs() < 1e-9);
    /// # Ok::<(), udunits::UnitError>(())
    /// ```
    pub fn linear(&self) -> Option<(f64, f64)> {
        if self.from.log.is_some() || self.to.log.is_some() {
            return None;
        }
        let scale = self.from.slope / self.to.slope;
        let offset = (self.from.intercept - self.to.intercept) / self.to.slope;
        Some((scale, offset))
    }
}

/// The conversion of values in `from` to values in `to`.
///
/// `None` if the units are not convertible ([`Unit::is_convertible_to`]), and between two reference times, which needs
/// a calendar.
pub fn converter(from: &Unit, to: &Unit) -> Option<Converter> {
    let possible = from.is_convertible_to(to) && from.reference.is_none();
    possible.then(|| Converter {
        from: from.clone(),
        to: to.clone(),
    })
}
