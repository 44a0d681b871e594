//! Which record types of which payload lengths there are: layouts are chosen once a pair, not once a record.

/// A table from type and payload length to something, quick for the few pairs that a log has.
pub struct Census<T> {
    /// By type: the place of its list, 0 for none.
    places: Vec<u16>,
    lists: Vec<(u16, Vec<(usize, T)>)>,
}

/// Types with lists of their own; a log has under a hundred.
const MOST_TYPES: usize = 4096;

impl<T> Default for Census<T> {
    fn default() -> Self {
        Census { places: vec![0; 1 << 16], lists: Vec::new() }
    }
}

impl<T> Census<T> {
    #[inline]
    pub fn get(&self, kind: u16, len: usize) -> Option<&T> {
        let place = *self.places.get(usize::from(kind))?;
        let (_, list) = self.lists.get(usize::from(place).checked_sub(1)?)?;
        list.iter().find(|(known, _)| *known == len).map(|(_, value)| value)
    }

    /// The entry of a pair, made when it is new; `None` for types beyond the number that is kept.
    #[inline]
    pub fn entry(&mut self, kind: u16, len: usize, new: impl FnOnce() -> T) -> Option<&mut T> {
        let place = self.places.get_mut(usize::from(kind))?;
        if *place == 0 {
            if self.lists.len() >= MOST_TYPES {
                return None;
            }
            self.lists.push((kind, Vec::new()));
            *place = self.lists.len() as u16;
        }
        let (_, list) = self.lists.get_mut(usize::from(*place) - 1)?;
        let at = list.iter().position(|(known, _)| *known == len).unwrap_or_else(|| {
            list.push((len, new()));
            list.len() - 1
        });
        list.get_mut(at).map(|(_, value)| value)
    }

    /// Every pair, in the order in which their types were met.
    pub fn iter(&self) -> impl Iterator<Item = (u16, usize, &T)> {
        self.lists.iter().flat_map(|(kind, list)| list.iter().map(move |(len, value)| (*kind, *len, value)))
    }
}
