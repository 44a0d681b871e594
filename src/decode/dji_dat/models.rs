//! What the product number in the header means for reading: which generation's layouts hold, and how fast the tick counts.

/// A product number of the header.
pub struct Model {
    pub product: u32,
    /// As `records.tsv` names it behind the `@`.
    pub generation: &'static str,
    /// The tables were made for this product; else for the one nearest to it that has any.
    pub is_own: bool,
    /// The build in whose logs the tables were found, as the header has it.
    pub build: Option<&'static str>,
    /// Ticks a second where the header does not say; by DatCon, but for the Matrice 350 none was seen.
    pub tick_hz: Option<f64>,
}

const fn own(product: u32, generation: &'static str, tick_hz: f64) -> Model {
    Model { product, generation, is_own: true, build: None, tick_hz: Some(tick_hz) }
}

const fn nearest(product: u32, generation: &'static str, tick_hz: f64) -> Model {
    Model { is_own: false, ..own(product, generation, tick_hz) }
}

/// Only the first generation, Mavic Pro, Spark and Matrice 350 have tables. The others have those of the aircraft that came out
/// next to them: the Matrice 100 in 2015, Phantom 4 to Matrice 200 from March 2016 to February 2017 around the Mavic Pro, the
/// Phantom 4 Advanced in April 2017 on the hardware of the Phantom 4 Pro, the Mavic Air half a year behind the Spark. The Matrice
/// 300 is the one before the 350; its rate is not known, and its header says it if it is as the 350's.
static MODELS: &[Model] = &[
    nearest(5, "p3", 85_000_000.0),
    own(6, "p3", 600.0),
    nearest(11, "mavic", 4_500_000.0),
    nearest(14, "mavic", 4_500_000.0),
    own(16, "mavic", 4_500_000.0),
    nearest(17, "mavic", 4_500_000.0),
    nearest(18, "mavic", 4_500_000.0),
    nearest(20, "mavic", 4_500_000.0),
    own(21, "spark", 4_500_000.0),
    nearest(23, "mavic", 4_500_000.0),
    nearest(24, "spark", 4_500_000.0),
    nearest(25, "mavic", 4_500_000.0),
    nearest(27, "mavic", 4_500_000.0),
    Model { product: 30, generation: "m350", is_own: false, build: None, tick_hz: None },
    Model { build: Some("BUILD Jun 16 2023 21:12:36"), ..own(89, "m350", 3_840_000.0) },
];

/// Generations as they are called in words.
pub fn generation_name(generation: &str) -> &str {
    match generation {
        "p3" => "Phantom 3",
        "mavic" => "Mavic Pro",
        "spark" => "Spark",
        "m350" => "Matrice 350 RTK",
        other => other,
    }
}

pub fn of_product(product: u32) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.product == product)
}
