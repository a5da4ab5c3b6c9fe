//! Text exports of RBR Ruskin: lines of settings above the channels.

use super::Named;

/// Ruskin: `Model=RBRconcerto` or `RBR ...` above columns such as `Date & Time`.
pub(crate) const RUSKIN: Named = Named {
    name: "RBR Ruskin",
    above: &["model=rbr", "ruskin"],
    ..Named::NONE
};

#[cfg(test)]
mod tests {
    use crate::dialects::tests::{figures, review, unit};

    #[test]
    fn ruskin() {
        let review = review(
            "Model=RBRconcerto\nFirmware=12.021\nSerial=060130\nHostVersion=(Ruskin version number - 1.10.0)\n\n\
             Date & Time,Conductivity,Temperature,Pressure\n\
             29-May-2015 15:54:40.000,35.5,8.5,10.25\n29-May-2015 15:54:41.000,35.6,8.4,10.75\n29-May-2015 15:54:42.000,35.6,8.4,11\n",
        );
        let times = "2015-05-29T15:54:40Z 2015-05-29T15:54:42Z";
        assert_eq!(figures(&review), ("CSV table (RBR Ruskin)", 3, times.to_owned()));
        assert_eq!(
            (
                review.attributes["serial_number"][0].as_str(),
                unit(&review, "Temperature")
            ),
            ("060130", "-")
        );
    }
}
