//! What values mean: fills, packing, valid range (netCDF User's Guide, "Attribute Conventions").

/// A value that says that there is none, and the attribute that says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// `_FillValue`, `missing_value`, `default fill`.
    pub said_by: &'static str,
    /// As it is stored, before unpacking.
    pub value: f64,
    /// The same of an integer, whole.
    pub integer: Option<i128>,
}

/// Rules of one variable; by default every value is what it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// Values that are missing; the first that fits is named.
    pub fills: Vec<Fill>,
    /// `scale_factor` and `add_offset`.
    pub packing: Option<(f64, f64)>,
    /// Least and greatest valid value, as stored.
    pub valid: (Option<f64>, Option<f64>),
    /// The character that a missing text is made of.
    pub fill_char: Option<u8>,
    /// Whether the last dimension of characters is the length of texts.
    pub texts: bool,
}

impl Rules {
    pub(crate) fn fill(&self, value: f64) -> Option<&'static str> {
        let is_fill = |fill: &&Fill| fill.value == value || (fill.value.is_nan() && value.is_nan());
        self.fills.iter().find(is_fill).map(|fill| fill.said_by)
    }

    pub(crate) fn fill_integer(&self, value: i128) -> Option<&'static str> {
        self.fills
            .iter()
            .find(|fill| fill.integer == Some(value))
            .map(|fill| fill.said_by)
    }

    /// Whether a stored value says that there is none.
    pub fn is_missing(&self, value: f64) -> bool {
        self.fill(value).is_some()
    }

    /// The value that a stored one stands for.
    pub fn unpack(&self, value: f64) -> f64 {
        match self.packing {
            Some((scale, offset)) => value * scale + offset,
            None => value,
        }
    }

    /// Whether a stored value lies in the valid range.
    pub fn is_valid(&self, value: f64) -> bool {
        self.valid.0.is_none_or(|least| value >= least) && self.valid.1.is_none_or(|most| value <= most)
    }
}
