//! A zone as a reader leaves it, before it has its final id.

use super::report::Place;
use super::zone::{About, Volume};

pub struct Draft {
    pub id: Option<String>,
    pub about: About,
    pub place: Place,
    /// At least one.
    pub volumes: Vec<Volume>,
}
