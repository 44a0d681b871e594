//! What the product number in the header means for reading: which generation's layouts hold, and how fast the tick counts.

/// A product number of the header.
pub struct Model {
    pub product: u32,
    /// As `records.tsv` names it behind the `@`.
    pub generation: &'static str,
    /// Ticks a second where the header does not say; by DatCon, but for the Matrice 350 none was seen.
    pub tick_hz: f64,
}

const fn model(product: u32, generation: &'static str, tick_hz: f64) -> Model {
    Model { product, generation, tick_hz }
}

/// Of the later ones only Mavic Pro and Spark have tables of their own; the others of their time take those of the Mavic Pro.
static MODELS: &[Model] = &[
    model(5, "p3", 85_000_000.0),
    model(6, "p3", 600.0),
    model(11, "mavic", 4_500_000.0),
    model(14, "mavic", 4_500_000.0),
    model(16, "mavic", 4_500_000.0),
    model(17, "mavic", 4_500_000.0),
    model(18, "mavic", 4_500_000.0),
    model(20, "mavic", 4_500_000.0),
    model(21, "spark", 4_500_000.0),
    model(23, "mavic", 4_500_000.0),
    model(24, "mavic", 4_500_000.0),
    model(25, "mavic", 4_500_000.0),
    model(27, "mavic", 4_500_000.0),
    model(89, "m350", 3_840_000.0),
];

pub fn of_product(product: u32) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.product == product)
}
