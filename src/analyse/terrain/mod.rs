//! Heights of the ground, from tiles that the user gives.

/// The ground at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroundHeight {
    /// Above mean sea level.
    pub metres: f64,
    /// One standard deviation.
    pub sigma_m: f64,
}

/// Something that knows the ground.
pub trait Ground: Sync {
    /// The ground at a place in degrees; `None` where nothing is known of it.
    fn ground(&self, lat: f64, lon: f64) -> Option<GroundHeight>;
}
